"""Slots: at which moments a topic's editions go out. Pure: told the schedule and the time, in IANA zones (PEP 615).

A wall time is honest in both directions. One that a clock skips, when it is set forward, becomes the first valid minute
after; one that it shows twice, when it is set back, happens the first time. What is due is worked out anew from the
zone's rules each time, so that rules that change hold from then on.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from digest.model.topics import Schedule

_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)
_WEEK = 7 * _DAY
_FURTHEST = _WEEK + _DAY
"""No two slots are further apart: a week, and a day that a zone may have skipped (Apia, 30 December 2011)."""


def slot_on(day: date, at: time, *, zone: ZoneInfo) -> datetime:
    """Return the moment of a wall time on a day, in UTC: where it is skipped, the first valid minute after it."""
    wall = datetime.combine(day, at.replace(tzinfo=None, fold=0))
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    if _wall(moment, zone) == wall:
        return moment
    skipped_to = moment  # past the gap: what the clock showed before it was set forward ruled this moment
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while skipped_to - before > _MINUTE:
        middle = before + _whole_minutes((skipped_to - before) / 2)
        before, skipped_to = (middle, skipped_to) if _wall(middle, zone) < wall else (before, middle)
    return skipped_to


def slots_between(schedule: Schedule, start: datetime, end: datetime) -> Iterator[datetime]:
    """Yield the schedule's slots in [start, end), in UTC and in order, each once."""
    zone = ZoneInfo(schedule.zone)
    day = start.astimezone(zone).date() - _FURTHEST
    day += timedelta(days=(schedule.weekday - day.weekday()) % 7)
    last = datetime.min.replace(tzinfo=UTC)
    while (slot := slot_on(day, schedule.at, zone=zone)) < end:
        if slot >= start and slot > last:
            yield slot
        last, day = slot, day + _WEEK


def next_slot(schedule: Schedule, *, after: datetime) -> datetime:
    """Return the schedule's first slot later than a moment, in UTC."""
    end = after + 2 * _FURTHEST
    return next(slot for slot in slots_between(schedule, after, end) if slot > after)


def last_slot(schedule: Schedule, *, until: datetime) -> datetime:
    """Return the schedule's latest slot that is not later than a moment, in UTC."""
    *_, last = slots_between(schedule, until - 2 * _FURTHEST, until + timedelta(microseconds=1))
    return last


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def _whole_minutes(span: timedelta) -> timedelta:
    return max(_MINUTE, span // _MINUTE * _MINUTE)
