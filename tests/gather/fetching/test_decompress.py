"""What unpacking promises: the same bytes back, whole or not at all, and no bomb."""

import gzip
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from zlib import crc32

import brotli
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.errors import FetchError, RejectedError
from digest.gather.fetching.decompress import unpack

URL = "https://feeds.example/rss"
FEED = b"<rss><channel><title>News</title></channel></rss>" * 200
MEGABYTE = 1_000_000


def raw_deflate(content: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(content) + packer.flush()


def zstd(content: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=3).compress(content)


def pack_brotli(content: bytes) -> bytes:
    packed: bytes = brotli.compress(content, quality=5)
    return packed


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": pack_brotli,
    "zstd": zstd,
}


def unpacked(packed: bytes, coding: str, *, size: int = 1_000, max_bytes: int = 15 * MEGABYTE) -> bytes:
    """Unpack `packed` as it would come off the wire, in chunks of `size` bytes."""
    chunks = (packed[start : start + size] for start in range(0, len(packed), size))
    return unpack(chunks, coding, url=URL, max_bytes=max_bytes, max_ratio=100)


@settings(max_examples=60)
@given(st.sampled_from(sorted(PACKERS)), st.binary(max_size=3_000), st.integers(min_value=1, max_value=500))
def test_every_coding_gives_back_what_was_packed(coding: str, content: bytes, size: int) -> None:
    assert unpacked(PACKERS[coding](content), coding, size=size) == content


@pytest.mark.parametrize("coding", sorted(PACKERS))
def test_a_large_feed_comes_back_whole(coding: str) -> None:
    content = b"".join(b"<item><guid>%08x</guid></item>\n" % crc32(b"%d" % number) for number in range(300_000))

    assert unpacked(PACKERS[coding](content), coding, size=64 * 1024) == content


@settings(max_examples=60)
@given(st.sampled_from(sorted(PACKERS)), st.binary(max_size=2_000))
def test_garbage_under_any_label_ends_in_content_or_an_error_in_words(coding: str, garbage: bytes) -> None:
    with suppress(FetchError):
        assert isinstance(unpacked(garbage, coding), bytes)


@pytest.mark.parametrize("coding", sorted(PACKERS))
def test_a_body_that_broke_off_is_no_content(coding: str) -> None:
    packed = PACKERS[coding](FEED)

    for length in range(4, len(packed)):
        with pytest.raises(FetchError, match="broke off"):
            unpacked(packed[:length], coding)


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("", FEED),
        ("identity", FEED),
        ("GZIP", gzip.compress(FEED)),
        (" , gzip,", gzip.compress(FEED)),
        ("gzip, br", pack_brotli(gzip.compress(FEED))),
        ("deflate", raw_deflate(FEED)),
        ("gzip", FEED),
        ("", gzip.compress(FEED)),
        ("gzip", gzip.compress(FEED[:100]) + gzip.compress(FEED[100:])),
        ("gzip", gzip.compress(FEED) + bytes(512)),
        ("zstd", zstd(FEED[:100]) + zstd(FEED[100:])),
    ],
    ids=[
        "none",
        "identity",
        "case",
        "empty names",
        "two",
        "raw deflate",
        "no gzip",
        "no label",
        "members",
        "pad",
        "frames",
    ],
)
def test_codings_as_found_in_the_wild_are_undone(coding: str, packed: bytes) -> None:
    assert unpacked(packed, coding) == FEED


def test_a_second_layer_that_is_not_labelled_stays_packed() -> None:
    inner = gzip.compress(FEED)

    assert unpacked(gzip.compress(inner), "gzip") == inner


@pytest.mark.parametrize("coding", sorted(PACKERS))
def test_a_bomb_is_rejected_with_its_size(coding: str) -> None:
    bomb = PACKERS[coding](bytes(50 * MEGABYTE))

    with pytest.raises(RejectedError, match=r"unfolds from [\d,]+ bytes to more than [\d,]+: over 100 to 1"):
        unpacked(bomb, coding)


@pytest.mark.parametrize("coding", sorted(PACKERS))
def test_a_bomb_takes_little_memory(coding: str) -> None:
    bomb = PACKERS[coding](bytes(50 * MEGABYTE))
    tracemalloc.start()

    with pytest.raises(RejectedError):
        unpacked(bomb, coding)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10 * MEGABYTE


@pytest.mark.parametrize("outer", ["gzip", "br", "zstd"])
def test_a_bomb_in_a_bomb_is_rejected(outer: str) -> None:
    bomb = PACKERS[outer](gzip.compress(bytes(200 * MEGABYTE)))

    with pytest.raises(RejectedError, match="taken for a bomb"):
        unpacked(bomb, f"gzip, {outer}")


def test_a_third_layer_is_rejected() -> None:
    with pytest.raises(RejectedError, match="packed 3 times over"):
        unpacked(b"", "gzip, gzip, gzip")


@pytest.mark.parametrize("coding", ["", "gzip", "br", "zstd"])
def test_a_body_past_the_limit_is_rejected_with_the_limit(coding: str) -> None:
    content = b"".join(b"<guid>%d</guid>" % number for number in range(100_000))
    body = PACKERS[coding](content) if coding else content

    with pytest.raises(RejectedError, match="larger than 1 MB"):
        unpacked(body, coding, max_bytes=MEGABYTE)


def test_an_endless_body_is_left_after_the_limit() -> None:
    read = 0

    def endless() -> Iterator[bytes]:
        nonlocal read
        while True:
            read += 1_000
            yield bytes(1_000)

    with pytest.raises(RejectedError):
        unpack(endless(), "", url=URL, max_bytes=MEGABYTE, max_ratio=100)

    assert read == MEGABYTE + 1_000


def test_an_endless_body_that_unfolds_to_nothing_is_left_after_the_limit() -> None:
    empty_members = gzip.compress(b"") * 100_000

    with pytest.raises(RejectedError, match="larger than 1 MB"):
        unpacked(empty_members, "gzip", size=64 * 1024, max_bytes=MEGABYTE)


def test_a_small_body_may_be_as_repetitive_as_it_likes() -> None:
    content = bytes(900_000)

    assert unpacked(gzip.compress(content), "gzip") == content


@pytest.mark.parametrize("coding", ["compress", "sdch", "gzip, aes128gcm", "\x00"])
def test_a_coding_nobody_asked_for_is_an_error_in_words(coding: str) -> None:
    with pytest.raises(FetchError, match="not asked for"):
        unpacked(FEED, coding)


def test_a_zstd_window_that_eats_memory_is_refused() -> None:
    params = zstandard.ZstdCompressionParameters(window_log=27, enable_ldm=True)
    packer = zstandard.ZstdCompressor(compression_params=params).compressobj()
    packed = packer.compress(FEED) + packer.flush()

    with pytest.raises(FetchError, match="cannot be unpacked as zstd"):
        unpacked(packed, "zstd")
