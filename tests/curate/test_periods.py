"""Periods meet without gap or overlap."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from digest.curate.periods import next_period
from digest.model.editions import Period

CLOSES = datetime(2026, 11, 22, 12, 45, tzinfo=UTC)
INSTANTS = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def test_a_first_period_takes_the_seven_days_before_it_closes() -> None:
    period = next_period(CLOSES, last_end=None)

    assert period == Period(start=CLOSES - timedelta(days=7), end=CLOSES)


def test_a_period_starts_where_the_last_one_ended_even_after_weeks() -> None:
    last_end = CLOSES - timedelta(days=30)

    assert next_period(CLOSES, last_end=last_end) == Period(start=last_end, end=CLOSES)


def test_no_time_since_the_last_edition_is_no_period() -> None:
    assert next_period(CLOSES, last_end=CLOSES) is None
    assert next_period(CLOSES, last_end=CLOSES + timedelta(microseconds=1)) is None
    assert next_period(CLOSES, last_end=CLOSES - timedelta(microseconds=1)) is not None


def test_a_first_period_over_a_change_of_clocks_is_168_hours_in_utc() -> None:
    closes_at = datetime(2026, 11, 1, 7, 45, tzinfo=ZoneInfo("America/New_York"))

    period = next_period(closes_at, last_end=None)

    assert period is not None
    assert (period.start.tzinfo, period.end.tzinfo) == (UTC, UTC)
    assert period.end - period.start == timedelta(hours=168)


def test_times_are_compared_as_instants_whatever_their_zone() -> None:
    same_instant = CLOSES.astimezone(timezone(timedelta(hours=9)))

    assert next_period(CLOSES, last_end=same_instant) is None


@given(first=INSTANTS, closes=st.lists(INSTANTS, min_size=1, max_size=6))
@settings(max_examples=100)
def test_periods_in_a_row_hold_every_instant_once(first: datetime, closes: list[datetime]) -> None:
    periods = [Period(start=first, end=first + timedelta(microseconds=1))]

    for closes_at in closes:
        found = next_period(closes_at, last_end=periods[-1].end)
        periods += [found] if found else []

    assert all(before.end == after.start for before, after in pairwise(periods))
    assert all(sum(period.end in each for each in periods) == 1 for period in periods[:-1])
