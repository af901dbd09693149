"""Gathering: what sources bring is kept once, what is wrong with one stops no other, and each poll is remembered."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from digest.clock import FixedClock
from digest.errors import AlreadyExistsError, FetchError, InputError, NotFoundError
from digest.flows.editing import list_stories
from digest.flows.gathering import (
    SourceReport,
    add_source,
    check_source,
    gather_due,
    gather_these,
    list_sources,
    remove_source,
)
from digest.flows.services import Services
from digest.model.sources import Source, SourceHealth, SourceKind
from tests.servers.http import HttpServer, http_server

RSS = """<?xml version="1.0"?>
<rss version="2.0"><channel><title>The Daily Example</title>{items}</channel></rss>"""
ITEM = """<item><title>{title}</title><link>{link}</link><pubDate>Fri, 20 Nov 2026 12:00:00 GMT</pubDate>
<category>{tag}</category><description>{title}, told at length.</description></item>"""
PAGE = """<!DOCTYPE html><html lang="en"><head><title>{title}</title>
<meta property="og:title" content="{title}"><meta property="article:tag" content="{tag}"></head><body><article>
<h1>{title}</h1><p>The council met on Friday and voted on the budget for the coming year, as announced.</p>
<p>Seven members voted for it and four against it, after a debate of three hours in the town hall.</p>
</article></body></html>"""


@pytest.fixture
def site() -> Iterator[HttpServer]:
    """A site on loopback."""
    with http_server() as server:
        yield server


def feed(*slugs: str, tag: str = "Council", site_url: str = "https://news.example/", query: str = "") -> bytes:
    items = [
        ITEM.format(title=slug.replace("-", " ").capitalize(), link=f"{site_url}{slug}{query}", tag=tag)
        for slug in slugs
    ]
    return RSS.format(items="".join(items)).encode()


def silent(_count: int) -> None:
    """No bar off a terminal."""


def due(services: Services) -> list[SourceReport]:
    return gather_due(services, progress=silent)


def the_source(services: Services) -> Source:
    (source,) = list_sources(services)
    return source


def test_a_feed_gathered_twice_changes_nothing(services: Services, site: HttpServer) -> None:
    site.answer("/feed", body=feed("budget-passes", "ferry-returns"))

    (first,) = gather_these(services, [site.url("/feed")], progress=silent)
    (second,) = gather_these(services, [site.url("/feed")], progress=silent)

    assert (first.new, first.updated, first.unchanged, first.error) == (2, 0, 0, "")
    assert (second.new, second.updated, second.unchanged) == (0, 0, 2)


def test_one_story_from_two_feeds_and_a_page_is_one_with_all_tags(services: Services, site: HttpServer) -> None:
    site_url = site.url("/")
    site.answer("/one", body=feed("budget-passes", tag="Council", site_url=site_url, query="?utm_source=rss"))
    site.answer("/two", body=feed("budget-passes", tag="Money", site_url=site_url, query="#comments"))
    page = PAGE.format(title="Budget passes", tag="City Hall")
    site.answer("/budget-passes", headers=[("Content-Type", "text/html")], body=page.encode())

    for path in ("/one", "/two", "/budget-passes"):
        gather_these(services, [site.url(path)], progress=silent)

    (story,) = list_stories(services, tag=None, limit=9)
    assert story.canonical_url == site.url("/budget-passes")
    assert {tag.label for tag in story.tags} == {"Council", "Money", "City Hall"}


def test_one_bad_feed_never_stops_the_round(services: Services, site: HttpServer) -> None:
    site.answer("/good", body=feed("budget-passes"))
    site.answer("/bad", body=b"%PDF-1.7 not a feed")
    site.send("/cut", b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<rss")

    urls = [site.url("/bad"), site.url("/cut"), site.url("/gone"), site.url("/good")]
    reports = gather_these(services, urls, progress=silent)

    assert [bool(one.error) for one in reports] == [True, True, True, False]
    assert reports[3].new == 1


def test_one_bad_story_never_stops_its_feed(services: Services, site: HttpServer) -> None:
    broken = "<item><description></description></item>"
    site.answer("/feed", body=feed("budget-passes").replace(b"<item>", broken.encode() + b"<item>", 1))

    (report,) = gather_these(services, [site.url("/feed")], progress=silent)

    assert report.new == 1
    assert len(report.rejected) == 1
    assert report.rejected[0].why


def test_a_source_that_did_not_change_is_not_read_again(
    services: Services, site: HttpServer, clock: FixedClock
) -> None:
    site.answer("/feed", headers=[("ETag", '"one"')], body=feed("budget-passes"))
    add_source(services, site.url("/feed"), weight=1.0)
    due(services)
    site.answer("/feed", status=304)
    clock.advance(hours=1)

    (report,) = due(services)

    assert report.notes == ("not modified since the last poll",)
    assert site.asked[-1].headers["if-none-match"] == '"one"'


def test_a_source_is_polled_when_due_and_not_before(services: Services, site: HttpServer, clock: FixedClock) -> None:
    site.answer("/feed", body=feed("budget-passes"))
    add_source(services, site.url("/feed"), weight=1.0)

    first, too_early = due(services), due(services)
    clock.advance(minutes=20)
    later = due(services)

    assert [len(first), len(too_early), len(later)] == [1, 0, 1]


def test_a_source_that_fails_backs_off_and_recovers(services: Services, site: HttpServer, clock: FixedClock) -> None:
    site.answer("/feed", body=feed("budget-passes"))
    add_source(services, site.url("/feed"), weight=1.0)
    site.answer("/feed", status=503, headers=[("Retry-After", "7200")])

    due(services)
    failing = the_source(services)
    clock.advance(hours=3)
    site.answer("/feed", body=feed("budget-passes"))
    due(services)
    well = the_source(services)

    assert (failing.health, failing.failures) == (SourceHealth.FAILING, 1)
    assert (failing.next_poll_at - clock.now()).total_seconds() >= 7200 - 3 * 3600
    assert (well.health, well.failures, well.last_error) == (SourceHealth.OK, 0, "")


def test_a_source_that_is_gone_is_retired_and_never_polled_again(
    services: Services, site: HttpServer, clock: FixedClock
) -> None:
    site.answer("/feed", body=feed("budget-passes"))
    add_source(services, site.url("/feed"), weight=1.0)
    site.answer("/feed", status=410)

    due(services)
    clock.advance(days=30)

    assert the_source(services).health is SourceHealth.RETIRED
    assert due(services) == []


def test_a_source_that_moved_for_good_is_remembered_where_it_is(services: Services, site: HttpServer) -> None:
    site.answer("/old", body=feed("budget-passes"))
    site.answer("/new", body=feed("budget-passes"))
    add_source(services, site.url("/old"), weight=1.0)
    site.redirect("/old", site.url("/new"), status=301)

    due(services)

    assert the_source(services).url == site.url("/new")


def test_a_page_is_a_source_of_one_story(services: Services, site: HttpServer) -> None:
    page = PAGE.format(title="Budget passes", tag="Council")
    site.answer("/page", headers=[("Content-Type", "text/html")], body=page.encode())

    added = add_source(services, site.url("/page"), weight=1.0)
    due(services)

    assert added.kind is SourceKind.PAGE
    assert [one.title for one in list_stories(services, tag=None, limit=9)] == ["Budget passes"]


def test_a_source_that_cannot_be_fetched_is_not_added(services: Services, site: HttpServer) -> None:
    with pytest.raises(FetchError):
        add_source(services, site.url("/missing"), weight=1.0)

    assert list_sources(services) == []


def test_a_source_is_added_once_and_removed_once(services: Services, site: HttpServer) -> None:
    site.answer("/feed", body=feed("budget-passes"))
    add_source(services, site.url("/feed"), weight=1.0)

    with pytest.raises(AlreadyExistsError):
        add_source(services, site.url("/feed"), weight=1.0)
    remove_source(services, site.url("/feed"))
    with pytest.raises(NotFoundError):
        remove_source(services, site.url("/feed"))


def test_checking_a_source_keeps_nothing(services: Services, site: HttpServer) -> None:
    site.answer("/feed", body=feed("budget-passes"))

    polled = check_source(services, site.url("/feed"))

    assert [one.title for one in polled.document.stories] == ["Budget passes"]
    assert list_stories(services, tag=None, limit=9) == []


def test_what_is_neither_url_nor_path_is_named(services: Services) -> None:
    with pytest.raises(InputError, match=r'"nowhere\.txt" is neither'):
        gather_these(services, ["nowhere.txt"], progress=silent)


def test_two_gathers_at_once_keep_each_story_once(services: Services, tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    for number in range(8):
        (folder / f"{number}.md").write_text(f"---\ntitle: Story {number}\n---\nIts text, number {number}.\n")
    start = Barrier(4)

    def gather() -> int:
        start.wait(timeout=30)
        return sum(report.new for report in gather_these(services, [str(folder)], progress=silent))

    with ThreadPoolExecutor(4) as pool:
        new = [each.result() for each in [pool.submit(gather) for _ in range(4)]]

    assert sorted(new) == [0, 0, 0, 8]
    assert len(list_stories(services, tag=None, limit=99)) == 8
