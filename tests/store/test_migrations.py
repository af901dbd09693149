"""Migrations keep what is there: a ledger in use is moved row by row, and says the same afterwards."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import DateTime, MetaData, Table, insert, select, text

from digest.store import migrations
from digest.store.database import Database, Transaction
from digest.store.migrate import revision_gap, upgrade
from digest.store.tables import delivery, lease, mailing, mailing_edition, topic
from tests.makers.ledger import NOW

LEASE_UNTIL = NOW + timedelta(minutes=15)
MONTHS = (datetime(2026, 10, 31, 23, 30, tzinfo=UTC), datetime(2026, 11, 1, 0, 30, tzinfo=UTC))


def migrate_to(tx: Transaction, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__path__[0])))
    config.attributes["connection"] = tx
    command.upgrade(config, revision)


def old_tables(tx: Transaction) -> MetaData:
    """Return the tables as they are in the database; times are told as aware ones on both kinds."""
    found = MetaData()
    found.reflect(tx)
    for table in found.tables.values():
        for column in table.columns:
            if isinstance(column.type, DateTime):
                column.type = delivery.c.at.type
    return found


def add(tx: Transaction, table: Table, **values: object) -> None:
    tx.execute(insert(table).values(values))


def keep_ledger_of_0001(tx: Transaction) -> None:
    """Keep two mailings, an hour and a month apart, with a delivery of each status for each of eight readers."""
    old = old_tables(tx).tables
    add(
        tx, old["topic"], id=1, slug="war", name="War", description="", lang="en", min_stories=1, max_stories=9,
        weekday=6, send_at=NOW.time(), zone="UTC", cut_off_minutes=0, theme="classic", status="active", added_at=NOW,
    )  # fmt: skip
    for number, status in enumerate(STATUSES, start=1):
        add(
            tx, old["subscriber"], id=number, email=f"{status}@example.com", name="", lang="en", zone="UTC",
            cadence="weekly", status="active", added_at=NOW,
        )  # fmt: skip
    for mailing_id, slot_at in enumerate(MONTHS, start=1):
        add(
            tx, old["edition"], id=mailing_id, topic_id=1, period_start=slot_at - timedelta(days=7), period_end=slot_at,
            status="sending", subject="", preheader="", intro="", snapshot={}, built_at=NOW,
        )  # fmt: skip
        add(
            tx, old["mailing"], id=mailing_id, kind="edition", slot_at=slot_at, status="open",
            planned=len(STATUSES), planned_at=slot_at,
        )  # fmt: skip
        add(tx, old["mailing_edition"], mailing_id=mailing_id, edition_id=mailing_id)
        for number, status in enumerate(STATUSES, start=1):
            is_leased = status in {"claimed", "handing_over"}
            add(
                tx, old["delivery"], mailing_id=mailing_id, slot_at=slot_at, subscriber_id=number, status=status,
                due_at=slot_at, attempts=number, fence=number, lease_owner="one" if is_leased else None,
                lease_until=LEASE_UNTIL if is_leased else None, reply_code=250, reply_text="said", is_presumed=False,
                at=NOW,
            )  # fmt: skip


STATUSES = ("queued", "claimed", "handing_over", "sent", "deferred", "refused", "withdrawn", "in_doubt")


@pytest.fixture
def migrated(empty_database: Database) -> Database:
    """A database that held a ledger at the first revision, and was upgraded."""
    with empty_database.begin() as tx:
        migrate_to(tx, "0001")
        keep_ledger_of_0001(tx)
    upgrade(empty_database)
    return empty_database


def test_a_ledger_in_use_is_moved_row_by_row(migrated: Database) -> None:
    with migrated.read() as tx:
        rows = tx.execute(delivery.select().order_by(delivery.c.id)).mappings().all()

    assert [(row["mailing_id"], row["slot_at"], row["subscriber_id"], row["status"]) for row in rows] == [
        (mailing_id, slot_at, number, status)
        for mailing_id, slot_at in enumerate(MONTHS, start=1)
        for number, status in enumerate(STATUSES, start=1)
    ]
    assert {row["status"] for row in rows if row["due_at"]} == {"queued", "deferred"}
    assert {row["status"] for row in rows if row["doubt"] == "we_ended"} == {"in_doubt"}
    assert all(row["fence"] == row["attempts"] == row["subscriber_id"] for row in rows)
    assert {(row["reply_code"], row["reply_text"], row["resends"]) for row in rows} == {(250, "said", 0)}


def test_leases_are_kept_until_they_end(migrated: Database) -> None:
    with migrated.read() as tx:
        leases = {tuple(row) for row in tx.execute(select(lease))}

    assert leases == {("one", 1, LEASE_UNTIL), ("one", 2, LEASE_UNTIL)}


def test_mailings_keep_their_editions(migrated: Database) -> None:
    with migrated.read() as tx:
        carried = {tuple(row) for row in tx.execute(select(mailing_edition))}
        kept = tx.execute(select(mailing.c.id, mailing.c.slot_at, mailing.c.pause_reason, mailing.c.kept_totals)).all()
        policies = set(tx.execute(select(topic.c.doubt_policy)).scalars())

    assert carried == {(1, 1), (2, 2)}
    assert [tuple(row) for row in kept] == [(1, MONTHS[0], "", None), (2, MONTHS[1], "", None)]
    assert policies == {"by_cause"}


def test_new_deliveries_are_numbered_on(migrated: Database) -> None:
    with migrated.begin() as tx:
        add(
            tx, delivery, mailing_id=1, slot_at=MONTHS[0], subscriber_id=add_reader(tx), status="queued", due_at=NOW,
            attempts=0, fence=0, at=NOW,
        )  # fmt: skip
        newest = tx.execute(select(delivery.c.id).order_by(delivery.c.id.desc()).limit(1)).scalar_one()

    assert newest == 2 * len(STATUSES) + 1


def add_reader(tx: Transaction) -> int:
    subscriber = old_tables(tx).tables["subscriber"]
    values = {"email": "new@example.com", "name": "", "lang": "en", "zone": "UTC", "cadence": "weekly"}
    add(tx, subscriber, id=99, status="active", added_at=NOW, **values)
    return 99


def test_each_month_is_a_partition(migrated: Database) -> None:
    if migrated.is_sqlite:
        return
    with migrated.read() as tx:
        counted = text("SELECT tableoid::regclass::text, count(*) FROM delivery GROUP BY 1 ORDER BY 1")
        rows = [tuple(row) for row in tx.execute(counted)]

    assert rows == [("delivery_2026_10", len(STATUSES)), ("delivery_2026_11", len(STATUSES))]


def test_an_upgraded_database_is_at_the_newest_revision(migrated: Database) -> None:
    assert revision_gap(migrated) is None
