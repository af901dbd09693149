"""What reaches a terminal, a pipe, and a terminal that speaks ASCII only. In processes of their own."""

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from tests.cli.newsroom import write_story

DIGEST = Path(sys.executable).with_name("digest")
ESCAPE = "\x1b"
OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def run_on_terminal(*args: str, home: Path, environ: dict[str, str] | None = None) -> str:
    """Run `digest` with a terminal as its standard output and error; return what it wrote there."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [DIGEST, *args],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        env={"PATH": os.environ["PATH"], "TERM": "xterm", "DIGEST_HOME": str(home), **(environ or {})},
        cwd=home.parent,
    ):
        os.close(theirs)
        written = bytearray()
        while octets := _read(ours):
            written += octets
    os.close(ours)
    return written.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other end was closed: how Linux says that a terminal has nothing more
        return b""


def test_a_terminal_gets_colours_and_a_progress_bar(newsroom: CommandLine, tmp_path: Path) -> None:
    shown = run_on_terminal("gather", "stories", home=tmp_path / "home")

    assert "Gathering" in shown
    assert "1/1" in shown
    assert ESCAPE in shown


def test_a_pipe_gets_neither(newsroom: CommandLine) -> None:
    answer = newsroom("gather", "stories")

    assert "Gathering" not in answer.out + answer.err
    assert ESCAPE not in answer.out + answer.err


def test_no_colour_is_shown_to_those_who_want_none(newsroom: CommandLine, tmp_path: Path) -> None:
    shown = run_on_terminal("topic", "show", "harbor", home=tmp_path / "home", environ={"NO_COLOR": "1"})

    assert 'no topic "harbor"; did you mean "harbour"?' in shown
    assert "\x1b[3" not in shown


@pytest.fixture
def hostile(digest: CommandLine, tmp_path: Path) -> CommandLine:
    """A newsroom that gathered what would retitle, clear or colour a terminal, in a story and in a file's name."""
    digest.must("init")
    folder = tmp_path / "stories"
    hostile_file = write_story(folder, "Harbour reopens", tags='"Harbour\\e[2J", "Har\\u009bbour"')
    told = hostile_file.read_text().replace("title: Harbour reopens", 'title: "Harbour \\e]0;pwned\\a reopens"')
    hostile_file.write_text(told)
    (folder / "\x1b[31mred.json").write_text("no json")
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff.json")).write_text("no json")
    return digest


def test_what_a_stranger_wrote_is_never_obeyed(hostile: CommandLine) -> None:
    commands = ("gather stories", "gather stories --json", "source check stories", "story list", "story show 1")

    for command in commands:
        answer = hostile(*command.split())

        assert answer.exit_code == 0, answer
        assert "arbour" in answer.out or "rejected" in answer.out, command
        assert not OBEYED.search(answer.out + answer.err), command


def test_a_name_that_no_encoding_can_write_is_a_bad_argument(digest: CommandLine) -> None:
    answer = digest("gather", "\udcff.json")

    assert answer.exit_code == 2
    assert "UTF-8" in answer.err


def test_a_terminal_that_speaks_ascii_gets_escapes(digest: CommandLine, tmp_path: Path) -> None:
    digest.must("init")
    digest.must("topic", "add", "mina", "--name", "الميناء", "--tag", "ميناء", "--lang", "ar")

    shown = run_on_terminal("topic", "list", home=tmp_path / "home", environ={"PYTHONIOENCODING": "ascii"})

    assert "\\u0627" in shown
    assert "Traceback" not in shown


def test_a_reader_of_a_pipe_may_leave_early(newsroom: CommandLine, tmp_path: Path) -> None:
    environ = {"PATH": os.environ["PATH"], "DIGEST_HOME": str(tmp_path / "home")}
    piped = f'"{DIGEST}" story list --json | head -c 1'

    done = subprocess.run(piped, shell=True, check=True, env=environ, capture_output=True, text=True, cwd=tmp_path)

    assert (done.stdout, done.stderr) == ("[", "")


@pytest.mark.parametrize("joined", ["می\u200cخواهم", "Nov\u00a015"])
def test_what_is_only_invisible_is_shown_as_it_is(digest: CommandLine, joined: str) -> None:
    digest.must("init")
    digest.must("topic", "add", "words", "--name", "Words", "--tag", joined)

    listed = digest.must("story", "list", "--tag", joined)

    assert listed == f'No story bears "{" ".join(joined.split())}".\n'
