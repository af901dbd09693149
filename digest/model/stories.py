"""Stories: as a source gave them (`ParsedStory`) and as we keep them (`Story`)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from digest.model.ids import StoryId
from digest.model.tags import Tag


class Direction(StrEnum):
    """Which way a text runs."""

    LTR = "ltr"
    RTL = "rtl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture: an absolute http(s) URL, what it shows, and who made it. Sizes in CSS pixels, where known."""

    url: str
    alt: str = ""
    credit: str = ""
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedStory:
    """One story as read from a feed entry, a page or a file, cleaned and bounded, not yet kept.

    `url` is canonical (no tracking parameters) or empty; `guid` is already scoped to its source unless it is
    unique by nature. `title`, `dek` and `byline` are plain text; `body_html` is sanitised; `body_text` is the same
    as plain text, a blank line between paragraphs. Times are aware UTC.
    `credit` is the photo credit where there is one without a picture. `notes` say what was mended or missing.
    """

    title: str
    url: str = ""
    guid: str = ""
    dek: str = ""
    body_html: str = ""
    body_text: str = ""
    byline: str = ""
    publisher: str = ""
    image: Image | None = None
    credit: str = ""
    tags: tuple[Tag, ...] = ()
    lang: str = ""
    direction: Direction = Direction.LTR
    published_at: datetime | None = None
    updated_at: datetime | None = None
    content_hash: str
    word_count: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A story as kept. `weight` is that of its best source, 1.0 where none is set."""

    id: StoryId
    canonical_url: str
    guid: str
    title: str
    dek: str
    body_html: str
    body_text: str
    byline: str
    publisher: str
    image: Image | None
    credit: str
    tags: tuple[Tag, ...]
    lang: str
    direction: Direction
    published_at: datetime | None
    updated_at: datetime | None
    first_seen_at: datetime
    retracted_at: datetime | None
    content_hash: str
    word_count: int
    weight: float = 1.0

    @property
    def counts_at(self) -> datetime:
        """When the story counts for a period: published, or first seen where that came later or no date is known."""
        return max(self.published_at, self.first_seen_at) if self.published_at else self.first_seen_at


class Change(StrEnum):
    """What gathering a story did to the store."""

    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
