"""A worker that ends at the worst moments, each by name: what it left is taken up as if it had never been there."""

import pytest

from tests.faults.conftest import OpenWorld
from tests.faults.crashing import Point
from tests.faults.newsroom import TOPIC, build_newsroom

READERS = 120
IN_DOUBT = {Point.AFTER_INTENT, Point.AFTER_DOT, Point.BEFORE_OUTCOME}
"""Where one message is in doubt, with one connection: its dot may have left, and nobody heard the reply."""

NEVER_LEFT = {Point.AFTER_INTENT}
IN_TAKING_OVER = {Point.BEFORE_TAKE_OVER, Point.AFTER_TAKE_OVER}


@pytest.mark.parametrize("point", Point)
def test_a_worker_that_ends_there_leaves_nothing_lost_and_nothing_doubled(
    open_on: OpenWorld, lasting_postgres_url: str, point: Point
) -> None:
    world = open_on(lasting_postgres_url, readers=READERS, prepare=build_newsroom)
    world.connections = 1
    if point in IN_TAKING_OVER:
        world.crash_at(Point.AFTER_DOT, nth=3)

    world.crash_at(point, nth=1)
    world.nursery.wait(world.nursery.start("send", TOPIC, environ=world.environ))
    account = world.finish()

    assert account.is_clean, account
    in_doubt = 1 if point in IN_DOUBT | IN_TAKING_OVER else 0
    assert len(account.in_doubt) == in_doubt, account
    assert account.copies == READERS - (1 if point in NEVER_LEFT else 0)
    assert world.verify()
