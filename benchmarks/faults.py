"""Faults at length: `python -m benchmarks.faults [--readers 50000] [--kills 200] [--seed N] [--only WORD]`.

A real ledger with every commit synced, real worker processes, a relay in a process of its own that notes each message
before it says 250; and each fault many times at random moments, on PostgreSQL and on SQLite, and then all together.
Prints a line for each, and at last `lost N doubled N in_doubt N kills N`. Exits with 1 where anything was lost, where
anything was doubled that had not been in doubt, or where rows do not add up.

The short form is `tests/faults`; what goes wrong there, and how, stands in its modules.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import SystemRandom
from uuid import uuid4

from tests.faults import troubles
from tests.faults.account import Account
from tests.faults.crashing import Point
from tests.faults.machines import machines_in
from tests.faults.newsroom import TOPIC, build_newsroom, plan_newsroom
from tests.faults.nursery import Nursery
from tests.faults.troubles import AT_ONCE
from tests.faults.victims import PostgresVictim, postgres_victim
from tests.faults.waiting import wait_until
from tests.faults.world import SLOW, Prepare, Trouble, World, open_world

READERS_A_FAULT = 3_000
BLOWS_A_FAULT = 15
HITS_A_POINT = 20
ONCE_A_MAILING = frozenset({Point.BEFORE_PLAN, Point.AFTER_PLAN, Point.BEFORE_COMPLETION, Point.AFTER_COMPLETION})
TAKING_OVER = frozenset({Point.BEFORE_TAKE_OVER, Point.AFTER_TAKE_OVER})


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What one fault came to."""

    fault: str
    database: str
    strikes: int
    kills: int
    account: Account
    gone_and_sent: int
    seconds: float

    @property
    def is_clean(self) -> bool:
        return self.account.is_clean and not self.gone_and_sent

    def __str__(self) -> str:
        account = self.account
        counts = (self.strikes, self.kills, account.planned, account.statuses["sent"], len(account.in_doubt))
        told = (account.doubted_and_taken, len(account.resent), len(account.doubled), len(account.lost))
        shown = "".join(f"{one:>10,}" for one in (*counts, *told))
        return f"{self.fault:<62} {self.database:<10}{shown}{self.seconds:>7.0f} s" + ("" if self.is_clean else "  !")


COLUMNS = ("strikes", "kills", "planned", "sent", "in doubt", "and taken", "resent", "doubled", "lost")


class Bench:
    """Runs faults one after the other, each on a new database, and shows what each came to."""

    def __init__(self, nursery: Nursery, postgres: PostgresVictim, folder: Path, *, seed: int, only: str) -> None:
        self.nursery = nursery
        self.postgres = postgres
        self.folder = folder
        self.seed = seed
        self.only = only
        self.figures: list[Figures] = []

    def on_both(
        self, fault: str, readers: int, do: Callable[[World], Account], *, prepare: Prepare = plan_newsroom
    ) -> None:
        """Do a fault on either database."""
        self.on_postgres(fault, readers, do, prepare=prepare)
        self.on_sqlite(fault, readers, do, prepare=prepare)

    def on_postgres(
        self, fault: str, readers: int, do: Callable[[World], Account], *, prepare: Prepare = plan_newsroom
    ) -> None:
        if self.only in fault:
            name = f"faults_{uuid4().hex}"
            self._run(fault, "PostgreSQL", self.postgres.server.create(name), readers, do, prepare=prepare)
            self.postgres.server.drop(name)

    def on_sqlite(
        self, fault: str, readers: int, do: Callable[[World], Account], *, prepare: Prepare = plan_newsroom
    ) -> None:
        if self.only in fault:
            self._run(fault, "SQLite", f"sqlite:///{self.folder}/{uuid4().hex}.db", readers, do, prepare=prepare)

    def _run(
        self, fault: str, database: str, url: str, readers: int, do: Callable[[World], Account], *, prepare: Prepare
    ) -> None:
        started = time.monotonic()
        folder = self.folder / uuid4().hex
        folder.mkdir()
        with open_world(folder, url, nursery=self.nursery, readers=readers, seed=self.seed, prepare=prepare) as world:
            account = do(world)
            gone_and_sent = len(world.gone & world.judge.count().keys())
        figures = Figures(
            fault=fault,
            database=database,
            strikes=world.blows,
            kills=world.kills,
            account=account,
            gone_and_sent=gone_and_sent,
            seconds=time.monotonic() - started,
        )
        print(figures, flush=True)
        self.figures.append(figures)


def main() -> None:
    """Do all faults, and exit with 1 where one of them cost anything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", type=int, default=50_000, help="of the mailing whose workers are killed")
    parser.add_argument("--kills", type=int, default=200, help="of workers over that mailing, at least")
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(1_000_000))
    parser.add_argument("--only", default="", metavar="WORD", help="only faults with this in their name")
    given = parser.parse_args()
    print(f"seed {given.seed}; each commit synced to the disk; 'and taken': in doubt, and the relay has it")
    print(f"{'':<73}" + "".join(f"{one:>10}" for one in COLUMNS))
    with (
        tempfile.TemporaryDirectory(prefix="digest-faults-") as name,
        Nursery(Path(name) / "workers.log") as nursery,
        postgres_victim() as postgres,
    ):
        bench = Bench(nursery, postgres, Path(name), seed=given.seed, only=given.only)
        do_all(bench, readers=given.readers, kills=given.kills)
    show_sum(bench.figures)
    sys.exit(0 if all(one.is_clean for one in bench.figures) else 1)


def do_all(bench: Bench, *, readers: int, kills: int) -> None:
    """Do every fault."""
    bench.on_both("kill -9 of workers, a long mailing", readers, partial(kill_so_many, kills=kills))
    for trouble in AT_ONCE:
        bench.on_both(name_of(trouble), READERS_A_FAULT, partial(suffer, [trouble]))
    bench.on_postgres("kill postgres", READERS_A_FAULT, partial(suffer, [troubles.kill_postgres(bench.postgres)]))
    sessions = troubles.end_postgres_sessions(bench.postgres)
    bench.on_postgres("end postgres sessions", READERS_A_FAULT, partial(suffer, [sessions]))
    bench.on_sqlite("lock sqlite", READERS_A_FAULT, partial(suffer, [troubles.lock_sqlite]))
    bench.on_postgres("celery: workers, beat and redis killed", READERS_A_FAULT, suffer_on_machines)
    for point in Point:
        crash_often(bench, point)
    everything = [*AT_ONCE, troubles.kill_postgres(bench.postgres), sessions]
    bench.on_postgres("all together", 3 * READERS_A_FAULT, partial(suffer, everything, blows=60))
    bench.on_sqlite("all together", 3 * READERS_A_FAULT, partial(suffer, [*AT_ONCE, troubles.lock_sqlite], blows=60))


def name_of(trouble: Trouble) -> str:
    return trouble.__name__.replace("_", " ")


def suffer(what: list[Trouble], world: World, *, blows: int = BLOWS_A_FAULT) -> Account:
    return world.suffer(what, blows=blows)


def kill_so_many(world: World, *, kills: int) -> Account:
    """Kill workers until so many died at work, or everything is sent."""
    world.orders = SLOW
    world.crew = 3
    world.heal()
    while world.kills < kills and world.has_work():
        world.man()
        troubles.pause(world, 0.4)
        world.blows += 1
        world.kill_one()
    return world.finish()


def suffer_on_machines(world: World) -> Account:
    world.orders = SLOW
    world.heal()
    with machines_in(world) as machines:
        for _ in range(BLOWS_A_FAULT):
            troubles.pause(world, 0.5)
            world.blows += 1
            world.chance.choice(machines.troubles)(world)
        world.judge.misbehave("")
        wait_until(lambda: not world.has_work(), timeout_s=120, what="Celery to send the rest")
    return world.finish()


def crash_often(bench: Bench, point: Point) -> None:
    """End a worker at a point so many times: over one mailing, or over one each where a mailing has it but once."""
    name = f"ends {point}"
    if point in ONCE_A_MAILING:
        for _ in range(HITS_A_POINT):
            bench.on_postgres(name, 100, partial(crash, point, times=1), prepare=build_newsroom)
    else:
        bench.on_postgres(name, READERS_A_FAULT, partial(crash, point, times=HITS_A_POINT), prepare=build_newsroom)


def crash(point: Point, world: World, *, times: int) -> Account:
    """End workers at a point, one after the other, and let the next one send the rest."""
    world.orders = SLOW
    world.heal()
    for _ in range(times):
        if point in TAKING_OVER:
            world.crash_at(Point.AFTER_DOT, nth=1)
        world.blows += 1
        world.crash_at(point, nth=1 if times == 1 or point in TAKING_OVER else world.chance.randint(1, 3))
    world.nursery.wait(world.nursery.start("send", TOPIC, environ=world.environ))
    return world.finish()


def show_sum(figures: list[Figures]) -> None:
    """Print what all of it came to."""
    accounts = [one.account for one in figures]
    lost = sum(len(one.lost) for one in accounts)
    doubled = sum(len(one.doubled) for one in accounts)
    in_doubt = sum(len(one.in_doubt) for one in accounts)
    print(f"lost {lost} doubled {doubled} in_doubt {in_doubt} kills {sum(one.kills for one in figures)}")


if __name__ == "__main__":
    main()
