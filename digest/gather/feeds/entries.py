"""One entry of an RSS or Atom feed, read into a draft: which of its many fields says what.

RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0 (RFC 4287), with Dublin Core, content, Media RSS, iTunes and FeedBurner.
"""

import re
from dataclasses import dataclass

from digest.gather.cleaning.draft import Draft
from digest.gather.cleaning.sanitise import plain_text
from digest.gather.feeds.fields import Field, Fields
from digest.gather.feeds.images import choose_image

_WEB_PAGES = frozenset({"", "text/html", "application/xhtml+xml"})
_WEB_URL = re.compile(r"https?://", re.IGNORECASE)
_MAIL_ADDRESS = re.compile(r"[^\s@()<>\"]{1,64}@[^\s@()<>\"]{1,255}")
_BY = re.compile(r"\Aby\s+", re.IGNORECASE)
_AROUND_NAMES = " ()<>\"'\t\r\n,;"
_SEVERAL = re.compile(r"[,;|\u060c\u3001]")
_MAX_FIELDS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSays:
    """What a feed says of all its entries, where they do not say otherwise."""

    title: str = ""
    lang: str = ""
    authors: str = ""


def read_entry(entry: Field, fields: Fields, *, says: FeedSays) -> tuple[Draft, str]:
    """Return an entry as a draft, and the URL that relative ones in its body are relative to."""
    draft = Draft(
        title=fields.markup("title", "dc:title", "media:title", "itunes:title"),
        url=_link(entry, fields),
        guid=fields.text("guid", "id", "dc:identifier") or entry.about,
        byline=authors(fields) or says.authors,
        publisher=_source_title(fields) or fields.text("dc:publisher") or says.title,
        tags=_tags(fields),
    )
    body = _write_texts(fields, draft)
    draft.lang = fields.text("dc:language", "language") or (body or entry).lang or says.lang
    _write_dates(fields, draft)
    choose_image(fields, draft)
    return draft, (body or entry).base_url


def authors(fields: Fields) -> str:
    """Return the names of all authors, each once, joined by commas; mail addresses are nobody's name."""
    found: dict[str, None] = {}
    for author in [*fields.all("author", "dc:creator", "dc:author")][:_MAX_FIELDS] or [*fields.all("itunes:author")][
        :1
    ]:
        name = author.fields.text("name") or ("" if author.fields.text("email", "uri") else author.text)
        name = _BY.sub("", _MAIL_ADDRESS.sub("", name[:1_000]).strip(_AROUND_NAMES))
        if name and not _WEB_URL.match(name):
            found.setdefault(" ".join(name.split()))
    return ", ".join(found)


def _link(entry: Field, fields: Fields) -> str:
    """Return the entry's page: FeedBurner's original, the alternate link, a guid that is a link, the RDF subject."""
    original = fields.text("feedburner:origlink")
    if original:
        return original
    links = [link for link in fields.all("link") if link["rel"].lower() in {"", "alternate"} and _target(link)]
    if links:
        return _target(min(links, key=lambda link: link["type"].lower() not in _WEB_PAGES))
    for guid in fields.all("guid"):
        if guid["ispermalink"].lower() != "false" and _WEB_URL.match(guid.text):
            return guid.text
    return next((url for url in (entry.about, fields.text("id")) if _WEB_URL.match(url)), "")


def _target(link: Field) -> str:
    return link.resolved(link["href"] or link.text)


def _write_texts(fields: Fields, draft: Draft) -> Field | None:
    """Write the dek and the body into `draft`; return the field that the longer of them came from.

    Feeds disagree about which field is the whole text: the one that says more is it.
    """
    short = fields.first(
        "description", "summary", "dc:description", "dc:abstract", "itunes:summary", "media:description"
    )
    long = fields.first("content:encoded", "content", "xhtml:body", "body", "fulltext", "fullitem")
    if short and long and len(plain_text(short.markup)) > 2 * len(plain_text(long.markup)):
        short, long = long, short
    draft.dek = short.markup if short else ""
    draft.body = long.markup if long else ""
    return long or short


def _write_dates(fields: Fields, draft: Draft) -> None:
    names = ("pubdate", "published", "issued", "dc:date", "dc:issued", "dc:available", "other:publicationdate")
    published = fields.all(*names, "created", "dc:created")
    updated = fields.all("updated", "modified", "dc:modified", "lastbuilddate")
    draft.published = draft.read_date(*(field.text for field in published))
    draft.updated = draft.read_date(*(field.text for field in updated))


def _tags(fields: Fields) -> list[str]:
    categories = [
        field["label"] or field["term"] or field.text or field.fields.text("rdf:value")
        for field in fields.all("category", "media:category", "other:category")
        if not field["scheme"].endswith("#kind")
    ]
    if len(categories) == 1:
        categories = _SEVERAL.split(categories[0])
    listed = (field.text for field in fields.all("dc:subject", "media:keywords", "itunes:keywords", "keywords", "tags"))
    words = [word for text in listed for word in _SEVERAL.split(text)]
    return [tag for tag in (*categories, *words) if tag.strip()][:_MAX_FIELDS]


def _source_title(fields: Fields) -> str:
    for source in fields.all("source", "dc:source"):
        title = source.fields.text("title") or source.text
        if title and not _WEB_URL.match(title):
            return title
    return ""
