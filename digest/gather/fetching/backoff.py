"""When to ask a source again: after success, after failure, and when its server said when (RFC 9110 10.2.3)."""

import hashlib
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

POLL_INTERVAL_S = 15 * 60
MAX_BACKOFF_S = 24 * 3600
MAX_RETRY_AFTER_S = 7 * 24 * 3600
_SPREAD = 0.1


def next_poll_at(now: datetime, *, source: str, failures: int, retry_after_s: float | None = None) -> datetime:
    """Return when to ask a source again.

    `now` is aware UTC; `failures` counts failed polls since the last success. After a success, and after the first
    failure, POLL_INTERVAL_S; then doubling, up to a day. Never sooner than the server asked for in `retry_after_s`.
    `source` (its URL) spreads sources that were asked together: the same one is always moved by the same part, less
    than a tenth of the wait, and only ever to later.
    """
    doublings = min(max(failures - 1, 0), 32)
    backoff_s = min(POLL_INTERVAL_S * 2**doublings, MAX_BACKOFF_S)
    wait_s = max(float(backoff_s), retry_after_s or 0.0)
    return now + timedelta(seconds=wait_s * (1 + _SPREAD * _share_of(source)))


def parse_retry_after(value: str, *, now: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks to wait from `now`, at most a week; None if it says nothing.

    Both forms of RFC 9110 10.2.3 are read: seconds, and an HTTP date (one that is past asks for no wait).
    """
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(min(int(value[:20]), MAX_RETRY_AFTER_S))
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    # asctime, the third form of an HTTP date, bears no zone and means UTC (RFC 9110 5.6.7).
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(max((at - now).total_seconds(), 0.0), float(MAX_RETRY_AFTER_S))


def _share_of(source: str) -> float:
    """Return a number in [0, 1) that is always the same for `source`."""
    return int.from_bytes(hashlib.sha256(source.encode()).digest()[:4]) / 2**32
