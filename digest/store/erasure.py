"""Erasing a reader: what names them goes, what the ledger counts stays; a keyed hash keeps them from coming back."""

from datetime import datetime

from sqlalchemy import delete, insert, update

from digest.model.ids import SubscriberId
from digest.model.subscribers import SubscriberStatus, SubscriptionStatus, SuppressionReason
from digest.store.database import Transaction
from digest.store.tables import consent, delivery, subscriber, subscription, suppression


def erase_subscriber(tx: Transaction, subscriber_id: SubscriberId, *, key_hash: str, now: datetime) -> None:
    """Erase a reader, whose address has that keyed hash.

    The row keeps its id, since deliveries count by it. A delivery that still waits is withdrawn when it is claimed;
    what a relay said of one may quote the address, and goes.
    """
    nobody = {"email": "", "email_key": None, "key_hash": None, "name": "", "lang": "", "zone": "", "hour": None}
    row = update(subscriber).where(subscriber.c.id == subscriber_id)
    tx.execute(row.values(**nobody, paused_until=None, status=SubscriberStatus.ERASED.value))
    of_reader = update(subscription).where(subscription.c.subscriber_id == subscriber_id)
    tx.execute(of_reader.values(status=SubscriptionStatus.LEFT.value, changed_at=now))
    tx.execute(delete(consent).where(consent.c.subscriber_id == subscriber_id))
    tx.execute(update(delivery).where(delivery.c.subscriber_id == subscriber_id).values(reply_text=None))
    _suppress(tx, key_hash, now=now)


def _suppress(tx: Transaction, key_hash: str, *, now: datetime) -> None:
    """Suppress for good: an erasure outlasts a bounce or a complaint that may stand there already."""
    erased = {"reason": SuppressionReason.ERASED.value, "at": now}
    if tx.execute(update(suppression).filter_by(key_hash=key_hash).values(erased)).rowcount == 0:
        tx.execute(insert(suppression).values(key_hash=key_hash, **erased))
