"""Sources: tried when they are added, checked, listed, gathered, and forgotten."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from tests.cli.newsroom import write_story
from tests.servers.http import HttpServer, http_server

FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>The Daily Example</title>
<item><title>Harbour reopens</title><link>https://news.example.com/harbour</link><category>Harbour</category>
<pubDate>Fri, 20 Nov 2026 08:00:00 GMT</pubDate><description>The harbour reopened on Friday.</description></item>
</channel></rss>"""


@pytest.fixture
def web() -> Iterator[HttpServer]:
    """A web server that has a feed at /feed.xml."""
    with http_server() as server:
        server.answer("/feed.xml", headers=[("Content-Type", "application/rss+xml")], body=FEED)
        yield server


@pytest.fixture
def online(digest: CommandLine) -> CommandLine:
    """A command line with a database, that may fetch from this machine."""
    digest.environ["DIGEST_ALLOW_NETWORKS"] = "127.0.0.0/8"
    digest.must("init")
    return digest


def test_a_feed_is_tried_added_gathered_and_forgotten(online: CommandLine, web: HttpServer) -> None:
    feed = web.url("/feed.xml")

    added = online.must("source", "add", feed)
    gathered = online("gather", "--json").json
    again = online("gather", feed, "--json").json
    listed = online("source", "list", "--json").json
    removed = online.must("source", "remove", feed)

    assert added == f'Added the feed {feed} ("The Daily Example")\nNext: digest gather\n'
    assert [(one["source"], one["new"]) for one in gathered] == [(feed, 1)]
    assert [(one["new"], one["updated"], one["unchanged"]) for one in again] == [(0, 0, 1)]
    assert [(one["url"], one["health"], one["failures"]) for one in listed] == [(feed, "ok", 0)]
    assert removed == f"Removed {feed}; its stories stay.\n"
    assert online("source", "list", "--json").json == []
    assert len(online("story", "list", "--json").json) == 1


def test_a_check_shows_what_would_come_and_keeps_nothing(online: CommandLine, web: HttpServer) -> None:
    shown = online.must("source", "check", web.url("/feed.xml"))

    assert "The Daily Example" in shown
    assert "2026-11-20 08:00 UTC  Harbour reopens  Harbour" in shown
    assert online("story", "list", "--json").json == []


def test_a_source_that_fails_is_named_and_the_others_are_gathered(
    online: CommandLine, web: HttpServer, tmp_path: Path
) -> None:
    write_story(tmp_path / "stories", "Ferry line returns")
    gone = web.url("/gone.xml")

    answer = online("gather", gone, "stories")

    assert answer.exit_code == 1
    assert f"failed: {gone}: " in answer.out
    assert "404" in answer.out
    assert [story["title"] for story in online("story", "list", "--json").json] == ["Ferry line returns"]


def test_this_machine_is_not_fetched_from_unless_it_is_allowed(digest: CommandLine, web: HttpServer) -> None:
    digest.must("init")

    answer = digest("source", "add", web.url("/feed.xml"))

    assert answer.exit_code == 1
    assert "DIGEST_ALLOW_NETWORKS" in answer.err
    assert web.asked == []


def test_a_folder_is_a_source_and_what_is_rejected_in_it_is_said(online: CommandLine, tmp_path: Path) -> None:
    folder = write_story(tmp_path / "stories", "Ferry line returns").parent
    (folder / "empty.json").touch()

    online.must("source", "add", "stories")
    gathered = online.must("gather")

    assert f"rejected: {folder}: empty.json: " in gathered
    assert online("source", "add", "stories").exit_code == 1


def test_a_file_that_is_rejected_by_itself_fails_the_command_and_is_named_once(
    online: CommandLine, tmp_path: Path
) -> None:
    file = tmp_path / "minutes.pdf"
    file.write_bytes(b"%PDF-1.7")

    gathered = online("gather", str(file))

    assert gathered.exit_code == 1
    assert f"failed: {file}: .pdf files are not read; give one that ends in .txt" in gathered.out
    assert "rejected: " not in gathered.out


def test_what_is_neither_there_nor_a_url_is_told_so(online: CommandLine) -> None:
    answer = online("gather", "ftp://news.example.com/feed.xml")

    assert answer.exit_code == 1
    assert "neither an http(s) URL nor a file or folder that is there" in answer.err
