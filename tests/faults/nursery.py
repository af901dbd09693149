"""Worker processes that start fast: one process loads the program once, and each worker is a fork of it.

What runs in a worker is the program's own command line, or a module of these tests with a `main(args)`. A worker is a
child of the nursery, which alone sends it signals: so no pid can be another's by then.
"""

import json
import select
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from tests.faults.waiting import seconds_left

DIGEST = "digest.cli.main"


class Nursery:
    """`with Nursery(output) as nursery:` forks workers until the block ends; then those that still run are killed.

    `output` is the file to which goes what any worker writes.
    """

    def __init__(self, output: Path) -> None:
        self.output = output
        self._statuses: dict[int, int] = {}
        self._running: set[int] = set()

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "tests.faults.nursing", str(self.output)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        assert self._process.stdin
        assert self._process.stdout
        self._words, self._news = self._process.stdin, self._process.stdout
        return self

    def __exit__(self, *_: object) -> None:
        for pid in sorted(self._running):
            self.kill(pid)
        self._words.close()
        self._process.wait()

    def start(self, *args: str, environ: Mapping[str, str], module: str = DIGEST) -> int:
        """Start a worker that runs `module.main(args)`; return its pid."""
        self._say({"module": module, "args": args, "environ": dict(environ)})
        while (pid := self._hear()) is None:
            pass
        self._running.add(pid)
        return pid

    def signal(self, pid: int, number: signal.Signals) -> None:
        """Send a signal to a worker; one that has ended hears nothing."""
        self._say({"pid": pid, "signal": number})

    def kill(self, pid: int) -> bool:
        """Kill a worker (SIGKILL) and wait for its end; return whether it lived till then."""
        self.signal(pid, signal.SIGKILL)
        return self.wait(pid) == -signal.SIGKILL

    def is_running(self, pid: int) -> bool:
        """Return whether a worker has not ended yet."""
        while self._has_news(within_s=0):
            self._hear()
        return pid in self._running

    def wait(self, pid: int, *, timeout_s: float = 60) -> int:
        """Wait for a worker's end; return its exit status, negative for a signal. Raises TimeoutError."""
        for left in seconds_left(timeout_s, what=f"worker {pid} to end"):
            if pid in self._statuses:
                break
            if self._has_news(within_s=left):
                self._hear()
        return self._statuses[pid]

    def _say(self, asked: Mapping[str, object]) -> None:
        self._words.write(json.dumps(asked).encode() + b"\n")

    def _has_news(self, *, within_s: float) -> bool:
        return bool(select.select([self._news], [], [], within_s)[0])

    def _hear(self) -> int | None:
        """Take note of one event; return the pid of a worker that was started."""
        what, pid, status = self._news.readline().split()
        if what == b"started":
            return int(pid)
        self._statuses[int(pid)] = int(status)
        self._running.discard(int(pid))
        return None
