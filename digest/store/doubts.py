"""Mails in doubt: rows whose final dot was written and of whose fate nothing is known, settled one way or the other.

Each statement changes only rows that are still in doubt, so that evidence which came first stands. Which rows, and
after how long, is decided in `digest/flows/settling.py`.
"""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, select, update

from digest.model.ids import DeliveryId, MailingId, SubscriberId
from digest.model.mailings import DeliveryStatus, Doubt, DoubtPolicy, Mailing
from digest.store.database import Transaction
from digest.store.mailings import lock_mailing, reopen_mailing
from digest.store.tables import delivery, edition, mailing_edition, topic


class Doubtful(NamedTuple):
    """A delivery in doubt, with the fence under which it went out."""

    id: DeliveryId
    subscriber_id: SubscriberId
    fence: int


def list_doubtful_mailings(tx: Transaction) -> list[MailingId]:
    """Return the mailings that have deliveries in doubt, the oldest first."""
    query = select(delivery.c.mailing_id).where(delivery.c.doubt.is_not(None)).distinct()
    return [MailingId(one) for one in tx.execute(query.order_by(delivery.c.mailing_id)).scalars()]


def list_doubtful(tx: Transaction, of: Mailing) -> list[Doubtful]:
    """Return a mailing's deliveries in doubt."""
    query = select(delivery.c.id, delivery.c.subscriber_id, delivery.c.fence).where(_in_doubt(of))
    return [
        Doubtful(DeliveryId(delivery_id), SubscriberId(subscriber_id), fence)
        for delivery_id, subscriber_id, fence in tx.execute(query.order_by(delivery.c.id))
    ]


def list_doubt_policies(tx: Transaction, mailing_id: MailingId) -> frozenset[DoubtPolicy]:
    """Return the policies of the topics whose editions a mailing carries."""
    query = (
        select(topic.c.doubt_policy)
        .join(edition, edition.c.topic_id == topic.c.id)
        .join(mailing_edition, mailing_edition.c.edition_id == edition.c.id)
        .where(mailing_edition.c.mailing_id == mailing_id)
    )
    return frozenset(DoubtPolicy(one) for one in tx.execute(query).scalars())


def resend_once(tx: Transaction, of: Mailing, *, doubts: Collection[Doubt], until: datetime, now: datetime) -> int:
    """Queue what came in doubt for one of these causes, no later than `until`, and was never sent again; count it."""
    caused = delivery.c.doubt.in_([one.value for one in doubts])
    return _resend(tx, of, caused & (delivery.c.resends == 0) & (delivery.c.at <= until), now=now)


def resend_all(tx: Transaction, of: Mailing, *, now: datetime) -> int:
    """Queue all that is in doubt, once more even where it was sent again before; count it."""
    return _resend(tx, of, delivery.c.doubt.is_not(None), now=now)


def _resend(tx: Transaction, of: Mailing, which: ColumnElement[bool], *, now: datetime) -> int:
    lock_mailing(tx, of.id)
    values = {
        "status": DeliveryStatus.QUEUED.value,
        "doubt": None,
        "doubt_owner": None,
        "due_at": now,
        "at": now,
        "resends": delivery.c.resends + 1,
    }
    resent = tx.execute(update(delivery).where(_in_doubt(of), which).values(values)).rowcount
    if resent:
        reopen_mailing(tx, of)
    return resent


def presume_sent(tx: Transaction, of: Mailing, *, until: datetime, now: datetime) -> int:
    """Close as presumed sent what came in doubt no later than `until`; count it."""
    values = {
        "status": DeliveryStatus.SENT.value,
        "doubt": None,
        "doubt_owner": None,
        "is_presumed": True,
        "at": now,
    }
    return tx.execute(update(delivery).where(_in_doubt(of), delivery.c.at <= until).values(values)).rowcount


def _in_doubt(of: Mailing) -> ColumnElement[bool]:
    return and_(delivery.c.mailing_id == of.id, delivery.c.slot_at == of.slot_at, delivery.c.doubt.is_not(None))
