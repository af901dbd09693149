"""Subscribers, what they asked for, and the evidence that they did."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from digest.model.addresses import Address
from digest.model.ids import SubscriberId, TopicId


class SubscriberStatus(StrEnum):
    """Where a subscriber stands. Only `active` gets editions."""

    PENDING = "pending"
    ACTIVE = "active"
    PAUSED = "paused"
    LEFT = "left"
    SUPPRESSED = "suppressed"
    ERASED = "erased"


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
    """A subscriber as kept. `hour` is the wall hour (0-23) they chose, None for the topic's own."""

    id: SubscriberId
    address: Address
    name: str
    lang: str
    zone: str
    hour: int | None
    cadence: Cadence
    paused_until: datetime | None
    status: SubscriberStatus
    topics: tuple[tuple[str, SubscriptionStatus], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One line of evidence: what was asked (`wording`), where (`page`), when, how (`source`). Never changed."""

    action: ConsentAction
    topic_id: TopicId
    wording: str
    page: str
    source: str
    at: datetime
