"""Deliveries: claimed under a lease, marked just ahead of the wire, recorded under the same fence.

Each function is one or two short statements, so that no transaction is open while mail is on the wire. Consent and
suppression are part of each statement that lets a message go further, not only of the one that planned it.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, and_, case, func, literal, or_, select, update

from digest.model.addresses import Address
from digest.model.ids import DeliveryId, EditionId, MailingId, SubscriberId
from digest.model.mailings import ClaimedDelivery, DeliveryStatus, Outcome
from digest.model.subscribers import SubscriberStatus, SubscriptionStatus
from digest.store.database import Transaction
from digest.store.tables import delivery, edition, mailing_edition, subscriber, subscription, suppression

_NO_LEASE = {"lease_owner": None, "lease_until": None}
_WAITING = (DeliveryStatus.QUEUED.value, DeliveryStatus.DEFERRED.value)
_WORKED_ON = (DeliveryStatus.CLAIMED.value, DeliveryStatus.HANDING_OVER.value)


def claim_due(
    tx: Transaction, mailing_id: MailingId, *, owner: str, now: datetime, lease_until: datetime, limit: int
) -> list[ClaimedDelivery]:
    """Take up to `limit` due deliveries of a mailing under a lease, the longest due first.

    Rows whose reader may not get the mailing any more are withdrawn instead. The fence counts up with each claim.
    """
    due = select(delivery.c.id).where(
        delivery.c.mailing_id == mailing_id, delivery.c.status.in_(_WAITING), delivery.c.due_at <= now
    )
    gone = update(delivery).where(delivery.c.id.in_(due.where(~_may_get())))
    tx.execute(gone.values(status=DeliveryStatus.WITHDRAWN.value, at=now))
    free = due.where(_may_get()).order_by(delivery.c.due_at, delivery.c.id).limit(limit)
    claim = (
        update(delivery)
        .where(delivery.c.id.in_(free.with_for_update(skip_locked=True)))
        .values(
            status=DeliveryStatus.CLAIMED.value,
            lease_owner=owner,
            lease_until=lease_until,
            fence=delivery.c.fence + 1,
            at=now,
        )
        .returning(delivery.c.id)
    )
    ids = [DeliveryId(one) for one in tx.execute(claim).scalars()]
    return _read_claimed(tx, ids)


def _may_get() -> ColumnElement[bool]:
    """Return the rule of consent: an active reader, not suppressed, subscribed to a topic the mailing carries."""
    suppressed = select(literal(1)).where(suppression.c.key_hash == subscriber.c.key_hash).exists()
    return (
        select(literal(1))
        .select_from(subscriber)
        .join(subscription, subscription.c.subscriber_id == subscriber.c.id)
        .join(edition, edition.c.topic_id == subscription.c.topic_id)
        .join(mailing_edition, mailing_edition.c.edition_id == edition.c.id)
        .where(subscriber.c.id == delivery.c.subscriber_id, mailing_edition.c.mailing_id == delivery.c.mailing_id)
        .where(subscriber.c.status == SubscriberStatus.ACTIVE.value, ~suppressed)
        .where(subscription.c.status == SubscriptionStatus.SUBSCRIBED.value)
        .correlate(delivery)
        .exists()
    )


def _read_claimed(tx: Transaction, ids: Sequence[DeliveryId]) -> list[ClaimedDelivery]:
    query = (
        select(
            delivery.c.id,
            delivery.c.mailing_id,
            delivery.c.subscriber_id,
            delivery.c.fence,
            delivery.c.attempts,
            subscriber.c.email,
            subscriber.c.email_key,
            subscriber.c.name,
            edition.c.id.label("edition_id"),
        )
        .join(subscriber, subscriber.c.id == delivery.c.subscriber_id)
        .join(mailing_edition, mailing_edition.c.mailing_id == delivery.c.mailing_id)
        .join(edition, edition.c.id == mailing_edition.c.edition_id)
        .join(
            subscription,
            and_(subscription.c.subscriber_id == subscriber.c.id, subscription.c.topic_id == edition.c.topic_id),
        )
        .where(delivery.c.id.in_(ids), subscription.c.status == SubscriptionStatus.SUBSCRIBED.value)
        .order_by(delivery.c.due_at, delivery.c.id, edition.c.id)
    )
    rows: dict[int, list[RowMapping]] = {}
    for row in tx.execute(query).mappings():
        rows.setdefault(row["id"], []).append(row)
    return [_claimed(of_one[0], [EditionId(row["edition_id"]) for row in of_one]) for of_one in rows.values()]


def _claimed(row: RowMapping, edition_ids: Sequence[EditionId]) -> ClaimedDelivery:
    return ClaimedDelivery(
        id=DeliveryId(row["id"]),
        mailing_id=MailingId(row["mailing_id"]),
        subscriber_id=SubscriberId(row["subscriber_id"]),
        fence=row["fence"],
        attempts=row["attempts"],
        address=Address(spelling=row["email"], key=row["email_key"]),
        name=row["name"],
        edition_ids=tuple(edition_ids),
    )


def mark_handing_over(tx: Transaction, claimed: ClaimedDelivery, *, now: datetime) -> bool:
    """Mark a claimed delivery as about to go on the wire; return whether it may.

    It may not when the lease is over, when the fence moved on, or when the reader left meanwhile (then the row is
    withdrawn). Commit before the first byte: a crash after it leaves the row in doubt, never sent twice.
    """
    ours = (
        delivery.c.id == claimed.id,
        delivery.c.fence == claimed.fence,
        delivery.c.status == DeliveryStatus.CLAIMED.value,
    )
    mark = update(delivery).where(*ours, delivery.c.lease_until > now, _may_get())
    if tx.execute(mark.values(status=DeliveryStatus.HANDING_OVER.value, at=now)).rowcount:
        return True
    withdraw = update(delivery).where(*ours, ~_may_get())
    tx.execute(withdraw.values(status=DeliveryStatus.WITHDRAWN.value, at=now, **_NO_LEASE))
    return False


def record_outcome(tx: Transaction, outcome: Outcome, *, now: datetime) -> bool:
    """Write down what became of a delivery; return whether the row was still ours to write.

    An attempt counts when the relay said anything, or may have. `due_at` stays where the outcome names none.
    """
    reply = outcome.reply
    values = {
        "status": outcome.status.value,
        "reply_code": reply.code if reply else None,
        "reply_enhanced": reply.enhanced if reply else None,
        "reply_text": reply.text if reply else None,
        "at": now,
        **_NO_LEASE,
    }
    if outcome.due_at is not None:
        values["due_at"] = outcome.due_at
    tried = 0 if outcome.status is DeliveryStatus.QUEUED else 1
    ours = (delivery.c.id == outcome.delivery_id, delivery.c.fence == outcome.fence)
    recording = update(delivery).where(*ours, delivery.c.status.in_(_WORKED_ON)).values(values)
    recording = recording.values(attempts=delivery.c.attempts + tried)
    return tx.execute(recording).rowcount == 1


def take_over(tx: Transaction, *, dead: Sequence[str], now: datetime) -> int:
    """Free the rows of workers that are done for or whose lease is over; return how many rows.

    What was only claimed is queued again: no dot was sent. What was at the wire is in doubt: one may have been.
    """
    over = or_(delivery.c.lease_until <= now, delivery.c.lease_owner.in_(dead))
    status = case(
        (delivery.c.status == DeliveryStatus.CLAIMED.value, DeliveryStatus.QUEUED.value),
        else_=DeliveryStatus.IN_DOUBT.value,
    )
    freed = update(delivery).where(delivery.c.lease_until.is_not(None), over).values(status=status, at=now, **_NO_LEASE)
    return tx.execute(freed).rowcount


def list_owners(tx: Transaction) -> list[str]:
    """Return the workers that hold a lease, over or not."""
    owners = select(delivery.c.lease_owner).where(delivery.c.lease_until.is_not(None)).distinct()
    return [owner for owner in tx.execute(owners).scalars() if owner]


def count_held(tx: Transaction, mailing_id: MailingId) -> int:
    """Return how many of a mailing's deliveries a worker holds."""
    held = select(func.count()).where(delivery.c.mailing_id == mailing_id, delivery.c.lease_until.is_not(None))
    return tx.execute(held).scalar_one()


def next_due_at(tx: Transaction, mailing_id: MailingId) -> datetime | None:
    """Return when the next waiting delivery of a mailing is due, or None when none waits."""
    query = select(func.min(delivery.c.due_at)).where(
        delivery.c.mailing_id == mailing_id, delivery.c.status.in_(_WAITING)
    )
    return tx.execute(query).scalar()
