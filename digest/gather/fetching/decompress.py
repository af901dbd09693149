"""Unpacking what a server packed (RFC 9110 8.4: gzip, deflate, br, zstd), piece by piece and never past its limits.

A bomb is a small body that unfolds to gigabytes. Each layer gives small pieces, each piece is counted, and the first
one too many ends it: nothing is unfolded that is not wanted, and no more memory is held than the limit.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

import brotli
import zstandard

from digest.errors import FetchError, RejectedError

ACCEPT_ENCODING = "gzip, deflate, br, zstd"
MAX_LAYERS = 2
# Small documents may be as repetitive as they like.
RATIO_FREE_BYTES = 1_000_000
_PIECE_BYTES = 64 * 1024
# What follows a gzip member is copied for each member: a small slice keeps many tiny members from costing much.
_GZIP_SLICE_BYTES = 4 * 1024
# zstd cannot be told to stop, and 4 bytes may mean a block of 128 KiB (RFC 8878 3.1.1.2.2): at most 2 MiB a slice.
_ZSTD_SLICE_BYTES = 64
_ZSTD_MAX_WINDOW_BYTES = 8 * 1024 * 1024  # RFC 9659
_GZIP_MAGIC = b"\x1f\x8b\x08"
_GZIP, _ZLIB, _RAW_DEFLATE = 31, 15, -15  # zlib's names for its three wrappings: window bits

_Layer = Callable[[Iterator[bytes]], Iterator[bytes]]


class _CutOffError(Exception):
    """The packed body ends too early."""


def unpack(chunks: Iterable[bytes], content_encoding: str, *, url: str, max_bytes: int, max_ratio: float) -> bytes:
    """Return the body that `chunks` hold, as they came off the wire, with each Content-Encoding undone.

    A body that is labelled as gzip and is not, or is gzip without a label, is taken for what it is. `max_bytes`
    bounds what is read and what is unfolded, in every layer; `max_ratio` is the most that may be unfolded for each
    byte read, beyond the first megabyte. Raises RejectedError past these limits, FetchError where the body is
    damaged, cut off or packed in a way that was not asked for.
    """
    layers = _layers(content_encoding, url=url)
    wire = _Wire(chunks)
    limit = _Limit(wire, url=url, max_bytes=max_bytes, max_ratio=max_ratio)
    try:
        head, pieces = _peek(limit.applied(iter(wire)), len(_GZIP_MAGIC))
        if not layers and head == _GZIP_MAGIC:
            layers = [_gunzip]
        for layer in layers:
            pieces = limit.applied(layer(pieces))
        return b"".join(pieces)
    except _CutOffError as error:
        raise FetchError(url, "the body broke off before its end") from error
    except (zlib.error, brotli.error, zstandard.ZstdError) as error:
        raise FetchError(url, f"the body is damaged: it cannot be unpacked as {content_encoding or 'gzip'}") from error


class _Wire:
    """The packed body, and how much of it has been read."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self.read_bytes = 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.read_bytes += len(chunk)
            yield chunk


class _Limit:
    """How much any layer may give, measured against what was read from the wire."""

    def __init__(self, wire: _Wire, *, url: str, max_bytes: int, max_ratio: float) -> None:
        self._wire = wire
        self._url = url
        self._max_bytes = max_bytes
        self._max_ratio = max_ratio

    def applied(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        given = 0
        for piece in pieces:
            given += len(piece)
            self._check(given)
            yield piece

    def _check(self, given: int) -> None:
        if given > self._max_bytes:
            raise RejectedError(f"{self._url} is larger than {self._max_bytes / 1e6:g} MB, the most that is read")
        if given > max(RATIO_FREE_BYTES, self._max_ratio * self._wire.read_bytes):
            raise RejectedError(
                f"{self._url} unfolds from {self._wire.read_bytes:,} bytes to more than {given:,}: "
                f"over {self._max_ratio:g} to 1, so it is taken for a bomb"
            )


def _layers(content_encoding: str, *, url: str) -> list[_Layer]:
    """Return what undoes each coding, outermost first; the header lists them in the order they were applied."""
    names = [name.strip().lower() for name in content_encoding.split(",")]
    names = [name for name in names if name not in ("", "identity")]
    if len(names) > MAX_LAYERS:
        raise RejectedError(f"{url} is packed {len(names)} times over, which only bombs are")
    unknown = [name for name in names if name not in _LAYERS]
    if unknown:
        raise FetchError(url, f"the body is packed as {unknown[0][:40]!r}, which was not asked for")
    return [_LAYERS[name] for name in reversed(names)]


def _gunzip(packed: Iterator[bytes]) -> Iterator[bytes]:
    head, packed = _peek(packed, len(_GZIP_MAGIC))
    return _inflate(packed, _GZIP) if head == _GZIP_MAGIC else packed


def _undeflate(packed: Iterator[bytes]) -> Iterator[bytes]:
    """Undo "deflate", which means zlib (RFC 9110 8.4.1.2), and which some servers take to mean raw deflate."""
    head, packed = _peek(packed, 2)
    is_zlib = len(head) == 2 and head[0] & 0x0F == 8 and int.from_bytes(head) % 31 == 0  # RFC 1950 2.2
    return _inflate(packed, _ZLIB if is_zlib else _RAW_DEFLATE)


def _inflate(packed: Iterator[bytes], window_bits: int) -> Iterator[bytes]:
    member = zlib.decompressobj(window_bits)
    for piece in _sliced(packed, _GZIP_SLICE_BYTES):
        rest = piece
        while rest:
            if member.eof:
                # Another gzip member may follow (RFC 1952 2.2); anything else is padding.
                if window_bits != _GZIP or rest[:1] != _GZIP_MAGIC[:1]:
                    return
                member = zlib.decompressobj(window_bits)
            yield member.decompress(rest, _PIECE_BYTES)
            rest = member.unconsumed_tail or member.unused_data
    yield member.flush()
    if not member.eof:
        raise _CutOffError


def _unbrotli(packed: Iterator[bytes]) -> Iterator[bytes]:
    stream = brotli.Decompressor()
    for chunk in packed:
        piece = stream.process(chunk, output_buffer_limit=_PIECE_BYTES)
        while piece:
            yield piece
            piece = stream.process(b"", output_buffer_limit=_PIECE_BYTES)
    if not stream.is_finished():
        raise _CutOffError


def _unzstd(packed: Iterator[bytes]) -> Iterator[bytes]:
    decompressor = zstandard.ZstdDecompressor(max_window_size=_ZSTD_MAX_WINDOW_BYTES)
    frame = decompressor.decompressobj()
    for piece in _sliced(packed, _ZSTD_SLICE_BYTES):
        rest = piece
        while rest:
            if frame.eof:
                frame = decompressor.decompressobj()
            yield frame.decompress(rest)
            rest = frame.unused_data
    if not frame.eof:
        raise _CutOffError


_LAYERS: dict[str, _Layer] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _undeflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}


def _peek(chunks: Iterator[bytes], count: int) -> tuple[bytes, Iterator[bytes]]:
    """Return the first `count` bytes (fewer if there are no more) and all the chunks, those bytes included."""
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= count:
            break
    return head[:count], chain([head] if head else [], chunks)


def _sliced(chunks: Iterator[bytes], size: int) -> Iterator[bytes]:
    for chunk in chunks:
        for start in range(0, len(chunk), size):
            yield chunk[start : start + size]
