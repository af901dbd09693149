"""Time zones as a reader finds theirs: by region and city, in the language of the page.

One zone a country and wall time (the tz database's zone.tab), named by CLDR. Which names of zones are kept at all is
no matter of this page: a reader's own zone is shown even where it is an old name, which is not listed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from babel import Locale
from babel.core import get_global

from digest.render.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneChoice:
    """A zone (IANA), its city, and an older name of it that some browsers still tell, empty where there is none."""

    zone: str
    city: str
    old_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A part of the world and its zones, by city."""

    name: str
    zones: tuple[ZoneChoice, ...]


@cache
def regions(words: Words) -> tuple[Region, ...]:
    """Return all zones by region, both in the alphabet's order of the language."""
    names = _region_names(words)
    by_region: dict[str, list[ZoneChoice]] = {}
    for zone in _zones():
        by_region.setdefault(zone.partition("/")[0], []).append(_choice(zone, words.locale))
    found = [
        Region(name=names[key], zones=tuple(sorted(zones, key=lambda one: one.city.casefold())))
        for key, zones in by_region.items()
    ]
    return tuple(sorted(found, key=lambda region: region.name.casefold()))


def city_of(zone: str, words: Words) -> str:
    """Return the city that a zone is called by in this language."""
    return _choice(zone, words.locale).city


def _zones() -> Iterator[str]:
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    return (line.split("\t")[2] for line in table.splitlines() if not line.startswith("#"))


def _choice(zone: str, locale: Locale) -> ZoneChoice:
    old = _old_names().get(zone, ())
    named = [locale.time_zones[name]["city"] for name in (zone, *old) if "city" in locale.time_zones.get(name, {})]
    plain = zone.rpartition("/")[2].replace("_", " ")
    return ZoneChoice(zone=zone, city=str(named[0]) if named else plain, old_name=old[0] if old else "")


@cache
def _old_names() -> dict[str, tuple[str, ...]]:
    """Return the older names of each zone; browsers tell, and CLDR names, the first of them (ECMA-402 6.5)."""
    aliases: dict[str, tuple[str, ...]] = {}
    for old, zone in get_global("zone_aliases").items():
        aliases[zone] = (*aliases.get(zone, ()), old)
    return aliases


def _region_names(words: Words) -> dict[str, str]:
    return {
        "Africa": words.say("Africa"),
        "America": words.say("America"),
        "Antarctica": words.say("Antarctica"),
        "Arctic": words.say("Arctic Ocean"),
        "Asia": words.say("Asia"),
        "Atlantic": words.say("Atlantic Ocean"),
        "Australia": words.say("Australia"),
        "Europe": words.say("Europe"),
        "Indian": words.say("Indian Ocean"),
        "Pacific": words.say("Pacific Ocean"),
    }
