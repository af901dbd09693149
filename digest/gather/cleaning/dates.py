"""Dates as feeds and pages write them: ISO 8601 / RFC 3339, RFC 822 and its many misspellings, and a few more.

A date without a zone is taken as UTC. What could be read in two ways (04/05/2026) is not read at all.
"""

import re
from datetime import UTC, datetime, timedelta, timezone

MAX_DATE_CHARS = 100

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january janvier januar enero gennaio janeiro januari يناير",
            "feb february février fevrier februar febrero febbraio fevereiro februari فبراير",
            "mar march mars märz maerz marzo março maart مارس",
            "apr april avril abril aprile أبريل ابريل",
            "may mai mayo maggio maio mei مايو",
            "jun june juin juni junio giugno junho يونيو",
            "jul july juillet juli julio luglio julho يوليو",
            "aug august août aout agosto augustus أغسطس اغسطس",
            "sep sept september septembre septiembre settembre setembro سبتمبر",
            "oct october octobre oktober octubre ottobre outubro okt أكتوبر اكتوبر",
            "nov november novembre noviembre novembro نوفمبر",
            "dec december décembre decembre dezember diciembre dicembre dezembro dez ديسمبر",
        ),
        start=1,
    )
    for name in names.split()
}
_ZONE_HOURS = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9}
_ZONE_HOURS |= {"AKDT": -8, "HST": -10, "AST": -4, "ADT": -3, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2}
_ZONE_HOURS |= {
    "MEZ": 1,
    "MESZ": 2,
    "EET": 2,
    "EEST": 3,
    "MSK": 3,
    "JST": 9,
    "KST": 9,
    "HKT": 8,
    "AEST": 10,
    "AEDT": 11,
}
_ZONE_HOURS |= {"GMT": 0, "UTC": 0, "UT": 0, "Z": 0}

_PARTS = {
    "YEAR": r"(?P<year>\d{4})",
    "YY": r"(?P<year>\d{4}|\d{2})",
    "MM": r"(?P<month>\d{1,2})",
    "MONTH": r"(?P<month>[^\W\d]+)\.?",
    "DD": r"(?P<day>\d{1,2})",
    "DAY": r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?",
    "OVER12": r"(?P<day>1[3-9]|2\d|3[01])",
    "WEEKDAY": r"(?:[^\W\d]+\.?(?:,\s*|\s+))?",
    "TIME": (
        r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?"
        r"\s*(?P<half>[ap]\.?m\.?)?\s*ZONE(?:\s*\([^)]*\))?"
    ),
    "ZONE": r"(?P<zone>(?:GMT|UTC)?\s*[+-]\d{1,2}(?::?\d{2})?|[a-z]{1,5})?",
}
_FORMS_WRITTEN = (
    r"YEAR-MM-DD(?:[\sT,]+TIME)?",
    r"YEAR(?P<month>\d{2})(?P<day>\d{2})(?:T?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?ZONE)?",
    r"WEEKDAYDAY[\s-]+(?:de\s)?MONTH,?[\s-]+(?:de\s)?YY(?:,?(?:\sat)?[\sT,-]+TIME)?",
    r"WEEKDAYMONTH\s+DAY,?\s+YEAR(?:,?(?:\sat)?[\s,-]+TIME)?",
    r"WEEKDAYMONTH\s+DD\s+TIME\s+YEAR",
    r"YEAR[./]MM[./]DD(?:,?\sTIME)?",
    r"DD\.MM\.YEAR(?:,?\sTIME)?",
    r"OVER12/MM/YEAR(?:,?\sTIME)?",
    r"MM/OVER12/YEAR(?:,?\sTIME)?",
    r"YEAR-MM",
    r"YEAR",
)
_PART = re.compile("WEEKDAY|OVER12|MONTH|YEAR|TIME|ZONE|DAY|YY|MM|DD")


def _form(written: str) -> re.Pattern[str]:
    """Return the pattern of a form of date in which parts are named, as in "YEAR-MM-DD"."""
    spelled = written
    while _PART.search(spelled):
        spelled = _PART.sub(lambda part: _PARTS[part.group()], spelled)
    return re.compile(spelled, re.IGNORECASE)


_FORMS = tuple(map(_form, _FORMS_WRITTEN))
_EPOCH = re.compile(r"\d{9,10}|\d{12,13}")
_DIGITS = {ord(digit): str(value) for row in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹") for value, digit in enumerate(row)}


def parse_date(written: str) -> datetime | None:
    """Return the time, in aware UTC, that a date says, or None when it says none or one that does not exist."""
    text = " ".join(written[: MAX_DATE_CHARS + 1].translate(_DIGITS).split())
    if not text or len(text) > MAX_DATE_CHARS:
        return None
    if _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(text) / (1000 if len(text) > 10 else 1), tz=UTC)
    for form in _FORMS:
        if found := form.fullmatch(text):
            try:
                return _time_of(found.groupdict()).astimezone(UTC)
            except (ValueError, OverflowError):
                continue
    return None


def _time_of(said: dict[str, str | None]) -> datetime:
    month = said.get("month") or "1"
    hour = _hour(int(said.get("hour") or 0), said.get("half") or "")
    at = datetime(
        _year(said["year"] or ""),
        int(month) if month.isdigit() else _MONTHS.get(month.lower(), 0),
        int(said.get("day") or 1),
        0 if hour == 24 else hour,
        int(said.get("minute") or 0),
        min(int(said.get("second") or 0), 59),  # a leap second
        tzinfo=timezone(_offset(said.get("zone") or "")),
    )
    return at + timedelta(days=1) if hour == 24 else at


def _year(written: str) -> int:
    year = int(written)
    return year if len(written) == 4 else year + (2000 if year < 70 else 1900)


def _hour(hour: int, half: str) -> int:
    if not half:
        return hour
    return hour % 12 + (12 if half[0] in "Pp" else 0)


def _offset(zone: str) -> timedelta:
    """Return a zone's offset; one that is unknown counts as UTC (RFC 2822 section 4.3)."""
    digits = re.search(r"([+-])(\d{1,2}):?(\d{2})?$", zone)
    if digits:
        offset = timedelta(hours=int(digits[2]), minutes=int(digits[3] or 0))
        return -offset if digits[1] == "-" else offset
    return timedelta(hours=_ZONE_HOURS.get(zone.upper(), 0))
