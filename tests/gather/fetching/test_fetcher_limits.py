"""What fetching promises of cost: no server makes it wait, read or unfold more than its limits."""

import gzip
import socket
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from ipaddress import ip_address, ip_network

import pytest

from digest.clock import FixedClock
from digest.errors import FetchError, RejectedError
from digest.gather.fetching.fetcher import Fetcher, FetchLimits
from digest.gather.fetching.network import Address
from tests.servers.http import HttpServer, http_server
from tests.servers.ports import LOOPBACK

LOOPBACK_NETWORK = ip_network("127.0.0.0/8")
OK = b"HTTP/1.1 200 OK\r\n"
SHORT = FetchLimits(total_s=0.3, max_bytes=100_000)


@pytest.fixture
def hasty(clock: FixedClock) -> Iterator[Fetcher]:
    """A fetcher that gives each fetch a third of a second, and 100 kB."""
    with Fetcher(clock=clock, user_agent="Digest/test", allow_networks=[LOOPBACK_NETWORK], limits=SHORT) as opened:
        yield opened


@pytest.mark.parametrize(
    ("start", "piece"),
    [
        (b"", b""),
        (OK, b"X"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (OK + b"\r\n", b"x"),
        (OK + b"Content-Length: 1000\r\n\r\n", b"x"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (OK + b"Content-Encoding: gzip\r\n\r\n", gzip.compress(b"")),
    ],
    ids=["silence", "header", "continue", "body", "length", "chunks", "packed"],
)
def test_a_server_that_drips_is_left_when_the_time_is_up(
    server: HttpServer, hasty: Fetcher, start: bytes, piece: bytes
) -> None:
    server.drip("/feed", start, piece)

    with pytest.raises(FetchError, match=r"took longer than 0\.3 s"):
        hasty.fetch(server.url("/feed"))


def test_the_time_is_one_for_all_redirects(server: HttpServer, hasty: Fetcher) -> None:
    for number in range(5):
        server.redirect(f"/{number}", f"/{number + 1}")
    server.drip("/5", OK + b"\r\n", b"x")

    with pytest.raises(FetchError, match=r"took longer than 0\.3 s"):
        hasty.fetch(server.url("/0"))


def test_a_tls_greeting_that_never_comes_is_left_when_the_time_is_up(hasty: Fetcher) -> None:
    with http_server() as silent, pytest.raises(FetchError, match="did not answer in time"):
        hasty.fetch(silent.url("/feed").replace("http:", "https:"))


def test_a_name_server_that_hangs_is_left_when_the_time_is_up(clock: FixedClock) -> None:
    answered = threading.Event()

    def hang(host: str, port: int) -> Sequence[Address]:
        answered.wait()
        return [ip_address("127.0.0.1")]

    with Fetcher(clock=clock, user_agent="Digest/test", limits=SHORT, resolve=hang) as fetcher:
        with pytest.raises(FetchError, match=r"slow\.example took longer than"):
            fetcher.fetch("http://slow.example/feed")
        answered.set()


@pytest.mark.parametrize(
    ("start", "piece"),
    [(OK, b"X-Header: value\r\n"), (OK + b"X-Header: ", b"x" * 1000), (b"", b"HTTP/1.1 200 OK" * 100)],
    ids=["many", "long", "status"],
)
def test_endless_headers_are_left(server: HttpServer, fetcher: Fetcher, start: bytes, piece: bytes) -> None:
    server.flood("/feed", start, piece)

    with pytest.raises(FetchError, match="did not send a whole HTTP answer"):
        fetcher.fetch(server.url("/feed"))


@pytest.mark.parametrize(
    ("start", "piece"),
    [
        (OK + b"\r\n", b"<item/>" * 100),
        (OK + b"Content-Length: 1000000000000\r\n\r\n", b"<item/>" * 100),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"0007\r\n<item/>\r\n" * 100),
        (OK + b"Content-Encoding: gzip\r\n\r\n", gzip.compress(b"") * 100),
    ],
    ids=["no length", "huge length", "chunks", "packed"],
)
def test_an_endless_body_is_left_at_the_limit(
    server: HttpServer, clock: FixedClock, start: bytes, piece: bytes
) -> None:
    server.flood("/feed", start, piece)
    limits = FetchLimits(max_bytes=100_000)

    with (
        Fetcher(clock=clock, user_agent="Digest/test", allow_networks=[LOOPBACK_NETWORK], limits=limits) as fetcher,
        pytest.raises(RejectedError, match=r"/feed is larger than 0\.1 MB"),
    ):
        fetcher.fetch(server.url("/feed"))


def test_a_gzip_bomb_is_rejected_by_name(server: HttpServer, fetcher: Fetcher) -> None:
    server.answer("/bomb", headers=[("Content-Encoding", "gzip")], body=gzip.compress(bytes(100_000_000)))

    with pytest.raises(RejectedError, match=r"/bomb unfolds from .* bytes to more than"):
        fetcher.fetch(server.url("/bomb"))


def test_a_bomb_packed_twice_is_rejected(server: HttpServer, fetcher: Fetcher) -> None:
    bomb = gzip.compress(gzip.compress(bytes(100_000_000)))
    server.answer("/bomb", headers=[("Content-Encoding", "gzip"), ("Content-Encoding", "gzip")], body=bomb)

    with pytest.raises(RejectedError, match="taken for a bomb"):
        fetcher.fetch(server.url("/bomb"))


def test_a_redirect_brings_no_body_along(server: HttpServer, fetcher: Fetcher) -> None:
    server.flood("/feed", b"HTTP/1.1 302 Found\r\nLocation: /here\r\n\r\n", b"x" * 1000)
    server.answer("/here", body=b"feed")

    assert fetcher.fetch(server.url("/feed")).content == b"feed"


def test_a_feed_of_ten_megabytes_is_fetched_whole(server: HttpServer, fetcher: Fetcher) -> None:
    feed = b"<item/>" * 1_500_000
    server.answer("/feed", body=feed)

    assert fetcher.fetch(server.url("/feed")).content == feed


def test_fetches_go_side_by_side(server: HttpServer, fetcher: Fetcher) -> None:
    targets = [f"/{number}" for number in range(40)]
    for target in targets:
        server.answer(target, body=target.encode())

    with ThreadPoolExecutor(8) as threads:
        fetched = list(threads.map(lambda target: fetcher.fetch(server.url(target)).content.decode(), targets))

    assert fetched == targets


def test_a_connection_that_is_never_taken_is_left_before_the_time_is_up(clock: FixedClock) -> None:
    limits = FetchLimits(total_s=30, connect_s=0.2)
    with (
        full_listener() as port,
        Fetcher(clock=clock, user_agent="Digest/test", allow_networks=[LOOPBACK_NETWORK], limits=limits) as fetcher,
        pytest.raises(FetchError, match="did not answer in time"),
    ):
        fetcher.fetch(f"http://127.0.0.1:{port}/feed")


@contextmanager
def full_listener() -> Iterator[int]:
    """Listen on a port whose queue of connections is full, so that the next one hangs."""
    with socket.create_server((LOOPBACK, 0), backlog=0) as listener, ExitStack() as callers:
        for _ in range(2):
            caller = callers.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]
