"""Sources: where stories come from, and how each fares."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from digest.model.ids import SourceId
from digest.model.stories import ParsedStory


class SourceKind(StrEnum):
    """What a source is: a feed, an article page, or a folder (or file) on this machine."""

    FEED = "feed"
    PAGE = "page"
    FOLDER = "folder"


class SourceHealth(StrEnum):
    """How a source fares: polled as usual, backing off after failures, or retired by its publisher (410)."""

    OK = "ok"
    FAILING = "failing"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A source as kept. `failures` counts since the last success; `weight` multiplies its stories' score."""

    id: SourceId
    kind: SourceKind
    url: str
    title: str
    weight: float
    etag: str
    last_modified: str
    next_poll_at: datetime
    last_polled_at: datetime | None
    failures: int
    last_error: str
    health: SourceHealth


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """One story or document that was not taken: which, and why, in words for a person."""

    what: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedDocument:
    """What one document (feed, page, file) held: its stories, and what was rejected of it."""

    stories: tuple[ParsedStory, ...]
    rejected: tuple[Rejected, ...] = ()
    title: str = ""
    notes: tuple[str, ...] = ()
