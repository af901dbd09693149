"""Warming up: the table's allowance for each day, and none beyond it."""

from datetime import date, timedelta

import pytest

from digest.errors import InputError
from digest.send.warm_up import WarmUp, parse_allowances

FIRST_DAY = date(2026, 11, 22)


@pytest.mark.parametrize(("days", "allowance"), [(0, 50), (1, 100), (2, 500), (3, None), (400, None), (-3, 50)])
def test_each_day_has_its_allowance_and_beyond_the_table_there_is_no_limit(days: int, allowance: int | None) -> None:
    day = FIRST_DAY + timedelta(days=days)

    assert WarmUp(FIRST_DAY, (50, 100, 500)).allowance_on(day) == allowance


def test_without_a_table_there_is_no_limit() -> None:
    assert WarmUp(FIRST_DAY, ()).allowance_on(FIRST_DAY) is None


def test_a_table_is_written_a_day_after_the_other() -> None:
    assert parse_allowances("50 100, 500") == (50, 100, 500)
    assert parse_allowances("") == ()


@pytest.mark.parametrize("typed", ["50 many", "-1", "1.5", "99999999999", "9999999999", "²"])
def test_what_is_no_table_is_refused(typed: str) -> None:
    with pytest.raises(InputError, match="is no number of messages"):
        parse_allowances(typed)


def test_a_table_of_more_than_a_year_is_refused() -> None:
    with pytest.raises(InputError, match="more than a year"):
        parse_allowances("5 " * 367)
