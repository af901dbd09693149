"""JSON Feed 1.0 and 1.1 (jsonfeed.org): a feed as one JSON object.

Readers must ignore what they do not know and put up with wrong types; so every value is looked at before it is used.
"""

import html
from collections.abc import Mapping
from datetime import datetime

from digest.errors import RejectedError
from digest.gather.cleaning.draft import Draft, finish
from digest.gather.cleaning.encoding import decoded
from digest.gather.cleaning.identity import joined
from digest.gather.cleaning.json_values import as_object, as_text, load_json, names_in
from digest.gather.cleaning.sanitise import one_line, paragraphs_html
from digest.gather.feeds.limits import MAX_ENTRIES, refuse_large
from digest.gather.feeds.repeats import once_each, without_shared_guids
from digest.model.sources import ParsedDocument, Rejected
from digest.model.stories import ParsedStory

_VERSION = "jsonfeed.org/version/"
_MAX_TAGS = 200


def parse_json_feed(content: bytes, *, url: str, content_type: str, now: datetime) -> ParsedDocument:
    """Return the stories of a JSON Feed, newest reading of each, and the items that were rejected.

    `url` is where the feed came from, or a file's name. Raises RejectedError when it is no JSON Feed or too large.
    """
    refuse_large(content)
    return read_json_feed(load_json(decoded(content, content_type=content_type)), url=url, now=now)


def is_json_feed(found: object) -> bool:
    """Return whether JSON calls itself a JSON Feed."""
    return _VERSION in as_text(as_object(found).get("version"))


def read_json_feed(found: object, *, url: str, now: datetime) -> ParsedDocument:
    """Return the stories of JSON that is a JSON Feed, as `parse_json_feed` does. Raises RejectedError if it is none."""
    feed = as_object(found)
    items = feed.get("items")
    if not isinstance(items, list) or not (is_json_feed(feed) or "title" in feed):
        raise RejectedError("it is no JSON Feed: an object with a version, a title and a list of items")
    base_url = joined(url, as_text(feed.get("home_page_url")))
    stories: list[ParsedStory] = []
    rejected: list[Rejected] = []
    for number, item in enumerate(items[:MAX_ENTRIES], start=1):
        try:
            stories.append(finish(_draft(as_object(item), feed), base_url=base_url, source=url, now=now))
        except RejectedError as error:
            rejected.append(Rejected(what=f"item {number}", why=str(error)))
    return ParsedDocument(
        stories=once_each(without_shared_guids(stories)),
        rejected=tuple(rejected),
        title=one_line(as_text(feed.get("title"))),
        notes=_notes(len(items)),
    )


def _draft(item: Mapping[str, object], feed: Mapping[str, object]) -> Draft:
    draft = Draft(
        title=html.escape(as_text(item.get("title")), quote=False),
        url=as_text(item.get("url")) or as_text(item.get("external_url")),
        guid=as_text(item.get("id")),
        dek=html.escape(as_text(item.get("summary")), quote=False),
        body=as_text(item.get("content_html")) or paragraphs_html(as_text(item.get("content_text"))),
        byline=_authors(item) or _authors(feed),
        publisher=as_text(feed.get("title")),
        image_url=as_text(item.get("image")) or as_text(item.get("banner_image")) or _attached_image(item),
        tags=[tag for tag in _listed(item.get("tags")) if isinstance(tag, str)][:_MAX_TAGS],
        lang=as_text(item.get("language")) or as_text(feed.get("language")),
    )
    draft.published = draft.read_date(as_text(item.get("date_published")))
    draft.updated = draft.read_date(as_text(item.get("date_modified")))
    return draft


def _authors(bearer: Mapping[str, object]) -> str:
    """Return the names of the authors: a list in 1.1, one object in 1.0."""
    authors = _listed(bearer.get("authors")) or bearer.get("author")
    return ", ".join(dict.fromkeys(names_in(authors, "name")))


def _attached_image(item: Mapping[str, object]) -> str:
    attached = map(as_object, _listed(item.get("attachments")))
    images = (one for one in attached if as_text(one.get("mime_type")).startswith("image/"))
    return next((as_text(one.get("url")) for one in images), "")


def _listed(value: object) -> list[object]:
    """Return a list; what is given in place of one, against the format, counts as missing."""
    return list(value) if isinstance(value, list) else []


def _notes(found: int) -> tuple[str, ...]:
    if found > MAX_ENTRIES:
        return (f"only its first {MAX_ENTRIES:,} entries of {found:,} were read",)
    return () if found else ("the feed has no entries",)
