"""`digest web` as an operator runs it: a process that says where it listens, serves, and ends when told."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2

from tests.cli.conftest import CommandLine
from tests.servers.ports import LOOPBACK

PATIENCE_S = 60


@contextmanager
def running(digest: CommandLine, *args: str, **environ: str) -> Iterator["subprocess.Popen[str]"]:
    """Run the command as a process of its own until the block ends."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("DIGEST_")}
    command = [sys.executable, "-c", "from digest.cli.main import main; main()", "web", *args]
    environment = {**inherited, **digest.environ, **environ}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def where_it_listens(process: "subprocess.Popen[str]") -> str:
    """Return the address that the process said it listens on."""
    assert process.stdout is not None
    said = re.search(r"http://\S+", process.stdout.readline())
    assert said is not None
    return said[0]


def test_it_serves_until_it_is_told_to_end(newsroom: CommandLine) -> None:
    with running(newsroom, "--port", "0", DIGEST_LOG_LEVEL="INFO") as process:
        url = where_it_listens(process)
        with httpx2.Client(trust_env=False, timeout=PATIENCE_S) as client:  # its connection is still open at the end
            page = client.get(f"{url}/preferences/a-token-of-a-reader")
            ready = client.get(f"{url}/readyz")
            process.send_signal(signal.SIGTERM)
            _, log = process.communicate(timeout=PATIENCE_S)

    assert (page.status_code, ready.status_code, process.returncode) == (404, 200, 0)
    assert "/preferences/{token}" in log
    assert "a-token-of-a-reader" not in log
    assert "Traceback" not in log


def test_without_a_relay_it_says_where_mails_to_readers_land(newsroom: CommandLine) -> None:
    with running(newsroom, "--port", "0") as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(3)]

    assert said[1].startswith("Readers come by http")
    assert said[2].endswith("/mailbox/new\n")


def test_a_port_that_is_taken_is_told_in_one_line(newsroom: CommandLine) -> None:
    with socket.create_server((LOOPBACK, 0)) as taken:
        port = str(taken.getsockname()[1])
        with running(newsroom, "--port", port) as process:
            _, said = process.communicate(timeout=PATIENCE_S)

    assert process.returncode == 2
    assert port in said
    assert "Address already in use" in said
    assert "Traceback" not in said
