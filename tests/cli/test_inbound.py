"""`digest inbound` as a mail server runs it: a mail on standard input and an exit code, or a port that listens."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from tests.servers.mail_client import PATIENCE_S, MailClient

HEAD = b"Return-Path: <reader@example.com>\nFrom: Reader <reader@example.com>\nTo: unsubscribe@digest.example\n"
MAIL = HEAD + b"Subject: Unsubscribe\n\nThank you.\n"
ROBOT = b"Auto-Submitted: auto-replied\n" + MAIL


@contextmanager
def running(digest: CommandLine, *args: str, **environ: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run the command as a process of its own until the block ends."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("DIGEST_")}
    process = subprocess.Popen(
        [sys.executable, "-c", "from digest.cli.main import main; main()", "inbound", *args],
        env={**inherited, **digest.environ, **environ},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def pipe(digest: CommandLine, mail: bytes, **environ: str) -> tuple[int, bytes]:
    """Pipe a mail in; return the exit code and all that was written."""
    with running(digest, **environ) as process:
        out, err = process.communicate(mail, timeout=60)
        return process.returncode, out + err


def status_of_reader(digest: CommandLine) -> str:
    status: str = digest("subscriber", "show", "reader@example.com", "--json").json["status"]
    return status


def test_a_piped_mail_takes_its_author_off_in_silence(newsroom: CommandLine) -> None:
    robot = pipe(newsroom, ROBOT)
    before = status_of_reader(newsroom)
    person = pipe(newsroom, MAIL + b"x" * 3_000_000)

    assert robot == person == (os.EX_OK, b"")
    assert [before, status_of_reader(newsroom)] == ["active", "left"]


@pytest.mark.parametrize(
    "environ",
    [
        {"DIGEST_DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/none"},
        {"DIGEST_DATABASE_URL": "nonsense"},
        {"DIGEST_HOME": "/dev/null/home"},
    ],
    ids=["database away", "setting wrong", "home gone"],
)
def test_a_mail_that_cannot_be_taken_now_stays_with_the_mail_server(
    digest: CommandLine, environ: dict[str, str]
) -> None:
    code, said = pipe(digest, MAIL, **environ)

    assert code == os.EX_TEMPFAIL
    assert said.startswith(b"Error: ")
    assert b"Traceback" not in said


def test_mails_come_in_at_a_port_until_the_command_is_told_to_end(newsroom: CommandLine) -> None:
    with running(newsroom, "--listen", "127.0.0.1:0", "--lmtp") as process:
        assert process.stderr
        found = re.search(rb"unsubscribe@digest\.example on 127\.0\.0\.1:(\d+)", process.stderr.readline())
        assert found
        with MailClient(int(found[1])) as client:
            client.hear()
            client.say("LHLO mail.example.com")
            replies = client.deliver(
                MAIL.replace(b"\n", b"\r\n"), "unsubscribe@digest.example", return_path="reader@example.com"
            )
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0

    assert replies == ["250 2.0.0 OK"]
    assert status_of_reader(newsroom) == "left"


@pytest.mark.parametrize(
    "args",
    [("--lmtp",), ("--listen", "nowhere"), ("--listen", "127.0.0.1:70000"), ("--listen", "127.0.0.1:-1")],
)
def test_a_command_used_wrongly_says_so(digest: CommandLine, args: tuple[str, ...], tmp_path: Path) -> None:
    answer = digest("inbound", *args)

    assert answer.exit_code == 2
    assert not (tmp_path / "home").exists()
