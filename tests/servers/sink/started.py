"""A sink started for the length of a block, in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.servers.ports import LOOPBACK
from tests.servers.sink.orders import Orders

CHECKOUT = Path(__file__).parents[3]
STOP_TIMEOUT_S = 20


class Counts(NamedTuple):
    """What a sink took in its life: messages, octets of any kind, sessions, and the processor time it needed."""

    messages: int
    octets: int
    sessions: int
    cpu_s: float


class Taken(NamedTuple):
    """A line of a sink's log: one message that it took."""

    message_id: str
    mail_from: str
    rcpt_to: str


class Sink:
    """A running sink. `counts` is there once it has ended."""

    def __init__(self, program: subprocess.Popen[str]) -> None:
        self._program = program
        self.port = int(self._hear())
        self.pid = program.pid
        self.counts: Counts | None = None

    @property
    def url(self) -> str:
        return f"smtp://{LOOPBACK}:{self.port}"

    def obey(self, orders: Orders) -> None:
        """Give it new orders, in force by the return: `sink.obey(Orders(cut_after_dot=0.01))`."""
        assert self._program.stdin is not None
        self._program.stdin.write(f"{orders}\n")
        self._program.stdin.flush()
        heard = self._hear()
        if heard != str(orders):
            raise RuntimeError(f"the sink does not obey: {heard}")

    def stop(self) -> Counts:
        """End it, if it has not ended, and return what it took."""
        if self.counts is None:
            self._program.terminate()
            self.counts = Counts(**json.loads(self._hear()))
            self._program.wait(STOP_TIMEOUT_S)
        return self.counts

    def kill(self) -> None:
        """End it as `kill -9` does: it counts nothing."""
        self._program.kill()
        self._program.wait(STOP_TIMEOUT_S)

    def _hear(self) -> str:
        assert self._program.stdout is not None
        line = self._program.stdout.readline()
        if not line:
            raise RuntimeError("the sink ended before it said anything")
        return line.strip()


@contextmanager
def sink(
    *, port: int = 0, log: Path | None = None, latency_ms: float = 0, seed: int = 0, orders: Orders | None = None
) -> Iterator[Sink]:
    """Run a sink on this port of the loopback address, 0 for a free one; `latency_ms` away, logging to `log`."""
    command = [sys.executable, "-m", "tests.servers.sink", f"--port={port}", f"--latency-ms={latency_ms}"]
    command += [f"--seed={seed}", f"--orders={orders or Orders()}", *([f"--log={log}"] if log else [])]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=CHECKOUT) as program:
        try:
            yield Sink(program)
        finally:
            program.kill()


def read_log(path: Path) -> list[Taken]:
    """Return what a sink logged, one entry a message; of more than one recipient only the list."""
    return [Taken(*line.split(" ")) for line in path.read_text(encoding="utf-8").splitlines()]
