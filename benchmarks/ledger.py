"""Measure: what a delivery costs in the ledger, statement by statement, on PostgreSQL (with fsync) and on SQLite.

Planning is compared with a bare `INSERT ... SELECT` of as many rows into the same table: no join, no rule of consent.
Claims, marks and records go in groups, one transaction each, as a worker sends them. The time is that of the client
and the database together. Run with `python -m benchmarks.ledger`.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import NamedTuple

from rich.console import Console
from rich.table import Table
from sqlalchemy import CTE, Text, cast, func, insert, literal, select, text

from digest.model.ids import TopicId
from digest.model.mailings import ClaimedDelivery, DeliveryStatus, Mailing, Outcome
from digest.model.messages import Reply
from digest.store import claims, records
from digest.store.database import Database, Transaction, sqlite_url
from digest.store.mailings import complete_mailing, plan_mailing
from digest.store.migrate import upgrade
from digest.store.partitions import make_partition
from digest.store.tables import delivery, mailing, subscriber, subscription
from tests.makers.ledger import keep_edition, keep_topic
from tests.servers.postgres import durable_postgres

NOW = datetime(2026, 11, 22, 13, tzinfo=UTC)
LEASE = timedelta(minutes=15)
OWNER = "worker-1"
TOPIC = TopicId(1)
RENEWALS, ROUNDS = 100, 3
CLAIM, MARK, RECORD = 2000, 256, 500
SETTINGS = ("shared_buffers=256MB", "max_wal_size=4GB")


class Cost(NamedTuple):
    """What one step took in all, over how many rows."""

    rows: int
    seconds: float

    @property
    def us_a_row(self) -> float:
        return self.seconds * 1e6 / self.rows


class Written(NamedTuple):
    """What PostgreSQL wrote for each delivery: octets of log, and how many of its three updates were heap-only."""

    wal_bytes: float
    hot_updates: float


class Step(NamedTuple):
    """What one kind of statement cost, in its groups."""

    name: str
    group: int
    cost: Cost


def main() -> None:
    """Measure both databases, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=100_000, help="deliveries to claim, mark and record")
    parser.add_argument("--planned", type=int, default=1_000_000, help="deliveries to plan")
    given = parser.parse_args()
    console = Console(width=110)
    with tempfile.TemporaryDirectory() as folder, durable_postgres(*SETTINGS) as server:
        urls: dict[str, Callable[[str], str]] = {
            "PostgreSQL": server.create,
            "SQLite": lambda name: sqlite_url(Path(folder) / f"{name}.db"),
        }
        steps: dict[str, Sequence[Step]] = {}
        for name, make_url in urls.items():
            with closing(Database(make_url("sent"))) as database:
                upgrade(database)
                steps[name], left = measure_sending(database, given.readers)
            if left:
                console.print(
                    f"PostgreSQL wrote {left.wal_bytes:,.0f} octets of log a delivery; "
                    f"of its three updates {left.hot_updates:.2f} were heap-only"
                )
            with closing(Database(make_url("planned"))) as database:
                upgrade(database)
                steps[name] = [*measure_planning(database, given.planned), *steps[name]]
        show(console, steps)


def show(console: Console, steps: Mapping[str, Sequence[Step]]) -> None:
    """Print what each step costs a row, in microseconds, with the databases side by side."""
    table = Table("step", "rows a transaction", *(f"{name}, us a row" for name in steps))
    for same in zip(*steps.values(), strict=True):
        table.add_row(same[0].name, f"{same[0].group:,}", *(f"{one.cost.us_a_row:.2f}" for one in same))
    console.print(table)
    for name, each in steps.items():
        planned, bare = (one.cost.us_a_row for one in each[:2])
        console.print(f"{name}: planning takes {planned / bare:.2f} times a bare INSERT ... SELECT")


def measure_planning(database: Database, readers: int) -> list[Step]:
    """Plan so many deliveries, and insert as many plainly, in turns, each for a month of its own."""
    with database.begin() as tx:
        keep_readers(tx, readers)
    settle(database)
    plan_s, bare_s = [], []
    for turn in range(ROUNDS):
        slots = [NOW + timedelta(days=31 * month) for month in (2 * turn, 2 * turn + 1)]
        plan_s.append(plan(database, slots[0])[1])
        bare_s.append(insert_plainly(database, slots[1]))
    return [
        Step("plan", readers, Cost(readers, median(plan_s))),
        Step("a bare INSERT ... SELECT", readers, Cost(readers, median(bare_s))),
    ]


def plan(database: Database, slot_at: datetime) -> tuple[Mailing, float]:
    """Plan the mailing of an edition that closes then; return it, and the seconds it took."""
    with database.begin() as tx:
        edition = keep_edition(tx, TOPIC, end=slot_at)
        assert edition.id is not None
    started = time.perf_counter()
    with database.begin() as tx:
        planned = plan_mailing(tx, edition.id, slot_at=slot_at, now=NOW)
    return planned, time.perf_counter() - started


def insert_plainly(database: Database, slot_at: datetime) -> float:
    """Insert a delivery for each reader there is; return the seconds it took."""
    with database.begin() as tx:
        make_partition(tx, slot_at)
        row = {"kind": "edition", "slot_at": slot_at, "status": "open", "planned": 0, "planned_at": NOW}
        mailing_id = tx.execute(insert(mailing).values(row).returning(mailing.c.id)).scalar_one()
    of_column = {"mailing_id": mailing_id, "slot_at": slot_at, "status": "queued", "due_at": slot_at, "attempts": 0}
    of_column |= {"fence": 0, "at": NOW}
    cells = [literal(value, delivery.c[name].type) for name, value in of_column.items()]
    started = time.perf_counter()
    with database.begin() as tx:
        tx.execute(insert(delivery).from_select(["subscriber_id", *of_column], select(subscriber.c.id, *cells)))
    return time.perf_counter() - started


def measure_sending(database: Database, readers: int) -> tuple[list[Step], Written | None]:
    """Take so many deliveries through the ledger, from the claim to the record."""
    with database.begin() as tx:
        keep_readers(tx, readers)
    of, _ = plan(database, NOW)
    settle(database)
    before = written(database)
    claimed, claiming = claim_all(database, of)
    marking = mark_all(database, of, claimed)
    recording = record_all(database, of, claimed)
    after = written(database)
    steps = [
        Step("claim", CLAIM, Cost(readers, claiming)),
        Step("mark", MARK, Cost(readers, marking)),
        Step("record", RECORD, Cost(readers, recording)),
        Step("renew", 1, Cost(RENEWALS, renew_often(database))),
        Step("complete", readers, Cost(readers, complete(database, of))),
    ]
    if before is None or after is None:
        return steps, None
    return steps, Written(*((late - early) / readers for early, late in zip(before, after, strict=True)))


def claim_all(database: Database, of: Mailing) -> tuple[list[ClaimedDelivery], float]:
    """Claim until nothing is due; return what was claimed, and the seconds it took."""
    claimed: list[ClaimedDelivery] = []
    started = time.perf_counter()
    while True:
        with database.begin() as tx:
            claim = claims.claim_due(tx, of, owner=OWNER, now=NOW, lease_until=NOW + LEASE, limit=CLAIM)
        if not claim.claimed:
            return claimed, time.perf_counter() - started
        claimed += claim.claimed


def mark_all(database: Database, of: Mailing, claimed: Sequence[ClaimedDelivery]) -> float:
    """Mark all, group by group; return the seconds it took."""
    started = time.perf_counter()
    for start in range(0, len(claimed), MARK):
        group = claimed[start : start + MARK]
        with database.begin() as tx:
            marked = claims.mark_handing_over(tx, of, group, owner=OWNER, now=NOW)
        assert len(marked.may_go) == len(group)
    return time.perf_counter() - started


def record_all(database: Database, of: Mailing, claimed: Sequence[ClaimedDelivery]) -> float:
    """Record all as sent, group by group; return the seconds it took."""
    outcomes = [
        Outcome(
            delivery_id=one.id,
            fence=one.fence,
            status=DeliveryStatus.SENT,
            reply=Reply(code=250, enhanced="2.0.0", text=f"Ok: queued as {one.id:012X}"),
        )
        for one in claimed
    ]
    started = time.perf_counter()
    for start in range(0, len(outcomes), RECORD):
        group = outcomes[start : start + RECORD]
        with database.begin() as tx:
            ours = records.record_outcomes(tx, of, group, now=NOW)
        assert len(ours) == len(group)
    return time.perf_counter() - started


def renew_often(database: Database) -> float:
    """Renew the lease again and again; return the seconds it took."""
    started = time.perf_counter()
    for number in range(RENEWALS):
        with database.begin() as tx:
            claims.renew_leases(tx, owner=OWNER, lease_until=NOW + LEASE * number)
    return time.perf_counter() - started


def complete(database: Database, of: Mailing) -> float:
    """Close the mailing, which looks for work that is left; return the seconds it took."""
    started = time.perf_counter()
    with database.begin() as tx:
        assert complete_mailing(tx, of.id, now=NOW)
    return time.perf_counter() - started


def written(database: Database) -> tuple[float, float] | None:
    """Return how many octets of log PostgreSQL has written, and how many heap-only updates; None on SQLite."""
    if database.is_sqlite:
        return None
    with database.begin() as tx:
        tx.execute(text("SELECT pg_stat_force_next_flush()"))
    with database.begin() as tx:
        log = tx.execute(text("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn")).scalar_one()
        hot = text("SELECT sum(n_tup_hot_upd) FROM pg_stat_user_tables WHERE relname LIKE 'delivery%'")
        return float(log), float(tx.execute(hot).scalar_one())


def keep_readers(tx: Transaction, readers: int) -> None:
    """Keep a topic with so many readers, and what an import would leave of each."""
    keep_topic(tx)
    numbers = select(func.generate_series(1, readers).label("n")).subquery() if is_postgres(tx) else counted(readers)
    number = cast(numbers.c.n, Text)
    email = literal("reader").concat(number).concat("@mail.example.com")
    of_reader = {
        "id": numbers.c.n,
        "email": email,
        "email_key": email,
        "key_hash": literal("0" * 56).concat(number),
        "name": literal("Reader ").concat(number),
        "lang": literal("en"),
        "zone": literal("UTC"),
        "cadence": literal("weekly"),
        "status": literal("active"),
        "added_at": literal(NOW, subscriber.c.added_at.type),
    }
    tx.execute(insert(subscriber).from_select([*of_reader], select(*of_reader.values())))
    asked = select(subscriber.c.id, literal(TOPIC), literal("subscribed"), literal(NOW, subscriber.c.added_at.type))
    tx.execute(insert(subscription).from_select(["subscriber_id", "topic_id", "status", "changed_at"], asked))


def is_postgres(tx: Transaction) -> bool:
    """Return whether this is PostgreSQL."""
    return tx.dialect.name == "postgresql"


def counted(up_to: int) -> CTE:
    """Return the numbers from 1, for SQLite, which has no series of its own."""
    first = select(literal(1).label("n")).cte("numbers", recursive=True)
    return first.union_all(select(first.c.n + 1).where(first.c.n < up_to))


def settle(database: Database) -> None:
    """Let the database learn what its tables hold now, as it does by itself within a minute."""
    with database.begin() as tx:
        tx.execute(text("ANALYZE"))


if __name__ == "__main__":
    main()
