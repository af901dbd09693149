"""Measure: what one `digest web` serves, on SQLite and PostgreSQL, while an edition goes out beside it.

Readers look at their preferences, sign up, confirm and leave by one click, over a few kept connections; each is told
beside the rate of an endpoint that does nothing, on the same framework and server, in the same run. Afterwards every
reader leaves by one click, in any order, a fifth of them twice, and each must be off the list. Both databases sync each
commit. Run with `python -m benchmarks.web`.
"""

import argparse
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.sending.newsroom import PROGRAM, make_newsroom
from benchmarks.visiting.requests import Requests
from benchmarks.visiting.visitors import Visited, get, visit
from digest.store.database import sqlite_url
from tests.servers.ports import LOOPBACK, free_port
from tests.servers.postgres import durable_postgres
from tests.servers.sink.started import sink

EMPTY = [sys.executable, "-m", "benchmarks.visiting.empty"]
WEB = [str(PROGRAM), "web", "--port"]
SETTINGS = {"DIGEST_TRUSTED_PROXIES": LOOPBACK, "DIGEST_SIGN_UPS_USUAL": "1000000", "DIGEST_RATE": "200/s"}
EMPTY_NAME = "an empty endpoint"
PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """How much is asked: so many requests of each kind, over so many connections, of a list of so many readers."""

    folder: Path
    readers: int
    requests: int
    connections: int
    console: Console = field(default_factory=lambda: Console(width=118))

    def play(self, port: int, made: Sequence[bytes]) -> Visited:
        """Make these requests to the server at a port."""
        return visit(port, made, connections=self.connections, folder=self.folder)


def measure(bench: Bench, name: str, url: str) -> None:
    """Measure on one database: what is served beside a send, then whether everybody can leave."""
    home = bench.folder / name
    home.mkdir()
    newsroom = make_newsroom(home, url or sqlite_url(home / "digest.db"), readers=bench.readers)
    newsroom.plan(newsroom.publish())
    requests = Requests(newsroom)
    with ExitStack() as running:
        relay = running.enter_context(sink())
        environ = {**os.environ, **newsroom.environ, **SETTINGS, "DIGEST_SMTP_URL": relay.url}
        empty = running.enter_context(serving(EMPTY, environ))
        port = running.enter_context(serving(WEB, environ))
        with sending(environ):
            visits = {EMPTY_NAME: bench.play(empty, [get("/")] * bench.requests), **visit_pages(bench, requests, port)}
        show(bench, f"{name}, beside a send of {SETTINGS['DIGEST_RATE']}", visits)
        leave_all(bench, requests, port)
    newsroom.services.database.close()


def visit_pages(bench: Bench, requests: Requests, port: int) -> dict[str, Visited]:
    """Let some readers do each thing, and require that each was answered as it should be."""
    some = requests.readers[: bench.requests]
    bench.play(port, requests.preferences(some[:1]))  # the first page of all reads templates and words
    visits = {"preferences page": bench.play(port, requests.preferences(some))}
    visits["sign-up"] = bench.play(port, requests.sign_ups(bench.requests))
    visits["confirm"] = bench.play(port, requests.confirmations())
    visits["one-click"] = bench.play(port, requests.one_clicks(some))
    for name, visited in visits.items():
        require(visited, 202 if name == "sign-up" else 200)
    return visits


def leave_all(bench: Bench, requests: Requests, port: int) -> None:
    """Let everybody leave by one click, a fifth of them twice, in any order."""
    chance = random.Random(7)
    leavers = [*requests.readers, *chance.sample(requests.readers, len(requests.readers) // 5)]
    chance.shuffle(leavers)
    visited = bench.play(port, requests.one_clicks(leavers))
    require(visited, 200)
    left = requests.count_subscribed()
    assert left == 0, f"{left} readers pressed and are still subscribed"
    bench.console.print(
        f"{len(leavers):,} one-clicks of {len(requests.readers):,} readers in any order: all left, none erred; "
        f"{visited.rate:,.0f} a second, p50 {visited.p50_ms:.1f} ms, p99 {visited.p99_ms:.1f} ms\n"
    )


def require(visited: Visited, status: int) -> None:
    """Stop unless every answer had this status."""
    assert visited.statuses.keys() == {str(status)}, visited.statuses


def show(bench: Bench, title: str, visits: Mapping[str, Visited]) -> None:
    """Print a table of what visits came to."""
    table = Table("", "a second", "p50 ms", "p99 ms", f"of {EMPTY_NAME}", title=title)
    for name, one in visits.items():
        share = one.rate / visits[EMPTY_NAME].rate
        table.add_row(name, f"{one.rate:,.0f}", f"{one.p50_ms:.1f}", f"{one.p99_ms:.1f}", f"{share:.2f}")
    bench.console.print(table)


@contextmanager
def serving(command: Sequence[str], environ: Mapping[str, str]) -> Iterator[int]:
    """Run a server, which is told its port last, until the block ends; yield the port once it answers."""
    port = free_port()
    with subprocess.Popen([*command, str(port)], env=environ, stdout=subprocess.DEVNULL) as server:
        try:
            await_answer(port)
            yield port
        finally:
            server.terminate()


@contextmanager
def sending(environ: Mapping[str, str]) -> Iterator[None]:
    """Send what is due until the block ends, which must come first."""
    with subprocess.Popen([PROGRAM, "send", "--due"], env=environ, stdout=subprocess.DEVNULL) as send:
        try:
            yield
            assert send.poll() is None, "the send ended before the visits did: take more readers"
        finally:
            send.terminate()


def await_answer(port: int) -> None:
    """Return once somebody listens at a port."""
    patience_s = time.monotonic() + PATIENCE_S
    while True:
        try:
            socket.create_connection((LOOPBACK, port)).close()
        except OSError:
            assert time.monotonic() < patience_s, "the server does not start"
            time.sleep(0.05)
        else:
            return


def main() -> None:
    """Measure both databases."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--readers", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=4_000, help="how many of each kind")
    parser.add_argument("--connections", type=int, default=16)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, durable_postgres() as server:
        bench = Bench(folder=Path(folder), **vars(asked))
        measure(bench, "SQLite", "")
        measure(bench, "PostgreSQL", server.create("newsroom"))


if __name__ == "__main__":
    main()
