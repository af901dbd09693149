"""A row of a file of readers, read into a record: what each cell means, and why a row cannot be used. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import lru_cache
from typing import NamedTuple, TypeVar

from digest.errors import InputError, NotFoundError
from digest.flows.reader_file import Column, RawRow
from digest.model.addresses import Address, parse_address, shown
from digest.model.ids import TopicId
from digest.model.languages import parse_language
from digest.model.names import parse_name
from digest.model.subscribers import Bundling, Cadence, SubscriberStatus
from digest.model.topics import Weekday
from digest.model.zones import parse_zone

T = TypeVar("T")

MAX_SOURCE_CHARS = 1000

REFUSED = frozenset({SubscriberStatus.LEFT, SubscriberStatus.SUPPRESSED, SubscriberStatus.ERASED})
"""Where somebody stands who must not be taken in."""

_LOST = "\ufffd"
_NOT_FOR_READING = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_BETWEEN_TOPICS = re.compile(r"[;,|\n]")
_HOUR = re.compile(r"[01]?[0-9]|2[0-3]", re.ASCII)
_WEEKDAYS = {one.name.lower(): one for one in Weekday}
_CADENCES = {one.value: one for one in Cadence}
_BUNDLINGS = {one.value: one for one in Bundling}
_FIRST_MAIL_LISTS = datetime(1975, 1, 1, tzinfo=UTC)


class TopicRef(NamedTuple):
    """A topic, by its slug and id."""

    slug: str
    id: TopicId


class Confirmation(NamedTuple):
    """The newsroom's word that the reader confirmed: when (aware UTC), and where the evidence of it is."""

    at: datetime
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderRow:
    """A row that can be used. `key_hashes` are those of the address, the current secret's first; `weekday` and `hour`
    are None for the topic's own.

    `status` is where the reader would stand if nothing were known of them: pending unless `confirmation` is there.
    `paused_until` is aware UTC, to come, and there for a paused one alone; a pause without it has no end.
    """

    line: int
    address: Address
    key_hashes: tuple[str, ...]
    name: str
    lang: str
    zone: str
    weekday: Weekday | None
    hour: int | None
    cadence: Cadence
    bundling: Bundling
    topics: tuple[TopicRef, ...]
    confirmation: Confirmation | None
    status: SubscriberStatus
    paused_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowReader:
    """What reading the rows of one file takes. `default_topics` are for rows that name none; `now` is aware UTC."""

    columns: Mapping[Column, int]
    width: int
    topics: Mapping[str, TopicRef]
    default_topics: tuple[TopicRef, ...]
    address_hashes: Callable[[str], tuple[str, ...]]
    now: datetime

    def read(self, raw: RawRow) -> ReaderRow:
        """Return the record. Raises InputError, saying why the row cannot be used.

        A row may be shorter than the header, since spreadsheets leave out empty cells at its end; what is left out
        is empty. It may be longer only by empty cells.
        """
        cells = self._checked(raw)
        address = parse_address(self._cell(cells, Column.EMAIL))
        confirmation = self._confirmation(cells)
        paused_until = _read_time(self._cell(cells, Column.PAUSED_UNTIL), Column.PAUSED_UNTIL)
        status = _read_status(self._cell(cells, Column.STATUS), confirmation)
        status = _begin_or_end_pause(status, paused_until, now=self.now)
        return ReaderRow(
            line=raw.line,
            address=address,
            key_hashes=self.address_hashes(address.key),
            name=parse_name(self._cell(cells, Column.NAME)),
            lang=parse_language(written) if (written := self._cell(cells, Column.LANG)) else "",
            zone=parse_zone(self._cell(cells, Column.ZONE)),
            weekday=self._read_choice(cells, Column.WEEKDAY, _WEEKDAYS, otherwise=None),
            hour=_read_hour(self._cell(cells, Column.HOUR)),
            cadence=self._read_choice(cells, Column.CADENCE, _CADENCES, otherwise=Cadence.WEEKLY),
            bundling=self._read_choice(cells, Column.BUNDLING, _BUNDLINGS, otherwise=Bundling.TOGETHER),
            topics=self._read_topics(self._cell(cells, Column.TOPICS), status),
            confirmation=None if status is SubscriberStatus.PENDING else confirmation,
            status=status,
            paused_until=paused_until if status is SubscriberStatus.PAUSED else None,
        )

    def _checked(self, raw: RawRow) -> Sequence[str]:
        if raw.fault:
            raise InputError(raw.fault)
        if len(raw.cells) > self.width and any(raw.cells[self.width :]):
            raise InputError(f"has {len(raw.cells)} cells, and the header has {self.width}")
        for cell in raw.cells:
            if "\0" in cell:
                raise InputError("holds a NUL byte")
            if _LOST in cell:
                raise InputError("holds a character that was lost when the file was written (U+FFFD)")
        return raw.cells

    def _cell(self, cells: Sequence[str], column: Column) -> str:
        place = self.columns.get(column)
        return "" if place is None or place >= len(cells) else cells[place].strip()

    def _read_choice(self, cells: Sequence[str], column: Column, choices: Mapping[str, T], *, otherwise: T) -> T:
        written = self._cell(cells, column)
        if written and written.lower() not in choices:
            raise InputError(f'{column.value} "{shown(written)}" is none of {", ".join(choices)}')
        return choices.get(written.lower(), otherwise)

    def _read_topics(self, written: str, status: SubscriberStatus) -> tuple[TopicRef, ...]:
        found = [self._topic(slug) for slug in _split_topics(written)]
        if not found and not self.default_topics and status not in REFUSED:
            raise InputError("names no topic; write one in the row, or give --topic SLUG for rows without any")
        return tuple(found) or self.default_topics

    def _topic(self, slug: str) -> TopicRef:
        if slug not in self.topics:
            near = _near(shown(slug), frozenset(self.topics))
            raise NotFoundError("topic", shown(slug), near=near, hint="digest topic list shows them")
        return self.topics[slug]

    def _confirmation(self, cells: Sequence[str]) -> Confirmation | None:
        at = _read_confirmed_at(self._cell(cells, Column.CONFIRMED_AT), now=self.now)
        source = self._cell(cells, Column.CONSENT_SOURCE)
        source = _read_text(source, Column.CONSENT_SOURCE, max_chars=MAX_SOURCE_CHARS)
        return Confirmation(at, source) if at and source else None


def _read_status(written: str, confirmation: Confirmation | None) -> SubscriberStatus:
    """Return where the reader would stand. An active or paused reader without a confirmation is a pending one."""
    try:
        status = SubscriberStatus(written.lower() or SubscriberStatus.ACTIVE)
    except ValueError as error:
        known = ", ".join(SubscriberStatus)
        raise InputError(f'status "{shown(written)}" is none of {known}; is it safe to write to them?') from error
    return status if confirmation or status in REFUSED else SubscriberStatus.PENDING


def _begin_or_end_pause(status: SubscriberStatus, until: datetime | None, *, now: datetime) -> SubscriberStatus:
    """Return where who pauses until a time stands: nobody gets mail before it, whatever the file calls them."""
    if until is None or status not in {SubscriberStatus.ACTIVE, SubscriberStatus.PAUSED}:
        return status
    return SubscriberStatus.PAUSED if until > now else SubscriberStatus.ACTIVE


def _read_text(written: str, column: Column, *, max_chars: int) -> str:
    text = " ".join(written.split())
    if len(text) > max_chars:
        raise InputError(f"{column.value} is longer than {max_chars} characters")
    if _NOT_FOR_READING.search(text):
        raise InputError(f'{column.value} "{shown(text)}" holds control characters')
    return text


@lru_cache(maxsize=1024)
def _split_topics(written: str) -> Sequence[str]:
    slugs = [slug.strip().lower() for slug in _BETWEEN_TOPICS.split(written)]
    return tuple(dict.fromkeys(slug for slug in slugs if slug))


@lru_cache(maxsize=1024)
def _near(slug: str, known: frozenset[str]) -> Sequence[str]:
    return get_close_matches(slug, known, n=2)


def _read_hour(written: str) -> int | None:
    if not written:
        return None
    if not _HOUR.fullmatch(written):
        raise InputError(f'hour "{shown(written)}" is no hour of the day from 0 to 23')
    return int(written)


def _read_time(written: str, column: Column) -> datetime | None:
    if not written:
        return None
    try:
        read = datetime.fromisoformat(written)
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InputError(f'{column.value} "{shown(written)}" is no time; write it as 2026-11-22T08:00Z') from error


def _read_confirmed_at(written: str, *, now: datetime) -> datetime | None:
    at = _read_time(written, Column.CONFIRMED_AT)
    if at is None:
        return None
    if at > now:
        raise InputError(f'confirmed_at "{shown(written)}" is in the future')
    if at < _FIRST_MAIL_LISTS:
        raise InputError(f'confirmed_at "{shown(written)}" is a time before there was anything to confirm')
    return at
