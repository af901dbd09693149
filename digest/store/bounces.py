"""What a hard bounce means for its reader: the address gets nothing from us any more, in whatever topic."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, literal, select, update

from digest.model.ids import DeliveryId, NoticeId
from digest.model.subscribers import SubscriberStatus, SuppressionReason
from digest.store.bulk import insert_new
from digest.store.database import Transaction
from digest.store.tables import delivery, notice, subscriber, suppression

_REACHABLE = (SubscriberStatus.ACTIVE.value, SubscriberStatus.PAUSED.value, SubscriberStatus.PENDING.value)


def suppress_bounced(tx: Transaction, delivery_ids: Collection[DeliveryId], *, now: datetime) -> int:
    """Suppress the readers of these deliveries, whose addresses do not exist; return how many were suppressed by it.

    What stands in the list of suppressions already stays as it is, and so does the status of a reader who left.
    """
    readers = select(delivery.c.subscriber_id).where(delivery.c.id.in_(delivery_ids))
    return _suppress(tx, subscriber.c.id.in_(readers), now=now)


def suppress_bounced_notices(tx: Transaction, notice_ids: Collection[NoticeId], *, now: datetime) -> int:
    """Suppress the readers of these notices as above, but for those whose own address is not the one that bounced."""
    bounced = select(notice.c.id).where(notice.c.id.in_(notice_ids), notice.c.subscriber_id == subscriber.c.id)
    return _suppress(tx, bounced.where(notice.c.email == subscriber.c.email).exists(), now=now)


def _suppress(tx: Transaction, which: ColumnElement[bool], *, now: datetime) -> int:
    reached = and_(which, subscriber.c.status.in_(_REACHABLE))
    columns = {
        "key_hash": subscriber.c.key_hash,
        "reason": literal(SuppressionReason.HARD_BOUNCE.value),
        "at": literal(now, suppression.c.at.type),
    }
    tx.execute(insert_new(tx, suppression, columns, of=reached & subscriber.c.key_hash.is_not(None)))
    return tx.execute(update(subscriber).where(reached).values(status=SubscriberStatus.SUPPRESSED.value)).rowcount
