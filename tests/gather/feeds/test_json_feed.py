"""JSON Feed: its limits. What its stories look like is held by the corpus in test_xml_feed.py."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.errors import RejectedError
from digest.gather.feeds.json_feed import parse_json_feed
from digest.model.sources import ParsedDocument
from tests.gather.feeds.corpus import FEED_URL, NOW

VERSION = "https://jsonfeed.org/version/1.1"
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=4), inside, max_size=3),
    max_leaves=6,
)
FIELDS = "id url title content_html content_text summary image date_published authors author tags attachments".split()


def read(feed: dict[str, Any]) -> ParsedDocument:
    return parse_json_feed(json.dumps(feed).encode(), url=FEED_URL, content_type="application/feed+json", now=NOW)


def test_a_title_is_text_even_where_it_looks_like_markup() -> None:
    document = read({"version": VERSION, "title": "T", "items": [{"title": "Use <b>x</b> & <i>"}, {"title": "<b>"}]})

    assert [story.title for story in document.stories][1] == "<b>"


def test_a_body_of_text_shows_its_markup() -> None:
    document = read({"version": VERSION, "title": "T", "items": [{"content_text": "One <b>two</b>\n\nThree"}]})

    assert document.stories[0].body_html == "<p>One &lt;b&gt;two&lt;/b&gt;</p><p>Three</p>"


def test_only_the_first_entries_of_a_flood_are_read_and_it_says_so() -> None:
    document = read({"version": VERSION, "title": "T", "items": [{"title": str(at)} for at in range(2_500)]})

    assert len(document.stories) == 2_000
    assert document.notes == ("only its first 2,000 entries of 2,500 were read",)


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"7", b"{}", b'{"version": "' + VERSION.encode() + b'"}', b'{"items": {}}', b"<rss/>", b"\xff\xfe"],
)
def test_what_is_no_json_feed_is_rejected(content: bytes) -> None:
    with pytest.raises(RejectedError):
        parse_json_feed(content, url=FEED_URL, content_type="", now=NOW)


@pytest.mark.parametrize(
    "bomb",
    ["[" * 1_000_000, '{"items":' * 200_000, '{"items": [' + "9" * 1_000_000 + "]}", '{"items": [1e999999]}'],
    ids=lambda bomb: bomb[:12],
)
def test_a_json_bomb_is_rejected(bomb: str) -> None:
    with pytest.raises(RejectedError):
        parse_json_feed(bomb.encode(), url=FEED_URL, content_type="", now=NOW)


def test_a_feed_in_utf_16_is_read() -> None:
    feed = json.dumps({"version": VERSION, "title": "T", "items": [{"title": "عودة"}]}, ensure_ascii=False)

    document = parse_json_feed(feed.encode("utf-16"), url=FEED_URL, content_type="", now=NOW)

    assert document.stories[0].title == "عودة"


def test_a_broken_home_page_spoils_only_relative_links() -> None:
    items = [{"title": "A", "url": "https://j.example/a"}, {"title": "B", "url": "/b"}]

    document = read({"version": VERSION, "title": "T", "home_page_url": "http://[", "items": items})

    assert [story.url for story in document.stories] == ["https://j.example/a", ""]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(FIELDS), ANYTHING, max_size=6), max_size=4))
def test_no_type_of_value_makes_reading_crash(items: list[dict[str, Any]]) -> None:
    document = read({"version": VERSION, "title": "T", "items": items})

    assert len(document.stories) + len(document.rejected) <= len(items)
    assert all(story.title for story in document.stories)
