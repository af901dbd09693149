"""Time zones: which names of one a person may write (IANA)."""

from datetime import UTC, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from digest.errors import InputError
from digest.model.addresses import shown


def parse_zone(typed: str) -> str:
    """Return the zone's name as it is, empty for none; raise InputError for what is no zone."""
    if typed and typed not in _zones():
        raise InputError(f'zone "{shown(typed)}" is no IANA time zone, like America/New_York')
    return typed


def zone_or_utc(zone: str) -> tzinfo:
    """Return the time zone of that name; UTC where it is empty, or this machine knows none of that name any more."""
    try:
        return ZoneInfo(zone) if zone else UTC
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
