"""What goes wrong while a mailing is sent: each trouble is done to a world once, at a moment that the world chooses.

What a trouble breaks, it mends before it returns, save for workers that it killed: the world starts new ones.
"""

import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import text

from digest.errors import StoreError
from digest.send.journal import BLOCK_OCTETS
from tests.faults.newsroom import TOPIC
from tests.faults.victims import PostgresVictim
from tests.faults.world import Trouble, World


def kill_a_worker(world: World) -> None:
    world.kill_one()


def kill_every_worker(world: World) -> None:
    for _ in range(world.crew):
        world.kill_one()


def kill_the_relay(world: World) -> None:
    world.judge.kill()
    pause(world, 0.2)
    world.judge.start()
    world.heal()


def hang_the_relay(world: World) -> None:
    """Let its sessions fall silent; who waits in one is killed, or waits in vain until the relay is killed, too."""
    world.judge.misbehave("hang=1")
    pause(world, 0.3)
    world.kill_one()
    kill_the_relay(world)


def slow_the_relay(world: World) -> None:
    with misbehaving(world, "slow_s=0.3"):
        pause(world, 0.5)


def cut_before_the_dot(world: World) -> None:
    with misbehaving(world, "cut_before_dot=0.2 cut_in_body=0.2"):
        pause(world, 0.3)


def cut_after_the_dot(world: World) -> None:
    with misbehaving(world, "cut_after_dot=0.2"):
        pause(world, 0.3)


def cut_in_the_reply(world: World) -> None:
    with misbehaving(world, "cut_in_reply=0.2"):
        pause(world, 0.3)


def end_sessions_with_421(world: World) -> None:
    with misbehaving(world, "session_length=5"):
        pause(world, 0.3)


def put_off_a_third(world: World) -> None:
    with misbehaving(world, "later=0.33"):
        pause(world, 0.3)


def send_a_second_time(world: World) -> None:
    """Start another `digest send` of the same topic, beside those that run."""
    world.workers.append(world.nursery.start("send", TOPIC, environ=world.environ))


def migrate(world: World) -> None:
    """Run `digest init` again, and add a column to the busiest table, as a migration would."""
    world.migrations += 1
    world.nursery.wait(world.nursery.start("init", environ=world.environ))
    with suppress(StoreError), world.database.begin() as tx:
        tx.execute(text(f"ALTER TABLE delivery ADD COLUMN trial_{world.migrations} INTEGER"))


def stop_a_worker_for_a_while(world: World) -> None:
    """Stop a worker (SIGSTOP) as a frozen machine would, and let it go on."""
    if world.workers:
        pid = world.chance.choice(world.workers)
        world.nursery.signal(pid, signal.SIGSTOP)
        pause(world, 0.5)
        world.nursery.signal(pid, signal.SIGCONT)


def let_a_reader_leave(world: World) -> None:
    """Let readers leave; of those who were not marked by then, nothing may go out any more."""
    with suppress(StoreError):
        world.let_leave(20)


def move_the_clock(world: World) -> None:
    """Start a worker whose clock is an hour ahead, or behind."""
    hours = world.chance.choice(["-1", "1"])
    world.workers.append(world.nursery.start(hours, environ=world.environ, module="tests.faults.displaced"))


def fill_the_disk(world: World) -> None:
    """Let a worker work on a full disk: it has no room for its journal, or for SQLite beside it."""
    octets = world.chance.choice([0, BLOCK_OCTETS - 1, BLOCK_OCTETS])
    args = (str(octets), "send", "--due")
    pid = world.nursery.start(*args, environ=world.environ, module="tests.faults.cramped")
    pause(world, 1)
    world.kills += world.nursery.kill(pid)


def kill_postgres(postgres: PostgresVictim) -> Trouble:
    def trouble(world: World) -> None:
        postgres.kill()
        pause(world, 0.2)
        postgres.start()

    return trouble


def end_postgres_sessions(postgres: PostgresVictim) -> Trouble:
    def trouble(_: World) -> None:
        postgres.end_sessions()

    return trouble


def lock_sqlite(world: World) -> None:
    """Hold the one lock that writers of SQLite need."""
    with sqlite3.connect(world.database_url.removeprefix("sqlite:///"), isolation_level=None) as connection:
        connection.execute("PRAGMA busy_timeout=30000")
        connection.execute("BEGIN IMMEDIATE")
        pause(world, 0.5)
        connection.execute("ROLLBACK")


AT_ONCE: tuple[Trouble, ...] = (
    kill_a_worker,
    kill_every_worker,
    kill_the_relay,
    hang_the_relay,
    slow_the_relay,
    cut_before_the_dot,
    cut_after_the_dot,
    cut_in_the_reply,
    end_sessions_with_421,
    put_off_a_third,
    send_a_second_time,
    migrate,
    stop_a_worker_for_a_while,
    let_a_reader_leave,
    move_the_clock,
    fill_the_disk,
)
"""What can go wrong on any database."""


@contextmanager
def misbehaving(world: World, orders: str) -> Iterator[None]:
    """Let the relay obey these orders beside those that the world gave it."""
    world.judge.misbehave(f"{world.habits} {world.orders} {orders}")
    yield
    world.heal()


def pause(world: World, at_most_s: float) -> None:
    time.sleep(world.chance.uniform(0, at_most_s))
