"""Measure: importing readers from a file, in rows a second and in memory, against the least that could be done.

The least is the standard library's `csv.reader` and INSERT statements of many rows: one table, one unique column, no
check of anything. An import writes three tables with seven indexes, and checks each cell. Each measurement is a process
of its own. Run with `python -m benchmarks.subscribers`.
"""

import argparse
import csv
import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from statistics import median
from typing import NamedTuple, Protocol
from uuid import uuid4

import psycopg
from rich.console import Console
from rich.table import Table

from digest.bootstrap import build_services
from digest.clock import FixedClock
from digest.config import load_settings
from digest.flows.admitting import RowOutcome
from digest.flows.editing import add_topic
from digest.flows.importing import ImportReport, Progress, import_readers, rehearse_import
from digest.flows.services import Services
from digest.model.tags import make_tag
from digest.store.database import sqlite_url
from digest.store.migrate import upgrade
from digest.store.topics import NewTopic
from tests.servers.postgres import PostgresServer, postgres

NOW = datetime(2026, 11, 22, 13, tzinfo=UTC)
COLUMNS = ("email", "name", "topics", "lang", "zone", "hour", "confirmed_at", "consent_source")
TOPICS = ("harbour", "night-tram", "gardens")
FEW, SOME, ROUNDS = 10_000, 100_000, 3
ROWS_AN_INSERT, ROWS_A_TRANSACTION = 1_000, 5_000
MIB = 1024 * 1024


class Spent(NamedTuple):
    """What one measurement took: seconds, and the most memory its process had, in MiB."""

    seconds: float
    peak_mib: float


class Read(Protocol):
    """An import, or its rehearsal."""

    def __call__(self, services: Services, path: Path, *, slugs: Sequence[str], progress: Progress) -> ImportReport: ...


class Cursor(Protocol):
    """As much of a DB-API cursor (PEP 249) as the least needs."""

    def execute(self, statement: str, parameters: Sequence[str] = ..., /) -> object: ...


def main() -> None:
    """Measure each way on both databases, then the memory of a long file, and print two tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the long file, for its memory")
    parser.add_argument("--measure", nargs=3, metavar=("WAY", "URL", "FILE"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        way, url, path = given.measure
        print(json.dumps(measure(way, url, Path(path))))
        return
    with tempfile.TemporaryDirectory() as folder, postgres() as server:
        show_speed(Path(folder), server)
        show_memory(Path(folder), rows=given.rows)


def show_speed(folder: Path, server: PostgresServer) -> None:
    """Print rows a second, the median of some rounds in which the ways take turns."""
    table = Table("database", "way", "rows a second", "times the least")
    path = write_readers(folder, SOME)
    databases: dict[str, Callable[[], str]] = {
        "SQLite": lambda: sqlite_url(folder / f"{uuid4().hex}.db"),
        "PostgreSQL": lambda: server.create(f"readers_{uuid4().hex}"),
    }
    for name, make_url in databases.items():
        rounds = [{way: measured_apart(way, make_url(), path) for way in WAYS} for _ in range(ROUNDS)]
        spent = {way: median(each[way].seconds for each in rounds) for way in WAYS}
        for way, seconds in spent.items():
            table.add_row(name, way, f"{SOME / seconds:,.0f}", f"{seconds / spent['least']:.1f}")
    Console(width=110).print(f"{SOME:,} new readers, each confirmed for one topic or two", table)


def show_memory(folder: Path, *, rows: int) -> None:
    """Print the most memory that a short and a long file take on SQLite."""
    table = Table("way", f"{FEW:,} rows", f"{rows:,} rows", "more", "rows a second")
    paths = [write_readers(folder, count) for count in (FEW, rows)]
    for way in ("import", "rehearsal"):
        few, many = (measured_apart(way, sqlite_url(folder / f"{uuid4().hex}.db"), path) for path in paths)
        more = many.peak_mib - few.peak_mib
        speed = rows / many.seconds
        table.add_row(way, f"{few.peak_mib:.0f} MiB", f"{many.peak_mib:.0f} MiB", f"{more:.0f} MiB", f"{speed:,.0f}")
    Console(width=110).print("The most memory a process had, on SQLite", table)


def measured_apart(way: str, url: str, path: Path) -> Spent:
    """Measure one way in a new process."""
    command = [sys.executable, "-m", "benchmarks.subscribers", "--measure", way, url, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Spent(*json.loads(done.stdout))


def measure(way: str, url: str, path: Path) -> Spent:
    """Take the readers of a file into a new database in one of the ways."""
    took_s = WAYS[way](url, path)
    return Spent(took_s, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MIB)


def import_readers_into(url: str, path: Path) -> float:
    """Import as `digest subscriber import` does; return the seconds it took."""
    return seconds(newsroom(url, path.parent), path, read=import_readers)


def rehearse_readers_into(url: str, path: Path) -> float:
    """Rehearse the import, as `--dry-run` does; return the seconds it took."""
    return seconds(newsroom(url, path.parent), path, read=rehearse_import)


def seconds(services: Services, path: Path, *, read: Read) -> float:
    """Return how long reading a file of new readers takes."""
    started = time.perf_counter()
    report = read(services, path, slugs=[], progress=lambda _: None)
    took = time.perf_counter() - started
    services.database.close()
    assert report.outcomes[RowOutcome.ADDED] == report.rows
    return took


def newsroom(url: str, folder: Path) -> Services:
    """Return services on a new database with the topics that the files name."""
    settings = load_settings({"DIGEST_HOME": str(folder / "home"), "DIGEST_DATABASE_URL": url})
    services = build_services(settings, clock=FixedClock(NOW))
    upgrade(services.database)
    for slug in TOPICS:
        tag = make_tag(slug)
        assert tag is not None
        add_topic(services, NewTopic(slug=slug, name=slug, tags=(tag,)))
    return services


def insert_plainly(url: str, path: Path) -> float:
    """Read with `csv.reader` and insert many rows a statement into one table; return the seconds it took."""
    with closing(connect(url)) as connection, path.open(encoding="utf-8", newline="") as file:
        cursor = connection.cursor()
        cursor.execute(f"CREATE TABLE reader (email TEXT UNIQUE, {', '.join(f'{name} TEXT' for name in COLUMNS[1:])})")
        connection.commit()
        mark = "?" if isinstance(connection, sqlite3.Connection) else "%s"
        started = time.perf_counter()
        rows = csv.reader(file)
        next(rows)
        while batch := list(islice(rows, ROWS_A_TRANSACTION)):
            for start in range(0, len(batch), ROWS_AN_INSERT):
                insert_rows(cursor, batch[start : start + ROWS_AN_INSERT], mark=mark)
            connection.commit()
        return time.perf_counter() - started


def insert_rows(cursor: Cursor, rows: Sequence[Sequence[str]], *, mark: str) -> None:
    """Insert rows in one statement."""
    one = f"({', '.join([mark] * len(COLUMNS))})"
    statement = f"INSERT INTO reader VALUES {', '.join([one] * len(rows))} ON CONFLICT DO NOTHING"
    cursor.execute(statement, [cell for row in rows for cell in row])


def connect(url: str) -> sqlite3.Connection | psycopg.Connection:
    """Open a connection of the database's own library, which syncs as the program's does."""
    if not url.startswith("sqlite"):
        return psycopg.connect(url.replace("+psycopg", ""))
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    return connection


WAYS: Mapping[str, Callable[[str, Path], float]] = {
    "least": insert_plainly,
    "import": import_readers_into,
    "rehearsal": rehearse_readers_into,
}


def write_readers(folder: Path, count: int) -> Path:
    """Write a file of new readers, every third of whom has two topics; return its path."""
    path = folder / f"readers-{count}.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(COLUMNS) + "\n")
        for number in range(count):
            topics = TOPICS[number % 3] + (f";{TOPICS[(number + 1) % 3]}" if number % 3 == 0 else "")
            email = f"first.last{number}@mail{number % 97}.example.com"
            confirmed = f"2026-{1 + number % 10:02}-{1 + number % 28:02}T08:{number % 60:02}:00Z"
            file.write(
                f"{email},First Last {number},{topics},en,Europe/London,{number % 24},{confirmed},sign-up form\n"
            )
    return path


if __name__ == "__main__":
    main()
