"""Retrying: when a deferred delivery or notice is tried again, and when it is given up (RFC 5321 4.5.4.1). Pure."""

from datetime import datetime, timedelta

_WAITS = tuple(timedelta(hours=hours) for hours in (0.5, 1, 2, 4, *[8] * 11))
"""Between one try and the next; 95.5 hours in all."""

_NOTICE_WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 120, 240, 480, 480))
"""Of a notice, for which somebody waits; 23 hours and 21 minutes in all, and most of its link's week is left."""


def next_attempt(now: datetime, attempts: int) -> datetime | None:
    """Return when to try again, or None to give up.

    `now` is aware UTC; `attempts` counts finished tries, from 1. After 30 minutes, then doubling up to 8 hours, for
    four days in all: RFC 5321 4.5.4.1 asks for four to five, and a weekly digest is stale by then.
    """
    return now + _WAITS[attempts - 1] if attempts <= len(_WAITS) else None


def next_notice_attempt(now: datetime, attempts: int) -> datetime | None:
    """Return when to try a notice again, or None to give up, after a day: as `next_attempt`, but sooner."""
    return now + _NOTICE_WAITS[attempts - 1] if attempts <= len(_NOTICE_WAITS) else None
