"""Editions: one topic, one period, the stories chosen for it and why."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from digest.model.ids import EditionId, StoryId, TopicId
from digest.model.stories import Direction, Image
from digest.model.topics import Theme


@dataclass(frozen=True, slots=True)
class Period:
    """A half-open span of time [start, end) in aware UTC."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if not self.start < self.end:
            raise ValueError(f"a period ends after it starts, not {self.start} to {self.end}")

    def __contains__(self, at: datetime) -> bool:
        return self.start <= at < self.end


class EditionStatus(StrEnum):
    """Where an edition stands. `built` may be sent; `held` waits for an editor; `recalled` is not sent any more.

    One that is complete goes back to `sending` when mails of it that were in doubt are sent again.
    """

    BUILT = "built"
    HELD = "held"
    SENDING = "sending"
    COMPLETE = "complete"
    RECALLED = "recalled"

    def may_become(self, status: "EditionStatus") -> bool:
        """Return whether an edition may change from this status to that."""
        return status in _CHANGES[self]


_CHANGES = {
    EditionStatus.BUILT: {EditionStatus.HELD, EditionStatus.SENDING, EditionStatus.RECALLED},
    EditionStatus.HELD: {EditionStatus.BUILT, EditionStatus.RECALLED},
    EditionStatus.SENDING: {EditionStatus.COMPLETE, EditionStatus.RECALLED},
    EditionStatus.COMPLETE: {EditionStatus.SENDING, EditionStatus.RECALLED},
    EditionStatus.RECALLED: set[EditionStatus](),
}


class Reason(StrEnum):
    """Why a story is in an edition, or not."""

    PINNED = "pinned"
    RANKED = "ranked"
    SAME_AS = "same as"
    OVER_MAX = "over the maximum"
    DROPPED = "dropped by an editor"
    EXCLUDED_TAG = "bears an excluded tag"
    RETRACTED = "retracted"
    BEFORE_PERIOD = "before the period"
    AFTER_PERIOD = "after the period"
    IN_EARLIER_EDITION = "in an earlier edition"

    @property
    def is_in(self) -> bool:
        """Return whether a story with this reason stands in the edition as an entry of its own."""
        return self in {Reason.PINNED, Reason.RANKED}


@dataclass(frozen=True, slots=True, kw_only=True)
class AlsoReported:
    """Another report of an entry's event."""

    story_id: StoryId
    publisher: str
    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionItem:
    """A story as it was when its edition was built. `position` counts from 1; `body_html` is sanitised."""

    story_id: StoryId
    position: int
    reason: Reason
    score: float
    title: str
    dek: str
    excerpt: str
    url: str
    byline: str
    publisher: str
    image: Image | None
    credit: str
    lang: str
    direction: Direction
    published_at: datetime | None
    also_reported: tuple[AlsoReported, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What curating decided about one story. `detail` says it for a person: the score's parts, the tag, the twin."""

    story_id: StoryId
    title: str
    reason: Reason
    score: float
    detail: str
    same_as: StoryId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicAsSent:
    """What an edition keeps of its topic as it was."""

    slug: str
    name: str
    description: str
    lang: str
    theme: Theme
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """An edition: a topic's period and the stories in it. `id` is None for a preview that was not kept.

    `preheader` and `intro` are plain text, and may be empty. `built_at` is aware UTC.
    """

    id: EditionId | None
    topic_id: TopicId
    topic: TopicAsSent
    period: Period
    status: EditionStatus
    items: tuple[EditionItem, ...]
    preheader: str
    intro: str
    built_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SentEdition:
    """An edition that readers got: its subject as mailed, and since when it has been on its way, aware UTC."""

    edition: Edition
    subject: str
    sent_at: datetime
