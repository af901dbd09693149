"""Leaving: one press takes a reader off a topic, or off everything, whenever they press and however often.

A link to leave never ends (RFC 8058). What a press took can be undone for an hour; that is in `undoing.py`.
"""

from dataclasses import dataclass
from datetime import datetime

from digest.flows.services import Services
from digest.model.addresses import Address
from digest.model.subscribers import Cadence, LeavingReason, SubscriberStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """What a page to leave shows: whose subscription it is (`masked`), to what, and where it stands.

    `masked` is empty for an erased reader. `other_topics` counts those they get besides. `lang` is the reader's, or
    the topic's where theirs is not known.
    """

    masked: str
    topic_slug: str
    topic_name: str
    lang: str
    is_subscribed: bool
    other_topics: int
    standing: SubscriberStatus
    cadence: Cadence
    paused_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What a press did. `topics` are the names of what it took; `undo_token` is empty where nothing changed."""

    masked: str
    topic_slug: str
    topic_name: str
    lang: str
    topics: tuple[str, ...]
    undo_token: str


def find_leaving(services: Services, token: str) -> Leaving | None:
    """Return what the page of an unsubscribe token shows, or None for a token that is cut or forged. Reads only."""
    raise NotImplementedError


def leave_topic(services: Services, token: str, *, source: str) -> Left | None:
    """Take the reader off the token's topic, at once; None for a token that is cut or forged.

    `source` goes into the evidence: how it was asked. The second press, and one for an erased reader, succeed too.
    """
    raise NotImplementedError


def leave_everything(services: Services, token: str, *, source: str) -> Left | None:
    """Take the reader of an unsubscribe token off all topics; else as `leave_topic`."""
    raise NotImplementedError


def leave_by_address(services: Services, address: Address, *, source: str) -> bool:
    """Take the reader with that address off all topics; return whether anything is kept under it."""
    raise NotImplementedError


def give_reason(services: Services, token: str, reason: LeavingReason) -> None:
    """Count why a reader left the token's topic, once a press at most, kept apart from who they are."""
    raise NotImplementedError
