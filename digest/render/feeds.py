"""Feeds of a topic's editions: Atom (RFC 4287) and JSON Feed 1.1, the same entries in both.

An entry's id is a tag URI (RFC 4151) of the topic's number and the edition's time: it stays when a topic, its slug or
the site's address is renamed, so that no reader is shown an old edition as new.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from xml.etree import ElementTree as ET

from digest.model.editions import Edition, EditionItem
from digest.model.ids import TopicId
from digest.model.messages import Publication
from digest.render.prepare import edition_key_of, one_line
from digest.render.teasers import teaser_of, web_url
from digest.render.words import words_for

_ATOM = "http://www.w3.org/2005/Atom"
_JSON_FEED = "https://jsonfeed.org/version/1.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """An edition in a feed. `html` names its stories, with links; `image` may be empty. `sent_at` is aware UTC."""

    id: str
    url: str
    title: str
    summary: str
    html: str
    image: str
    sent_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A topic's latest editions. `page_url` is where a browser finds them; `changed_at` is aware UTC."""

    id: str
    title: str
    description: str
    lang: str
    author: str
    author_url: str
    page_url: str
    changed_at: datetime
    entries: tuple[FeedEntry, ...]


def feed_id(topic_id: TopicId, *, domain: str, added_at: datetime) -> str:
    """Return the id of a topic's feed; `domain` is one that was ours when the topic was added."""
    return f"tag:{domain},{added_at:%Y-%m-%d}:topic/{topic_id}"


def feed_entry(
    edition: Edition, publication: Publication, *, subject: str, sent_at: datetime, domain: str
) -> FeedEntry:
    """Return an edition as an entry, under the subject it was mailed with."""
    teaser = teaser_of(edition, publication)
    return FeedEntry(
        id=f"tag:{domain},{edition.period.end:%Y-%m-%d}:topic/{edition.topic_id}/{edition_key_of(edition)}",
        url=teaser.url,
        title=one_line(subject),
        summary=teaser.summary or teaser.headline,
        html="".join(_told(edition, teaser.url)),
        image=teaser.image,
        sent_at=sent_at,
    )


def write_atom(feed: Feed, *, url: str) -> bytes:
    """Return the feed as an Atom document; `url` is where it is found."""
    root = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": feed.lang})
    _add(root, "id", feed.id)
    _add(root, "title", feed.title)
    if feed.description:
        _add(root, "subtitle", feed.description)
    _add(root, "updated", feed.changed_at.isoformat())
    _add_author(root, feed)
    _add(root, "link", rel="self", type="application/atom+xml", href=url)
    _add(root, "link", rel="alternate", type="text/html", hreflang=feed.lang, href=feed.page_url)
    for entry in feed.entries:
        _add_entry(ET.SubElement(root, "entry"), entry)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def write_json_feed(feed: Feed, *, url: str) -> bytes:
    """Return the feed as a JSON Feed; `url` is where it is found."""
    document = {
        "version": _JSON_FEED,
        "title": feed.title,
        "home_page_url": feed.page_url,
        "feed_url": url,
        "description": feed.description,
        "language": feed.lang,
        "authors": [{"name": feed.author, "url": feed.author_url}],
        "items": [_json_item(entry) for entry in feed.entries],
    }
    return json.dumps(_without_empty(document), ensure_ascii=False).encode()


def _told(edition: Edition, url: str) -> Iterator[str]:
    """Tell the edition's introduction and its stories' headlines, as HTML of our own making."""
    words = words_for(edition.topic.lang)
    yield f'<div lang="{escape(edition.topic.lang)}" dir="{words.direction.value}">'
    for line in filter(None, map(one_line, edition.intro.splitlines())):
        yield f"<p>{escape(line)}</p>"
    yield "<ul>"
    for item in edition.items:
        yield f"<li>{_headline(item)}{_dek(item)}</li>"
    yield f'</ul><p><a href="{escape(url)}">{escape(words.say("View in browser"))}</a></p></div>'


def _headline(item: EditionItem) -> str:
    title, url = _isolated(item, item.title), web_url(item.url)
    return f'<a href="{escape(url)}">{title}</a>' if url else title


def _dek(item: EditionItem) -> str:
    return f"<br>{_isolated(item, item.dek)}" if one_line(item.dek) else ""


def _isolated(item: EditionItem, text: str) -> str:
    return f'<bdi dir="{item.direction.value}">{escape(one_line(text))}</bdi>'


def _add_entry(element: ET.Element, entry: FeedEntry) -> None:
    _add(element, "id", entry.id)
    _add(element, "title", entry.title)
    _add(element, "link", rel="alternate", type="text/html", href=entry.url)
    _add(element, "published", entry.sent_at.isoformat())
    _add(element, "updated", entry.sent_at.isoformat())
    _add(element, "summary", entry.summary)
    _add(element, "content", entry.html, type="html")


def _add_author(root: ET.Element, feed: Feed) -> None:
    author = ET.SubElement(root, "author")
    _add(author, "name", feed.author)
    _add(author, "uri", feed.author_url)


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> None:
    ET.SubElement(parent, name, attributes).text = text or None


def _json_item(entry: FeedEntry) -> dict[str, object]:
    item = {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "summary": entry.summary,
        "content_html": entry.html,
        "image": entry.image,
        "date_published": entry.sent_at.isoformat(),
        "date_modified": entry.sent_at.isoformat(),
    }
    return _without_empty(item)


def _without_empty(item: Mapping[str, object]) -> dict[str, object]:
    """Leave out what may be left out: a member that says nothing. Items stay, since a feed must have them."""
    return {name: value for name, value in item.items() if value != ""}
