"""A filled preferences form, read into what it wishes; every field that cannot be used is named. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from digest.errors import FieldsError, InputError
from digest.model.addresses import shown
from digest.model.choices import Wishes
from digest.model.languages import parse_language
from digest.model.names import parse_name
from digest.model.subscribers import Bundling, Cadence
from digest.model.topics import Weekday
from digest.model.zones import parse_zone

_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedChoices:
    """A filled preferences form, as typed. Empty `zone`, `weekday` (0-6, Monday is 0) and `hour` mean the topic's own.

    `slugs` are all topics that are ticked; who had one that is not leaves it.
    """

    slugs: tuple[str, ...]
    name: str
    lang: str
    zone: str
    weekday: str
    hour: str
    cadence: str
    bundling: str


def read_wishes(wanted: WantedChoices) -> Wishes:
    """Return how a reader wants their mails.

    Raises FieldsError ("name", "lang", "zone", "weekday", "hour", "cadence", "bundling").
    """
    problems: dict[str, str] = {}

    def read(field: str, parse: Callable[[str], _Read], typed: str, *, otherwise: _Read) -> _Read:
        try:
            return parse(typed.strip())
        except InputError as error:
            problems[field] = str(error)
            return otherwise

    wishes = Wishes(
        name=read("name", parse_name, wanted.name, otherwise=""),
        lang=read("lang", _parse_lang, wanted.lang, otherwise=""),
        zone=read("zone", parse_zone, wanted.zone, otherwise=""),
        weekday=read("weekday", _parse_weekday, wanted.weekday, otherwise=None),
        hour=read("hour", _parse_hour, wanted.hour, otherwise=None),
        cadence=read("cadence", _parse_cadence, wanted.cadence, otherwise=Cadence.WEEKLY),
        bundling=read("bundling", _parse_bundling, wanted.bundling, otherwise=Bundling.TOGETHER),
    )
    if problems:
        raise FieldsError(problems)
    return wishes


def _parse_lang(typed: str) -> str:
    return parse_language(typed) if typed else ""


def _parse_weekday(typed: str) -> Weekday | None:
    days = {str(day.value): day for day in Weekday}
    if typed and typed not in days:
        raise InputError(f'weekday "{shown(typed)}" is none of 0 (Monday) to 6 (Sunday)')
    return days.get(typed)


def _parse_hour(typed: str) -> int | None:
    hours = {str(hour): hour for hour in range(24)}
    if typed and typed not in hours:
        raise InputError(f'hour "{shown(typed)}" is no hour of the day from 0 to 23')
    return hours.get(typed)


def _parse_cadence(typed: str) -> Cadence:
    try:
        return Cadence(typed)
    except ValueError as error:
        raise InputError(f'cadence "{shown(typed)}" is none of {", ".join(Cadence)}') from error


def _parse_bundling(typed: str) -> Bundling:
    try:
        return Bundling(typed)
    except ValueError as error:
        raise InputError(f'bundling "{shown(typed)}" is none of {", ".join(Bundling)}') from error
