"""What fetching promises of connections: the checked address, under the name asked for, or an error in words."""

import socket
from collections.abc import Sequence
from ipaddress import ip_address, ip_network

import pytest

from digest.clock import FixedClock
from digest.errors import FetchError
from digest.gather.fetching.fetcher import Fetcher
from digest.gather.fetching.network import Address
from tests.servers import tls
from tests.servers.http import HttpServer, http_server
from tests.servers.ports import LOOPBACK, free_port

FEED = b"<rss version='2.0'><channel/></rss>"
LOOPBACK_NETWORK = ip_network("127.0.0.0/8")


def test_nobody_listening_fails_in_words(fetcher: Fetcher) -> None:
    with pytest.raises(FetchError, match=r"no connection to 127\.0\.0\.1: Connection refused"):
        fetcher.fetch(f"http://127.0.0.1:{free_port()}/feed")


def test_a_name_without_an_address_fails_in_words(clock: FixedClock) -> None:
    def unknown(host: str, port: int) -> Sequence[Address]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with (
        Fetcher(clock=clock, user_agent="Digest/test", resolve=unknown) as fetcher,
        pytest.raises(FetchError, match=r"no address was found for nowhere\.example \(Name or service not known\)"),
    ):
        fetcher.fetch("https://nowhere.example/feed")


def test_a_second_address_is_tried_when_the_first_does_not_answer(clock: FixedClock) -> None:
    with (
        http_server(host="127.0.0.2") as server,
        Fetcher(
            clock=clock,
            user_agent="Digest/test",
            allow_networks=[LOOPBACK_NETWORK],
            resolve=lambda host, port: [ip_address("127.0.0.1"), ip_address("127.0.0.2")],
        ) as fetcher,
    ):
        server.answer("/feed", body=FEED)

        assert fetcher.fetch(server.url("/feed", host="feeds.example")).content == FEED


@pytest.fixture
def secure_fetcher(clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> Fetcher:
    """A fetcher that trusts the test certificate, and finds every name on loopback."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tls.CERTIFICATE))
    return Fetcher(
        clock=clock,
        user_agent="Digest/test",
        allow_networks=[LOOPBACK_NETWORK],
        resolve=lambda host, port: [ip_address(LOOPBACK)],
    )


def test_the_checked_address_is_asked_under_its_own_name(secure_fetcher: Fetcher) -> None:
    with http_server(tls=tls.server_context()) as server, secure_fetcher:
        server.answer("/feed", body=FEED)

        fetched = secure_fetcher.fetch(server.url("/feed", host="FEEDS.example."))

        assert fetched.content == FEED
        assert server.asked[0].server_name == tls.NAME
        assert server.asked[0].headers["host"] == f"{tls.NAME}:{server.port}"


def test_a_certificate_for_another_name_is_refused(secure_fetcher: Fetcher) -> None:
    with http_server(tls=tls.server_context()) as server, secure_fetcher:
        with pytest.raises(FetchError, match=r"certificate is not valid, Hostname mismatch.*'other\.example'"):
            secure_fetcher.fetch(server.url("/feed", host="other.example"))

        assert server.asked == []


def test_a_certificate_that_nobody_signed_is_refused(fetcher: Fetcher) -> None:
    with http_server(tls=tls.server_context()) as server:
        with pytest.raises(FetchError, match="certificate is not valid, self-signed certificate"):
            fetcher.fetch(server.url("/feed"))

        assert server.asked == []


def test_a_step_down_from_https_to_http_is_refused(secure_fetcher: Fetcher, server: HttpServer) -> None:
    with http_server(tls=tls.server_context()) as secure, secure_fetcher:
        secure.redirect("/feed", server.url("/feed"))

        with pytest.raises(FetchError, match="from https to http"):
            secure_fetcher.fetch(secure.url("/feed", host=tls.NAME))

        assert server.asked == []
