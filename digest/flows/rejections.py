"""The file beside an imported one, in which its rejected rows wait to be mended and imported again."""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from digest.errors import InputError
from digest.flows.cells import guard
from digest.flows.reader_file import REJECTION_COLUMNS, Header, RawRow

Reject = Callable[[RawRow, str], None]
"""Told a row that was rejected, and why."""


def rejected_path(path: Path) -> Path:
    """Return where the rejected rows of a file go: readers.rejected.csv for readers.csv."""
    return path.with_name(f"{path.stem}.rejected.csv")


@contextmanager
def open_rejections(path: Path, header: Header) -> Iterator[Reject]:
    """Yield what writes rejected rows to `path`, each as it comes, in the columns of the file they came from.

    What stood at `path` before is gone; and so is the file itself when no row was rejected. Raises InputError.
    """
    try:
        file = path.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise InputError(f"{path}, for the rows that are rejected, cannot be written: {error.strerror}") from error
    rejected = 0
    kept = [place for place, name in enumerate(header.names) if name not in REJECTION_COLUMNS]
    with file:
        writer = csv.writer(file, delimiter=header.delimiter, lineterminator="\n")
        writer.writerow([*(header.names[place] for place in kept), *REJECTION_COLUMNS])

        def reject(row: RawRow, why: str) -> None:
            nonlocal rejected
            rejected += 1
            cells = row.cells + [""] * (len(header.names) - len(row.cells))
            surplus = cells[len(header.names) :]
            written = [*(cells[place] for place in kept), str(row.line), why, *surplus]
            writer.writerow([guard(cell) for cell in written])

        yield reject
    if not rejected:
        path.unlink()
