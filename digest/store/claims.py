"""Claims: a worker takes due deliveries under a lease, and marks them just ahead of the wire, under the same fence.

Each function is a few short statements for any number of rows, and safe to repeat. Consent, suppression, and whether
the mailing may go on are part of each statement. What came of it is recorded in `store/records.py`.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple, cast

from sqlalchemy import ColumnElement, Select, Update, and_, bindparam, literal, or_, select, update

from digest.model.addresses import Address
from digest.model.ids import DeliveryId, SubscriberId, TopicId
from digest.model.mailings import ClaimedDelivery, DeliveryStatus, Mailing, MailingStatus
from digest.store.batches import Batch, Kind
from digest.store.columns import BigId
from digest.store.consent import is_reachable, is_subscribed, is_to_topic_of_mailing, may_get
from digest.store.database import Transaction
from digest.store.leases import extend_lease, has_lease, is_held, list_leases
from digest.store.parameters import (
    IN_MAILING,
    MAILING_ID,
    NOW,
    OWNER,
    SLOT,
    Parameters,
    checked,
    go_by_key,
    parameters_of,
)
from digest.store.tables import delivery, lease, mailing, subscriber, subscription


class Claim(NamedTuple):
    """What a claim brought: deliveries that are ours now, and how many were withdrawn instead."""

    claimed: list[ClaimedDelivery]
    withdrawn: int


class Marked(NamedTuple):
    """What became of claimed deliveries ahead of the wire. Those in neither are not ours any more, or have to wait."""

    may_go: frozenset[DeliveryId]
    withdrawn: frozenset[DeliveryId]


_Picked = tuple[DeliveryId, SubscriberId, int, int, str, str, str, TopicId | None]


def claim_due(tx: Transaction, of: Mailing, *, owner: str, now: datetime, lease_until: datetime, limit: int) -> Claim:
    """Take up to `limit` due deliveries of a mailing under a lease, the longest due first; each fence counts up.

    Those whose reader may not get the mailing any more are withdrawn instead, and so are all once it is recalled.
    Nothing is taken while it is paused. What another worker takes at this moment is passed over.
    """
    go_by_key(tx)
    this = parameters_of(of, owner=owner, now=now)
    picked = cast("list[_Picked]", tx.execute(_picking(), {**this, "most": limit}).all())
    claimed, gone = _part(picked, of)
    if claimed:
        extend_lease(tx, of.id, owner=owner, lease_until=lease_until)
        _move(tx, [one.id for one in claimed], this, to=DeliveryStatus.CLAIMED)
    if gone:
        _move(tx, gone, this, to=DeliveryStatus.WITHDRAWN)
    return Claim(claimed, len(gone))


@cache
def _picking() -> Select[int, int, int, int, str, str | None, str, int]:
    """Lock the rows that are due, each with its reader, and the topics for which the reader gets the mailing.

    Who may not get it comes without a topic.
    """
    due = (
        select(delivery.c.id, delivery.c.subscriber_id, delivery.c.fence, delivery.c.attempts, delivery.c.due_at)
        .where(IN_MAILING, delivery.c.due_at <= NOW, or_(_is_open(), _is_recalled()))
        .order_by(delivery.c.due_at, delivery.c.id)
        .limit(bindparam("most", type_=BigId))
        .with_for_update(skip_locked=True)
        .subquery("due")
    )
    reader = and_(subscriber.c.id == due.c.subscriber_id, checked(and_(is_reachable(), ~_is_recalled())))
    asked = and_(subscription.c.subscriber_id == subscriber.c.id, checked(is_subscribed()), is_to_topic_of_mailing())
    of_reader = (subscriber.c.email, subscriber.c.email_key, subscriber.c.name, subscription.c.topic_id)
    return (
        select(due.c.id, due.c.subscriber_id, due.c.fence, due.c.attempts, *of_reader)
        .select_from(due.outerjoin(subscriber, reader).outerjoin(subscription, asked))
        .order_by(due.c.due_at, due.c.id)
    )


def _is_open() -> ColumnElement[bool]:
    return _stands(mailing.c.status == MailingStatus.OPEN.value)


def _is_recalled() -> ColumnElement[bool]:
    return _stands(mailing.c.recalled_at.is_not(None))


def _stands(where: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(literal(1)).where(mailing.c.id == MAILING_ID, where).correlate(None).exists()


def _part(
    picked: Sequence[_Picked],
    of: Mailing,
) -> tuple[list[ClaimedDelivery], list[DeliveryId]]:
    """Return the deliveries as they are once claimed, and those to be withdrawn.

    A reader of several topics has a row for each, one after the other.
    """
    edition_of = dict(zip(of.topic_ids, of.edition_ids, strict=True))
    claimed: dict[int, ClaimedDelivery] = {}
    gone: list[DeliveryId] = []
    for delivery_id, subscriber_id, fence, attempts, email, email_key, name, topic_id in picked:
        if topic_id is None:
            gone.append(delivery_id)
        elif delivery_id in claimed:
            before = claimed[delivery_id]
            both = sorted((*before.edition_ids, edition_of[topic_id]))
            claimed[delivery_id] = before._replace(edition_ids=tuple(both))
        else:
            claimed[delivery_id] = ClaimedDelivery(
                delivery_id,
                of.id,
                subscriber_id,
                fence + 1,
                attempts,
                Address(email, email_key),
                name,
                (edition_of[topic_id],),
            )
    return list(claimed.values()), gone


def _move(tx: Transaction, ids: Sequence[DeliveryId], this: Parameters, *, to: DeliveryStatus) -> None:
    """Move rows that this transaction has locked."""
    moving, batch = _moving(tx.dialect.name, to)
    tx.execute(moving, {**this, **batch.parameters([(one,) for one in ids])})


@cache
def _moving(dialect: str, to: DeliveryStatus) -> tuple[Update, Batch]:
    batch = Batch(dialect, SLOT, id=Kind.NUMBER)
    moving = update(delivery).where(batch.finds(delivery.c.id, delivery.c.slot_at))
    moving = moving.values(status=to.value, due_at=None, at=NOW)
    if to is DeliveryStatus.CLAIMED:
        moving = moving.values(lease_owner=OWNER, fence=delivery.c.fence + 1)
    return moving, batch


def mark_handing_over(
    tx: Transaction, of: Mailing, claimed: Sequence[ClaimedDelivery], *, owner: str, now: datetime
) -> Marked:
    """Mark claimed deliveries of a mailing as about to go on the wire, and withdraw those that may not go any more.

    Nothing is marked while the mailing is paused, or once our lease is over; what was marked before may still go.
    Commit before the first byte: a crash after it leaves the rows in doubt, never sent twice.
    """
    go_by_key(tx)
    marking, batch = _marking(tx.dialect.name)
    parameters = {
        **parameters_of(of, owner=owner, now=now),
        **batch.parameters([(one.id, one.fence) for one in claimed]),
    }
    may_go = frozenset(tx.execute(marking, parameters).scalars().all())
    if len(may_go) == len(claimed):
        return Marked(may_go, frozenset())
    withdrawing, _ = _withdrawing(tx.dialect.name)
    return Marked(may_go, frozenset(tx.execute(withdrawing, parameters).scalars().all()))


@cache
def _marking(dialect: str) -> tuple[Update, Batch]:
    batch = Batch(dialect, SLOT, id=Kind.NUMBER, fence=Kind.NUMBER)
    is_marked = delivery.c.status == DeliveryStatus.HANDING_OVER.value
    may_go = or_(is_marked, and_(_is_claimed(), _is_open(), ~_is_recalled(), may_get()))
    marking = update(delivery).where(*_is_ours(batch), checked(may_go))
    return marking.values(status=DeliveryStatus.HANDING_OVER.value, at=NOW).returning(delivery.c.id), batch


@cache
def _withdrawing(dialect: str) -> tuple[Update, Batch]:
    batch = Batch(dialect, SLOT, id=Kind.NUMBER, fence=Kind.NUMBER)
    may_not = or_(_is_recalled(), and_(_is_open(), ~may_get()))
    withdrawing = update(delivery).where(*_is_ours(batch), checked(and_(_is_claimed(), may_not)))
    values = {"status": DeliveryStatus.WITHDRAWN.value, "lease_owner": None, "at": NOW}
    return withdrawing.values(values).returning(delivery.c.id), batch


def _is_ours(batch: Batch) -> tuple[ColumnElement[bool], ...]:
    row = batch.rows.c
    return (
        batch.finds(delivery.c.id, delivery.c.slot_at),
        delivery.c.fence == row.fence,
        checked(delivery.c.lease_owner == OWNER),
        has_lease(),
    )


def _is_claimed() -> ColumnElement[bool]:
    return delivery.c.status == DeliveryStatus.CLAIMED.value


def give_back(tx: Transaction, *, owner: str, keep: Collection[DeliveryId]) -> int:
    """Queue again what is claimed in our name and not in `keep`: the answer to its commit was lost; count it."""
    batch = Batch(tx.dialect.name, id=Kind.NUMBER)
    kept = batch.parameters([(one,) for one in keep])
    unknown = (_is_claimed(), delivery.c.id.not_in(select(batch.rows.c.id)))
    values = {"status": DeliveryStatus.QUEUED.value, "lease_owner": None, "due_at": delivery.c.slot_at}
    return sum(
        tx.execute(update(delivery).where(is_held(one), *unknown).values(values), kept).rowcount
        for one in list_leases(tx, owner)
    )


def renew_leases(tx: Transaction, *, owner: str, lease_until: datetime) -> int:
    """Hold all that we hold until a time; return of how many mailings that is."""
    return tx.execute(update(lease).where(lease.c.owner == owner).values(lease_until=lease_until)).rowcount
