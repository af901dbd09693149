"""A database that dies, hangs up or is locked while mail goes out."""

from tests.faults import troubles
from tests.faults.conftest import OpenWorld
from tests.faults.victims import PostgresVictim


def test_a_postgresql_that_is_killed_and_started_again_has_lost_nothing(
    open_on: OpenWorld, lasting_postgres_url: str, postgres_that_dies: PostgresVictim
) -> None:
    world = open_on(lasting_postgres_url, readers=500)

    account = world.suffer([troubles.kill_postgres(postgres_that_dies)], blows=3)

    assert account.is_clean, account
    assert not account.resent, account


def test_sessions_that_are_terminated_cost_nothing(
    open_on: OpenWorld, lasting_postgres_url: str, postgres_that_dies: PostgresVictim
) -> None:
    world = open_on(lasting_postgres_url, readers=500)

    account = world.suffer([troubles.end_postgres_sessions(postgres_that_dies), troubles.kill_a_worker], blows=3)

    assert account.is_clean, account
    assert not account.resent, account


def test_a_locked_sqlite_holds_a_send_up_and_costs_nothing(open_on: OpenWorld, sqlite_url: str) -> None:
    world = open_on(sqlite_url, readers=500)

    account = world.suffer([troubles.lock_sqlite, troubles.kill_a_worker], blows=3)

    assert account.is_clean, account
    assert not account.resent, account
