"""Periods: which span of time an edition covers. When a topic's period closes is the schedule's business."""

from datetime import UTC, datetime, timedelta

from digest.model.editions import Period

FIRST_PERIOD = timedelta(days=7)


def next_period(closes_at: datetime, *, last_end: datetime | None) -> Period | None:
    """Return the half-open period [last_end, closes_at) in UTC, or None when nothing lies between the two.

    Both times are aware. `last_end` is where the topic's last edition ended; None for a first edition,
    which takes the seven days (168 hours, whatever a wall clock did in them) before it closes.
    """
    end = closes_at.astimezone(UTC)
    start = end - FIRST_PERIOD if last_end is None else last_end.astimezone(UTC)
    return Period(start=start, end=end) if start < end else None
