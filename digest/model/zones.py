"""Time zones: which names of one a person may write (IANA)."""

from functools import lru_cache
from zoneinfo import available_timezones

from digest.errors import InputError
from digest.model.addresses import shown


def parse_zone(typed: str) -> str:
    """Return the zone's name as it is, empty for none; raise InputError for what is no zone."""
    if typed and typed not in _zones():
        raise InputError(f'zone "{shown(typed)}" is no IANA time zone, like America/New_York')
    return typed


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
