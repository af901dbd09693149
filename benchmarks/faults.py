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
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, redirect_stdout
from dataclasses import dataclass, replace
from functools import partial
from io import StringIO
from pathlib import Path
from random import SystemRandom
from typing import NamedTuple
from uuid import uuid4

from benchmarks.foreign_judge import ForeignJudge
from tests.faults import troubles
from tests.faults.account import Account
from tests.faults.crashing import Point
from tests.faults.judge import Judge
from tests.faults.machines import machines_in
from tests.faults.newsroom import TOPIC, build_newsroom, plan_newsroom
from tests.faults.nursery import Nursery
from tests.faults.troubles import AT_ONCE
from tests.faults.victims import PostgresVictim, postgres_victim
from tests.faults.waiting import wait_until
from tests.faults.world import SLOW, OpenJudge, Prepare, Trouble, World, open_world

READERS_A_FAULT = 2_000
BLOWS_A_FAULT = 10
READERS_A_POINT = 1_200
FOREIGN_KILLS = 25
HITS_A_POINT = 20
ONCE_A_MAILING = frozenset({Point.BEFORE_PLAN, Point.AFTER_PLAN, Point.BEFORE_COMPLETION, Point.AFTER_COMPLETION})
OF_A_MESSAGE = frozenset(
    {Point.BEFORE_INTENT, Point.AFTER_INTENT, Point.AFTER_DOT, Point.BEFORE_OUTCOME, Point.AFTER_OUTCOME}
)
TAKING_OVER = frozenset({Point.BEFORE_TAKE_OVER, Point.AFTER_TAKE_OVER})


class Counts(NamedTuple):
    """What is counted; `taken` are those in doubt that the relay does have."""

    strikes: int
    kills: int
    planned: int
    sent: int
    in_doubt: int
    taken: int
    resent: int
    doubled: int
    lost: int


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What one fault came to."""

    fault: str
    database: str
    counts: Counts
    is_clean: bool
    seconds: float

    def __str__(self) -> str:
        shown = "".join(f"{one:>10,}" for one in self.counts)
        return f"{self.fault:<62} {self.database:<10}{shown}{self.seconds:>7.0f} s" + ("" if self.is_clean else "  !")


Do = Callable[[World], Account]
"""Does a fault to a world, and returns its account."""


class Bench:
    """Runs faults one after the other, each on a new database, and shows what each came to."""

    def __init__(self, nursery: Nursery, postgres: PostgresVictim, folder: Path, *, seed: int, only: str) -> None:
        self.nursery = nursery
        self.postgres = postgres
        self.folder = folder
        self.seed = seed
        self.only = only
        self.figures: list[Figures] = []

    def on_both(self, fault: str, readers: int, do: Do) -> None:
        """Do a fault on either database."""
        self.on_postgres(fault, readers, do)
        self.on_sqlite(fault, readers, do)

    def on_postgres(
        self,
        fault: str,
        readers: int,
        do: Do,
        *,
        prepare: Prepare = plan_newsroom,
        open_judge: OpenJudge = Judge,
        times: int = 1,
    ) -> None:
        """Do a fault so many times, and show the sum."""
        if self.only in fault:
            opening = partial(self._open, readers=readers, prepare=prepare, open_judge=open_judge)
            self._show([self._on_postgres(fault, opening, do) for _ in range(times)])

    def on_sqlite(self, fault: str, readers: int, do: Do) -> None:
        if self.only in fault:
            opening = partial(self._open, readers=readers, prepare=plan_newsroom, open_judge=Judge)
            self._show([self._run(fault, "SQLite", partial(opening, f"sqlite:///{self.folder}/{uuid4().hex}.db"), do)])

    def _on_postgres(self, fault: str, opening: Callable[[str], AbstractContextManager[World]], do: Do) -> Figures:
        name = f"faults_{uuid4().hex}"
        figures = self._run(fault, "PostgreSQL", partial(opening, self.postgres.server.create(name)), do)
        self.postgres.server.drop(name)
        return figures

    def _open(
        self, url: str, *, readers: int, prepare: Prepare, open_judge: OpenJudge
    ) -> AbstractContextManager[World]:
        folder = self.folder / uuid4().hex
        folder.mkdir()
        return open_world(
            folder, url, nursery=self.nursery, readers=readers, seed=self.seed, prepare=prepare, open_judge=open_judge
        )

    def _run(self, fault: str, database: str, opening: Callable[[], AbstractContextManager[World]], do: Do) -> Figures:
        started = time.monotonic()
        with opening() as world:
            account = do(world)
            is_kept = world.gone <= set(account.withdrawn)
        return Figures(
            fault=fault,
            database=database,
            counts=count(world, account),
            is_clean=account.is_clean and is_kept and len(account.in_doubt) <= world.kills * world.connections,
            seconds=time.monotonic() - started,
        )

    def _show(self, of_one_fault: Sequence[Figures]) -> None:
        total = replace(
            of_one_fault[0],
            counts=Counts(*map(sum, zip(*(one.counts for one in of_one_fault), strict=True))),
            is_clean=all(one.is_clean for one in of_one_fault),
            seconds=sum(one.seconds for one in of_one_fault),
        )
        print(total, flush=True)
        self.figures.append(total)


def count(world: World, account: Account) -> Counts:
    """Return what a world and its account say in figures."""
    return Counts(
        strikes=world.blows,
        kills=world.kills,
        planned=account.planned,
        sent=account.statuses["sent"],
        in_doubt=len(account.in_doubt),
        taken=account.doubted_and_taken,
        resent=len(account.resent),
        doubled=len(account.doubled),
        lost=len(account.lost),
    )


def main() -> None:
    """Do all faults, and exit with 1 where one of them cost anything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", type=int, default=50_000, help="of the mailing whose workers are killed")
    parser.add_argument("--kills", type=int, default=200, help="of workers over that mailing, at least")
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(1_000_000))
    parser.add_argument("--only", default="", metavar="WORD", help="only faults with this in their name")
    given = parser.parse_args()
    print(f"seed {given.seed}; each commit synced to the disk; taken: in doubt, and the relay has it")
    print(f"{'':<73}" + "".join(f"{one:>10}" for one in Counts._fields))
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
    foreign = partial(kill_at_full_speed, kills=FOREIGN_KILLS)
    bench.on_postgres("kill -9 of workers, smtp-sink for a judge", readers, foreign, open_judge=ForeignJudge)
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


def kill_at_full_speed(world: World, *, kills: int) -> Account:
    """Kill workers while a relay takes all it can: one that obeys no orders."""
    while world.kills < kills and world.has_work():
        world.man()
        world.await_moment()
        world.blows += 1
        world.kill_one()
    return world.finish()


def suffer_on_machines(world: World) -> Account:
    world.orders = SLOW
    world.heal()
    with redirect_stdout(StringIO()), machines_in(world) as machines:
        for _ in range(BLOWS_A_FAULT):
            troubles.pause(world, 0.5)
            world.blows += 1
            world.chance.choice(machines.troubles)(world)
        world.judge.misbehave("")
        wait_until(lambda: not world.has_work(), timeout_s=120, what="Celery to send the rest")
    return world.finish()


def crash_often(bench: Bench, point: Point) -> None:
    """End a worker at a point so many times: over one mailing, or over one each where a mailing has it but once."""
    if point in ONCE_A_MAILING:
        once = partial(crash, point, times=1)
        bench.on_postgres(f"ends {point}", 100, once, prepare=build_newsroom, times=HITS_A_POINT)
    else:
        often = partial(crash, point, times=HITS_A_POINT)
        bench.on_postgres(f"ends {point}", READERS_A_POINT, often, prepare=build_newsroom)


def crash(point: Point, world: World, *, times: int) -> Account:
    """End workers at a point, one after the other, and let the next one send the rest."""
    world.orders = SLOW
    world.heal()
    for _ in range(times):
        if point in TAKING_OVER:
            world.crash_at(Point.AFTER_DOT, nth=1)
        world.blows += 1
        world.crash_at(point, nth=world.chance.randint(1, 30) if point in OF_A_MESSAGE else 1)
    world.nursery.wait(world.nursery.start("send", TOPIC, environ=world.environ))
    return world.finish()


def show_sum(figures: Sequence[Figures]) -> None:
    """Print what all of it came to."""
    total = Counts(*map(sum, zip(*(one.counts for one in figures), strict=True)))
    print(f"lost {total.lost} doubled {total.doubled} in_doubt {total.in_doubt} kills {total.kills}")


if __name__ == "__main__":
    main()
