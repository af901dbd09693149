"""What fetching promises of addresses: what was checked is what is dialled, at every hop, and nothing else is."""

from collections.abc import Callable, Sequence
from ipaddress import ip_address, ip_network

import pytest

from digest.clock import FixedClock
from digest.errors import FetchError, ForbiddenAddressError
from digest.gather.fetching.fetcher import Fetcher
from digest.gather.fetching.network import Address, Network, Resolver, resolve_by_system
from tests.servers.http import HttpServer, http_server

FetcherMaker = Callable[..., Fetcher]

ONLY_THE_FIRST = [ip_network("127.0.0.1/32")]


@pytest.fixture
def make_fetcher(clock: FixedClock) -> FetcherMaker:
    """Make a fetcher that may ask only the networks it is given besides the public internet."""

    def make(*, allow_networks: Sequence[Network] = (), resolve: Resolver = resolve_by_system) -> Fetcher:
        return Fetcher(clock=clock, user_agent="Digest/test", allow_networks=allow_networks, resolve=resolve)

    return make


class ChangingName:
    """A name server that gives another answer each time, the last one for ever."""

    def __init__(self, *answers: str) -> None:
        self.asked = 0
        self._answers = [ip_address(answer) for answer in answers]

    def __call__(self, host: str, port: int) -> Sequence[Address]:
        self.asked += 1
        return [self._answers[min(self.asked, len(self._answers)) - 1]]


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST.",
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "017700000001",
        "127。0。0。1",
        "0",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
    ],
)
def test_loopback_is_not_asked_in_any_spelling(server: HttpServer, make_fetcher: FetcherMaker, host: str) -> None:
    with make_fetcher() as fetcher, pytest.raises(ForbiddenAddressError, match="DIGEST_ALLOW_NETWORKS"):
        fetcher.fetch(server.url("/feed", host=host))

    assert server.asked == []


def test_ipv6_loopback_is_not_asked(make_fetcher: FetcherMaker) -> None:
    with make_fetcher() as fetcher, pytest.raises(ForbiddenAddressError, match="::1"):
        fetcher.fetch("http://[::1]/feed")


def test_a_name_that_resolves_to_loopback_is_not_asked(server: HttpServer, make_fetcher: FetcherMaker) -> None:
    with (
        make_fetcher(resolve=ChangingName("127.0.0.1")) as fetcher,
        pytest.raises(ForbiddenAddressError, match=r"feeds\.example is at 127\.0\.0\.1"),
    ):
        fetcher.fetch(server.url("/feed", host="feeds.example"))

    assert server.asked == []


@pytest.mark.parametrize("target", ["127.0.0.2", "localhost.example", "[::ffff:127.0.0.2]", "2130706434"])
def test_a_redirect_to_an_inner_address_is_not_followed(make_fetcher: FetcherMaker, target: str) -> None:
    def resolve(host: str, port: int) -> Sequence[Address]:
        return [ip_address("127.0.0.2")] if host == "localhost.example" else resolve_by_system(host, port)

    with (
        http_server() as allowed,
        http_server(host="127.0.0.2") as inner,
        make_fetcher(allow_networks=ONLY_THE_FIRST, resolve=resolve) as fetcher,
    ):
        allowed.redirect("/feed", inner.url("/secret", host=target), status=301)

        with pytest.raises(ForbiddenAddressError) as caught:
            fetcher.fetch(allowed.url("/feed"))

        assert "/secret" in caught.value.url
        assert (len(allowed.asked), inner.asked) == (1, [])


def test_a_second_answer_of_a_name_is_never_dialled(make_fetcher: FetcherMaker) -> None:
    name = ChangingName("127.0.0.1", "127.0.0.2")
    with (
        http_server() as checked,
        http_server(host="127.0.0.2", port=checked.port) as inner,
        make_fetcher(allow_networks=ONLY_THE_FIRST, resolve=name) as fetcher,
    ):
        checked.answer("/feed", body=b"checked")

        fetched = fetcher.fetch(checked.url("/feed", host="rebinding.example"))

        assert (fetched.content, inner.asked, name.asked) == (b"checked", [], 1)


def test_a_name_is_checked_anew_at_each_redirect(make_fetcher: FetcherMaker) -> None:
    name = ChangingName("127.0.0.1", "127.0.0.2")
    with (
        http_server() as checked,
        http_server(host="127.0.0.2", port=checked.port) as inner,
        make_fetcher(allow_networks=ONLY_THE_FIRST, resolve=name) as fetcher,
    ):
        checked.redirect("/feed", "/again")

        with pytest.raises(ForbiddenAddressError, match=r"127\.0\.0\.2"):
            fetcher.fetch(checked.url("/feed", host="rebinding.example"))

        assert (len(checked.asked), inner.asked, name.asked) == (1, [], 2)


def test_a_name_with_one_inner_answer_is_not_asked_at_all(make_fetcher: FetcherMaker) -> None:
    def resolve(host: str, port: int) -> Sequence[Address]:
        return [ip_address("127.0.0.1"), ip_address("127.0.0.2")]

    with (
        http_server() as allowed,
        make_fetcher(allow_networks=ONLY_THE_FIRST, resolve=resolve) as fetcher,
    ):
        with pytest.raises(ForbiddenAddressError):
            fetcher.fetch(allowed.url("/feed", host="split.example"))

        assert allowed.asked == []


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/", "http://user:password@127.0.0.1/", "feed"])
def test_only_plain_web_addresses_are_asked(make_fetcher: FetcherMaker, url: str) -> None:
    with make_fetcher(allow_networks=ONLY_THE_FIRST) as fetcher, pytest.raises(FetchError):
        fetcher.fetch(url)
