"""The judge: a relay in a process of its own that notes every message before it says 250. It can be killed, and told to
misbehave (tests/servers/sink/orders.py says how)."""

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple, Protocol, Self

from tests.servers.ports import LOOPBACK, free_port


class Copy(NamedTuple):
    """One message that was taken."""

    message_id: str
    rcpt_to: str


class AnyJudge(Protocol):
    """What a world asks of its relay; see Judge."""

    port: int

    def start(self) -> None: ...

    def kill(self) -> None: ...

    def misbehave(self, orders: str) -> None: ...

    def noted_octets(self) -> int: ...

    def copies(self) -> list[Copy]: ...


class Judge:
    """`with Judge(folder, seed=1) as judge:` takes mail on `judge.port` until the block ends.

    Started again after it was killed, it listens on the same port and goes on with the same notes.
    """

    def __init__(self, folder: Path, *, seed: int) -> None:
        self.port = free_port()
        self._log = folder / "judge.log"
        self._log.touch()
        self._seed = seed

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> None:
        """Listen; nothing is wrong with it."""
        command = [sys.executable, "-m", "tests.servers.sink", "--port", str(self.port), "--log", str(self._log)]
        command += ["--seed", str(self._seed)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdin
        assert self._process.stdout
        self._orders, self._answers = self._process.stdin, self._process.stdout
        if not self._answers.readline():
            raise RuntimeError(f"no relay could be started on {LOOPBACK}:{self.port}")

    def kill(self) -> None:
        """Kill it (SIGKILL), and wait for its end."""
        self._process.kill()
        self._process.communicate()

    def misbehave(self, orders: str) -> None:
        """Give it orders, like `slow_s=0.5 cut_after_dot=0.01`, none by an empty text. They are in force then."""
        self._orders.write(orders + "\n")
        self._orders.flush()
        if not self._answers.readline():
            raise RuntimeError(f"the relay took no orders: {orders}")

    def noted_octets(self) -> int:
        """Return how much it has noted so far: more each time that a message was taken."""
        return self._log.stat().st_size

    def copies(self) -> list[Copy]:
        """Return each message that was taken, in order."""
        lines = (line.split() for line in self._log.read_text().splitlines())
        return [Copy(message_id, rcpt_to) for message_id, _, rcpt_to in lines]
