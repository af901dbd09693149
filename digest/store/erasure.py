"""Erasing a reader: what names them goes, what the ledger counts stays; a keyed hash keeps them from coming back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, literal, or_, update

from digest.model.addresses import Address
from digest.model.ids import SubscriberId
from digest.model.notices import NoticeStatus
from digest.model.subscribers import SubscriberStatus, SubscriptionStatus, SuppressionReason
from digest.store.bulk import insert_new
from digest.store.database import Transaction
from digest.store.subscribers import is_suppressed
from digest.store.tables import consent, delivery, notice, subscriber, subscription, suppression


def erase_subscriber(
    tx: Transaction, subscriber_id: SubscriberId, address: Address, *, key_hashes: Sequence[str], now: datetime
) -> None:
    """Erase a reader who is on record by this address, which has those keyed hashes, the current one first.

    The row keeps its id, since deliveries count by it. A delivery that still waits is withdrawn when it is claimed;
    what a relay said of one may quote the address, and goes.
    """
    nobody = {"email": "", "email_key": None, "key_hash": None, "name": "", "lang": "", "zone": ""}
    no_wishes = {"weekday": None, "hour": None, "paused_until": None}
    row = update(subscriber).where(subscriber.c.id == subscriber_id)
    tx.execute(row.values(**nobody, **no_wishes, status=SubscriberStatus.ERASED.value))
    of_reader = update(subscription).where(subscription.c.subscriber_id == subscriber_id)
    tx.execute(of_reader.values(status=SubscriptionStatus.LEFT.value, changed_at=now))
    tx.execute(delete(consent).where(consent.c.subscriber_id == subscriber_id))
    tx.execute(update(delivery).where(delivery.c.subscriber_id == subscriber_id).values(reply_text=None))
    _erase_notices(tx, subscriber_id, address, now=now)
    keep_away(tx, key_hashes, now=now)


def _erase_notices(tx: Transaction, subscriber_id: SubscriberId, address: Address, *, now: datetime) -> None:
    """Erase the mails about the reader's subscription, and those that another reader had sent to their address."""
    names_them = or_(notice.c.subscriber_id == subscriber_id, func.lower(notice.c.email) == address.key)
    withdrawn = {"status": NoticeStatus.WITHDRAWN.value, "due_at": None, "at": now}
    waiting = notice.c.status == NoticeStatus.QUEUED.value
    tx.execute(update(notice).where(names_them, waiting).values(withdrawn))
    tx.execute(update(notice).where(names_them).values(email="", lang="", reply_text=None))


def keep_away(tx: Transaction, key_hashes: Sequence[str], *, now: datetime) -> None:
    """Let nobody bring a reader back at an address, by its keyed hashes; only they can, by confirming.

    A bounce or a complaint that stands there already stays, since it bars more: no mail asks them either.
    """
    if not is_suppressed(tx, key_hashes):
        row = {"key_hash": key_hashes[0], "reason": SuppressionReason.ERASED.value, "at": now}
        columns = {name: literal(value, suppression.c[name].type) for name, value in row.items()}
        tx.execute(insert_new(tx, suppression, columns))  # a bounce may come in this moment
