"""Partitions of `delivery` on PostgreSQL: one for each month of the slot. On SQLite it is one table."""

from datetime import UTC, datetime

from sqlalchemy import text

from digest.store.database import Transaction

_MAKING_LOCK = 0x0D19E58
_FILLFACTOR = 50  # leaves room on its page for a row's next version


def make_partition(tx: Transaction, slot_at: datetime) -> None:
    """Make the partition for the month of a slot where it is missing; two may do so at once.

    It is made beside the table and attached, which stops nobody from reading or writing the others.
    """
    if tx.dialect.name == "sqlite":
        return
    start = month_of(slot_at)
    name = partition_name(start)
    if _is_made(tx, name):
        return
    tx.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MAKING_LOCK})
    if _is_made(tx, name):
        return
    end = next_month(start)
    tx.execute(text(f"CREATE TABLE {name} (LIKE delivery INCLUDING ALL) WITH (fillfactor = {_FILLFACTOR})"))
    tx.execute(text(f"ALTER TABLE delivery ATTACH PARTITION {name} FOR VALUES FROM ('{start}') TO ('{end}')"))


def learn_size(tx: Transaction, slot_at: datetime) -> None:
    """Let PostgreSQL see at once how many rows a month has by now, which it would notice by itself within a minute.

    Until then a worker's connection would go by plans that were made for the few rows there were before, and read all
    rows for each batch.
    """
    if tx.dialect.name != "sqlite":
        tx.execute(text(f"ANALYZE {partition_name(slot_at)}"))


def partition_name(at: datetime) -> str:
    """Return the name of the partition for a time: `delivery_2026_11`."""
    return f"delivery_{month_of(at):%Y_%m}"


def month_of(at: datetime) -> datetime:
    """Return the start of a time's month, in UTC."""
    return at.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def next_month(start: datetime) -> datetime:
    """Return the start of the month after the one that starts then."""
    return start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)


def _is_made(tx: Transaction, name: str) -> bool:
    """Ask the catalogue itself: what `to_regclass` says may be from before another transaction committed."""
    found = text("SELECT EXISTS (SELECT FROM pg_class WHERE relname = :name AND pg_table_is_visible(oid))")
    return tx.execute(found, {"name": name}).scalar_one() is True
