"""Choosing: which topics a reader gets, how often, when, and in which language. By a link from a mail, no login."""

from dataclasses import dataclass
from datetime import datetime

from digest.flows.services import Services
from digest.model.subscribers import Bundling, Cadence, SubscriberStatus, SubscriptionStatus
from digest.model.topics import Schedule, Weekday


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicChoice:
    """A topic that a reader may choose. `status` is None where they never asked for it."""

    slug: str
    name: str
    description: str
    lang: str
    schedule: Schedule
    status: SubscriptionStatus | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """All that a preferences page shows. `zone`, `weekday` and `hour` are empty or None for the topic's own.

    `lang` may be empty: not known. `standing` says `active` once a pause is over.
    """

    masked: str
    name: str
    lang: str
    zone: str
    weekday: Weekday | None
    hour: int | None
    cadence: Cadence
    bundling: Bundling
    paused_until: datetime | None
    standing: SubscriberStatus
    topics: tuple[TopicChoice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedChoices:
    """A filled preferences form, as typed. Empty `zone`, `weekday` (0-6, Monday is 0) and `hour` mean the topic's own.

    `slugs` are all topics that are ticked; who was subscribed to one that is not leaves it.
    """

    slugs: tuple[str, ...]
    name: str
    lang: str
    zone: str
    weekday: str
    hour: str
    cadence: str
    bundling: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What saving did, with the names of topics: `joined` at once, `left`, and `asked` for by a mail to be confirmed.

    `has_to_wait` says that a mail should have gone out, but that too many went to that address lately. `undo_token`
    takes back the leaving, and is empty where nothing was left. `choices` are as they stand then.
    """

    joined: tuple[str, ...]
    left: tuple[str, ...]
    asked: tuple[str, ...]
    has_to_wait: bool
    undo_token: str
    choices: Choices


def find_choices(services: Services, token: str) -> Choices | None:
    """Return what a preferences token lets its holder see, or None: cut, forged, or the reader is erased. Reads only.

    The topics are the public ones, and those the reader has or had.
    """
    raise NotImplementedError


def save_choices(services: Services, token: str, wanted: WantedChoices) -> Saved | None:
    """Keep what a reader chose; None as above. A suppressed reader's topics can be left, and not joined.

    Raises FieldsError ("topics", "name", "lang", "zone", "weekday", "hour", "cadence", "bundling"); then nothing is
    kept.
    """
    raise NotImplementedError
