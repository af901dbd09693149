"""What a reader can choose from, and what they chose."""

from dataclasses import dataclass

from digest.model.ids import TopicId
from digest.model.subscribers import Bundling, Cadence, SubscriptionStatus
from digest.model.topics import Schedule, Weekday


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicChoice:
    """A topic that a reader may choose. `status` is None where they never asked for it.

    `sends_welcome` says whether who joins it gets its latest edition at once.
    """

    id: TopicId
    slug: str
    name: str
    description: str
    lang: str
    schedule: Schedule
    sends_welcome: bool
    status: SubscriptionStatus | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How a reader wants their mails. `zone`, `weekday` and `hour` are empty or None for the topic's own."""

    name: str
    lang: str
    zone: str
    weekday: Weekday | None
    hour: int | None
    cadence: Cadence
    bundling: Bundling
