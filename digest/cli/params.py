"""Types of arguments: each turns what was typed into a value, or says what is wrong with it (exit code 2)."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import TypeVar

import click
from click.shell_completion import CompletionItem

from digest.errors import DigestError
from digest.model.addresses import Address, parse_address
from digest.model.tags import Tag, make_tag
from digest.model.topics import Weekday

_Value = TypeVar("_Value")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_MAX_SLUG_CHARS = 60
_MAX_ID = 2**63 - 1
_INVISIBLE_BUT_MEANT = dict.fromkeys(map(ord, "\u200c\u200d\u200e\u200f\u061c"))
"""Joiners and direction marks, which Persian, Hindi, Hebrew and Arabic are written with."""


class Parsed(click.ParamType[_Value, object]):
    """An argument read by a function that raises ValueError or DigestError with a sentence."""

    def __init__(self, name: str, read: Callable[[str], _Value], *, choices: tuple[str, ...] = ()) -> None:
        self.name = name
        self._read = read
        self._choices = choices

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> _Value:
        try:
            return self._read(str(value))
        except (ValueError, DigestError) as error:
            self.fail(str(error), param, ctx)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
        return [CompletionItem(one) for one in self._choices if one.startswith(incomplete)]


def _read_slug(typed: str) -> str:
    if not _SLUG.fullmatch(typed) or len(typed) > _MAX_SLUG_CHARS:
        raise ValueError(f'"{typed}" is no slug; use small letters, digits and single hyphens, like syrias-war')
    return typed


def _read_line(typed: str) -> str:
    line = " ".join(typed.split())
    if not all(char.isprintable() for char in line.translate(_INVISIBLE_BUT_MEANT)):
        raise ValueError("it holds characters that no mail can show")
    return line


def _read_name(typed: str) -> str:
    line = _read_line(typed)
    if not line:
        raise ValueError("it is empty, and readers see it")
    return line


def _read_place(typed: str) -> str:
    try:
        typed.encode()
    except UnicodeEncodeError as error:
        raise ValueError("its name is not in UTF-8; rename it") from error
    return typed


def _read_tag(typed: str) -> Tag:
    tag = make_tag(typed)
    if tag is None:
        raise ValueError(f'"{typed}" has nothing in it to match stories by')
    return tag


def _read_weekday(typed: str) -> Weekday:
    found = [day for day in Weekday if len(typed) >= 3 and day.name.startswith(typed.upper())]
    if len(found) != 1:
        raise ValueError(f'"{typed}" is no weekday; write monday, tuesday, ...')
    return found[0]


def _read_wall_time(typed: str) -> time:
    try:
        read = time.fromisoformat(typed)
    except ValueError as error:
        raise ValueError(f'"{typed}" is no time of day; write it as 08:00') from error
    if read.tzinfo is not None:
        raise ValueError(f'"{typed}" has a zone; give it with --zone')
    return read


def _read_zone(typed: str) -> str:
    from difflib import get_close_matches
    from zoneinfo import available_timezones

    known = available_timezones()
    if typed not in known:
        near = get_close_matches(typed, known, n=1)
        hint = f'; did you mean "{near[0]}"?' if near else ", like America/New_York"
        raise ValueError(f'"{typed}" is no IANA time zone{hint}')
    return typed


def _read_lang(typed: str) -> str:
    from digest.model.languages import parse_language

    return parse_language(typed)


def _read_at(typed: str) -> datetime:
    try:
        read = datetime.fromisoformat(typed)
    except ValueError as error:
        raise ValueError(f'"{typed}" is no time; write it as 2026-11-22T08:00Z or 2026-11-22T08:00-05:00') from error
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


SLUG = Parsed[str]("slug", _read_slug)
LINE = Parsed[str]("text", _read_line)
NAME = Parsed[str]("name", _read_name)
PLACE = Parsed[str]("place", _read_place)
NUMBER = click.IntRange(1, _MAX_ID)
TAG = Parsed[Tag]("tag", _read_tag)
ADDRESS = Parsed[Address]("email", parse_address)
WEEKDAY = Parsed[Weekday]("weekday", _read_weekday, choices=tuple(day.name.lower() for day in Weekday))
WALL_TIME = Parsed[time]("hh:mm", _read_wall_time)
ZONE = Parsed[str]("zone", _read_zone)
LANG = Parsed[str]("lang", _read_lang)
AT = Parsed[datetime]("time", _read_at)

at_option = click.option(
    "--at", type=AT, help="Move the clock for this command, like 2026-11-22T08:00Z (UTC if no zone)."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON, for scripts.")
