"""Retention: the rows of mailings long complete go, and what they came to is kept with the mailing.

On PostgreSQL a month of deliveries is a partition and is dropped whole; on SQLite rows are deleted, some at a time.
Network addresses go from evidence, whose lines stay.
"""

from dataclasses import asdict
from datetime import UTC, datetime

from sqlalchemy import delete, exists, func, select, text, update

from digest.model.ids import MailingId
from digest.model.mailings import MailingStatus, MailingTotals
from digest.store.database import Transaction
from digest.store.partitions import next_month, partition_name
from digest.store.tables import consent, delivery, mailing

_LOCK_TIMEOUT_MS = 3000
"""How long a drop may wait for the table, while whoever comes after it waits too."""


def list_prunable(tx: Transaction, *, before: datetime) -> list[MailingId]:
    """Return the complete mailings of slots before a time whose rows are all there, the oldest first."""
    complete = select(mailing.c.id).where(
        mailing.c.slot_at < before, mailing.c.status == MailingStatus.COMPLETE.value, mailing.c.pruned_at.is_(None)
    )
    return [MailingId(one) for one in tx.execute(complete.order_by(mailing.c.slot_at)).scalars()]


def list_half_pruned(tx: Transaction) -> list[MailingId]:
    """Return the mailings whose totals are kept, and of which rows are left."""
    has_rows = exists().where(delivery.c.mailing_id == mailing.c.id, delivery.c.slot_at == mailing.c.slot_at)
    query = select(mailing.c.id).where(mailing.c.pruned_at.is_not(None), has_rows)
    return [MailingId(one) for one in tx.execute(query.order_by(mailing.c.id)).scalars()]


def keep_totals(tx: Transaction, totals: MailingTotals, *, now: datetime) -> None:
    """Keep what a mailing's rows came to, in place of the rows, if it still is complete."""
    kept = {name: value for name, value in asdict(totals).items() if name not in {"mailing_id", "is_pruned"}}
    keeping = update(mailing).where(
        mailing.c.id == totals.mailing_id,
        mailing.c.status == MailingStatus.COMPLETE.value,
        mailing.c.pruned_at.is_(None),
    )
    tx.execute(keeping.values(kept_totals=kept, pruned_at=now))


def delete_deliveries(tx: Transaction, mailing_id: MailingId, *, limit: int) -> int:
    """Delete up to `limit` rows of a mailing whose totals are kept; return how many."""
    some = select(delivery.c.id).where(delivery.c.mailing_id == mailing_id).limit(limit)
    return tx.execute(delete(delivery).where(delivery.c.id.in_(some))).rowcount


def list_months(tx: Transaction, *, before: datetime) -> list[datetime]:
    """Return the months that ended by a time, have a partition, and of whose mailings all are complete."""
    month = func.date_trunc("month", mailing.c.slot_at, "UTC")
    is_complete = func.bool_and(mailing.c.status == MailingStatus.COMPLETE.value)
    months = tx.execute(select(month).group_by(month).having(is_complete).order_by(month)).scalars()
    ended = [one.astimezone(UTC) for one in months if next_month(one.astimezone(UTC)) <= before]
    return [one for one in ended if _has_partition(tx, one)]


def _has_partition(tx: Transaction, month: datetime) -> bool:
    found = tx.execute(text("SELECT to_regclass(:name) IS NOT NULL"), {"name": partition_name(month)})
    return found.scalar_one() is True


def lock_complete(tx: Transaction, month: datetime) -> list[MailingId]:
    """Return a month's mailings, kept from being opened again until the transaction ends; none where one is open."""
    within = (mailing.c.slot_at >= month, mailing.c.slot_at < next_month(month))
    locked = tx.execute(select(mailing.c.id, mailing.c.status).where(*within).with_for_update()).all()
    are_complete = all(status == MailingStatus.COMPLETE.value for _, status in locked)
    return [MailingId(one) for one, _ in locked] if are_complete else []


def drop_month(tx: Transaction, month: datetime) -> None:
    """Drop the rows of a month. Raises StoreError where the table is too busy, and then changes nothing."""
    tx.execute(text(f"SET LOCAL lock_timeout = {_LOCK_TIMEOUT_MS}"))
    tx.execute(text(f"DROP TABLE {partition_name(month)}"))


def blank_ips(tx: Transaction, *, before: datetime, limit: int) -> int:
    """Blank the network addresses of up to `limit` lines of evidence from before a time; return how many.

    Lines that another transaction holds are passed over.
    """
    old = select(consent.c.id).where(consent.c.ip != "", consent.c.at < before)
    some = tx.execute(old.limit(limit).with_for_update(skip_locked=True)).scalars().all()
    return tx.execute(update(consent).where(consent.c.id.in_(some)).values(ip="")).rowcount
