"""A person's or a brake's hand on a mailing under way: pause, resume, recall, and what complaints it had.

A worker looks at its mailing in each of its turns, so each of these reaches a running send within a second.
"""

from datetime import datetime

from sqlalchemy import BindParameter, bindparam, func, literal, select, update

from digest.model.editions import EditionStatus
from digest.model.ids import EditionId, MailingId
from digest.model.mailings import DeliveryStatus, Mailing, MailingStatus
from digest.model.subscribers import SuppressionReason
from digest.store.database import Transaction
from digest.store.tables import delivery, edition, mailing, subscriber, suppression

_COMPLAINT: BindParameter[str] = bindparam("complaint", SuppressionReason.COMPLAINT.value, literal_execute=True)
"""Written out in the statement: a parameter would keep SQLite from the index that has complaints alone."""


def pause_mailing(tx: Transaction, mailing_id: MailingId, *, reason: str) -> bool:
    """Let nothing more of an open mailing go out; return whether it was open. A first reason stands."""
    pausing = update(mailing).where(mailing.c.id == mailing_id, mailing.c.status == MailingStatus.OPEN.value)
    return tx.execute(pausing.values(status=MailingStatus.PAUSED.value, pause_reason=reason)).rowcount == 1


def resume_mailing(tx: Transaction, mailing_id: MailingId) -> bool:
    """Let a paused mailing go on; return whether it was paused."""
    resuming = update(mailing).where(mailing.c.id == mailing_id, mailing.c.status == MailingStatus.PAUSED.value)
    return tx.execute(resuming.values(status=MailingStatus.OPEN.value, pause_reason="")).rowcount == 1


def recall_edition(tx: Transaction, edition_id: EditionId, of: Mailing | None, *, now: datetime) -> None:
    """Mark an edition, and the mailing that carries it alone, as recalled: no worker may hand over more of it.

    A pause of the mailing ends: what workers give back is withdrawn as it is claimed, which no paused one is.
    """
    tx.execute(update(edition).where(edition.c.id == edition_id).values(status=EditionStatus.RECALLED.value))
    if of is not None:
        resume_mailing(tx, of.id)
        tx.execute(update(mailing).where(mailing.c.id == of.id).values(recalled_at=now))


def withdraw_waiting(tx: Transaction, of: Mailing, *, limit: int, now: datetime) -> int:
    """Withdraw up to `limit` deliveries of a mailing that nobody works on; return how many.

    What a worker holds is not touched: it is withdrawn when it is marked, or once it is given back.
    """
    waiting = (
        select(delivery.c.id)
        .where(delivery.c.mailing_id == of.id, delivery.c.slot_at == of.slot_at, delivery.c.due_at.is_not(None))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    withdrawing = update(delivery).where(delivery.c.slot_at == of.slot_at, delivery.c.id.in_(waiting))
    values = {"status": DeliveryStatus.WITHDRAWN.value, "due_at": None, "at": now}
    return tx.execute(withdrawing.where(delivery.c.due_at.is_not(None)).values(values)).rowcount


def count_complaints(tx: Transaction, of: Mailing) -> int:
    """Return how many of a mailing's readers have complained since it was planned. Reads recent complaints alone."""
    planned_at = select(mailing.c.planned_at).where(mailing.c.id == of.id).scalar_subquery()
    query = (
        select(func.count())
        .select_from(suppression)
        .join(subscriber, subscriber.c.key_hash == suppression.c.key_hash)
        .join(delivery, delivery.c.subscriber_id == subscriber.c.id)
        .where(suppression.c.reason == _COMPLAINT, suppression.c.at >= planned_at)
        .where(delivery.c.mailing_id == of.id, delivery.c.slot_at == of.slot_at)
    )
    return tx.execute(query).scalar_one()


def count_sent(tx: Transaction, of: Mailing, *, at_most: int) -> int:
    """Return how many of a mailing's mails were sent, counting no further than `at_most`."""
    some = (
        select(literal(1).label("one"))
        .where(delivery.c.mailing_id == of.id, delivery.c.slot_at == of.slot_at)
        .where(delivery.c.status == DeliveryStatus.SENT.value)
        .limit(at_most)
        .subquery()
    )
    return tx.execute(select(func.count()).select_from(some)).scalar_one()
