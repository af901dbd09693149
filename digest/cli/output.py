"""What a person sees: tables, colours and progress on a terminal only; and what a script sees: JSON."""

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]

_OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""What a terminal obeys instead of showing it, and what no encoding can write."""

_WIDTH_OFF_TERMINAL = 10_000


def say(line: str) -> None:
    """Write one line for a person, as it is: nothing in it is taken for markup, or obeyed by the terminal."""
    _console().print(Text(_printable(line)), soft_wrap=True)


def warn(line: str) -> None:
    """Write one line to standard error."""
    _console(stderr=True).print(Text(_printable(line), style="yellow"), soft_wrap=True)


def complain(line: str) -> None:
    """Write one line that says what went wrong to standard error."""
    said = Text.assemble(("Error: ", "bold red"), _printable(line))
    _console(stderr=True).print(said, soft_wrap=True)


def show_json(value: Json) -> None:
    """Write a value as JSON to standard output, in UTF-8 whatever the terminal's encoding (RFC 8259 8.1)."""
    written = _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False, indent=2))
    click.echo(written.encode())


def show_table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], *, empty: str = "(none)", title: str = ""
) -> None:
    """Write a table, or the line `empty` in place of one without rows; cells are text as it is."""
    if not rows:
        say(empty)
        return
    shown_title = Text(_printable(title)) if title else None
    table = Table(title=shown_title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for heading in headings:
        table.add_column(Text(heading), overflow="fold")
    for row in rows:
        table.add_row(*(Text(_printable(cell)) for cell in row))
    _console().print(table)


def show_time(at: datetime | None) -> str:
    """Return a time for a person, in UTC; a dash for none."""
    return at.strftime("%Y-%m-%d %H:%M UTC") if at else "-"


def json_time(at: datetime | None) -> str | None:
    """Return a time for a script: RFC 3339, in UTC."""
    return at.isoformat().replace("+00:00", "Z") if at else None


@contextmanager
def progress_bar(title: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Yield a function that moves a bar by so many steps. Off a terminal there is no bar."""
    console = _console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(title, total=total)
        yield lambda steps: progress.advance(task, steps)


@contextmanager
def byte_bar(title: str, total_bytes: int) -> Iterator[Callable[[int], None]]:
    """Yield a function that moves a bar to so many bytes. Off a terminal there is no bar."""
    console = _console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(title, total=total_bytes)
        yield lambda done_bytes: progress.update(task, completed=done_bytes)


def _printable(text: str) -> str:
    return _OBEYED.sub("\ufffd", text)


def _console(*, stderr: bool = False) -> Console:
    file = sys.stderr if stderr else sys.stdout
    return Console(file=file, highlight=False, width=None if file.isatty() else _WIDTH_OFF_TERMINAL)
