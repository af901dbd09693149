"""Files of readers: read whatever program wrote them, and a broken row costs that row alone."""

from pathlib import Path

import pytest

from digest.errors import InputError
from digest.flows.reader_file import MAX_LINE_CHARS, MAX_ROW_LINES, Column, RawRow, open_reader_file


def read(folder: Path, content: bytes | str) -> list[RawRow]:
    """Return the rows of a file with this content."""
    return read_with_notes(folder, content)[0]


def read_with_notes(folder: Path, content: bytes | str) -> tuple[list[RawRow], list[str]]:
    path = folder / "readers.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with open_reader_file(path) as file:
        return list(file.rows()), file.notes()


def cells(rows: list[RawRow]) -> list[list[str]]:
    return [row.cells for row in rows if not row.fault]


def faults(rows: list[RawRow]) -> list[tuple[int, str]]:
    return [(row.line, row.fault) for row in rows if row.fault]


@pytest.mark.parametrize("names", ["email,name", "\ufeffEmail, NAME ", "E-Mail,Name", "e mail,na_me"])
def test_columns_are_known_by_name_however_it_is_written(tmp_path: Path, names: str) -> None:
    path = tmp_path / "readers.csv"
    path.write_text(f"{names}\nreader@example.com,Ada\n", encoding="utf-8")

    with open_reader_file(path) as file:
        columns = dict(file.header.columns)

    assert columns == {Column.EMAIL: 0, Column.NAME: 1}


@pytest.mark.parametrize(("delimiter", "said"), [(";", "semicolons"), ("\t", "tabs")])
def test_the_delimiter_is_read_off_the_header_and_said(tmp_path: Path, delimiter: str, said: str) -> None:
    content = "email,name\nreader@example.com,Ada\n".replace(",", delimiter)

    rows, notes = read_with_notes(tmp_path, content)

    assert cells(rows) == [["reader@example.com", "Ada"]]
    assert notes == [f"cells are parted by {said}"]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_any_line_ending_ends_a_line(tmp_path: Path, ending: str) -> None:
    rows = read(tmp_path, ending.join(["email", "a@example.com", "", "  ", "b@example.com"]))

    assert rows == [RawRow(2, ["a@example.com"]), RawRow(5, ["b@example.com"])]


def test_lines_that_are_not_utf_8_are_read_as_windows_1252_and_counted(tmp_path: Path) -> None:
    rows, notes = read_with_notes(tmp_path, "email,name\na@example.com,José\n".encode() + b"b@example.com,Jos\xe9\n")

    assert cells(rows) == [["a@example.com", "José"], ["b@example.com", "José"]]
    assert notes == ["lines that are not UTF-8, and were read as windows-1252: 1"]


def test_columns_that_are_not_read_are_named_and_those_of_a_rejected_file_are_not(tmp_path: Path) -> None:
    _, notes = read_with_notes(tmp_path, "email,Phone,line,why\n")

    assert notes == ['columns that are not read: "Phone"']


def test_a_quoted_cell_may_hold_delimiters_quotes_and_line_breaks(tmp_path: Path) -> None:
    rows = read(tmp_path, 'email,name\na@example.com,"Ada ""the\nfirst"", countess"\nb@example.com,\n')

    assert rows == [RawRow(2, ["a@example.com", 'Ada "the\nfirst", countess']), RawRow(4, ["b@example.com", ""])]


def test_a_quote_that_nothing_closes_costs_its_own_line_alone(tmp_path: Path) -> None:
    good = [f"reader{number}@example.com,Ada" for number in range(2 * MAX_ROW_LINES)]

    rows = read(tmp_path, "\n".join(["email,name", 'a@example.com,"Ada', *good, '"b@example.com,Bo']))

    assert [line for line, _ in faults(rows)] == [2, len(good) + 3]
    assert cells(rows) == [line.split(",") for line in good]


def test_a_stray_quote_costs_its_own_line_alone(tmp_path: Path) -> None:
    rows = read(tmp_path, 'email,name\na@example.com,"Ada" L\nb@example.com,Bo\n')

    assert [line for line, _ in faults(rows)] == [2]
    assert cells(rows) == [["b@example.com", "Bo"]]


def test_a_cell_of_a_million_characters_is_a_row_that_cannot_be_used(tmp_path: Path) -> None:
    rows = read(tmp_path, f"email,name\na@example.com,{'x' * 1_000_000}\nb@example.com,Bo\n")

    assert faults(rows) == [(2, f"cannot be read as CSV: the line is longer than {MAX_LINE_CHARS} characters")]
    assert rows[1:] == [RawRow(3, ["b@example.com", "Bo"])]


def test_a_quoted_cell_of_many_long_lines_is_a_row_that_cannot_be_used(tmp_path: Path) -> None:
    long_lines = "\n".join(["x" * (MAX_LINE_CHARS - 10)] * 5)

    rows = read(tmp_path, f'email,name\na@example.com,"{long_lines}"\nb@example.com,Bo\n')

    assert faults(rows)[0][0] == 2
    assert rows[-1] == RawRow(7, ["b@example.com", "Bo"])


def test_a_guarded_cell_is_read_without_its_guard(tmp_path: Path) -> None:
    assert cells(read(tmp_path, "email,name\n'-ada@example.com,'=1+1\n")) == [["-ada@example.com", "=1+1"]]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\n \n\n", "is empty"),
        (b"\n" * 50, "is empty"),
        (b"Name,Address\n", 'has no column "email"; its first line names "Name", "Address"'),
        (b"email,E-mail\n", 'names the column "email" twice'),
        (b"x" * 1_000_000, "is longer than"),
        ("email\n".encode("utf-16"), "is in UTF-16"),
        (b"PK\x03\x04rest", "is a spreadsheet or an archive"),
        (b"\x1f\x8brest", "is packed with gzip"),
    ],
)
def test_what_is_no_file_of_readers_is_turned_away_with_the_next_step(
    tmp_path: Path, content: bytes, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        read(tmp_path, content)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.csv cannot be read"), open_reader_file(tmp_path / "nowhere.csv"):
        pass


def test_random_bytes_end_in_rows_or_faults(tmp_path: Path) -> None:
    noise = bytes(range(256)) * 40

    rows = read(tmp_path, b"email,name\n" + noise + b"\nb@example.com,Bo\n")

    assert rows[-1].cells == ["b@example.com", "Bo"]
