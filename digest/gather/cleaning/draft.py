"""A story being read, and the one place where what was read is cleaned, bounded and judged.

Readers of formats (feeds, pages, files) fill a `Draft` with what the document says, as it stood; `finish` makes the
`ParsedStory` of it. So every story is cleaned in the same way, wherever it came from.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from digest.errors import RejectedError
from digest.gather.cleaning.dates import parse_date
from digest.gather.cleaning.identity import absolute_url, canonical_url, content_hash, scoped_guid
from digest.gather.cleaning.language import direction_of, normal_language
from digest.gather.cleaning.markup import has_markup, resolved
from digest.gather.cleaning.sanitise import (
    first_image,
    fits_one_line,
    one_line,
    paragraphs_html,
    plain_text,
    sanitise_html,
    shortened,
)
from digest.model.stories import Image, ParsedStory
from digest.model.tags import Tag, TagKey, make_tag

MAX_DEK_CHARS = 500
MAX_NAME_CHARS = 200
MAX_ALT_CHARS = 500
MAX_TAGS = 50
MAX_PIXELS = 20_000
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Nothing was published on the web before; an older date is a default of somebody's software."""
_TITLE_FROM_TEXT_CHARS = 100
_CLOCK_SKEW = timedelta(minutes=2)


@dataclass(slots=True, kw_only=True)
class Draft:
    """A story as its document has it. Mutable on purpose: a reader of a format fills it piece by piece.

    `title`, `dek`, `body`, `byline`, `image_alt`, `image_credit` and `credit` are HTML or text as they stood; URLs may
    be relative. `published` and `updated` are aware. `notes` say what a reader of the format mended.
    """

    title: str = ""
    url: str = ""
    guid: str = ""
    dek: str = ""
    body: str = ""
    byline: str = ""
    publisher: str = ""
    image_url: str = ""
    image_alt: str = ""
    image_credit: str = ""
    image_width: int | None = None
    image_height: int | None = None
    credit: str = ""
    tags: list[str] = field(default_factory=list)
    lang: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    notes: list[str] = field(default_factory=list)

    def read_date(self, *written: str) -> datetime | None:
        """Return the first of the dates `written` that can be read, in aware UTC. If none can, the first is noted."""
        given = [one for one in written if one.strip()]
        found = next(filter(None, map(parse_date, given)), None)
        if given and found is None:
            self.notes.append(f'its date "{one_line(given[0], max_chars=40)}" cannot be read')
        return found


def finish(draft: Draft, *, base_url: str, source: str, now: datetime) -> ParsedStory:
    """Return the story a draft is, clean and bounded; what was mended or is missing stands in its notes.

    Relative URLs are resolved against `base_url`; `source` (a URL or a file's name) scopes the guid; `now` is
    aware UTC. Raises RejectedError when there is neither a title nor a text, or the body is a bomb.
    """
    notes = list(draft.notes)
    dek, body_html, body_text = _texts(draft, base_url=base_url)
    title = _title(draft, dek or body_text, notes=notes)
    url = _url(draft.url, base_url=base_url, notes=notes)
    image = _image(draft, body_html, base_url=base_url)
    byline = _byline(draft.byline)
    credit = one_line(draft.credit, max_chars=MAX_NAME_CHARS)
    lang = normal_language(draft.lang)
    published_at, updated_at = _times(draft, now=now, notes=notes)
    return ParsedStory(
        title=title,
        url=url,
        guid=scoped_guid(draft.guid, source=source),
        dek="" if dek == title else dek,
        body_html=body_html,
        body_text=body_text,
        byline=byline,
        publisher=one_line(draft.publisher, max_chars=MAX_NAME_CHARS),
        image=image,
        credit=credit,
        tags=_tags(draft.tags),
        lang=lang,
        direction=direction_of(lang, title),
        published_at=published_at,
        updated_at=updated_at,
        content_hash=content_hash(title=title, dek=dek, body_text=body_text, byline=byline, credit=credit, image=image),
        word_count=len((body_text or dek).split()),
        notes=tuple(notes),
    )


def _texts(draft: Draft, *, base_url: str) -> tuple[str, str, str]:
    """Return the dek, and the body as sanitised HTML and as text.

    A dek that has the whole text to itself is the body, unless it is short; one that only starts the body is none.
    """
    body_html = sanitise_html(_as_html(draft.body if draft.body.strip() else draft.dek), base_url=base_url)
    body_text = plain_text(body_html)
    if draft.body.strip():
        dek = one_line(_as_html(draft.dek), max_chars=MAX_DEK_CHARS)
        return ("" if _is_start_of(dek, body_text) else dek), body_html, body_text
    if "\n\n" in body_text or len(body_text) > MAX_DEK_CHARS or first_image(body_html):
        return "", body_html, body_text
    return one_line(body_html, max_chars=MAX_DEK_CHARS), "", ""


def _as_html(html_or_text: str) -> str:
    return html_or_text if has_markup(html_or_text) else paragraphs_html(resolved(html_or_text))


def _is_start_of(dek: str, body_text: str) -> bool:
    start = dek.removesuffix("[\u2026]").removesuffix("[...]").rstrip(" .\u2026")
    return " ".join(body_text[: 2 * len(dek)].split()).startswith(start)


def _title(draft: Draft, text: str, *, notes: list[str]) -> str:
    if title := one_line(draft.title):
        if not fits_one_line(draft.title):
            notes.append(f"its title was cut from {len(draft.title):,} characters")
        return title
    if not text:
        raise RejectedError("it has neither a title nor a text")
    notes.append("no title: taken from its text")
    return shortened(" ".join(text.split()), max_chars=_TITLE_FROM_TEXT_CHARS)


def _url(url: str, *, base_url: str, notes: list[str]) -> str:
    found = canonical_url(url, base_url=base_url) if url.strip() else ""
    if not found:
        notes.append(f'its link "{one_line(url, max_chars=80)}" is no web address' if url.strip() else "no link")
    return found


def _image(draft: Draft, body_html: str, *, base_url: str) -> Image | None:
    """Return the story's picture: the one the document names, else the first of size in the body."""
    url = absolute_url(draft.image_url, base_url=base_url) if draft.image_url.strip() else ""
    if not url:
        return first_image(body_html)
    return Image(
        url=url,
        alt=one_line(draft.image_alt, max_chars=MAX_ALT_CHARS),
        credit=one_line(draft.image_credit, max_chars=MAX_NAME_CHARS),
        width=_pixels(draft.image_width),
        height=_pixels(draft.image_height),
    )


def _pixels(size: int | None) -> int | None:
    return size if size is not None and 0 < size <= MAX_PIXELS else None


def _byline(byline: str) -> str:
    name = one_line(byline, max_chars=MAX_NAME_CHARS)
    return name[3:] if name[:3].lower() == "by " else name


def _tags(labels: list[str]) -> tuple[Tag, ...]:
    found: dict[TagKey, Tag] = {}
    for label in labels:
        tag = make_tag(one_line(label))
        if tag and len(found) < MAX_TAGS:
            found.setdefault(tag.key, tag)
    return tuple(found.values())


def _times(draft: Draft, *, now: datetime, notes: list[str]) -> tuple[datetime | None, datetime | None]:
    published = _plausible(draft.published, now=now, notes=notes)
    updated = _plausible(draft.updated, now=now, notes=notes)
    if published is None and updated is not None:
        notes.append("no date of publication: taken from its last update")
        return updated, updated
    if published is None:
        notes.append("no date: counts from when it was first seen")
    return published, updated


def _plausible(at: datetime | None, *, now: datetime, notes: list[str]) -> datetime | None:
    if at is None:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    if at < EARLIEST:
        notes.append(f"its date, {at:%Y-%m-%d}, cannot be: ignored")
        return None
    if at > now + _CLOCK_SKEW:
        notes.append(f"its date, {at:%Y-%m-%d %H:%M} UTC, is in the future: counts as now")
    return min(at, now).astimezone(UTC)
