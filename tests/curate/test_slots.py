"""Local time is honest: gaps move forward, repeated hours happen once, in every zone there is."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.curate.slots import last_slot, next_slot, slot_on, slots_between
from digest.model.topics import Schedule, Weekday

ZONES = sorted(zone for zone in available_timezones() if zone not in {"localtime", "Factory"})
SCHEDULES = st.builds(
    Schedule,
    weekday=st.sampled_from(Weekday),
    at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    zone=st.sampled_from(ZONES),
)
MOMENTS = st.datetimes(min_value=datetime(2005, 1, 1), max_value=datetime(2037, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("zone", "day", "at", "moment"),
    [
        ("UTC", date(2026, 11, 22), time(8), "2026-11-22T08:00"),
        ("America/New_York", date(2026, 3, 8), time(2, 30), "2026-03-08T07:00"),  # 02:00 is 03:00
        ("America/New_York", date(2026, 11, 1), time(1, 30), "2026-11-01T05:30"),  # twice; the first is in summer time
        ("Europe/Berlin", date(2026, 3, 29), time(2, 0), "2026-03-29T01:00"),
        ("Europe/Berlin", date(2026, 3, 29), time(2, 59), "2026-03-29T01:00"),
        ("Europe/Berlin", date(2026, 3, 29), time(3, 0), "2026-03-29T01:00"),
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15), "2026-10-03T15:30"),  # half an hour
        ("Australia/Lord_Howe", date(2026, 4, 5), time(1, 45), "2026-04-04T14:45"),
        ("Asia/Kathmandu", date(2026, 11, 22), time(8), "2026-11-22T02:15"),
        ("Africa/Cairo", date(2026, 4, 24), time(0, 10), "2026-04-23T22:00"),  # at midnight
        ("Pacific/Apia", date(2011, 12, 30), time(8), "2011-12-30T10:00"),  # a day that never was
        ("Antarctica/Troll", date(2026, 3, 29), time(2), "2026-03-29T01:00"),  # two hours
        ("America/Caracas", date(2016, 5, 1), time(2, 45), "2016-05-01T07:00"),  # 02:30 is 03:00, by law
    ],
)
def test_a_wall_time_is_one_moment(zone: str, day: date, at: time, moment: str) -> None:
    assert slot_on(day, at, zone=ZoneInfo(zone)) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


@given(st.sampled_from(ZONES), st.dates(date(2005, 1, 1), date(2037, 1, 1)), st.integers(0, 24 * 60 - 1))
@settings(max_examples=150)
def test_a_slot_is_the_first_minute_that_shows_that_time_or_later(zone: str, day: date, minute: int) -> None:
    here = ZoneInfo(zone)
    wall = datetime.combine(day, time(*divmod(minute, 60)))

    slot = slot_on(day, wall.time(), zone=here)

    minutes = (slot + timedelta(minutes=step) for step in range(-26 * 60, 1))
    shows = [at for at in minutes if at.astimezone(here).replace(tzinfo=None, fold=0) >= wall]
    assert shows[-1] == slot
    assert slot.astimezone(here).replace(tzinfo=None) >= wall
    earlier = [at for at in shows[:-1] if at.astimezone(here).replace(tzinfo=None, fold=0) == wall]
    assert not earlier, "an earlier minute showed just that time"


@given(SCHEDULES, MOMENTS, st.integers(1, 400))
@settings(max_examples=150)
def test_there_is_one_slot_a_week_and_none_is_missed(schedule: Schedule, start: datetime, days: int) -> None:
    end = start + timedelta(days=days)

    slots = list(slots_between(schedule, start, end))

    assert all(start <= slot < end for slot in slots)
    gaps = [later - earlier for earlier, later in pairwise(slots)]
    assert all(timedelta(days=6) <= gap <= timedelta(days=8) for gap in gaps)
    assert abs(len(slots) - days / 7) <= 1.2


@given(SCHEDULES, MOMENTS)
@settings(max_examples=150)
def test_the_last_and_the_next_slot_are_neighbours(schedule: Schedule, now: datetime) -> None:
    last, following = last_slot(schedule, until=now), next_slot(schedule, after=now)

    assert last <= now < following
    assert list(slots_between(schedule, last, following)) == [last]
    assert next_slot(schedule, after=last) == following
    assert last_slot(schedule, until=following) == following


@given(SCHEDULES, MOMENTS, st.lists(st.integers(0, 30 * 24 * 60), min_size=1, max_size=8))
@settings(max_examples=60)
def test_slots_do_not_hang_on_when_one_asks(schedule: Schedule, start: datetime, minutes: list[int]) -> None:
    end = start + timedelta(days=31)
    asked_at = sorted(start + timedelta(minutes=minute) for minute in minutes)

    seen = {slot for one, other in pairwise([start, *asked_at, end]) for slot in slots_between(schedule, one, other)}

    assert seen == set(slots_between(schedule, start, end))
