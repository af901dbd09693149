"""Files of readers: which columns they have, and their rows, one at a time, however broken the file is.

A file is CSV (RFC 4180) as found in the wild: commas, semicolons or tabs, with a byte order mark or without, in UTF-8
or windows-1252, quoted line breaks, any line ending. What a row's cells mean is not decided here.
"""

import csv
import re
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from io import BufferedReader, TextIOWrapper
from pathlib import Path
from typing import NamedTuple

from digest.errors import InputError
from digest.flows.cells import unguard
from digest.model.addresses import shown

MAX_LINE_CHARS = 65_536
MAX_ROW_LINES = 20

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
_NOT_CSV = {
    b"\xff\xfe": "is in UTF-16; save it as CSV UTF-8",
    b"\xfe\xff": "is in UTF-16; save it as CSV UTF-8",
    b"PK\x03\x04": "is a spreadsheet or an archive; save the sheet as CSV UTF-8",
    b"\x1f\x8b": "is packed with gzip; unpack it first",
}
_MAX_NAMED_COLUMNS = 20


class Column(StrEnum):
    """A column that is read, by its name without spaces, hyphens and underscores."""

    EMAIL = "email"
    NAME = "name"
    TOPICS = "topics"
    LANG = "lang"
    ZONE = "zone"
    HOUR = "hour"
    CONFIRMED_AT = "confirmed_at"
    CONSENT_SOURCE = "consent_source"
    STATUS = "status"
    PAUSED_UNTIL = "paused_until"
    WEEKDAY = "weekday"
    CADENCE = "cadence"
    BUNDLING = "bundling"


REJECTION_COLUMNS = ("line", "why")
"""What a file of rejected rows has beside the columns of the file they came from."""

_BY_BARE_NAME = {re.sub("_", "", one.value): one for one in Column}


class RawRow(NamedTuple):
    """A row as it stands in the file, its cells unguarded. `line` counts from 1, as an editor shows it.

    A row that could not be taken apart has a `fault`, and one cell with what its first line said.
    """

    line: int
    cells: list[str]
    fault: str = ""


class Header(NamedTuple):
    """The first line that is not blank: its names as written, and where each column that is read stands."""

    names: tuple[str, ...]
    columns: Mapping[Column, int]
    delimiter: str


class ReaderFile:
    """An open file of readers. Reads it once, front to back, in a memory that does not depend on its length."""

    def __init__(self, name: str, raw: BufferedReader) -> None:
        self.name = name
        self._raw = raw
        self._lines = _Lines(raw)
        self.header = self._read_header()

    @property
    def octets_read(self) -> int:
        """How much of the file was read so far."""
        return self._raw.tell() if self._raw.seekable() else 0

    def rows(self) -> Iterator[RawRow]:
        """Yield the rows after the header, blank ones left out. A broken row is a row with a fault."""
        parser = self._parser()
        while True:
            line = self._lines.begin_row()
            try:
                cells = next(parser)
            except StopIteration:
                return
            except (csv.Error, _BrokenRowError) as error:
                yield RawRow(line, [self._lines.keep_first()], fault=f"cannot be read as CSV: {error}")
                parser = self._parser()
            else:
                if any(cell.strip() for cell in cells):
                    yield RawRow(line, [unguard(cell) for cell in cells])

    def notes(self) -> list[str]:
        """Return what an operator should know of how the file was read."""
        found = []
        if self.header.delimiter != ",":
            found.append(f"cells are parted by {_DELIMITERS[self.header.delimiter]}s")
        if self._lines.in_windows_1252:
            found.append(f"lines that are not UTF-8, and were read as windows-1252: {self._lines.in_windows_1252:,}")
        ignored = [shown(name) for name in self.header.names if _column(name) is None and _is_foreign(name)]
        if ignored:
            found.append("columns that are not read: " + ", ".join(f'"{name}"' for name in ignored))
        return found

    def _parser(self) -> Iterator[list[str]]:
        return csv.reader(self._lines, delimiter=self.header.delimiter, strict=True)

    def _read_header(self) -> Header:
        try:
            text = self._lines.next_with_text()
        except _BrokenRowError as error:
            raise InputError(f"{self.name} is not CSV: {error}") from error
        if not text:
            raise InputError(f"{self.name} is empty; its first line must name the columns, like: email,name,topics")
        header = max((_try_header(text, one) for one in _DELIMITERS), key=_fit)
        self._check(header)
        return header

    def _check(self, header: Header) -> None:
        found = [_column(name) for name in header.names]
        if Column.EMAIL not in header.columns:
            named = ", ".join(f'"{shown(name)}"' for name in header.names[:_MAX_NAMED_COLUMNS])
            raise InputError(f'{self.name} has no column "email"; its first line names {named}')
        twice = [column for column in header.columns if found.count(column) > 1]
        if twice:
            raise InputError(f'{self.name} names the column "{twice[0].value}" twice')


@contextmanager
def open_reader_file(path: Path) -> Iterator[ReaderFile]:
    """Yield the file, its header read. Raises InputError for what is no such file, or has no column "email"."""
    try:
        raw = path.open("rb")
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
    with raw:
        beginning = raw.peek(4)
        for mark, fault in _NOT_CSV.items():
            if beginning.startswith(mark):
                raise InputError(f"{path.name} {fault}")
        yield ReaderFile(path.name, raw)


class _BrokenRowError(Exception):
    """A row that is longer than any row is."""


class _Lines:
    """The file's lines, decoded. Remembers those of the row under way, and gives back what a broken row swallowed."""

    def __init__(self, raw: BufferedReader) -> None:
        self._text = TextIOWrapper(raw, encoding="utf-8-sig", errors="surrogateescape", newline="")
        self._given_back: deque[str] = deque()
        self._row: list[str] = []
        self.number = 0
        self.in_windows_1252 = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self._row) == MAX_ROW_LINES:
            raise _BrokenRowError(f"a quote opens that {MAX_ROW_LINES} lines do not close")
        line = self._given_back.popleft() if self._given_back else self._read_line()
        if not line:
            raise StopIteration
        self.number += 1
        self._row.append(line)
        if len(line) > MAX_LINE_CHARS:
            raise _BrokenRowError(f"the line is longer than {MAX_LINE_CHARS} characters")
        return line

    def next_with_text(self) -> str:
        """Return the next line that is not blank; an empty text at the end of the file."""
        self.begin_row()
        for line in self:
            if line.strip():
                return line
            self.begin_row()
        return ""

    def begin_row(self) -> int:
        """Begin a new row; return the number of its first line."""
        self._row.clear()
        return self.number + 1

    def keep_first(self) -> str:
        """Return the first line of the row under way; the others are lines of rows to come again."""
        first, *others = self._row
        self._given_back.extendleft(reversed(others))
        self.number -= len(others)
        return first.rstrip("\r\n")

    def _read_line(self) -> str:
        line = self._text.readline(MAX_LINE_CHARS + 1)
        if len(line) > MAX_LINE_CHARS:
            self._skip_rest(line)
        return line if line.isascii() else self._mended(line)

    def _skip_rest(self, line: str) -> None:
        while line and not line.endswith(("\n", "\r")):
            line = self._text.readline(MAX_LINE_CHARS)

    def _mended(self, line: str) -> str:
        """Return the line, read as windows-1252 where its bytes are not UTF-8."""
        try:
            line.encode()
        except UnicodeEncodeError:
            self.in_windows_1252 += 1
            return line.encode(errors="surrogateescape").decode("cp1252", errors="replace")
        return line


def _column(name: str) -> Column | None:
    return _BY_BARE_NAME.get(re.sub(r"[\s_-]+", "", name).casefold())


def _is_foreign(name: str) -> bool:
    return bool(name.strip()) and name not in REJECTION_COLUMNS


def _try_header(text: str, delimiter: str) -> Header:
    try:
        names = tuple(next(csv.reader([text], delimiter=delimiter)))
    except csv.Error:
        names = (text,)
    found = {column: place for place, name in enumerate(names) if (column := _column(name))}
    return Header(names, found, delimiter)


def _fit(header: Header) -> tuple[int, int]:
    return len(header.columns), len(header.names)
