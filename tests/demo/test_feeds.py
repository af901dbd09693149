"""What the sample newsroom promises of its feeds."""

import json
from calendar import timegm
from datetime import timedelta

import feedparser
import pytest
from lxml import etree

from digest.clock import FixedClock
from digest.demo.masthead import COURIER, Section
from digest.demo.newsroom import FEEDS, Newsroom
from tests.demo.conftest import NOW

XML_FEEDS = {"/feeds/harbour.xml": "rss20", "/feeds/city-hall.xml": "rss20", "/feeds/climate.atom": "atom10"}
XML_FEEDS |= {"/feeds/arabic.xml": "rss20", "/rss.rdf": "rss10"}


def content_at(newsroom: Newsroom, path: str) -> bytes:
    body = newsroom.body_at(path)
    assert body
    return body.content


@pytest.mark.parametrize(("path", "version"), XML_FEEDS.items())
def test_an_xml_feed_is_well_formed_and_gives_every_story_of_its_section(
    newsroom: Newsroom, path: str, version: str
) -> None:
    content = content_at(newsroom, path)

    feed = feedparser.parse(content)

    etree.fromstring(content)
    assert (feed.version, feed.bozo) == (version, False)
    wanted = {one.headline for one in newsroom.stories if one.section is FEEDS[path].section and one.is_in_feed}
    assert len(feed.entries) == len(wanted)
    assert wanted - {entry.title for entry in feed.entries} <= {
        "The Ell Maid sails again, & this time she is on the timetable"
    }


def test_the_json_feed_gives_every_story_of_its_section(newsroom: Newsroom) -> None:
    feed = json.loads(content_at(newsroom, "/feeds/schools.json"))

    wanted = {one.headline for one in newsroom.stories if one.section is Section.SCHOOLS}
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert {item["title"] for item in feed["items"]} == wanted


def test_dates_tags_text_and_pictures_are_in_the_feed(newsroom: Newsroom) -> None:
    story = next(one for one in newsroom.stories if one.slug == "night-shift-quay-four")

    feed = feedparser.parse(content_at(newsroom, "/feeds/harbour.xml"))

    entry = next(one for one in feed.entries if one.title == story.headline)
    assert timegm(entry.published_parsed) == story.published_at.timestamp()
    assert [tag.term for tag in entry.tags] == list(story.tags)
    assert entry.content[0].value.count("<p>") == len(story.paragraphs)
    assert entry.media_content[0]["url"] == f"{COURIER.site_url}/pictures/harbour-cranes.jpg"
    assert entry.link.startswith(story.url)


def test_the_story_without_a_date_has_none_in_its_feed(newsroom: Newsroom) -> None:
    feed = feedparser.parse(content_at(newsroom, "/feeds/city-hall.xml"))

    assert [entry.title for entry in feed.entries if "published" not in entry] == [
        "Three Lantern Street landlords go to court over empty windows"
    ]


def test_one_title_is_html(newsroom: Newsroom) -> None:
    root = etree.fromstring(content_at(newsroom, "/feeds/harbour.xml"))

    titles = [title.text or "" for title in root.iterfind("channel/item/title")]

    assert [title for title in titles if "<" in title] == [
        "The <em>Ell Maid</em> sails again, &amp; this time she is on the timetable"
    ]


def test_the_wire_carries_one_hostile_entry(newsroom: Newsroom) -> None:
    content = content_at(newsroom, "/rss.rdf").decode()

    assert content.count("<script>") == 1
    assert content.count("<link>javascript:") == 1
    assert "onerror=" in content


def test_a_feed_with_nothing_out_yet_is_still_a_feed() -> None:
    newsroom = Newsroom(FixedClock(NOW - timedelta(days=30)), anchored_at=NOW)

    for path, version in XML_FEEDS.items():
        feed = feedparser.parse(content_at(newsroom, path))
        assert (feed.version, feed.bozo, feed.entries) == (version, False, [])
