"""Watching how many sign-ups there are: when they run far above what is usual, forms ask for a challenge.

The sign-ups of the last ten minutes against the ten minutes that were usual in the week before; both are counted in
the database, so that all processes come to the same answer, within seconds.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

import structlog

from digest.store import sign_ups
from digest.store.database import Database

log = structlog.get_logger()

LATELY = timedelta(minutes=10)
_WEEK = timedelta(days=7)
_TIMES_USUAL = 5
_HOLDS_FOR = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """How many sign-ups there were in the last ten minutes, and how many may be before it is a rush."""

    lately: int
    is_normal_to: int

    @property
    def is_rush(self) -> bool:
        return self.lately > self.is_normal_to


def measure_traffic(database: Database, usual_in_ten_minutes: int, *, now: datetime) -> Traffic:
    """Return how sign-ups run. Normal is up to five times the week's average, and what the operator calls usual."""
    with database.read() as tx:
        lately = sign_ups.count_sign_ups(tx, since=now - LATELY, until=now)
        before = sign_ups.count_sign_ups(tx, since=now - LATELY - _WEEK, until=now - LATELY)
    average = before / (_WEEK / LATELY)
    return Traffic(lately=lately, is_normal_to=max(usual_in_ten_minutes, round(_TIMES_USUAL * average)))


class SignUpWatch:
    """What one process knows of how sign-ups run: some seconds old at most. It says once when a rush begins and ends.

    Safe from several threads.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: Traffic | None = None
        self._known_at: datetime | None = None

    def look(self, database: Database, usual_in_ten_minutes: int, *, now: datetime) -> Traffic:
        """Return how sign-ups run now, or a few seconds ago."""
        with self._lock:
            if self._known is None or self._known_at is None or abs(now - self._known_at) > _HOLDS_FOR:
                before, self._known = self._known, measure_traffic(database, usual_in_ten_minutes, now=now)
                self._known_at = now
                _tell_change(before, self._known)
            return self._known


def _tell_change(before: Traffic | None, after: Traffic) -> None:
    was_rush = before is not None and before.is_rush
    if after.is_rush and not was_rush:
        log.warning("sign_up.challenge_started", in_ten_minutes=after.lately, normal_to=after.is_normal_to)
    if was_rush and not after.is_rush:
        log.warning("sign_up.challenge_ended", in_ten_minutes=after.lately, normal_to=after.is_normal_to)
