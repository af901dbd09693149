"""Measure: whether the time of an answer to a sign-up tells anything of the address that was typed.

`digest web` answers as a process of its own, over HTTP. Addresses of each standing are signed up in random order, one
request at a time: new to us, pending, subscribed, suppressed, and written to as often as a week allows. Of each other
standing the median is compared with that of new ones, by the difference and its 99 % interval (percentile bootstrap).
Run with `python -m benchmarks.sign_up_timing`; it fails where a difference is 5 ms or more.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import NamedTuple

import httpx2
from rich.console import Console
from rich.table import Table

from digest.bootstrap import build_services
from digest.clock import SystemClock
from digest.config import load_settings
from digest.flows.editing import add_topic
from digest.flows.services import Services
from digest.flows.subscribing import add_confirmed_subscriber, add_pending_subscriber
from digest.links import Purpose
from digest.model.addresses import parse_address
from digest.model.subscribers import SuppressionReason
from digest.model.tags import make_tag
from digest.store import sign_ups
from digest.store.database import sqlite_url
from digest.store.migrate import upgrade
from digest.store.tables import suppression
from digest.store.topics import NewTopic
from tests.servers.ports import LOOPBACK, free_port
from tests.servers.postgres import postgres

NEW = "new"
STANDINGS = (NEW, "pending", "subscribed", "suppressed", "written to often")
MOST_MS = 5.0
RESAMPLES = 1_000
WARM_UP = 100
PATIENCE_S = 30


class Difference(NamedTuple):
    """How the median of one standing differs from that of new addresses, in ms, and within what with 99 %."""

    ms: float
    low_ms: float
    high_ms: float


def main() -> None:
    """Measure on both databases, and print a table for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=1_000, help="of each standing")
    count = parser.parse_args().requests
    with tempfile.TemporaryDirectory() as folder, postgres() as server:
        urls = {"SQLite": sqlite_url(Path(folder) / "digest.db"), "PostgreSQL": server.create("timing")}
        is_even = [measure(name, url, Path(folder) / name, count=count) for name, url in urls.items()]
    sys.exit(0 if all(is_even) else 1)


def measure(name: str, url: str, folder: Path, *, count: int) -> bool:
    """Measure on one database; return whether no difference of medians is too large."""
    port = free_port()
    environ = {
        "DIGEST_HOME": str(folder),
        "DIGEST_DATABASE_URL": url,
        "DIGEST_BASE_URL": f"http://{LOOPBACK}:{port}",
        "DIGEST_SIGN_UPS_USUAL": "1000000",
    }
    services = build_services(load_settings(environ, file=folder / "digest.toml"), clock=SystemClock())
    upgrade(services.database)
    open_newsroom(services, count=count)
    with serving(environ, port=port) as client:
        took = send_all(services, client, count=count)
    services.database.close()
    return show(name, took)


def open_newsroom(services: Services, *, count: int) -> None:
    """Add a topic, and readers of each standing."""
    tag = make_tag("Harbour")
    assert tag is not None
    add_topic(services, NewTopic(slug="harbour", name="Harbour", tags=(tag,)))
    now = services.clock.now()
    for number in range(count):
        pending, subscribed = (parse_address(address(one, number)) for one in ("pending", "subscribed"))
        add_pending_subscriber(services, pending, slugs=["harbour"], name="")
        add_confirmed_subscriber(services, subscribed, slugs=["harbour"], name="")
    with services.database.begin() as tx:
        bounced = [services.links.address_hash(address("suppressed", number)) for number in range(count)]
        reason = SuppressionReason.HARD_BOUNCE.value
        tx.execute(suppression.insert(), [{"key_hash": one, "reason": reason, "at": now} for one in bounced])
        for number in range(count):
            often = services.links.address_hash(address("written to often", number))
            for hours in (1, 2, 3):
                sign_ups.add_sign_up(tx, often, is_mailed=True, now=now - timedelta(hours=hours))


def address(standing: str, number: int) -> str:
    """Return an address of a standing; all of them are equally long."""
    return f"{standing.replace(' ', '')[:7]:x<7}{number:06}@example.com"


@contextmanager
def serving(environ: dict[str, str], *, port: int) -> Iterator[httpx2.Client]:
    """Run `digest web` with these settings and nothing else; yield a client of it."""
    command = [str(Path(sys.executable).with_name("digest")), "web", "--port", str(port)]
    with (
        subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server,
        httpx2.Client(base_url=environ["DIGEST_BASE_URL"], timeout=PATIENCE_S, trust_env=False) as client,
    ):
        try:
            wait_for(client)
            yield client
        finally:
            server.terminate()


def wait_for(client: httpx2.Client) -> None:
    """Wait until the server answers."""
    patience = time.monotonic() + PATIENCE_S
    while time.monotonic() < patience:
        try:
            client.get("/healthz")
        except httpx2.ConnectError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("digest web does not start")


def send_all(services: Services, client: httpx2.Client, *, count: int) -> dict[str, list[float]]:
    """Sign up `count` addresses of each standing in random order; return how long each answer took, in ms."""
    for number in range(WARM_UP):
        send(services, client, f"warming{number:06}@example.com")
    order = [(standing, number) for standing in STANDINGS for number in range(count)]
    random.Random(7).shuffle(order)
    took: dict[str, list[float]] = {standing: [] for standing in STANDINGS}
    for standing, number in order:
        took[standing].append(send(services, client, address(standing, number)))
    return took


def send(services: Services, client: httpx2.Client, email: str) -> float:
    """Send a form that has been open for a minute; return how long its answer took, in ms."""
    opened_at = services.clock.now() - timedelta(minutes=1)
    token = services.links.timed_token(Purpose.FORM, random.getrandbits(63), at=opened_at)
    fields = {"email": email, "topic": "harbour", "name": "", "form_token": token, "website": "", "solution": ""}
    started = time.perf_counter()
    answer = client.post("/subscribe", data=fields)
    took_ms = (time.perf_counter() - started) * 1000
    assert answer.status_code == 200, answer.text
    return took_ms


def show(name: str, took: dict[str, list[float]]) -> bool:
    """Print the medians of a database, and how they differ from that of new addresses; return whether all may."""
    table = Table("standing", "requests", "median, ms", "difference, ms", "99 % within, ms")
    differences = []
    for standing, times in took.items():
        found = compare(took[NEW], times)
        differences.append(found.ms)
        within = f"{found.low_ms:+.2f} to {found.high_ms:+.2f}"
        table.add_row(standing, f"{len(times):,}", f"{median(times):.2f}", f"{found.ms:+.2f}", within)
    Console(width=110).print(name, table)
    return max(map(abs, differences)) < MOST_MS


def compare(usual: Sequence[float], others: Sequence[float]) -> Difference:
    """Return how two medians differ, and the percentile bootstrap's interval of that."""
    draw = random.Random(11)
    resampled = sorted(
        median(draw.choices(others, k=len(others))) - median(draw.choices(usual, k=len(usual)))
        for _ in range(RESAMPLES)
    )
    return Difference(median(others) - median(usual), resampled[RESAMPLES // 200], resampled[-RESAMPLES // 200 - 1])


if __name__ == "__main__":
    main()
