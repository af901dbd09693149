"""The sample newsroom's feeds: RSS 2.0, RSS 1.0, Atom (RFC 4287) and JSON Feed 1.1, from stories.

They are as feeds are in the wild: links with tracking parameters, HTML in a title, pictures as media:content (Media
RSS), the text as content:encoded, categories as tags. The hostile entry is handed out as it is, on purpose.
"""

import json
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape

from lxml import etree

from digest.demo.masthead import MOTTO, Section
from digest.demo.stories import DemoStory, Stories

_ATOM = "{http://www.w3.org/2005/Atom}"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_MEDIA = "{http://search.yahoo.com/mrss/}"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_RSS1 = "{http://purl.org/rss/1.0/}"
_RSS_ROOT = """<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"/>"""
_ATOM_ROOT = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"/>"""
_RDF_ROOT = """<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"/>"""
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_TRACKING = "?utm_source=feed&utm_medium=rss"


def rss_feed(section: Section, stories: Stories) -> bytes:
    """Return a section's feed as RSS 2.0."""
    root = etree.XML(_RSS_ROOT)
    channel = etree.SubElement(root, "channel")
    _add(channel, "title", section.outlet.name)
    _add(channel, "link", f"{section.outlet.site_url}/{section}")
    _add(channel, "description", f"{section.label}. {MOTTO}.")
    _add(channel, "language", section.lang)
    for story in stories:
        item = etree.SubElement(channel, "item")
        _add(item, "title", story.headline_html)
        _add(item, "link", story.url + _TRACKING)
        _add(item, "guid", story.slug, isPermaLink="false")
        if story.is_dated:
            _add(item, "pubDate", format_datetime(story.published_at))
        _add(item, _DC + "creator", story.byline)
        _add(item, "description", story.dek)
        _add(item, _CONTENT + "encoded", etree.CDATA(text_html(story)))
        for tag in story.tags:
            _add(item, "category", tag)
        _add_picture(item, story)
    return _document(root)


def atom_feed(section: Section, stories: Stories) -> bytes:
    """Return a section's feed as Atom."""
    root = etree.XML(_ATOM_ROOT)
    root.set(_LANG, section.lang)
    _add(root, _ATOM + "title", section.outlet.name)
    _add(root, _ATOM + "subtitle", section.label)
    _add(root, _ATOM + "id", f"{section.outlet.site_url}/{section}")
    _add(root, _ATOM + "updated", _newest(stories))
    for story in stories:
        entry = etree.SubElement(root, _ATOM + "entry")
        _add(entry, _ATOM + "title", story.headline_html, type="html")
        _add(entry, _ATOM + "link", "", rel="alternate", type="text/html", href=story.url + _TRACKING)
        _add(entry, _ATOM + "id", story.url)
        _add(entry, _ATOM + "published", story.published_at.isoformat())
        _add(entry, _ATOM + "updated", story.updated_at.isoformat())
        _add(etree.SubElement(entry, _ATOM + "author"), _ATOM + "name", story.byline)
        _add(entry, _ATOM + "summary", story.dek)
        _add(entry, _ATOM + "content", text_html(story), type="html")
        for tag in story.tags:
            _add(entry, _ATOM + "category", "", term=tag)
        _add_picture(entry, story)
    return _document(root)


def rdf_feed(section: Section, stories: Stories) -> bytes:
    """Return a section's feed as RSS 1.0."""
    root = etree.XML(_RDF_ROOT)
    channel = etree.SubElement(root, _RSS1 + "channel", {_RDF + "about": f"{section.outlet.site_url}/rss.rdf"})
    _add(channel, _RSS1 + "title", section.outlet.name)
    _add(channel, _RSS1 + "link", section.outlet.site_url)
    _add(channel, _RSS1 + "description", "Reports from along the coast")
    _add(channel, _DC + "language", section.lang)
    listed = etree.SubElement(etree.SubElement(channel, _RSS1 + "items"), _RDF + "Seq")
    for story in stories:
        etree.SubElement(listed, _RDF + "li", {_RDF + "resource": story.url})
        item = etree.SubElement(root, _RSS1 + "item", {_RDF + "about": story.url})
        _add(item, _RSS1 + "title", story.headline_html)
        _add(item, _RSS1 + "link", story.feed_link or story.url)
        _add(item, _RSS1 + "description", story.dek)
        _add(item, _DC + "creator", story.byline)
        _add(item, _DC + "date", story.published_at.isoformat())
        for tag in story.tags:
            _add(item, _DC + "subject", tag)
        _add(item, _CONTENT + "encoded", etree.CDATA(text_html(story)))
    return _document(root)


def json_feed(section: Section, stories: Stories) -> bytes:
    """Return a section's feed as JSON Feed."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": section.outlet.name,
        "description": section.label,
        "home_page_url": f"{section.outlet.site_url}/{section}",
        "language": section.lang,
        "items": [_json_item(story) for story in stories],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1).encode()


def text_html(story: DemoStory) -> str:
    """Return a story's text as HTML, and after it whatever its feed injects."""
    return "".join(f"<p>{escape(one, quote=False)}</p>\n" for one in story.paragraphs) + story.injected_html


def _json_item(story: DemoStory) -> dict[str, object]:
    """Return a story as an item; its picture stands in the text, the one place where JSON Feed has room for alt."""
    return {
        "id": story.url,
        "url": story.url + _TRACKING,
        "title": story.headline,
        "summary": story.dek,
        "content_html": _picture_html(story) + text_html(story),
        "date_published": story.published_at.isoformat(),
        "date_modified": story.updated_at.isoformat(),
        "authors": [{"name": story.byline}],
        "tags": list(story.tags),
    }


def _picture_html(story: DemoStory) -> str:
    if not (picture := story.picture):
        return ""
    return f'<img src="{picture.url}" alt="{escape(picture.alt)}" width="{picture.width}" height="{picture.height}">\n'


def _newest(stories: Stories) -> str:
    """Return when a feed of these changed last; a feed must say so even while nothing is in it (RFC 4287 4.2.15)."""
    return max((story.updated_at for story in stories), default=datetime.fromtimestamp(0, UTC)).isoformat()


def _add(parent: etree._Element, name: str, text: str | etree.CDATA, **attributes: str) -> None:
    element = etree.SubElement(parent, name, attributes)
    element.text = text or None


def _add_picture(parent: etree._Element, story: DemoStory) -> None:
    if not (picture := story.picture):
        return
    size = {"width": str(picture.width), "height": str(picture.height)}
    media = etree.SubElement(parent, _MEDIA + "content", {"url": picture.url, "medium": "image", **size})
    _add(media, _MEDIA + "description", picture.alt)
    _add(media, _MEDIA + "credit", picture.credit)


def _document(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
