"""Counting: what a monitor wants to know of the whole installation, from one moment of the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from digest.flows import fencing
from digest.flows.readers.forms import look_at_traffic
from digest.flows.services import Services
from digest.model.notices import NoticeStatus
from digest.model.subscribers import SubscriberStatus
from digest.store import counts, notices, subscribers
from digest.store.counts import OpenDeliveries, SignUpCount

_AN_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What stands where. `sign_ups` are those of the last hour; `is_challenged` says whether visitors meet a puzzle."""

    subscribers: Mapping[SubscriberStatus, int]
    notices: Mapping[NoticeStatus, int]
    deliveries: OpenDeliveries
    sign_ups: SignUpCount
    is_challenged: bool
    is_on_hold: bool


def count_everything(services: Services) -> Counts:
    """Return the counts of now. Raises StoreError."""
    now = services.clock.now()
    traffic = look_at_traffic(services, now=now)
    is_on_hold = bool(fencing.describe_hold(services))
    with services.database.read() as tx:
        return Counts(
            subscribers=subscribers.count_subscribers(tx, now=now),
            notices=notices.count_notices(tx),
            deliveries=counts.count_open_deliveries(tx),
            sign_ups=counts.count_sign_ups_since(tx, now - _AN_HOUR),
            is_challenged=traffic.is_rush,
            is_on_hold=is_on_hold,
        )
