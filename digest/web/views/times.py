"""Days and hours as a reader reads and chooses them, in the language of the page and the reader's zone."""

from datetime import datetime, time

from babel.dates import format_time

from digest.model.topics import Weekday
from digest.model.zones import zone_or_utc
from digest.render.words import Words


def day_in(zone: str, at: datetime, words: Words) -> str:
    """Return the day that a moment falls on in this zone (UTC where it is none), as the language writes it."""
    return words.day(at.astimezone(zone_or_utc(zone)).date())


def weekday_names(words: Words) -> tuple[tuple[Weekday, str], ...]:
    """Return the days of the week by name, beginning where the week does for who speaks the language."""
    names = words.locale.days["stand-alone"]["wide"]
    first = words.locale.first_week_day
    days = [Weekday((first + at) % 7) for at in range(7)]
    return tuple((day, str(names[day.value])) for day in days)


def hour_names(words: Words) -> tuple[tuple[int, str], ...]:
    """Return the hours of a day as the language writes them: 8:00 AM, 08:00."""
    return tuple((hour, format_time(time(hour), "short", locale=words.locale)) for hour in range(24))
