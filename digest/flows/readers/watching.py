"""Watching how many sign-ups there are: when they run far above what is usual, forms ask for a challenge.

What is usual is told by the sign-ups that their readers confirmed, since anybody can send forms, and a mail can be
confirmed by who gets it alone; by the median of a week's days, the last one left out, so that no crowd of one day or
two moves it; and only up to a ceiling, since some have a whole domain's mail to confirm. What the operator calls usual
moves all of it, and nothing that comes in moves that.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from threading import Lock

import structlog

from digest.store import sign_ups
from digest.store.database import Database

log = structlog.get_logger()

LATELY = timedelta(minutes=10)
_DAY = timedelta(days=1)
_DAYS = 7
_TIMES_USUAL = 5
_AT_MOST_TIMES_SET = 20
_HOLDS_FOR = timedelta(seconds=5)
_NORM_HOLDS_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """How many sign-ups there were in the last ten minutes, and how many may be before it is a rush."""

    lately: int
    is_normal_to: int

    @property
    def is_rush(self) -> bool:
        return self.lately > self.is_normal_to


def find_norm(database: Database, usual_in_ten_minutes: int, *, now: datetime) -> int:
    """Return how many sign-ups in ten minutes are normal: five times the usual ones, which are counted in days.

    Never below what the operator calls usual, and never above twenty times that.
    """
    days = [now - number * _DAY for number in range(_DAYS + 1, 0, -1)]
    with database.read() as tx:
        confirmed = median(sign_ups.count_confirmed(tx, days))
    counted = round(_TIMES_USUAL * confirmed / (_DAY / LATELY))
    return min(max(usual_in_ten_minutes, counted), _AT_MOST_TIMES_SET * usual_in_ten_minutes)


class SignUpWatch:
    """What one process knows of how sign-ups run: some seconds old at most. It says once when a rush begins and ends.

    What is normal changes by the day, and is looked up every few minutes. Safe from several threads.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._norm = 0
        self._norm_at: datetime | None = None
        self._known: Traffic | None = None
        self._known_at: datetime | None = None

    def look(self, database: Database, usual_in_ten_minutes: int, *, now: datetime) -> Traffic:
        """Return how sign-ups run now, or a few seconds ago."""
        with self._lock:
            if _is_over(self._norm_at, _NORM_HOLDS_FOR, now=now):
                self._norm, self._norm_at = find_norm(database, usual_in_ten_minutes, now=now), now
            if self._known is None or _is_over(self._known_at, _HOLDS_FOR, now=now):
                before, self._known = self._known, Traffic(lately=_count(database, now=now), is_normal_to=self._norm)
                self._known_at = now
                _tell_change(before, self._known)
            return self._known


def _is_over(known_at: datetime | None, holds_for: timedelta, *, now: datetime) -> bool:
    return known_at is None or abs(now - known_at) > holds_for


def _count(database: Database, *, now: datetime) -> int:
    with database.read() as tx:
        return sign_ups.count_sign_ups(tx, since=now - LATELY, until=now)


def _tell_change(before: Traffic | None, after: Traffic) -> None:
    was_rush = before is not None and before.is_rush
    if after.is_rush and not was_rush:
        log.warning("sign_up.challenge_started", in_ten_minutes=after.lately, normal_to=after.is_normal_to)
    if was_rush and not after.is_rush:
        log.warning("sign_up.challenge_ended", in_ten_minutes=after.lately, normal_to=after.is_normal_to)
