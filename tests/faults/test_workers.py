"""Workers that die, stop, meet each other and disagree about the time: nothing lost, nothing doubled."""

import signal

import pytest

from tests.faults import troubles
from tests.faults.conftest import OpenWorld
from tests.faults.world import Trouble


def test_killed_workers_leave_nothing_lost_and_nothing_doubled(open_on: OpenWorld, lasting_url: str) -> None:
    world = open_on(lasting_url, readers=800)

    account = world.suffer([troubles.kill_a_worker, troubles.kill_every_worker], blows=6)

    assert world.kills
    assert account.is_clean, account
    assert not account.resent, account
    assert len(account.in_doubt) <= world.kills * world.connections
    assert world.verify()


@pytest.mark.parametrize(
    "trouble",
    [
        troubles.send_a_second_time,
        troubles.migrate,
        troubles.stop_a_worker_for_a_while,
        troubles.let_a_reader_leave,
        troubles.move_the_clock,
    ],
)
def test_what_crosses_a_send_doubles_nothing(open_on: OpenWorld, lasting_postgres_url: str, trouble: Trouble) -> None:
    world = open_on(lasting_postgres_url, readers=400)

    account = world.suffer([trouble, troubles.kill_a_worker], blows=3)

    assert account.is_clean, account
    assert not account.resent, account
    assert len(account.in_doubt) <= world.kills * world.connections
    assert world.gone <= set(account.withdrawn)


def test_a_host_that_is_frozen_until_its_rows_were_taken_over_doubles_nothing(
    open_on: OpenWorld, lasting_postgres_url: str
) -> None:
    world = open_on(lasting_postgres_url, readers=400)
    world.crew = 1
    frozen = world.start_sending()
    elsewhere = {**world.environ, "DIGEST_HOME": str(world.folder / "elsewhere")}

    world.nursery.signal(frozen, signal.SIGSTOP)
    world.nursery.wait(world.nursery.start("doctor", "--accept-epoch", environ=elsewhere))
    world.nursery.wait(world.nursery.start("1", environ=elsewhere, module="tests.faults.displaced"))
    world.nursery.signal(frozen, signal.SIGCONT)
    account = world.finish()

    assert account.statuses == {"sent": 400}, account
    assert account.copies == 400
