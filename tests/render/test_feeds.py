"""Feeds' entries from editions, whatever stands in these."""

import json
from xml.etree import ElementTree as ET

from hypothesis import given, settings
from lxml import etree

from digest.model.editions import Edition
from digest.model.ids import TopicId
from digest.render.feeds import Feed, feed_entry, feed_id, write_atom, write_json_feed
from tests.makers.editions import END, PUBLICATION, make_edition, make_image, make_item
from tests.render.strategies import editions

ATOM = "{http://www.w3.org/2005/Atom}"
URL = "https://harbour.example/editions/islands/feed"


def make_feed(*carried: Edition, **changes: str) -> Feed:
    """Return a feed of these editions."""
    texts = {"title": "Islands", "description": "", "lang": "en", "author": "The Harbour Times", **changes}
    return Feed(
        id=feed_id(TopicId(1), domain="harbour.example", added_at=END),
        author_url=PUBLICATION.base_url,
        page_url="https://harbour.example/editions/islands",
        changed_at=END,
        entries=tuple(
            feed_entry(one, PUBLICATION, subject=one.items[0].title, sent_at=END, domain="harbour.example")
            for one in carried
        ),
        **texts,
    )


@settings(max_examples=60, deadline=None)
@given(edition=editions())
def test_any_edition_makes_feeds_that_can_be_read(edition: Edition) -> None:
    feed = make_feed(edition)

    entry = ET.fromstring(write_atom(feed, url=URL)).find(f"{ATOM}entry")
    item = json.loads(write_json_feed(feed, url=URL))["items"][0]

    assert entry is not None
    content = entry.findtext(f"{ATOM}content") or ""
    assert content == item["content_html"]
    assert len(list(etree.fromstring(content, etree.HTMLParser()).iter("li"))) == len(edition.items)
    assert item["id"] == entry.findtext(f"{ATOM}id")


def test_an_address_that_is_not_on_the_web_is_no_link_and_no_picture() -> None:
    odd = make_item(url="javascript:alert(1)", image=make_image(url="data:image/svg+xml,<svg/>"))

    entry = make_feed(make_edition(odd)).entries[0]

    assert "javascript" not in entry.html
    assert entry.image == ""
    assert "Ferry to the outer islands sails again" in entry.html


def test_an_entry_tells_the_introduction_and_each_story_with_its_own_direction() -> None:
    edition = make_edition(make_item(title="A & B", dek="C < D"), lang="ar", intro="سطر\n\nآخر")

    entry = make_feed(edition, lang="ar").entries[0]

    assert entry.html == (
        '<div lang="ar" dir="rtl"><p>سطر</p><p>آخر</p><ul><li><a href="https://news.example/ferry">'
        '<bdi dir="ltr">A &amp; B</bdi></a><br><bdi dir="ltr">C &lt; D</bdi></li></ul>'
        '<p><a href="https://harbour.example/editions/islands/2026-11-15-130000">اعرضها في المتصفح</a></p></div>'
    )
