"""Paces: how fast an operator lets mail go, as they write it."""

import difflib
import re
from dataclasses import dataclass

from digest.errors import InputError
from digest.send.providers import GROUPS

_RATE = re.compile(r"(?P<number>\d{1,9}(?:\.\d{1,6})?)(?:/(?P<unit>[smh]))?", re.ASCII)
_SECONDS = {None: 1, "s": 1, "m": 60, "h": 3600}
_DOMAIN = re.compile(r"(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{1,63}", re.ASCII)
_AT_ONCE = re.compile(r"[1-9]\d{0,5}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How many messages a second may go, and how many may be on the wire at once; None: as many as can."""

    rate_per_s: float | None = None
    at_once: int | None = None


def parse_rate(typed: str) -> float:
    """Return the messages a second that `20`, `20/s`, `600/m` or `5000/h` says; raise InputError for what is none."""
    found = _RATE.fullmatch(typed.strip())
    rate = float(found["number"]) / _SECONDS[found["unit"]] if found else 0.0
    if not rate:
        raise InputError(f'"{typed}" is no rate; write it as 20/s, 600/m or 5000/h')
    return rate


def parse_paces(typed: str) -> dict[str, Pace]:
    """Return the paces that a text like `google=20/s:4 example.com=5/s yahoo=:8` gives to providers and domains.

    What follows the colon is the number of messages on the wire at once. Raises InputError.
    """
    paces: dict[str, Pace] = {}
    for entry in typed.split():
        name, equals, pace = entry.lower().partition("=")
        if not equals:
            raise InputError(f'"{entry}" is no pace; write it as google=20/s:4 or example.com=5/s')
        if name not in GROUPS and not _DOMAIN.fullmatch(name):
            raise InputError(_unknown(name))
        if name in paces:
            raise InputError(f"{name} has two paces; leave one out")
        paces[name] = _parse_pace(entry, pace)
    return paces


def _parse_pace(entry: str, pace: str) -> Pace:
    rate, colon, at_once = pace.partition(":")
    if (colon and not _AT_ONCE.fullmatch(at_once)) or not pace:
        raise InputError(f'"{entry}" is no pace; write it as google=20/s:4, google=20/s or google=:4')
    return Pace(rate_per_s=parse_rate(rate) if rate else None, at_once=int(at_once) if colon else None)


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, sorted(GROUPS), n=1)
    hint = f'; did you mean "{near[0]}"?' if near else f"; the providers are {', '.join(sorted(GROUPS))}"
    return f'"{name}" is neither a domain nor a provider{hint}'
