"""A judge that is not ours: Postfix's `smtp-sink`, which keeps each message that it takes in a file of its own."""

import pwd
import shutil
import socket
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Self

from tests.faults.judge import Copy
from tests.faults.waiting import wait_until
from tests.servers.ports import LOOPBACK, free_port
from tests.servers.postfix import find_postfix

ACCOUNT = "nobody"
SESSIONS = "200"
MESSAGE_ID = b"Message-ID: "
RECIPIENT = b"X-Rcpt-Args: "


class ForeignJudge:
    """What a world needs of its judge. It obeys no orders: it does everything right."""

    def __init__(self, folder: Path, *, seed: int) -> None:
        self.port = free_port()
        self._kept = Path("/tmp") / f"digest-judge-{seed}-{self.port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        shutil.rmtree(self._kept)

    def start(self) -> None:
        """Listen."""
        self._kept.mkdir(exist_ok=True)
        shutil.chown(self._kept, ACCOUNT)
        sink = find_postfix("smtp-sink")
        as_nobody = ["-u", ACCOUNT] if pwd.getpwnam(ACCOUNT).pw_uid else []
        where = [f"{LOOPBACK}:{self.port}", SESSIONS]
        self._process = subprocess.Popen(
            [sink.path, *as_nobody, "-d", f"{self._kept}/%M.", *where], env=sink.environ, cwd="/"
        )
        wait_until(self._listens, timeout_s=10, what="smtp-sink to listen")

    def kill(self) -> None:
        """Kill it, and wait for its end."""
        self._process.kill()
        self._process.wait()

    def misbehave(self, orders: str) -> None:
        """Take note of no orders."""

    def noted_octets(self) -> int:
        """Return a number that grows with each message."""
        return sum(1 for _ in self._kept.iterdir())

    def copies(self) -> list[Copy]:
        """Return each message that was taken."""
        return [_read(path.read_bytes()) for path in self._kept.iterdir()]

    def _listens(self) -> bool:
        with suppress(OSError), socket.create_connection((LOOPBACK, self.port), timeout=1):
            return True
        return False


def _read(kept: bytes) -> Copy:
    lines = kept.partition(b"\n\n")[0].splitlines()
    found = {name: line for name in (MESSAGE_ID, RECIPIENT) for line in lines if line.startswith(name)}
    return Copy(
        message_id=found[MESSAGE_ID].removeprefix(MESSAGE_ID).decode(),
        rcpt_to=found[RECIPIENT].removeprefix(RECIPIENT).split()[0].strip(b"<>").decode(),
    )
