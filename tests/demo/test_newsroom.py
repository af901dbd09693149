"""What the sample newsroom promises as a web server."""

import gzip
import socket
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from digest.clock import FixedClock
from digest.demo.newsroom import FEEDS, LOOPBACK, Newsroom


def ask(newsroom: Newsroom, path: str, *, method: str = "GET", **headers: str) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection("127.0.0.1", newsroom.port, timeout=5)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response, content


@pytest.mark.parametrize("path", [*FEEDS, "/news/playground-on-the-roof", "/pictures/lighthouse.jpg"])
def test_what_has_not_changed_is_answered_with_304_and_no_body(newsroom: Newsroom, path: str) -> None:
    first, content = ask(newsroom, path)

    again, nothing = ask(newsroom, path, If_None_Match=first.headers["ETag"])

    assert (first.status, again.status) == (200, 304)
    assert content
    assert nothing == b""
    assert again.headers["ETag"] == first.headers["ETag"]


def test_a_feed_changes_its_etag_when_something_is_published(newsroom: Newsroom, clock: FixedClock) -> None:
    clock.advance(days=-7)
    before, _ = ask(newsroom, "/feeds/harbour.xml")
    clock.advance(days=7)

    after, _ = ask(newsroom, "/feeds/harbour.xml", If_None_Match=before.headers["ETag"])

    assert after.status == 200


def test_gzip_is_spoken_where_it_is_asked_for(newsroom: Newsroom) -> None:
    plain, content = ask(newsroom, "/feeds/arabic.xml")
    packed, smaller = ask(newsroom, "/feeds/arabic.xml", Accept_Encoding="gzip")

    assert plain.headers["Content-Encoding"] is None
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(smaller) < len(content)
    assert gzip.decompress(smaller) == content
    assert packed.headers["ETag"] != plain.headers["ETag"]


def test_head_gives_the_headers_alone(newsroom: Newsroom) -> None:
    response, content = ask(newsroom, "/news/sea-wall-held", method="HEAD")

    assert response.status == 200
    assert int(response.headers["Content-Length"]) > 1_000
    assert content == b""


@pytest.mark.parametrize("path", ["/", "/news/", "/news/none", "/pictures/../masthead.py", "/pictures/%2e%2e/x", "//"])
def test_nothing_else_is_there(newsroom: Newsroom, path: str) -> None:
    response, _ = ask(newsroom, path)

    assert response.status == 404


def test_a_page_is_there_once_its_story_is_out(newsroom: Newsroom, clock: FixedClock) -> None:
    clock.advance(hours=-10)
    before, _ = ask(newsroom, "/news/night-shift-quay-four")
    clock.advance(hours=10)
    after, _ = ask(newsroom, "/news/night-shift-quay-four")

    assert (before.status, after.status) == (404, 200)


def test_every_source_answers_and_every_story_is_in_one(newsroom: Newsroom, tmp_path: Path) -> None:
    files = newsroom.write_folder(tmp_path)

    *urls, folder = newsroom.sources(tmp_path)

    found = b"".join(ask(newsroom, urlsplit(url).path)[1] for url in urls)
    found += b"".join(path.read_bytes() for path in files)
    assert folder == str(tmp_path)
    assert not [story.slug for story in newsroom.stories if story.paragraphs[1].encode()[:60] not in found]


def test_the_newsroom_s_names_lead_to_loopback_and_no_other_name_is_known(newsroom: Newsroom) -> None:
    hosts = {urlsplit(url).hostname or "" for url in (*newsroom.feed_urls(), *newsroom.page_urls())}

    assert hosts == {"www.harbourcourier.example", "www.northshorewire.example"}
    assert {newsroom.resolve(host, newsroom.port) for host in hosts} == {(LOOPBACK,)}
    with pytest.raises(socket.gaierror):
        newsroom.resolve("localhost", newsroom.port)


def test_a_closed_newsroom_has_no_port(clock: FixedClock) -> None:
    newsroom = Newsroom(clock, anchored_at=clock.now())

    with pytest.raises(RuntimeError, match="while it is open"):
        _ = newsroom.port
