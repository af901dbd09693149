"""What fetching promises of documents: whole or not at all, asked for again only when they changed."""

import gzip
from datetime import timedelta
from email.utils import format_datetime

import pytest

from digest.clock import FixedClock
from digest.errors import FetchError, SourceGoneError
from digest.gather.fetching.fetcher import Fetched, Fetcher, FetchOutcome
from tests.servers.http import HttpServer
from tests.servers.ports import free_port

FEED = b"<rss version='2.0'><channel/></rss>"


def test_a_document_comes_with_all_that_its_server_said_of_it(server: HttpServer, fetcher: Fetcher) -> None:
    said = [("Content-Type", "application/rss+xml; charset=utf-8"), ("ETag", 'W/"1"'), ("Last-Modified", "yesterday")]
    server.answer("/feed?page=1", headers=said, body=FEED)

    fetched = fetcher.fetch(server.url("/feed?page=1#top"))

    assert fetched == Fetched(
        outcome=FetchOutcome.FETCHED,
        url=server.url("/feed?page=1"),
        permanent_url=server.url("/feed?page=1#top"),
        content=FEED,
        content_type="application/rss+xml; charset=utf-8",
        etag='W/"1"',
        last_modified="yesterday",
        retry_after_s=None,
    )


def test_a_server_is_told_who_asks_and_gets_no_more(server: HttpServer, fetcher: Fetcher) -> None:
    server.answer("/feed", headers=[("Set-Cookie", "reader=1")], body=FEED)

    fetcher.fetch(server.url("/feed"))
    fetcher.fetch(server.url("/feed"))

    assert server.asked[1].headers.keys() == {"host", "user-agent", "accept", "accept-encoding", "connection"}
    assert server.asked[1].headers["user-agent"] == "Digest/test"
    assert server.asked[1].headers["host"] == f"127.0.0.1:{server.port}"


def test_proxies_in_the_environment_are_not_used(
    server: HttpServer, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    server.answer("/feed", body=FEED)

    assert fetcher.fetch(server.url("/feed")).content == FEED


def test_an_unchanged_document_is_not_sent_again(server: HttpServer, fetcher: Fetcher) -> None:
    server.answer("/feed", status=304)

    fetched = fetcher.fetch(server.url("/feed"), etag='"1"', last_modified="Sun, 22 Nov 2026 12:00:00 GMT")

    assert fetched.outcome is FetchOutcome.NOT_MODIFIED
    assert fetched.content == b""
    assert (fetched.etag, fetched.last_modified) == ('"1"', "Sun, 22 Nov 2026 12:00:00 GMT")
    assert server.asked[0].headers["if-none-match"] == '"1"'
    assert server.asked[0].headers["if-modified-since"] == "Sun, 22 Nov 2026 12:00:00 GMT"


def test_a_304_may_bring_new_validators(server: HttpServer, fetcher: Fetcher) -> None:
    server.answer("/feed", status=304, headers=[("ETag", '"2"')])

    assert fetcher.fetch(server.url("/feed"), etag='"1"').etag == '"2"'


def test_a_304_that_nobody_asked_for_is_no_document(server: HttpServer, fetcher: Fetcher) -> None:
    server.answer("/feed", status=304)

    with pytest.raises(FetchError, match="304 Not Modified"):
        fetcher.fetch(server.url("/feed"))


@pytest.mark.parametrize("etag", ['"' + "x" * 2_000 + '"', '"\x01"', '"\xe9"'])
def test_an_etag_that_cannot_be_kept_is_not_kept(server: HttpServer, fetcher: Fetcher, etag: str) -> None:
    server.answer("/feed", headers=[("ETag", etag)], body=FEED)

    assert fetcher.fetch(server.url("/feed")).etag == ""


def test_a_packed_document_comes_unpacked(server: HttpServer, fetcher: Fetcher) -> None:
    server.answer("/feed", headers=[("Content-Encoding", "gzip")], body=gzip.compress(FEED))

    assert fetcher.fetch(server.url("/feed")).content == FEED
    assert server.asked[0].headers["accept-encoding"] == "gzip, deflate, br, zstd"


@pytest.mark.parametrize("status", [301, 308])
def test_a_permanent_redirect_is_followed_and_remembered(server: HttpServer, fetcher: Fetcher, status: int) -> None:
    server.redirect("/old", "/new", status=status)
    server.answer("/new", body=FEED)

    fetched = fetcher.fetch(server.url("/old"))

    assert (fetched.content, fetched.url, fetched.permanent_url) == (FEED, server.url("/new"), server.url("/new"))


@pytest.mark.parametrize("status", [302, 303, 307])
def test_a_temporary_redirect_is_followed_and_forgotten(server: HttpServer, fetcher: Fetcher, status: int) -> None:
    server.redirect("/feed", "/today", status=status)
    server.answer("/today", body=FEED)

    fetched = fetcher.fetch(server.url("/feed"))

    assert (fetched.content, fetched.url, fetched.permanent_url) == (FEED, server.url("/today"), server.url("/feed"))


def test_validators_go_along_with_redirects(server: HttpServer, fetcher: Fetcher) -> None:
    server.redirect("/old", "/new", status=301)
    server.answer("/new", status=304)

    fetched = fetcher.fetch(server.url("/old"), etag='"1"')

    assert (fetched.outcome, fetched.permanent_url) == (FetchOutcome.NOT_MODIFIED, server.url("/new"))
    assert [asked.headers["if-none-match"] for asked in server.asked] == ['"1"', '"1"']


def test_a_redirect_in_a_circle_ends(server: HttpServer, fetcher: Fetcher) -> None:
    server.redirect("/a", "/b")
    server.redirect("/b", "/a")

    with pytest.raises(FetchError, match="in a circle"):
        fetcher.fetch(server.url("/a"))

    assert len(server.asked) == 2


def test_a_sixth_redirect_is_not_followed(server: HttpServer, fetcher: Fetcher) -> None:
    for number in range(10):
        server.redirect(f"/{number}", f"/{number + 1}")

    with pytest.raises(FetchError, match="more than 5 times"):
        fetcher.fetch(server.url("/0"))

    assert len(server.asked) == 6


def test_410_retires_the_source(server: HttpServer, fetcher: Fetcher) -> None:
    server.redirect("/old", "/new", status=301)
    server.answer("/new", status=410)

    with pytest.raises(SourceGoneError, match="410 Gone"):
        fetcher.fetch(server.url("/old"))


def test_410_behind_a_temporary_redirect_does_not_retire_the_source(server: HttpServer, fetcher: Fetcher) -> None:
    server.redirect("/feed", "/today")
    server.answer("/today", status=410)

    with pytest.raises(FetchError) as caught:
        fetcher.fetch(server.url("/feed"))

    assert type(caught.value) is FetchError


@pytest.mark.parametrize("status", [201, 204, 206, 300, 400, 401, 403, 404, 429, 500, 502, 503])
def test_any_status_that_brings_no_whole_document_fails_by_name(
    server: HttpServer, fetcher: Fetcher, status: int
) -> None:
    server.answer("/feed", status=status)

    with pytest.raises(FetchError, match=f"127.0.0.1 answered {status} [A-Z]") as caught:
        fetcher.fetch(server.url("/feed"))

    assert caught.value.url == server.url("/feed")
    assert caught.value.retry_after_s is None


def test_a_status_without_a_name_fails_by_number(server: HttpServer, fetcher: Fetcher) -> None:
    server.send("/feed", b"HTTP/1.1 599 <b>oops</b>\r\n\r\n")

    with pytest.raises(FetchError, match=r"answered 599$"):
        fetcher.fetch(server.url("/feed"))


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_in_seconds_is_passed_on(server: HttpServer, fetcher: Fetcher, status: int) -> None:
    server.answer("/feed", status=status, headers=[("Retry-After", "3600")])

    with pytest.raises(FetchError) as caught:
        fetcher.fetch(server.url("/feed"))

    assert caught.value.retry_after_s == 3600


@pytest.mark.parametrize(("wait", "seconds"), [({"hours": 2}, 7200), ({"days": 30}, 604_800), ({"hours": -1}, 0)])
def test_retry_after_as_a_date_is_counted_from_the_clock(
    server: HttpServer, fetcher: Fetcher, clock: FixedClock, wait: dict[str, float], seconds: float
) -> None:
    at = format_datetime(clock.now() + timedelta(**wait), usegmt=True)
    server.answer("/feed", status=503, headers=[("Retry-After", at)])

    with pytest.raises(FetchError) as caught:
        fetcher.fetch(server.url("/feed"))

    assert caught.value.retry_after_s == seconds


CUT_OFF = {
    "short of its length": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<rss>",
    "between chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<rss>\r\n",
    "within a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n50\r\n<rss>",
    "packed, without a length": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(FEED)[:-5],
    "packed, with too small a length": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 20\r\n\r\n"
    + gzip.compress(FEED),
    "within the headers": b"HTTP/1.1 200 OK\r\nContent-Type: te",
    "before anything": b"",
}


@pytest.mark.parametrize("answer", CUT_OFF.values(), ids=CUT_OFF.keys())
def test_a_document_that_broke_off_is_no_document(server: HttpServer, fetcher: Fetcher, answer: bytes) -> None:
    server.send("/feed", answer)

    with pytest.raises(FetchError, match=r"broke off|did not send a whole HTTP answer"):
        fetcher.fetch(server.url("/feed"))


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno header\r\n\r\n",
        b"220 mail.example ESMTP\r\n",
        b"\x00\x01\x02\r\n\r\n",
    ],
)
def test_what_is_no_http_fails_in_words(server: HttpServer, fetcher: Fetcher, head: bytes) -> None:
    server.send("/feed", head + FEED)

    with pytest.raises(FetchError, match="did not send a whole HTTP answer"):
        fetcher.fetch(server.url("/feed"))


def test_a_document_without_a_length_ends_with_the_connection(server: HttpServer, fetcher: Fetcher) -> None:
    server.send("/feed", b"HTTP/1.0 200 OK\r\n\r\n", FEED[:10], FEED[10:])

    assert fetcher.fetch(server.url("/feed")).content == FEED
