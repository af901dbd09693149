"""`digest subscriber import`, `export` and `erase`, as an operator and a script meet them."""

import os
import pty
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from tests.cli.test_terminal import DIGEST, run_on_terminal

READERS = """email,name,topics,confirmed_at,consent_source,phone
ada@example.com,Ada,harbour,2026-11-01T08:00Z,form,1
bo@example.com,,harbour,,,2
reader@example.com,,harbour,,,3
nobody,,harbour,,,4
"""


@pytest.fixture
def readers(tmp_path: Path) -> Path:
    """A file of a confirmed reader, a pending one, one who is there already, and a row that cannot be used."""
    path = tmp_path / "readers.csv"
    path.write_text(READERS, encoding="utf-8")
    return path


def answer_on_terminal(*args: str, home: Path, answer: str) -> int:
    """Run `digest` with a terminal as its standard input, type the answer there; return the exit code."""
    ours, theirs = pty.openpty()
    environ = {"PATH": os.environ["PATH"], "DIGEST_HOME": str(home)}
    with subprocess.Popen([DIGEST, *args], stdin=theirs, stderr=subprocess.DEVNULL, env=environ) as running:
        os.close(theirs)
        os.write(ours, f"{answer}\n".encode())
        code = running.wait()
    os.close(ours)
    return code


def test_an_import_says_what_became_of_the_rows_and_what_to_do_next(newsroom: CommandLine, readers: Path) -> None:
    answer = newsroom("subscriber", "import", "readers.csv")

    lines = [" ".join(line.split()) for line in answer.out.splitlines()]
    assert answer.exit_code == 0
    assert lines[0] == "Read readers.csv: 4 rows."
    assert {"added 2", "already there 1", "has unsubscribed 0", "suppressed 0", "invalid 1"} <= set(lines)
    assert "Of those added, 1 are pending: they get nothing until they confirm." in lines
    assert '5 invalid "nobody" is not a mail address: An email address must have an @-sign.' in lines
    assert "readers.rejected.csv; mend them there, and import that file." in lines[-1]
    assert 'columns that are not read: "phone"' in answer.err


def test_a_dry_run_reports_the_same_and_takes_in_nobody(newsroom: CommandLine, readers: Path) -> None:
    rehearsed = newsroom("subscriber", "import", "readers.csv", "--dry-run", "--json").json
    shown = newsroom("subscriber", "show", "ada@example.com")
    imported = newsroom("subscriber", "import", "readers.csv", "--json").json

    assert shown.exit_code == 1
    assert (rehearsed.pop("dry_run"), imported.pop("dry_run")) == (True, False)
    assert rehearsed == imported
    assert {name: rehearsed[name] for name in ("rows", "added", "pending", "already_there", "invalid")} == {
        "rows": 4,
        "added": 2,
        "pending": 1,
        "already_there": 1,
        "invalid": 1,
    }
    assert rehearsed["remarks"][0]["line"] == 5
    assert rehearsed["rejected_file"].endswith("readers.rejected.csv")


def test_rows_without_topics_get_what_the_command_names(newsroom: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "bare.csv").write_text("email\nada@example.com\n")

    newsroom.must("subscriber", "import", "bare.csv", "--topic", "harbour")

    assert newsroom("subscriber", "show", "ada@example.com", "--json").json["topics"] == {"harbour": "pending"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "readers.csv cannot be read"),
        ("", "readers.csv is empty"),
        ("name\nAda\n", 'readers.csv has no column "email"; its first line names "name"'),
        ("email\nada@example.com\n", 'has no column "topics"; say what the readers get with --topic SLUG'),
    ],
)
def test_a_file_that_cannot_be_read_at_all_is_a_failure(
    newsroom: CommandLine, tmp_path: Path, content: str | None, said: str
) -> None:
    if content is not None:
        (tmp_path / "readers.csv").write_text(content)

    answer = newsroom("subscriber", "import", "readers.csv")

    assert answer.exit_code == 1
    assert said in answer.err


def test_a_terminal_gets_a_bar_by_bytes(newsroom: CommandLine, readers: Path, tmp_path: Path) -> None:
    shown = run_on_terminal("subscriber", "import", "readers.csv", home=tmp_path / "home")

    assert "Reading" in shown
    assert f"{len(READERS)}/{len(READERS)} bytes" in shown


def test_an_export_is_utf_8_whatever_the_terminal_speaks(newsroom: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "readers.csv").write_text("email,name,topics\nsamira@example.com,سميرة,harbour\n", encoding="utf-8")
    newsroom.must("subscriber", "import", "readers.csv")
    environ = {"PATH": os.environ["PATH"], "DIGEST_HOME": str(tmp_path / "home"), "PYTHONIOENCODING": "ascii"}

    done = subprocess.run([DIGEST, "subscriber", "export"], env=environ, capture_output=True, check=True)

    assert "samira@example.com,سميرة,harbour,,,,,,pending,,,weekly,together\n".encode() in done.stdout


def test_an_export_of_a_topic_and_a_status_holds_just_those(newsroom: CommandLine, readers: Path) -> None:
    newsroom.must("subscriber", "import", "readers.csv")

    exported = newsroom.must("subscriber", "export", "--topic", "harbour", "--status", "pending")

    assert exported.splitlines()[1:] == ["bo@example.com,,harbour,,,,,,pending,,,weekly,together"]


def test_a_reader_of_an_export_that_goes_away_is_no_error_to_report(newsroom: CommandLine, tmp_path: Path) -> None:
    rows = "".join(f"reader{number}@example.com,harbour\n" for number in range(3000))
    (tmp_path / "readers.csv").write_text(f"email,topics\n{rows}")
    newsroom.must("subscriber", "import", "readers.csv")
    environ = {"PATH": os.environ["PATH"], "DIGEST_HOME": str(tmp_path / "home")}

    done = subprocess.run(
        ["sh", "-c", f"{DIGEST} subscriber export | head -1"], env=environ, capture_output=True, text=True, check=True
    )

    assert done.stdout.startswith("email,name,topics")
    assert done.stderr == ""


def test_a_reader_is_erased_and_not_found_any_more(newsroom: CommandLine) -> None:
    erased = newsroom("subscriber", "erase", "READER@example.com", "--yes", "--json").json

    assert erased == {"email": "READER@example.com", "status": "erased"}
    assert newsroom("subscriber", "show", "reader@example.com").exit_code == 1
    assert newsroom("subscriber", "erase", "reader@example.com", "--yes").exit_code == 1


def test_erasing_needs_a_yes_where_nobody_can_be_asked(newsroom: CommandLine) -> None:
    answer = newsroom("subscriber", "erase", "reader@example.com")

    assert answer.exit_code == 2
    assert "say --yes" in answer.err
    newsroom.must("subscriber", "show", "reader@example.com")


@pytest.mark.parametrize(("answer", "code"), [("n", 1), ("y", 0)])
def test_erasing_asks_on_a_terminal(newsroom: CommandLine, tmp_path: Path, answer: str, code: int) -> None:
    left = answer_on_terminal("subscriber", "erase", "reader@example.com", home=tmp_path / "home", answer=answer)

    assert left == code
    assert newsroom("subscriber", "show", "reader@example.com").exit_code == (1 if answer == "y" else 0)


def test_a_reader_is_shown_with_their_wishes_and_evidence(newsroom: CommandLine, readers: Path) -> None:
    newsroom.must("subscriber", "import", "readers.csv")

    shown = newsroom("subscriber", "show", "ada@example.com", "--json").json
    proved = newsroom("subscriber", "show", "ada@example.com", "--evidence", "--json").json

    assert (shown["cadence"], shown["bundling"], shown["weekday"], shown["hour"]) == ("weekly", "together", None, None)
    assert [(one["action"], one["topic"], one["source"]) for one in proved.pop("consent")] == [
        ("confirmed", "harbour", "form")
    ]
    assert proved == shown


def test_the_evidence_is_a_table_for_a_person(newsroom: CommandLine) -> None:
    answer = newsroom("subscriber", "show", "reader@example.com", "--evidence")

    assert "wording" in answer.out
    assert "digest subscriber add" in answer.out
