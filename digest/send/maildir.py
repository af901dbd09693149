"""A Maildir in place of a relay: each message a file, whole or not there at all."""

import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path

from digest.errors import RelayError
from digest.model.ids import DeliveryId
from digest.model.messages import Fate, Message, Reply, Transmission

_STORED = Reply(code=250, enhanced="2.0.0", text="stored")


class MaildirTransport:
    """Stores messages under `folder` (made when missing), byte for byte as they would leave."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def transmit(self, messages: Iterable[tuple[DeliveryId, Message]]) -> Iterator[Transmission]:
        """Store each message; see Transport."""
        try:
            for name in ("tmp", "new", "cur"):
                (self._folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise self._unusable(error) from error
        for delivery_id, message in messages:
            try:
                self._store(message)
            except OSError as error:
                yield Transmission(delivery_id=delivery_id, fate=Fate.NOT_SENT, reply=None)
                raise self._unusable(error) from error
            yield Transmission(delivery_id=delivery_id, fate=Fate.TAKEN, reply=_STORED)

    def close(self) -> None:
        """Do nothing: no file stays open."""

    def _store(self, message: Message) -> None:
        """Write under tmp/, and move to new/ only what the disk has; a crash leaves at most a file in tmp/."""
        name = f"{secrets.token_hex(16)}.digest"
        unfinished, stored = self._folder / "tmp" / name, self._folder / "new" / name
        try:
            with unfinished.open("xb") as file:
                file.write(message.content)
                file.flush()
                os.fsync(file.fileno())
            unfinished.rename(stored)
            _sync_folder(stored.parent)
        except OSError:
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
