"""Undoing: for an hour, one press gives back what one press took, and nothing else.

Nothing is kept for it: the press is signed into the token that its answer bears.
"""

from datetime import datetime, timedelta
from enum import IntEnum

from digest.flows.services import Services
from digest.links import Links, Purpose
from digest.model.ids import SubscriberId
from digest.model.subscribers import Cadence, Subscriber, SubscriberStatus
from digest.store import choices, leaving, subscribers
from digest.store.database import Transaction

_MAY_BE_UNDONE_FOR = timedelta(hours=1)
_WEEK = timedelta(weeks=1)
_SOURCE = "undo"
_KEPT = (SubscriberStatus.ACTIVE, SubscriberStatus.PAUSED, SubscriberStatus.LEFT)


class Press(IntEnum):
    """What a press did that can be undone; of a press for less mail, how much it was before."""

    LEFT = 0
    PAUSED = 1
    WAS_DAILY = 2
    WAS_WEEKLY = 3


def make_undo_token(links: Links, press: Press, subscriber_id: SubscriberId, *, at: datetime) -> str:
    """Return the token that undoes what a reader pressed at that moment."""
    return links.timed_token(Purpose.UNDO, subscriber_id * len(Press) + press, at=at)


def undo_leaving(services: Services, undo_token: str) -> bool:
    """Give back what the press took that gave this token; return whether it still could. Pressing it again is fine."""
    grant = services.links.read_timed(Purpose.UNDO, undo_token)
    now = services.clock.now()
    if grant is None or not now - _MAY_BE_UNDONE_FOR < grant.at <= now:
        return False
    subscriber_id, press = divmod(grant.id, len(Press))
    with services.database.begin() as tx:
        reader = subscribers.lock_followed(tx, SubscriberId(subscriber_id))
        if reader is None or reader.id != subscriber_id or reader.status not in _KEPT:
            return False
        return _undo(tx, reader, Press(press), at=grant.at, now=now)


def _undo(tx: Transaction, reader: Subscriber, press: Press, *, at: datetime, now: datetime) -> bool:
    match press:
        case Press.LEFT:
            return _come_back(tx, reader, left_at=at, now=now)
        case Press.PAUSED:
            return _go_on(tx, reader, paused_at=at)
        case Press.WAS_DAILY:
            return choices.set_cadence(tx, reader.id, cadence=Cadence.DAILY, was=Cadence.WEEKLY)
        case Press.WAS_WEEKLY:
            return choices.set_cadence(tx, reader.id, cadence=Cadence.WEEKLY, was=Cadence.MONTHLY)


def _come_back(tx: Transaction, reader: Subscriber, *, left_at: datetime, now: datetime) -> bool:
    """Give back what was left then. Who left everything later than that comes back by undoing that one first."""
    has_left = reader.status is SubscriberStatus.LEFT
    if has_left and leaving.has_left_since(tx, reader.id, left_at):
        return False
    if not leaving.give_back_topics(tx, reader.id, left_at=left_at, source=_SOURCE, now=now):
        return False
    if has_left:
        is_paused = reader.paused_until is not None and reader.paused_until > now
        status = SubscriberStatus.PAUSED if is_paused else SubscriberStatus.ACTIVE
        subscribers.set_subscriber_status(tx, reader.id, status=status, was=[SubscriberStatus.LEFT])
    return True


def _go_on(tx: Transaction, reader: Subscriber, *, paused_at: datetime) -> bool:
    """End the pause that began then: it has lasted whole weeks when it ends, which no other's does."""
    if reader.paused_until is None or (reader.paused_until - paused_at) % _WEEK:
        return False
    return subscribers.set_subscriber_status(
        tx, reader.id, status=SubscriberStatus.ACTIVE, was=[SubscriberStatus.PAUSED]
    )
