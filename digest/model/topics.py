"""Topics: which tags a digest is about, how large it is, and when it goes out."""

from dataclasses import dataclass, field
from datetime import time
from enum import IntEnum, StrEnum

from digest.model.ids import StoryId, TopicId
from digest.model.mailings import DoubtPolicy
from digest.model.tags import TagKey


class Weekday(IntEnum):
    """A day of the week, numbered as `datetime.weekday` does."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


class Theme(StrEnum):
    """Which family of templates an edition wears: pictures and cards, or one compact list."""

    CLASSIC = "classic"
    COMPACT = "compact"


class TopicStatus(StrEnum):
    """Whether a topic closes editions."""

    ACTIVE = "active"
    PAUSED = "paused"


class Visibility(StrEnum):
    """Whether the sign-up page lists a topic. An unlisted one is found by who knows its name."""

    PUBLIC = "public"
    UNLISTED = "unlisted"


class Pick(StrEnum):
    """What an editor decided about a story for a topic's editions to come."""

    PINNED = "pinned"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A weekly wall time in an IANA zone, and how long before it the period closes."""

    weekday: Weekday = Weekday.SUNDAY
    at: time = time(8, 0)
    zone: str = "UTC"
    cut_off_minutes: int = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic as kept. `pinned` and `dropped` are an editor's choices for the editions to come.

    `sends_welcome` says whether who confirms it gets its latest edition at once.
    """

    id: TopicId
    slug: str
    name: str
    description: str = ""
    lang: str = "en"
    tags: frozenset[TagKey]
    excluded_tags: frozenset[TagKey] = frozenset()
    min_stories: int = 1
    max_stories: int = 12
    schedule: Schedule = field(default_factory=Schedule)
    theme: Theme = Theme.CLASSIC
    status: TopicStatus = TopicStatus.ACTIVE
    doubt_policy: DoubtPolicy = DoubtPolicy.BY_CAUSE
    visibility: Visibility = Visibility.PUBLIC
    sends_welcome: bool = False
    pinned: tuple[StoryId, ...] = ()
    dropped: frozenset[StoryId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicHeading:
    """A topic by what stands above its editions, for anybody who reads them."""

    id: TopicId
    slug: str
    name: str
    description: str
    lang: str
    schedule: Schedule
    is_public: bool
