"""Mailings: planned with all their deliveries in one transaction, and counted to the last row."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from sqlalchemy import ColumnElement, RowMapping, Select, case, func, insert, literal, select, true, update

from digest.errors import NotFoundError
from digest.model.editions import EditionStatus
from digest.model.ids import EditionId, MailingId, TopicId
from digest.model.mailings import (
    DeliveryStatus,
    Mailing,
    MailingKind,
    MailingStatus,
    MailingTotals,
    ReplyCount,
)
from digest.store.cadence import wants_one_at
from digest.store.consent import is_reachable, is_subscribed
from digest.store.database import Transaction
from digest.store.partitions import learn_size, make_partition
from digest.store.tables import delivery, edition, mailing, mailing_edition, subscriber, subscription


def plan_mailing(tx: Transaction, edition_id: EditionId, *, slot_at: datetime, now: datetime) -> Mailing:
    """Plan an edition's mailing with one delivery for each reader who may get it; one statement for all of them.

    Call it in the transaction that found no mailing of the edition; the tables refuse a second one.
    """
    values = {
        "kind": MailingKind.EDITION.value,
        "slot_at": slot_at,
        "status": MailingStatus.OPEN.value,
        "planned": 0,
        "planned_at": now,
    }
    make_partition(tx, slot_at)
    mailing_id = MailingId(tx.execute(insert(mailing).values(values).returning(mailing.c.id)).scalar_one())
    tx.execute(insert(mailing_edition).values(mailing_id=mailing_id, edition_id=edition_id))
    rows = _deliveries_of(mailing_id, edition_id, slot_at=slot_at, now=now)
    planning = insert(delivery).from_select([*rows.selected_columns.keys()], rows)
    planned = tx.execute(planning, execution_options={"preserve_rowcount": True}).rowcount
    tx.execute(update(mailing).where(mailing.c.id == mailing_id).values(planned=planned))
    learn_size(tx, slot_at)
    return require_mailing(tx, mailing_id)


def _deliveries_of(
    mailing_id: MailingId, edition_id: EditionId, *, slot_at: datetime, now: datetime
) -> Select[tuple[object, ...]]:
    return (
        select(
            literal(mailing_id, delivery.c.mailing_id.type).label("mailing_id"),
            literal(slot_at, delivery.c.slot_at.type).label("slot_at"),
            subscriber.c.id.label("subscriber_id"),
            literal(DeliveryStatus.QUEUED.value).label("status"),
            literal(slot_at, delivery.c.due_at.type).label("due_at"),
            literal(0).label("attempts"),
            literal(0).label("fence"),
            literal(now, delivery.c.at.type).label("at"),
        )
        .join(subscription, subscription.c.subscriber_id == subscriber.c.id)
        .join(edition, edition.c.topic_id == subscription.c.topic_id)
        .where(edition.c.id == edition_id)
        .where(is_subscribed(), is_reachable(), wants_one_at(slot_at))
    )


def find_mailing_of(tx: Transaction, edition_id: EditionId) -> Mailing | None:
    """Return the mailing that carries an edition, or None while it has none."""
    query = select(mailing_edition.c.mailing_id).where(mailing_edition.c.edition_id == edition_id)
    found: int | None = tx.execute(query).scalar()
    return None if found is None else require_mailing(tx, MailingId(found))


def require_mailing(tx: Transaction, mailing_id: MailingId) -> Mailing:
    """Return a mailing. Raises NotFoundError."""
    for found in _read_mailings(tx, mailing.c.id == mailing_id):
        return found
    raise NotFoundError("mailing", str(mailing_id), hint="digest status shows them with their numbers")


def list_mailings(tx: Transaction, *, limit: int) -> list[Mailing]:
    """Return the latest mailings, at most `limit`, the newest first."""
    latest = select(mailing.c.id).order_by(mailing.c.id.desc()).limit(limit)
    return _read_mailings(tx, mailing.c.id.in_(latest))


def list_under_way(tx: Transaction) -> list[Mailing]:
    """Return the mailings that are open or paused, the oldest first."""
    is_under_way = mailing.c.status != MailingStatus.COMPLETE.value
    return _read_mailings(tx, is_under_way)[::-1]


def count_deliveries(tx: Transaction, mailing_id: MailingId) -> MailingTotals:
    """Return a mailing's rows by status, or what they were when they were pruned. Raises NotFoundError.

    `queued` takes in those a worker holds.
    """
    require_mailing(tx, mailing_id)
    return _count(tx, mailing.c.id == mailing_id)[0]


def count_all_deliveries(tx: Transaction) -> list[MailingTotals]:
    """Return the totals of all mailings, as `count_deliveries` does, the newest first; each row is read once."""
    return _count(tx, true())


def _count(tx: Transaction, which: ColumnElement[bool]) -> list[MailingTotals]:
    counted: dict[int, dict[str, int]] = {}
    status = case((delivery.c.is_presumed, "presumed"), else_=delivery.c.status)
    rows = select(delivery.c.mailing_id, status, func.count()).join(mailing, mailing.c.id == delivery.c.mailing_id)
    rows = rows.where(which, mailing.c.slot_at == delivery.c.slot_at, mailing.c.pruned_at.is_(None))
    for mailing_id, name, count in tx.execute(rows.group_by(delivery.c.mailing_id, status)):
        counted.setdefault(mailing_id, {})[name] = count
    mailings = select(mailing.c.id, mailing.c.planned, mailing.c.kept_totals).where(which).order_by(mailing.c.id.desc())
    return [
        MailingTotals(mailing_id=mailing_id, **kept, is_pruned=True)
        if kept
        else _totals(mailing_id, planned, counted.get(mailing_id, {}))
        for mailing_id, planned, kept in tx.execute(mailings)
    ]


def _totals(mailing_id: MailingId, planned: int, rows: Mapping[str, int]) -> MailingTotals:
    return MailingTotals(
        mailing_id=mailing_id,
        planned=planned,
        sent=rows.get(DeliveryStatus.SENT, 0),
        presumed_sent=rows.get("presumed", 0),
        refused=rows.get(DeliveryStatus.REFUSED, 0),
        withdrawn=rows.get(DeliveryStatus.WITHDRAWN, 0),
        queued=sum(
            rows.get(one, 0) for one in (DeliveryStatus.QUEUED, DeliveryStatus.CLAIMED, DeliveryStatus.HANDING_OVER)
        ),
        deferred=rows.get(DeliveryStatus.DEFERRED, 0),
        in_doubt=rows.get(DeliveryStatus.IN_DOUBT, 0),
    )


def count_replies(tx: Transaction, mailing_id: MailingId) -> list[ReplyCount]:
    """Return the relay's replies to a mailing's deliveries, the most frequent first. Raises NotFoundError."""
    of = require_mailing(tx, mailing_id)
    kinds = (delivery.c.status, delivery.c.reply_code, delivery.c.reply_enhanced)
    count = func.count()
    query = (
        select(*kinds, func.min(delivery.c.reply_text), count)
        .where(delivery.c.mailing_id == of.id, delivery.c.slot_at == of.slot_at, delivery.c.reply_code.is_not(None))
        .group_by(*kinds)
        .order_by(count.desc(), *kinds)
    )
    return [
        ReplyCount(
            status=DeliveryStatus(status), code=code, enhanced=enhanced or "", text=text or "", deliveries=deliveries
        )
        for status, code, enhanced, text, deliveries in tx.execute(query)
    ]


def lock_mailing(tx: Transaction, mailing_id: MailingId) -> None:
    """Keep others from closing or opening a mailing until the transaction ends.

    Whether rows are left is asked in a statement of its own, after this one: it sees what whoever held the lock before
    has committed. SQLite has one writer anyway, and takes no notice.
    """
    tx.execute(select(mailing.c.id).where(mailing.c.id == mailing_id).with_for_update(key_share=True))


def complete_mailing(tx: Transaction, mailing_id: MailingId, *, now: datetime) -> bool:
    """Close a mailing, and its editions, when none of its rows waits or is worked on; return whether it is complete.

    A paused one, too, once nothing of it is left.
    """
    lock_mailing(tx, mailing_id)
    of = require_mailing(tx, mailing_id)
    rows = select(literal(1)).where(delivery.c.mailing_id == of.id, delivery.c.slot_at == of.slot_at)
    is_waiting, is_worked_on = delivery.c.due_at.is_not(None), delivery.c.lease_owner.is_not(None)
    is_under_way = mailing.c.status != MailingStatus.COMPLETE.value
    closing = update(mailing).where(mailing.c.id == of.id, is_under_way)
    closing = closing.where(~rows.where(is_waiting).exists(), ~rows.where(is_worked_on).exists())
    if tx.execute(closing.values(status=MailingStatus.COMPLETE.value, completed_at=now, pause_reason="")).rowcount:
        sending = edition.c.status == EditionStatus.SENDING.value
        carried = update(edition).where(edition.c.id.in_(of.edition_ids), sending)
        tx.execute(carried.values(status=EditionStatus.COMPLETE.value))
        return True
    return of.status is MailingStatus.COMPLETE


def reopen_mailing(tx: Transaction, of: Mailing) -> None:
    """Have a complete mailing, and its editions, go on: a row of it waits again."""
    reopening = update(mailing).where(mailing.c.id == of.id, mailing.c.status == MailingStatus.COMPLETE.value)
    tx.execute(reopening.values(status=MailingStatus.OPEN.value, completed_at=None))
    complete = update(edition).where(edition.c.id.in_(of.edition_ids), edition.c.status == EditionStatus.COMPLETE.value)
    tx.execute(complete.values(status=EditionStatus.SENDING.value))


def _read_mailings(tx: Transaction, which: ColumnElement[bool]) -> list[Mailing]:
    """Return mailings, the newest first; each comes once for each edition it carries, one after the other."""
    carries = mailing_edition.c.mailing_id == mailing.c.id
    carried = mailing_edition.join(edition, edition.c.id == mailing_edition.c.edition_id)
    query = (
        select(mailing, edition.c.id.label("edition_id"), edition.c.topic_id)
        .select_from(mailing.outerjoin(carried, carries))
        .where(which)
        .order_by(mailing.c.id.desc(), edition.c.id)
    )
    rows = tx.execute(query).mappings().all()
    return [_mailing_from([*its_rows]) for _, its_rows in groupby(rows, key=itemgetter("id"))]


def _mailing_from(rows: Sequence[RowMapping]) -> Mailing:
    row = rows[0]
    carried = [one for one in rows if one["edition_id"] is not None]
    return Mailing(
        id=MailingId(row["id"]),
        kind=MailingKind(row["kind"]),
        slot_at=row["slot_at"],
        status=MailingStatus(row["status"]),
        planned=row["planned"],
        edition_ids=tuple(EditionId(one["edition_id"]) for one in carried),
        topic_ids=tuple(TopicId(one["topic_id"]) for one in carried),
        pause_reason=row["pause_reason"],
        recalled_at=row["recalled_at"],
    )
