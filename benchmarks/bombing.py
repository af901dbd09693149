"""Measure: what a bomb of sign-ups sends to strangers.

10,000 sign-ups of 100 strangers from 500 networks, spread over a week less an hour: each stranger's address is also
written with a detail, or in capitals. Once with everything but the limit of each address held open, so that all of them
come as far as that; once within ten minutes as the guard really is, where most should not come so far. Run with
`python -m benchmarks.bombing`; it fails where a stranger gets more than three mails.
"""

import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from rich.console import Console
from rich.table import Table

from digest.bootstrap import build_services
from digest.clock import FixedClock
from digest.config import load_settings
from digest.flows.editing import add_topic
from digest.flows.readers.asking import Answer
from digest.flows.services import Services
from digest.model.tags import make_tag
from digest.store.database import sqlite_url
from digest.store.migrate import upgrade
from digest.store.topics import NewTopic
from tests.flows.readers.visitors import bomb, mails_to_strangers
from tests.servers.postgres import postgres

NOW = datetime(2026, 11, 22, 13, tzinfo=UTC)
SIGN_UPS, STRANGERS, NETWORKS, MOST_MAILS = 10_000, 100, 500, 3
SPANS = {"held open": timedelta(days=6, hours=23), "as it is": timedelta(minutes=10)}


def main() -> None:
    """Bomb both databases in both ways, and print a table."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    table = Table("database", "guard", *[one.value for one in Answer], "strangers", "most mails to one", "seconds")
    most: list[int] = []
    with tempfile.TemporaryDirectory() as folder, postgres() as server:
        for guard in SPANS:
            for name in ("SQLite", "PostgreSQL"):
                home = Path(folder) / f"{name} {guard}"
                url = sqlite_url(home / "d.db") if name == "SQLite" else server.create(guard.replace(" ", "_"))
                row, mails = bombed(url, home, guard=guard)
                table.add_row(name, guard, *row)
                most.append(max(mails))
    Console(width=140).print(f"{SIGN_UPS:,} sign-ups of {STRANGERS} strangers from {NETWORKS} networks", table)
    sys.exit(0 if max(most) <= MOST_MAILS else 1)


def bombed(url: str, home: Path, *, guard: str) -> tuple[Sequence[str], Sequence[int]]:
    """Bomb one database; return the cells that tell of it, and how many mails each stranger gets."""
    clock = FixedClock(NOW)
    services = open_newsroom(url, home, clock=clock)
    started = time.perf_counter()
    open_rules = replace(services.sign_up_rules, usual_in_ten_minutes=10**6)
    bombarded = replace(services, sign_up_rules=open_rules) if guard == "held open" else services
    answers = bomb(bombarded, clock, sign_ups=SIGN_UPS, strangers=STRANGERS, addresses=NETWORKS, lasting=SPANS[guard])
    took_s = time.perf_counter() - started
    mails = mails_to_strangers(services)
    services.database.close()
    counts = [f"{answers[one]:,}" for one in Answer]
    return [*counts, str(len(mails)), str(max(mails)), f"{took_s:.0f}"], mails


def open_newsroom(url: str, home: Path, *, clock: FixedClock) -> Services:
    """Return services on a new database with the topic that strangers are signed up for."""
    home.mkdir()
    settings = load_settings({"DIGEST_HOME": str(home), "DIGEST_DATABASE_URL": url}, file=home / "digest.toml")
    services = build_services(settings, clock=clock)
    upgrade(services.database)
    tag = make_tag("Syria's War")
    assert tag is not None
    add_topic(services, NewTopic(slug="syrias-war", name="Syria's War", tags=(tag,)))
    return services


if __name__ == "__main__":
    main()
