"""JSON Feed 1.0 and 1.1 (jsonfeed.org): a feed as one JSON object.

Readers must ignore what they do not know and put up with wrong types; so every value is looked at before it is used.
"""

import html
import json
from collections.abc import Mapping
from datetime import datetime

from digest.errors import RejectedError
from digest.gather.dates import parse_date
from digest.gather.draft import Draft, finish
from digest.gather.encoding import decoded
from digest.gather.feed_text import MAX_ENTRIES
from digest.gather.feeds import MAX_FEED_BYTES, once_each, without_shared_guids
from digest.gather.identity import joined
from digest.gather.sanitise import one_line, paragraphs_html
from digest.model.sources import ParsedDocument, Rejected
from digest.model.stories import ParsedStory

_VERSION = "jsonfeed.org/version/"
_MAX_TAGS = 200


def parse_json_feed(content: bytes, *, url: str, content_type: str, now: datetime) -> ParsedDocument:
    """Return the stories of a JSON Feed, newest reading of each, and the items that were rejected.

    `url` is where the feed came from, or a file's name. Raises RejectedError when it is no JSON Feed or too large.
    """
    if len(content) > MAX_FEED_BYTES:
        raise RejectedError(f"the feed has {len(content):,} bytes; at most {MAX_FEED_BYTES:,} are read")
    feed = _object(_loaded(decoded(content, content_type=content_type)))
    items = feed.get("items")
    if not isinstance(items, list) or not (_VERSION in _text(feed, "version") or "title" in feed):
        raise RejectedError("it is no JSON Feed: an object with a version, a title and a list of items")
    stories: list[ParsedStory] = []
    rejected: list[Rejected] = []
    for number, item in enumerate(items[:MAX_ENTRIES], start=1):
        try:
            stories.append(finish(_draft(_object(item), feed), base_url=_base_url(feed, url), source=url, now=now))
        except RejectedError as error:
            rejected.append(Rejected(what=f"item {number}", why=str(error)))
    return ParsedDocument(
        stories=once_each(without_shared_guids(stories)),
        rejected=tuple(rejected),
        title=one_line(_text(feed, "title")),
        notes=_notes(len(items)),
    )


def _loaded(text: str) -> object:
    try:
        found: object = json.loads(text)
    except RecursionError as error:
        raise RejectedError("its JSON is nested too deep") from error
    except ValueError as error:
        raise RejectedError(f"it is no JSON: {error}") from error
    return found


def _draft(item: Mapping[str, object], feed: Mapping[str, object]) -> Draft:
    draft = Draft(
        title=html.escape(_text(item, "title"), quote=False),
        url=_text(item, "url") or _text(item, "external_url"),
        guid=_text(item, "id"),
        dek=html.escape(_text(item, "summary"), quote=False),
        body=_text(item, "content_html") or paragraphs_html(_text(item, "content_text")),
        byline=_authors(item) or _authors(feed),
        publisher=_text(feed, "title"),
        image_url=_text(item, "image") or _text(item, "banner_image") or _attached_image(item),
        tags=[str(tag) for tag in _list(item, "tags") if isinstance(tag, str)][:_MAX_TAGS],
        lang=_text(item, "language") or _text(feed, "language"),
    )
    draft.published = _date(item, "date_published", notes=draft.notes)
    draft.updated = _date(item, "date_modified", notes=draft.notes)
    return draft


def _base_url(feed: Mapping[str, object], url: str) -> str:
    return joined(url, _text(feed, "home_page_url"))


def _authors(bearer: Mapping[str, object]) -> str:
    """Return the names of the authors: a list in 1.1, one object in 1.0."""
    authors = _list(bearer, "authors") or [bearer.get("author")]
    names = (one if isinstance(one, str) else _text(_object(one), "name") for one in authors)
    return ", ".join(dict.fromkeys(filter(None, names)))


def _attached_image(item: Mapping[str, object]) -> str:
    attachments = (_object(one) for one in _list(item, "attachments"))
    return next((_text(one, "url") for one in attachments if _text(one, "mime_type").startswith("image/")), "")


def _date(item: Mapping[str, object], name: str, *, notes: list[str]) -> datetime | None:
    written = _text(item, name)
    found = parse_date(written)
    if written and found is None:
        notes.append(f'its date "{one_line(written, max_chars=40)}" cannot be read')
    return found


def _object(value: object) -> Mapping[str, object]:
    return {str(name): inside for name, inside in value.items()} if isinstance(value, dict) else {}


def _list(bearer: Mapping[str, object], name: str) -> list[object]:
    value = bearer.get(name)
    return list(value) if isinstance(value, list) else []


def _text(bearer: Mapping[str, object], name: str) -> str:
    """Return a text; a number counts as one, since many feeds number their ids."""
    value = bearer.get(name)
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _notes(found: int) -> tuple[str, ...]:
    if found > MAX_ENTRIES:
        return (f"only its first {MAX_ENTRIES:,} entries of {found:,} were read",)
    return () if found else ("the feed has no entries",)
