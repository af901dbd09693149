"""A relay that dies, hangs, dawdles and hangs up: nothing lost, and nothing doubled that was not in doubt first."""

import pytest

from tests.faults import troubles
from tests.faults.conftest import OpenWorld
from tests.faults.world import Trouble


@pytest.mark.parametrize(
    "trouble",
    [
        troubles.kill_the_relay,
        troubles.hang_the_relay,
        troubles.slow_the_relay,
        troubles.cut_before_the_dot,
        troubles.cut_after_the_dot,
        troubles.cut_in_the_reply,
        troubles.end_sessions_with_421,
        troubles.put_off_a_third,
    ],
)
def test_whatever_the_relay_does_nothing_is_lost(open_on: OpenWorld, sqlite_url: str, trouble: Trouble) -> None:
    world = open_on(sqlite_url, readers=400)

    account = world.suffer([trouble], blows=3)

    assert account.is_clean, account


def test_an_address_that_is_refused_is_written_down_as_such(open_on: OpenWorld, sqlite_url: str) -> None:
    world = open_on(sqlite_url, readers=400)
    world.habits = "never=0.05"

    account = world.suffer([troubles.kill_a_worker], blows=2)

    assert account.is_clean, account
    assert account.statuses["refused"], account
