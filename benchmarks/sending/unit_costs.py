"""What one reader and one delivery cost a PostgreSQL that syncs: read off it before and after the program has sent."""

import math
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg

from benchmarks.sending.newsroom import make_newsroom
from benchmarks.sending.program import send_due
from benchmarks.sending.runs import cpu_of, cpu_of_ended_children
from digest.store.partitions import partition_name
from tests.servers.postgres import durable_postgres
from tests.servers.sink.started import sink

SETTINGS = ("shared_buffers=256MB", "max_wal_size=4GB")


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """Octets, and microseconds. `reader_octets` is of a reader's own rows; all else is of a delivery.

    `plan_us` and `vacuum_us` are the time of one statement for all, shared out; `database_us` and `worker_us` are
    processor time. `worker_rate` is how many messages a worker process sends in a second, with the sink beside it.
    """

    reader_octets: float
    heap_octets: float
    index_octets: float
    plan_log_octets: float
    send_log_octets: float
    plan_us: float
    vacuum_us: float
    database_us: float
    worker_us: float
    worker_rate: float


def measure_costs(readers: int) -> Costs:
    """Fill a newsroom, plan its mailing, send it, and vacuum."""
    with tempfile.TemporaryDirectory() as folder, durable_postgres(*SETTINGS) as server:
        newsroom = make_newsroom(Path(folder) / "home", server.create("newsroom"), readers=readers)
        with closing(psycopg.connect(newsroom.url.replace("+psycopg", ""), autocommit=True)) as database:
            seen = Gauge(database)
            reader_octets = seen.octets("pg_total_relation_size", "subscriber", "subscription")
            edition = newsroom.publish()
            log, began = seen.log_octets(), time.perf_counter()
            planned = newsroom.plan(edition)
            plan_s, plan_log = time.perf_counter() - began, seen.log_octets() - log
            log, cpu_s = seen.log_octets(), seen.cpu_s()
            with sink() as smtp:
                run = send_due(newsroom, planned, smtp)
            send_log, cpu_s = seen.log_octets() - log, seen.cpu_s() - cpu_s
            partition = partition_name(planned.slot_at)
            heap = seen.octets("pg_table_size", partition)
            index = seen.octets("pg_indexes_size", partition)
            began = time.perf_counter()
            database.execute(f"VACUUM (ANALYZE, FREEZE) {partition}".encode())
            vacuum_s = time.perf_counter() - began
        newsroom.services.database.close()
    return Costs(
        reader_octets=reader_octets / readers,
        heap_octets=heap / readers,
        index_octets=index / readers,
        plan_log_octets=plan_log / readers,
        send_log_octets=send_log / readers,
        plan_us=plan_s / readers * 1e6,
        vacuum_us=vacuum_s / readers * 1e6,
        database_us=cpu_s / readers * 1e6,
        worker_us=run.cpu_s / readers * 1e6,
        worker_rate=run.rate,
    )


class Gauge:
    """Reads a database's meters, over a connection of its own."""

    def __init__(self, database: psycopg.Connection) -> None:
        self._database = database

    def octets(self, function: str, *tables: str) -> float:
        """Return how large tables are, by one of PostgreSQL's functions for it."""
        return math.fsum(self._number(f"SELECT {function}('{table}')") for table in tables)

    def log_octets(self) -> float:
        """Return how much write-ahead log was written so far."""
        return self._number("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn")

    def cpu_s(self) -> float:
        """Return the processor time of all processes of the server, those that have ended too."""
        server = parent_of(int(self._number("SELECT pg_backend_pid()")))
        return cpu_of(server) + cpu_of_ended_children(server) + sum(map(cpu_of, children_of(server)))

    def _number(self, query: str) -> float:
        row = self._database.execute(query.encode()).fetchone()
        assert row is not None
        return float(row[0])


def children_of(pid: int) -> Iterator[int]:
    """Return a process's own processes."""
    for each in Path("/proc").glob("[0-9]*"):
        child = int(each.name)
        if parent_of(child) == pid:
            yield child


def parent_of(pid: int) -> int:
    """Return a process's parent, 0 where it has ended."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return 0
    return int(status.rpartition(")")[2].split()[1])
