"""Rejected rows: kept beside the file they came from, to be mended there and imported again."""

import csv
from pathlib import Path

import pytest

from digest.errors import InputError
from digest.flows.admitting import RowOutcome
from digest.flows.services import Services
from digest.flows.subscribing import find_subscriber
from digest.model.addresses import parse_address
from tests.flows.reader_lists import (
    CONFIRMED,
    HEAD,
    everything,
    run,
    write,
)


def test_rejected_rows_are_mended_in_their_file_and_imported_from_it(newsroom: Services, tmp_path: Path) -> None:
    head = HEAD.replace("\n", ",shoe size\n")
    path = write(
        tmp_path,
        f'reader,"Ada, L",syrias-war,,,8,{CONFIRMED},42',
        "b@example.com,,syria-war",
        "c@example.com,=1+1,syrias-war,,,25,,,",
        head=head,
    )

    report = run(newsroom, path)
    assert report.rejected == tmp_path / "readers.rejected.csv"
    written = report.rejected.read_text(encoding="utf-8")
    report.rejected.write_text(
        written.replace("reader,", "reader@example.com,", 1)
        .replace("syria-war", "syrias-war", 1)
        .replace(",25,", ",5,"),
        encoding="utf-8",
    )
    mended = run(newsroom, report.rejected)

    assert written.splitlines()[0] == f"{head.strip()},line,why"
    assert [(row["line"], row["shoe size"]) for row in csv.DictReader(written.splitlines())] == [
        ("2", "42"),
        ("3", ""),
        ("4", ""),
    ]
    assert mended.outcomes[RowOutcome.ADDED] == 3
    assert mended.rejected is None
    assert not (tmp_path / "readers.rejected.rejected.csv").exists()
    assert find_subscriber(newsroom, parse_address("c@example.com")).name == "=1+1"


def test_no_file_of_rejected_rows_is_left_where_none_was_rejected(newsroom: Services, tmp_path: Path) -> None:
    (tmp_path / "readers.rejected.csv").write_text("from an earlier run")

    report = run(newsroom, write(tmp_path, "a@example.com,,syrias-war"))

    assert report.rejected is None
    assert [path.name for path in tmp_path.glob("readers*")] == ["readers.csv"]


def test_a_broken_line_is_kept_beside_with_its_number(newsroom: Services, tmp_path: Path) -> None:
    path = write(tmp_path, "a@example.com,,syrias-war", '"b@example.com,,syrias-war', "x" * 1_000_000)

    report = run(newsroom, path)

    assert report.outcomes[RowOutcome.INVALID] == 2
    assert report.rejected is not None
    with report.rejected.open(encoding="utf-8", newline="") as file:
        broken = [(row["line"], row["email"][:14]) for row in csv.DictReader(file)]
    assert broken == [("3", '"b@example.com'), ("4", "x" * 14)]


def test_a_folder_that_cannot_be_written_is_said_before_anybody_is_added(newsroom: Services, mixed: Path) -> None:
    (mixed.parent / "readers.rejected.csv").mkdir()
    before = everything(newsroom)

    with pytest.raises(InputError, match="rows that are rejected, cannot be written"):
        run(newsroom, mixed)

    assert everything(newsroom) == before
