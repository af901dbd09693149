"""A day's allowance: no more is taken of it than there is, whoever takes at the same time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

from digest.store.database import Database
from digest.store.warm_up import return_allowance, take_allowance

DAY = date(2026, 11, 22)


def take(database: Database, wanted: int, *, allowance: int = 100, day: date = DAY) -> int:
    with database.begin() as tx:
        return take_allowance(tx, day, wanted=wanted, allowance=allowance)


def test_no_more_is_taken_than_is_left(database: Database) -> None:
    taken = [take(database, wanted) for wanted in (60, 60, 60)]

    assert taken == [60, 40, 0]


def test_each_day_has_its_own(database: Database) -> None:
    take(database, 100)

    assert take(database, 100, day=date(2026, 11, 23)) == 100


def test_what_is_given_back_can_be_taken_again(database: Database) -> None:
    take(database, 100)

    with database.begin() as tx:
        return_allowance(tx, DAY, 30)

    assert take(database, 100) == 30


def test_no_more_is_given_back_than_was_taken(database: Database) -> None:
    take(database, 10)

    with database.begin() as tx:
        return_allowance(tx, DAY, 30)

    assert take(database, 200) == 100


def test_an_allowance_that_was_lowered_in_mid_day_gives_nothing_more(database: Database) -> None:
    take(database, 100)

    assert take(database, 10, allowance=50) == 0


def test_many_workers_take_exactly_what_there_is(database: Database) -> None:
    with ThreadPoolExecutor(8) as workers:
        taken = list(workers.map(lambda _: take(database, 7), range(40)))

    assert sum(taken) == 100
