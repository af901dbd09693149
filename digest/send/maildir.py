"""A Maildir in place of a relay: each message a file, whole or not there at all."""

import asyncio
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from digest.errors import JournalError, RelayError
from digest.model.messages import Fate, Message, Reply, Step, Transmission
from digest.send.wire import Departure, Outbox

_STORED = Reply(code=250, enhanced="2.0.0", text="stored")


class MaildirWire:
    """Stores messages under `folder` (made when missing), byte for byte as they would leave; see Wire."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._outbox: Outbox | None = None
        self._next: asyncio.Handle | None = None
        self._fault: RelayError | None = None

    @property
    def fault(self) -> RelayError | None:
        """Why nothing can be stored any more."""
        return self._fault

    async def open(self, outbox: Outbox) -> None:
        """Make the folder, and store messages from then on. Raises RelayError where that cannot be."""
        try:
            for name in ("tmp", "new", "cur"):
                (self._folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise self._unusable(error) from error
        self._outbox = outbox
        self.wake()

    def wake(self) -> None:
        """Store what the outbox has, one after the other, each in a turn of the loop's own."""
        if self._next is None and self._outbox is not None and self._fault is None:
            self._next = asyncio.get_running_loop().call_soon(self._store_next, self._outbox)

    async def close(self, *, within_s: float) -> None:
        """Store nothing more. No file stays open."""
        self._outbox = None
        if self._next is not None:
            self._next.cancel()

    def _store_next(self, outbox: Outbox) -> None:
        self._next = None
        departure = outbox.take()
        if departure is not None:
            outbox.landed(self._store(departure, outbox))
            self.wake()

    def _store(self, departure: Departure, outbox: Outbox) -> Transmission:
        delivery_id = departure.delivery_id
        try:
            unfinished = self._write(departure.message)
            self._move(unfinished, lambda: outbox.leaving(delivery_id))
        except OSError as error:
            self._fault = self._unusable(error)
            return Transmission(delivery_id=delivery_id, fate=Fate.NOT_SENT, reply=None)
        except JournalError:
            return Transmission(delivery_id=delivery_id, fate=Fate.NOT_SENT, reply=None)
        return Transmission(delivery_id=delivery_id, fate=Fate.TAKEN, reply=_STORED, step=Step.DOT)

    def _write(self, message: Message) -> Path:
        """Write a message under tmp/, as far as the disk; a crash leaves at most a file there."""
        unfinished = self._folder / "tmp" / f"{secrets.token_hex(16)}.digest"
        try:
            with unfinished.open("xb") as file:
                file.write(message.content)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise
        return unfinished

    def _move(self, unfinished: Path, announce: Callable[[], None]) -> None:
        """Move a message to new/, where it counts as delivered, once that is announced."""
        stored = self._folder / "new" / unfinished.name
        try:
            announce()
            unfinished.rename(stored)
            _sync_folder(stored.parent)
        except (OSError, JournalError):
            unfinished.unlink(missing_ok=True)
            stored.unlink(missing_ok=True)
            raise

    def _unusable(self, error: OSError) -> RelayError:
        return RelayError(str(self._folder), f"cannot store mail here: {error.strerror or error}")


def _sync_folder(folder: Path) -> None:
    """Have the disk keep the folder's list of names, too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
