"""Subscribers, what they asked for, and the evidence that they did."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from digest.model.addresses import Address
from digest.model.ids import SubscriberId, TopicId
from digest.model.topics import Weekday


class SubscriberStatus(StrEnum):
    """Where a subscriber stands. Only `active` gets editions.

    pending     asked for on a form, or taken in without evidence; has confirmed nothing yet
    active      confirmed
    paused      gets nothing until a day of their own choice
    left        left everything; only they come back, by undoing it or by confirming anew
    suppressed  the address bounced or complained: nothing goes there, whatever its reader chooses
    erased      nothing that names them is kept
    """

    PENDING = "pending"
    ACTIVE = "active"
    PAUSED = "paused"
    LEFT = "left"
    SUPPRESSED = "suppressed"
    ERASED = "erased"

    def may_become(self, status: "SubscriberStatus") -> bool:
        """Return whether a subscriber may change from this status to that."""
        return status in _CHANGES[self]

    @property
    def gets_mail(self) -> bool:
        """Return whether a subscriber confirmed and stayed: editions come, now or after a pause."""
        return self in {SubscriberStatus.ACTIVE, SubscriberStatus.PAUSED}


_CHANGES: Mapping[SubscriberStatus, frozenset[SubscriberStatus]] = {
    SubscriberStatus.PENDING: frozenset(SubscriberStatus) - {SubscriberStatus.PENDING},
    SubscriberStatus.ACTIVE: frozenset(
        {SubscriberStatus.PAUSED, SubscriberStatus.LEFT, SubscriberStatus.SUPPRESSED, SubscriberStatus.ERASED}
    ),
    SubscriberStatus.PAUSED: frozenset(
        {SubscriberStatus.ACTIVE, SubscriberStatus.LEFT, SubscriberStatus.SUPPRESSED, SubscriberStatus.ERASED}
    ),
    SubscriberStatus.LEFT: frozenset({SubscriberStatus.ACTIVE, SubscriberStatus.PAUSED, SubscriberStatus.ERASED}),
    SubscriberStatus.SUPPRESSED: frozenset({SubscriberStatus.ERASED}),
    SubscriberStatus.ERASED: frozenset(),
}


class SubscriptionStatus(StrEnum):
    """Where one subscription to one topic stands. Only `subscribed` gets editions."""

    PENDING = "pending"
    SUBSCRIBED = "subscribed"
    LEFT = "left"


class Cadence(StrEnum):
    """How often a reader wants mail."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class Bundling(StrEnum):
    """Whether a reader of several topics gets them in one mail, or each in a mail of its own."""

    TOGETHER = "together"
    APART = "apart"


class LeavingReason(StrEnum):
    """Why a reader left, if they said so; counted by topic, and kept apart from who they are."""

    TOO_MANY = "too many mails"
    NOT_RELEVANT = "not what I hoped for"
    NEVER_ASKED = "I never signed up"
    OTHER = "another reason"


class ConsentAction(StrEnum):
    """What a line of evidence says the reader did."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    LEFT = "left"


class SuppressionReason(StrEnum):
    """Why an address gets nothing from us, whatever else is on record."""

    HARD_BOUNCE = "hard bounce"
    COMPLAINT = "complaint"
    ERASED = "erased"
    BY_HAND = "by hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """A subscriber as kept. `weekday` and `hour` (0-23, wall time in `zone`) are theirs, None for the topic's own."""

    id: SubscriberId
    address: Address
    name: str
    lang: str
    zone: str
    weekday: Weekday | None
    hour: int | None
    cadence: Cadence
    bundling: Bundling
    paused_until: datetime | None
    status: SubscriberStatus
    topics: tuple[tuple[str, SubscriptionStatus], ...] = ()

    def standing_at(self, now: datetime) -> SubscriberStatus:
        """Return where they stand: a pause that is over is none, though it is written down only as mail is planned."""
        is_over = self.paused_until is not None and self.paused_until <= now
        return SubscriberStatus.ACTIVE if self.status is SubscriberStatus.PAUSED and is_over else self.status


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One line of evidence, never changed: what was asked (`wording`), where (`page`, its `tags`), when, and how.

    `source` is the form, link or command it came by; `proof` is the Message-ID of the mail that asked, where a reader
    confirmed. `ip` is empty unless the operator keeps addresses.
    """

    action: ConsentAction
    topic_id: TopicId
    wording: str
    page: str
    source: str
    at: datetime
    tags: str = ""
    ip: str = ""
    proof: str = ""
