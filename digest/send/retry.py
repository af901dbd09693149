"""Retrying: when a deferred delivery is tried again, and when it is given up (RFC 5321 4.5.4.1). Pure."""

from datetime import datetime, timedelta

_FIRST_WAIT = timedelta(minutes=30)
_LONGEST_WAIT = timedelta(hours=8)
_GIVE_UP_AFTER = timedelta(days=4)


def next_attempt(now: datetime, attempts: int) -> datetime | None:
    """Return when to try again, or None to give up.

    `now` is aware UTC; `attempts` counts finished tries, from 1. After 30 minutes, then doubling up to 8 hours, for
    four days in all: RFC 5321 4.5.4.1 asks for four to five, and a weekly digest is stale by then.
    """
    waits = [min(_FIRST_WAIT * (1 << done), _LONGEST_WAIT) for done in range(attempts)]
    if sum(waits, timedelta()) > _GIVE_UP_AFTER:
        return None
    return now + waits[-1]
