"""Real Celery processes for tests: workers and beats, as an operator starts them, with the test's own environment.

A process runs until it is stopped, by whatever means the test chooses; one that is left at the end is killed.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Self

from tests.contracts.modules import ROOT

STOP_TIMEOUT_S = 20


class CeleryProgram:
    """One worker or beat; `log` has the lines it wrote so far, on either stream."""

    def __init__(self, *arguments: str, environ: Mapping[str, str], folder: Path) -> None:
        self.log: list[str] = []
        self._popen = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "workers.app", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=folder,
            env={"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT), **environ},
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._said = threading.Condition()
        self._reader.start()

    @property
    def text(self) -> str:
        """All it wrote so far."""
        return "".join(self.log)

    def await_line(self, part: str, *, timeout_s: float = 60) -> Self:
        """Wait until it wrote a line with this part. AssertionError, with all it wrote, when it ends or time does."""
        with self._said:
            self._said.wait_for(lambda: part in self.text or not self._reader.is_alive(), timeout_s)
        assert part in self.text, f'it never said "{part}":\n{self.text}'
        return self

    def kill(self) -> None:
        """End it by `kill -9`, with all that it runs: its pool is threads."""
        self._popen.kill()
        self._popen.wait(STOP_TIMEOUT_S)

    def terminate(self, *, within_s: float) -> int:
        """Ask it to end by SIGTERM; return its exit code. TimeoutExpired when it takes longer."""
        self._popen.send_signal(signal.SIGTERM)
        return self.wait(within_s)

    def wait(self, timeout_s: float = STOP_TIMEOUT_S) -> int:
        """Wait for its end; return its exit code."""
        code = self._popen.wait(timeout_s)
        self._reader.join()
        return code

    def _read(self) -> None:
        assert self._popen.stdout is not None
        for line in self._popen.stdout:
            with self._said:
                self.log.append(line)
                self._said.notify_all()
        self._popen.wait()
        with self._said:
            self._said.notify_all()


class Cluster:
    """Starts workers and beats of one environment; they run in one folder, on one host."""

    def __init__(self, environ: Mapping[str, str], folder: Path) -> None:
        self.environ = dict(environ)
        self._folder = folder
        self._folder.mkdir(exist_ok=True)
        self._started = ExitStack()

    def start_worker(self, name: str) -> CeleryProgram:
        """Start a worker by this name, unlike any other's; return it when it takes tasks."""
        return self.start("worker", "--loglevel=INFO", f"--hostname={name}@test", *_QUICK).await_line("ready.")

    def start_beat(self) -> CeleryProgram:
        """Start a beat; return it when it ticks."""
        return self.start("beat", "--loglevel=INFO").await_line("beat: Starting")

    def start(self, *arguments: str) -> CeleryProgram:
        """Start `celery -A workers.app ...`; return it at once."""
        started = CeleryProgram(*arguments, environ=self.environ, folder=self._folder)
        self._started.callback(lambda: sys.stdout.write(started.text))  # a test that fails shows it
        self._started.callback(started.kill)
        return started

    def stop(self) -> None:
        """Kill whatever is left."""
        self._started.close()


_QUICK = ("--without-mingle", "--without-gossip", "--without-heartbeat")
"""What a worker need not ask other workers for before it starts."""


@contextmanager
def cluster(environ: Mapping[str, str], folder: Path) -> Iterator[Cluster]:
    """Give a cluster without programs for the length of the block; `folder` is where they run."""
    made = Cluster(environ, folder)
    try:
        yield made
    finally:
        made.stop()
