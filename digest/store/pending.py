"""Readers and topics that were asked about and never confirmed: after a time, nothing of them stays."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, exists, select

from digest.model.ids import SubscriberId
from digest.model.subscribers import SubscriberStatus, SubscriptionStatus
from digest.store.database import Transaction
from digest.store.tables import consent, delivery, notice, subscriber, subscription

_IS_PENDING = subscriber.c.status == SubscriberStatus.PENDING.value


def lock_unconfirmed(tx: Transaction, *, before: datetime, limit: int) -> list[SubscriberId]:
    """Return readers added before a time who never confirmed a topic, nor were asked since then, at most `limit`.

    They are kept from confirming until the transaction ends; those who are at it are passed over. Who said no to a
    topic stays, so that no import can take them in.
    """
    decided = exists().where(
        subscription.c.subscriber_id == subscriber.c.id, subscription.c.status != SubscriptionStatus.PENDING.value
    )
    asked_since = exists().where(notice.c.subscriber_id == subscriber.c.id, notice.c.made_at >= before)
    got_mail = exists().where(delivery.c.subscriber_id == subscriber.c.id)
    query = select(subscriber.c.id).where(
        _IS_PENDING, subscriber.c.added_at < before, ~decided, ~asked_since, ~got_mail
    )
    locked = query.order_by(subscriber.c.id).limit(limit).with_for_update(skip_locked=True)
    return [SubscriberId(one) for one in tx.execute(locked).scalars()]


def delete_readers(tx: Transaction, ids: Sequence[SubscriberId]) -> None:
    """Delete readers who never got anything but notices, with all that is kept of them."""
    for table in (notice, consent, subscription):
        tx.execute(delete(table).where(table.c.subscriber_id.in_(ids)))
    tx.execute(delete(subscriber).where(subscriber.c.id.in_(ids)))


def delete_unconfirmed_topics(tx: Transaction, *, before: datetime) -> int:
    """Delete what confirmed readers asked for besides and did not confirm since a time; return how many topics."""
    reader = select(subscriber.c.id).where(subscriber.c.id == subscription.c.subscriber_id, ~_IS_PENDING)
    query = delete(subscription).where(
        subscription.c.status == SubscriptionStatus.PENDING.value, subscription.c.changed_at < before, reader.exists()
    )
    return tx.execute(query).rowcount
