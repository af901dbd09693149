"""Every trouble at once, at random, on either database."""

from tests.faults.conftest import OpenWorld
from tests.faults.troubles import AT_ONCE, end_postgres_sessions, kill_postgres, lock_sqlite
from tests.faults.victims import PostgresVictim


def test_all_troubles_together_lose_nothing_on_postgresql(
    open_on: OpenWorld, lasting_postgres_url: str, postgres_that_dies: PostgresVictim
) -> None:
    world = open_on(lasting_postgres_url, readers=800)
    world.habits = "never=0.01"

    postgres = [kill_postgres(postgres_that_dies), end_postgres_sessions(postgres_that_dies)]
    account = world.suffer([*AT_ONCE, *postgres], blows=10)

    assert account.is_clean, account
    assert world.gone <= set(account.withdrawn)


def test_all_troubles_together_lose_nothing_on_sqlite(open_on: OpenWorld, sqlite_url: str) -> None:
    world = open_on(sqlite_url, readers=800)
    world.habits = "never=0.01"

    account = world.suffer([*AT_ONCE, lock_sqlite], blows=10)

    assert account.is_clean, account
    assert world.gone <= set(account.withdrawn)
