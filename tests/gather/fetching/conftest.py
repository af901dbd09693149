"""What tests of gathering stand on: a scripted HTTP server, and a fetcher that may ask it."""

from collections.abc import Iterator
from ipaddress import ip_network

import pytest

from digest.clock import FixedClock
from digest.gather.fetching.fetcher import Fetcher
from tests.servers.http import HttpServer, http_server


@pytest.fixture
def server() -> Iterator[HttpServer]:
    """An HTTP server on loopback."""
    with http_server() as started:
        yield started


@pytest.fixture
def fetcher(clock: FixedClock) -> Iterator[Fetcher]:
    """A fetcher with the usual limits that may also ask 127.0.0.0/8."""
    with Fetcher(clock=clock, user_agent="Digest/test", allow_networks=[ip_network("127.0.0.0/8")]) as opened:
        yield opened
