"""A world to break: a newsroom's mailing, the judge that takes its mail, and workers that are killed and started again.

Whatever happens, `finish` heals the relay and lets workers go on until the ledger says that nothing is left.
"""

import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Protocol

from sqlalchemy import text

from digest.clock import SystemClock
from digest.errors import StoreError
from digest.store.database import Database
from tests.faults.account import OVER, Account, make_account, read_rows
from tests.faults.crashing import CRASHED, Point
from tests.faults.judge import AnyJudge, Judge
from tests.faults.newsroom import TOPIC, address_of, plan_newsroom
from tests.faults.nursery import Nursery
from tests.faults.waiting import seconds_left, wait_until
from tests.servers.ports import LOOPBACK

CONNECTIONS = 4
SLOW = "slow_s=0.03"
AMID_SENDING = 0.8
MOMENT_S = 3
FINISH_S = 120
MARKING_S = 0.5
"""Longer than one statement that marks: it sees the readers as they were when it began."""

WAITING = frozenset({"queued", "claimed", "deferred"})
_LEAVE = "UPDATE subscriber SET status = 'left' WHERE id = :number"


Trouble = Callable[["World"], None]
"""Something that goes wrong, once."""


class Prepare(Protocol):
    """Sets up a database for so many readers."""

    def __call__(self, database: Database, *, readers: int) -> object: ...


class OpenJudge(Protocol):
    """Makes a judge, which is ended with its block."""

    def __call__(self, folder: Path, *, seed: int) -> AbstractContextManager[AnyJudge]: ...


@dataclass(kw_only=True)
class World:
    """One mailing on its way.

    `habits` are what the relay always does, `orders` what it does until the end. `kills` counts the workers that were
    killed at work. `gone` are readers who left before their delivery was marked.
    """

    folder: Path
    database: Database
    database_url: str
    readers: int
    judge: AnyJudge
    nursery: Nursery
    chance: Random
    crew: int = 2
    connections: int = CONNECTIONS
    habits: str = ""
    orders: str = ""
    workers: list[int] = field(default_factory=list)
    kills: int = 0
    blows: int = 0
    migrations: int = 0
    gone: set[str] = field(default_factory=set)

    @property
    def environ(self) -> Mapping[str, str]:
        """A worker's settings."""
        return {
            "DIGEST_HOME": str(self.folder / "home"),
            "DIGEST_DATABASE_URL": self.database_url,
            "DIGEST_SMTP_URL": f"smtp://{LOOPBACK}:{self.judge.port}?connections={self.connections}",
            "DIGEST_SECRET": "a secret of tests that is long enough for them",
        }

    def man(self) -> None:
        """Start workers until the crew is complete: `digest send --due`, each."""
        self.workers = [pid for pid in self.workers if self.nursery.is_running(pid)]
        while len(self.workers) < self.crew:
            self.workers.append(self.nursery.start("send", "--due", environ=self.environ))

    def kill_one(self) -> None:
        """Kill a worker at random."""
        self.workers = [pid for pid in self.workers if self.nursery.is_running(pid)]
        if self.workers:
            pid = self.workers.pop(self.chance.randrange(len(self.workers)))
            self.kills += self.nursery.kill(pid)

    def crash_at(self, point: Point, *, nth: int) -> None:
        """Send with a worker that ends itself at a named point, and make sure that it did."""
        args = (point, str(nth), TOPIC)
        pid = self.nursery.start(*args, environ=self.environ, module="tests.faults.crashing")
        status = self.nursery.wait(pid)
        assert status == CRASHED, f"{point}: the worker ended with {status}; see {self.nursery.output}"
        self.kills += 1

    def let_leave(self, count: int) -> None:
        """Let so many readers leave; whoever is not marked a while later cannot be any more."""
        numbers = self.chance.sample(range(1, self.readers + 1), count)
        with self.database.begin() as tx:
            for number in numbers:
                tx.execute(text(_LEAVE), {"number": number})
        time.sleep(MARKING_S)
        waiting = {row.email for row in read_rows(self.database) if row.status in WAITING}
        self.gone |= waiting.intersection(map(address_of, numbers))

    def has_work(self) -> bool:
        """Return whether anything is left to do, now or later."""
        try:
            rows = read_rows(self.database)
        except StoreError:
            return True
        return not rows or any(row.status not in OVER or (row.doubt == "relay_cut" and not row.resends) for row in rows)

    def suffer(self, troubles: Sequence[Trouble], *, blows: int) -> Account:
        """Send, slowly, while so many troubles strike, each at random; return the account once nothing is left."""
        self.orders = SLOW
        self.heal()
        for _ in range(blows):
            self.man()
            self.await_moment()
            if not self.has_work():
                break
            self.blows += 1
            self.chance.choice(troubles)(self)
        return self.finish()

    def start_sending(self) -> int:
        """Let the crew send slowly, and return one of them once mail goes out."""
        self.orders = SLOW
        self.heal()
        self.man()
        wait_until(lambda: self.judge.noted_octets() > 0, timeout_s=FINISH_S, what="mail")
        return self.workers[0]

    def await_moment(self) -> None:
        """Wait for a moment to strike: most times one when mail goes out, else whenever it is."""
        if self.chance.random() < AMID_SENDING:
            before = self.judge.noted_octets()
            with suppress(TimeoutError):
                wait_until(lambda: self.judge.noted_octets() > before, timeout_s=MOMENT_S, what="mail")
        time.sleep(self.chance.uniform(0, 0.2))

    def heal(self) -> None:
        """Let the relay do only what it always does."""
        self.judge.misbehave(f"{self.habits} {self.orders}")

    def finish(self) -> Account:
        """Mend the relay, relieve the workers (SIGTERM), and let others go on until nothing is left, whatever time of
        day that takes; return the account.
        """
        self.orders = ""
        self.heal()
        for pid in self.workers:
            self.nursery.signal(pid, signal.SIGTERM)
        later = timedelta()
        for _ in seconds_left(FINISH_S, what=f"the mailing; see {self.nursery.output}"):
            for pid in self.workers:
                self.nursery.wait(pid, timeout_s=FINISH_S)
            if not self.has_work():
                break
            at = (SystemClock().now() + later).isoformat()
            self.workers = [self.nursery.start("send", "--due", "--at", at, environ=self.environ)]
            later += timedelta(hours=1)
        return make_account(self.database, self.judge.copies())

    def verify(self) -> bool:
        """Return whether `digest verify` finds that every mailing adds up and is done."""
        return self.nursery.wait(self.nursery.start("verify", environ=self.environ)) == 0


@contextmanager
def open_world(
    folder: Path,
    database_url: str,
    *,
    nursery: Nursery,
    readers: int,
    seed: int,
    prepare: Prepare = plan_newsroom,
    open_judge: OpenJudge = Judge,
) -> Iterator[World]:
    """Plan a mailing to so many readers in an empty database, or prepare it otherwise; end all that runs at the end."""
    with closing(Database(database_url)) as database, open_judge(folder, seed=seed) as judge:
        prepare(database, readers=readers)
        world = World(
            folder=folder,
            database=database,
            database_url=database_url,
            readers=readers,
            judge=judge,
            nursery=nursery,
            chance=Random(seed),
        )
        yield world
        for pid in world.workers:
            nursery.kill(pid)
