"""Stamps: times that stand on a line of their own over or under an article, "November 1, 2015 5:00AM ET".

All become aware UTC. A time without a zone is taken as UTC, a date without a time as its midnight. Dates in
metadata, which stand in forms made for machines, are digest/gather/cleaning/dates.py.
"""

import re
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

_MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_ZONES = {
    **dict.fromkeys(("et", "est", "edt"), ZoneInfo("America/New_York")),
    **dict.fromkeys(("ct", "cst", "cdt"), ZoneInfo("America/Chicago")),
    **dict.fromkeys(("mt", "mst", "mdt"), ZoneInfo("America/Denver")),
    **dict.fromkeys(("pt", "pst", "pdt"), ZoneInfo("America/Los_Angeles")),
}
_MAX_CHARS = 120

_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]{0,6}\.?"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_CLOCK = (
    r"(?:[\s,|•–—-]+(?:at\s+)?(?P<hour>[0-2]?\d)(?::(?P<minute>[0-5]\d))?(?::[0-5]\d)?\s*(?P<half>[ap]\.?m\.?)?"
    r"(?:\s*\(?(?P<zone>e[sd]?t|c[sd]?t|m[sd]?t|p[sd]?t|gmt|utc|z)\b\)?)?)?"
)
_LABEL = r"(?:(?P<label>first published|published|posted|last updated|updated|last modified|modified)(?:\s+on)?[:\s]+)?"
_WEEKDAY = r"(?:(?:sun|mon|tue|wed|thu|fri|sat)[a-z]*\.?,?\s+)?"
_WRITTEN = tuple(
    re.compile(_LABEL + _WEEKDAY + date + _CLOCK + r"[\s,;|•()–—-]*", re.IGNORECASE)
    for date in (
        rf"{_MONTH}\s+{_DAY},?\s+(?P<year>(?:19|20)\d\d)",
        rf"{_DAY}\s+{_MONTH},?\s+(?P<year>(?:19|20)\d\d)",
        r"(?P<year>(?:19|20)\d\d)-(?P<month>[01]\d)-(?P<day>[0-3]\d)",
    )
)


class Stamp(NamedTuple):
    """A time standing on a line of its own, and whether it says when the story was last changed."""

    at: datetime
    is_update: bool


def read_stamps(line: str) -> tuple[Stamp, ...]:
    """Return the times a line consists of, in order; none if anything else stands on it."""
    stamps: list[Stamp] = []
    at = 0
    while at < len(line) <= _MAX_CHARS:
        found = next((match for form in _WRITTEN if (match := form.match(line, at))), None)
        stamp = _stamp(found) if found else None
        if found is None or stamp is None:
            return ()
        stamps.append(stamp)
        at = found.end()
    return tuple(stamps)


def _stamp(found: re.Match[str]) -> Stamp | None:
    month = found["month"].lower()
    hour = int(found["hour"] or 0)
    half = (found["half"] or "").lower()[:1]
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        at = datetime(
            int(found["year"]),
            _MONTHS.get(month[:3]) or int(month),
            int(found["day"]),
            hour,
            int(found["minute"] or 0),
            tzinfo=_ZONES.get((found["zone"] or "").lower(), UTC),
        )
    except ValueError:
        return None
    return Stamp(at.astimezone(UTC), is_update=(found["label"] or "").lower().endswith(("updated", "modified")))
