"""Feeds and sitemaps: what programs read of the archive, judged by readers that are not ours and by our own."""

import json

import feedparser
import pytest
from lxml import etree
from sqlalchemy import update

from digest.flows.browsing import SITEMAP_EDITIONS, count_sitemaps, read_sitemap
from digest.gather.documents import parse_document
from digest.model.topics import Visibility
from digest.store.tables import topic
from tests.makers.stories import make_image
from tests.servers.web import Web
from tests.web.archive_pages import read_page
from tests.web.conftest import MakeWeb
from tests.web.editions import open_topic, path_of, send_copies, send_edition, send_many
from tests.web.test_archive import HOSTILE

ATOM = "/editions/islands/feed.atom"
JSON = "/editions/islands/feed.json"
SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite alone: what is shown is the same, and the flows below are held on both."""
    return sqlite_url


def test_atom_says_what_rfc_4287_asks_for(web: Web) -> None:
    open_topic(web.services, description="News of the islands", lang="en")
    first, second = send_many(web.services, web.clock, 2)

    answer = web.client.get(ATOM)

    feed = feedparser.parse(answer.content, response_headers=dict(answer.headers))
    assert not feed.bozo
    assert feed.version == "atom10"
    assert answer.headers["content-type"].startswith("application/atom+xml")
    assert (feed.feed.title, feed.feed.subtitle) == ("Islands · The Daily Example", "News of the islands")
    assert feed.feed.author_detail.name == "The Daily Example"
    assert feed.feed.updated == web.clock.now().isoformat()
    assert {(link.rel, link.href) for link in feed.feed.links} == {
        ("self", web.url + ATOM),
        ("alternate", f"{web.url}/editions/islands"),
    }
    assert [entry.link for entry in feed.entries] == [web.url + path_of(second), web.url + path_of(first)]
    assert [entry.title for entry in feed.entries] == ["Islands: Story number 1", "Islands: Story number 0"]
    assert feed.entries[0].updated == feed.entries[0].published == web.clock.now().isoformat()
    assert len({feed.feed.id, *(entry.id for entry in feed.entries)}) == 3
    assert "https://news.example/islands/2026-12-06/0" in feed.entries[0].content[0].value


def test_json_feed_says_the_same(web: Web) -> None:
    open_topic(web.services)
    send_edition(web.services, "Ferry sails again", "Kitchen opens", image=make_image())

    answer = web.client.get(JSON)

    feed = json.loads(answer.content)
    atom = feedparser.parse(web.client.get(ATOM).content)
    assert answer.headers["content-type"].startswith("application/feed+json")
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert (feed["feed_url"], feed["home_page_url"]) == (web.url + JSON, f"{web.url}/editions/islands")
    assert [(item["id"], item["url"], item["title"], item["summary"]) for item in feed["items"]] == [
        (entry.id, entry.link, entry.title, entry.summary) for entry in atom.entries
    ]
    assert feed["items"][0]["image"] == "https://news.example/lead.jpg"
    assert "description" not in feed


def test_our_own_readers_take_both_feeds(web: Web) -> None:
    open_topic(web.services)
    edition = send_edition(web.services, "Ferry sails again")

    for path in (ATOM, JSON):
        answer = web.client.get(path)
        parsed = parse_document(
            answer.content, url=web.url + path, content_type=answer.headers["content-type"], now=web.clock.now()
        )

        assert [(story.title, story.url) for story in parsed.stories] == [
            ("Islands: Ferry sails again", web.url + path_of(edition))
        ]
        assert not parsed.rejected


def test_ids_stay_when_a_topic_is_renamed(web: Web) -> None:
    open_topic(web.services)
    send_edition(web.services)
    before = feedparser.parse(web.client.get(ATOM).content)
    with web.services.database.begin() as tx:
        tx.execute(update(topic).values(name="Outer Islands", slug="outer-islands"))

    after = feedparser.parse(web.client.get("/editions/outer-islands/feed.atom").content)

    assert after.feed.title == "Outer Islands · The Daily Example"
    assert after.feed.id == before.feed.id
    assert [entry.id for entry in after.entries] == [entry.id for entry in before.entries]


def test_what_stories_say_is_text_in_feeds(web: Web) -> None:
    open_topic(web.services, name=HOSTILE, description=HOSTILE)
    send_edition(web.services, HOSTILE, dek=f"{HOSTILE}]]>\x0b\x1b\ufffe", url=f"https://news.example/?{HOSTILE}")

    atom = feedparser.parse(web.client.get(ATOM).content, sanitize_html=False)
    items = json.loads(web.client.get(JSON).content)["items"]

    assert not atom.bozo
    assert items[0]["title"].endswith(HOSTILE)
    for content in (atom.entries[0].content[0].value, items[0]["content_html"]):
        tree = etree.fromstring(content, etree.HTMLParser())
        assert not [element for element in tree.iter() if element.tag in {"script", "img"}]
        assert all(str(link.get("href")).startswith(("https://news.example/", web.url)) for link in tree.iter("a"))


def test_feeds_can_be_found_from_the_pages(web: Web) -> None:
    open_topic(web.services)
    edition = send_edition(web.services)

    for path in ("/editions/islands", path_of(edition)):
        found = {
            (link.get("type"), link.get("href"))
            for link in read_page(web, path).iter("link")
            if link.get("rel") == "alternate"
        }

        assert found == {("application/atom+xml", ATOM), ("application/feed+json", JSON)}


def test_the_sitemap_lists_what_is_public(web: Web) -> None:
    open_topic(web.services)
    edition = send_edition(web.services)

    answer = web.client.get("/sitemap.xml")

    root = etree.fromstring(answer.content)
    places = [place.text for place in root.findall("s:url/s:loc", SITEMAP)]
    pages = ("/subscribe", "/editions", "/editions/islands", path_of(edition))
    assert answer.headers["content-type"] == "application/xml"
    assert places == [web.url + path for path in pages]
    assert [one.text for one in root.findall("s:url/s:lastmod", SITEMAP)] == ["2026-11-22T13:00:00+00:00"]


def test_a_large_sitemap_is_parted_and_nothing_is_in_it_twice_or_missing(web: Web) -> None:
    open_topic(web.services)
    open_topic(web.services, "secret", visibility=Visibility.UNLISTED)
    sent = send_many(web.services, web.clock, 5)
    send_edition(web.services, slug="secret")

    files = [read_sitemap(web.services, number=number, size=2) for number in range(5)]

    there = [one for one in files if one]
    assert [one is not None for one in files] == [False, True, True, True, False]
    assert count_sitemaps(web.services, size=2) == 3
    assert [line.closed_at for one in there for line in one.editions] == [one.period.end for one in sent]
    assert [one.slugs for one in there] == [("islands",), (), ()]


def test_a_sitemap_too_large_for_one_file_has_an_index(make_web: MakeWeb) -> None:
    web = make_web()
    open_topic(web.services)
    sent = send_edition(web.services)
    send_copies(web.services, sent, SITEMAP_EDITIONS)

    index = etree.fromstring(web.client.get("/sitemap.xml").content)
    files = [place.text for place in index.findall("s:sitemap/s:loc", SITEMAP)]
    listed = [etree.fromstring(web.client.get(str(file)).content).findall("s:url", SITEMAP) for file in files]

    assert files == [f"{web.url}/sitemap-1.xml", f"{web.url}/sitemap-2.xml"]
    assert [len(places) for places in listed] == [SITEMAP_EDITIONS + 3, 1]


def test_search_engines_are_kept_from_what_is_one_readers_own(web: Web) -> None:
    rules = web.client.get("/robots.txt").text

    assert rules.splitlines()[0] == "User-agent: *"
    assert {"Disallow: /unsubscribe/", "Disallow: /preferences/", "Disallow: /confirm/"} <= set(rules.splitlines())
    assert f"Sitemap: {web.url}/sitemap.xml" in rules
