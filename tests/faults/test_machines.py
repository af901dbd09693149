"""Celery under fire: its workers, its beat and its Redis are killed, and the mailing is sent all the same."""

from tests.faults.conftest import OpenWorld
from tests.faults.machines import machines_in
from tests.faults.waiting import wait_until
from tests.faults.world import SLOW


def test_killed_celery_workers_beat_and_redis_cost_nothing(open_on: OpenWorld, lasting_postgres_url: str) -> None:
    world = open_on(lasting_postgres_url, readers=800)
    world.orders = SLOW
    world.heal()

    with machines_in(world) as machines:
        for trouble in (machines.kill_redis, machines.kill_a_worker, machines.kill_beat):
            trouble(world)
        world.judge.misbehave("")
        wait_until(lambda: not world.has_work(), timeout_s=60, what="Celery to send the rest")
    account = world.finish()

    assert account.is_clean, account
    assert not account.resent, account
    assert len(account.in_doubt) <= world.kills * world.connections
