"""Servers that are programs of their own: started, waited for, and stopped whatever becomes of the test.

Nothing is polled: a server says on its log when it is ready, and one that dies closes its log.
"""

import signal
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

READY = "ready to accept connections"  # PostgreSQL, Redis and Valkey all say so
STOP_TIMEOUT_S = 20


class Account(NamedTuple):
    """A user of this machine, by number, and their group."""

    uid: int
    gid: int


@contextmanager
def running(command: Sequence[str | Path], *, account: Account | None = None) -> Iterator[subprocess.Popen[str]]:
    """Run a server for the length of the block, as `account` where one is given; yield its process.

    RuntimeError, with all the server wrote, when it ends before it is ready.
    """
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd="/",
        user=account and account.uid,
        group=account and account.gid,
        extra_groups=account and [],
    ) as server:
        assert server.stdout is not None
        drain = threading.Thread(target=server.stdout.read, daemon=True)
        try:
            _await_ready(server.stdout)
            drain.start()  # a server whose log is not read stops when the pipe is full
            yield server
        finally:
            _stop(server)
            if drain.ident:
                drain.join()


def _await_ready(log: IO[str]) -> None:
    written = []
    for line in log:
        written.append(line)
        if READY in line.lower():
            return
    raise RuntimeError(f"a server ended before it was ready:\n{''.join(written)}")


def _stop(server: subprocess.Popen[str]) -> None:
    server.send_signal(signal.SIGINT)  # PostgreSQL would wait for its clients on SIGTERM
    try:
        server.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        server.kill()
