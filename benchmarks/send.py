"""Measure: sending an edition of 41 KB to many readers by the program itself, and by its peers, in one run.

What is sent goes to a sink of ours (`tests.servers.sink`), a process of its own, which logs each message; afterwards
each reader must be in its log once. PostgreSQL is one that syncs. Every measure prints its aim beside what came out.
Run with `python -m benchmarks.send`, or with the names of some measures.
"""

import argparse
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from benchmarks.sending import signing
from benchmarks.sending.newsroom import Newsroom, make_newsroom
from benchmarks.sending.peers import CONNECTIONS, send_by_raw_loop, send_by_smtp_source, send_by_tasks
from benchmarks.sending.program import send_due
from benchmarks.sending.runs import Run
from digest.store.database import sqlite_url
from digest.store.tables import subscriber
from tests.servers.postgres import PostgresServer, durable_postgres
from tests.servers.redis import redis
from tests.servers.sink.started import read_log, sink

POSTGRES_SETTINGS = ("shared_buffers=256MB", "max_wal_size=4GB")
FAR_MS, FAR_READERS = 50.0, 4_000
SIGNED_READERS = 40_000
TASKS = 400
FEW_READERS = 10_000
MANY_READERS = 1_000_000
MAX_MORE_MIB = 32


@dataclass(slots=True, kw_only=True)
class Bench:
    """Where measures are taken: a folder, a server, how many readers the main ones have and how often they are run."""

    folder: Path
    server: PostgresServer
    readers: int
    rounds: int
    console: Console = field(default_factory=lambda: Console(width=118))
    numbers: "count[int]" = field(default_factory=count)

    def on_postgres(self, readers: int) -> Newsroom:
        """Return a new newsroom on PostgreSQL."""
        name = f"newsroom_{next(self.numbers)}"
        return make_newsroom(self.folder / name, self.server.create(name), readers=readers)

    def on_sqlite(self, readers: int) -> Newsroom:
        """Return a new newsroom on SQLite."""
        home = self.folder / f"newsroom_{next(self.numbers)}"
        home.mkdir()
        return make_newsroom(home, sqlite_url(home / "digest.db"), readers=readers)

    def send(
        self,
        newsroom: Newsroom,
        *,
        workers: int = 1,
        latency_ms: float = 0,
        settings: Mapping[str, str] | None = None,
    ) -> Run:
        """Plan and send a newsroom's edition, and check that the sink took it once for each reader."""
        planned = newsroom.plan(newsroom.publish())
        log = newsroom.home / "sink.log"
        with sink(log=log, latency_ms=latency_ms) as smtp:
            run = send_due(newsroom, planned, smtp, workers=workers, settings=settings)
        require_once_each(newsroom, log)
        newsroom.services.database.close()
        return run

    def show(self, title: str, rows: Mapping[str, Sequence[Run]], *, against: str = "") -> None:
        """Print the median rate of each way, what it used a message, and its ratio to one of them."""
        table = Table("way", "messages a second", "worst, best", "CPU us a message", "sink busy", "ratio", title=title)
        base = median_rate(rows[against]) if against else 0.0
        for way, runs in rows.items():
            middle = sorted(runs, key=lambda one: one.rate)[len(runs) // 2]
            table.add_row(
                way,
                f"{middle.rate:,.0f}",
                f"{min(one.rate for one in runs):,.0f}, {max(one.rate for one in runs):,.0f}",
                f"{middle.cpu_s / middle.messages * 1e6:,.0f}" if middle.cpu_s else "",
                f"{middle.sink_cpu_s / middle.seconds:.0%}" if middle.sink_cpu_s else "",
                f"{median_rate(runs) / base:.2f}" if base else "",
            )
        self.console.print(table)


def main() -> None:
    """Take the measures that were asked for, all by default."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("measures", nargs="*", choices=[[], *MEASURES], metavar="MEASURE", help=", ".join(MEASURES))
    parser.add_argument("--readers", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, durable_postgres(*POSTGRES_SETTINGS) as server:
        bench = Bench(folder=Path(folder), server=server, readers=given.readers, rounds=given.rounds)
        for name in given.measures or MEASURES:
            MEASURES[name](bench)


def measure_speed(bench: Bench) -> None:
    """PostgreSQL and SQLite, in turn with smtp-source and the raw loop."""
    rows: dict[str, list[Run]] = {way: [] for way in ("smtp-source", "raw loop", "PostgreSQL", "SQLite")}
    for _ in range(bench.rounds):
        newsroom = bench.on_postgres(bench.readers)
        message = newsroom.home / "sample.eml"
        octets = len(newsroom.sample_message())
        with sink(log=newsroom.home / "peers.log") as smtp:
            rows["smtp-source"].append(send_by_smtp_source(smtp, messages=bench.readers, octets=octets))
            rows["raw loop"].append(send_by_raw_loop(smtp, message, messages=bench.readers))
        rows["PostgreSQL"].append(bench.send(newsroom))
        rows["SQLite"].append(bench.send(bench.on_sqlite(bench.readers)))
    title = f"{bench.readers:,} readers, a mail of {octets:,} octets, {CONNECTIONS} connections"
    bench.show(title, rows, against="smtp-source")
    rates = {way: median_rate(runs) for way, runs in rows.items()}
    bench.console.print(
        f"PostgreSQL: {rates['PostgreSQL'] / rates['smtp-source']:.2f} of smtp-source (aim 1.5, at least 1.0), "
        f"{rates['PostgreSQL'] / rates['raw loop']:.2f} of the raw loop (aim 0.5); "
        f"SQLite: {rates['SQLite'] / rates['PostgreSQL']:.2f} of PostgreSQL (aim 0.7)"
    )


def measure_tasks(bench: Bench) -> None:
    """A task a mail, as it is usually written."""
    with sink() as smtp, redis() as broker:
        tasks = send_by_tasks(smtp, bench.server, broker, messages=TASKS)
    ours = bench.send(bench.on_postgres(bench.readers))
    bench.show("One task a mail", {"Celery, Jinja2, premailer, email, smtplib": [tasks], "PostgreSQL": [ours]})
    bench.console.print(f"PostgreSQL: {ours.rate / tasks.rate:,.0f} times as many (aim 200)")


def measure_far(bench: Bench) -> None:
    """A relay that is far away."""
    run = bench.send(bench.on_postgres(FAR_READERS), latency_ms=FAR_MS)
    limit = CONNECTIONS / (FAR_MS / 1000)
    bench.console.print(
        f"A relay {FAR_MS:g} ms away: {run.rate:,.0f} messages a second, {run.rate / limit:.2f} of connections / "
        f"round trip ({limit:,.0f}; aim 0.8)"
    )


def measure_signed(bench: Bench) -> None:
    """DKIM with RSA-2048, against what OpenSSL signs on one core."""
    settings = signing.make_settings(bench.folder)
    openssl = signing.openssl_signs_a_second()
    run = bench.send(bench.on_postgres(SIGNED_READERS), settings=settings)
    bench.console.print(
        f"DKIM, RSA-2048: {run.rate:,.0f} messages a second, {run.rate / openssl:.2f} of what `openssl speed` signs on "
        f"one core ({openssl:,.0f}; aim 0.8)"
    )


def measure_workers(bench: Bench) -> None:
    """Two worker processes against one."""
    rows: dict[str, list[Run]] = {"one worker": [], "two workers": []}
    for _ in range(bench.rounds):
        for workers, runs in enumerate(rows.values(), start=1):
            runs.append(bench.send(bench.on_postgres(bench.readers), workers=workers))
    bench.show(f"{bench.readers:,} readers, PostgreSQL", rows, against="one worker")


def measure_memory(bench: Bench) -> None:
    """The most memory that a worker has, for a short list and a long one."""
    few, many = (bench.send(bench.on_postgres(readers)) for readers in (FEW_READERS, MANY_READERS))
    bench.console.print(
        f"A worker's memory: {few.peak_mib:.0f} MiB for {FEW_READERS:,} readers, {many.peak_mib:.0f} MiB for "
        f"{MANY_READERS:,}: {many.peak_mib - few.peak_mib:.0f} MiB more (aim: within {MAX_MORE_MIB}); "
        f"the long list went out at {many.rate:,.0f} a second"
    )


def require_once_each(newsroom: Newsroom, log: Path) -> None:
    """Stop unless the sink took one mail for each reader."""
    taken = Counter(one.rcpt_to for one in read_log(log))
    with newsroom.services.database.read() as tx:
        readers = set(tx.execute(select(subscriber.c.email)).scalars())
    assert taken.keys() == readers, f"{len(readers - taken.keys())} readers got nothing"
    assert taken.total() == len(readers), f"{taken.total() - len(readers)} mails were doubled"


def median_rate(runs: Sequence[Run]) -> float:
    return median(one.rate for one in runs)


MEASURES: Mapping[str, Callable[[Bench], None]] = {
    "speed": measure_speed,
    "tasks": measure_tasks,
    "far": measure_far,
    "signed": measure_signed,
    "workers": measure_workers,
    "memory": measure_memory,
}


if __name__ == "__main__":
    main()
