"""The Maildir: what a mail program finds there is what would have left, whole, or nothing."""

import asyncio
import mailbox
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from digest.errors import RelayError
from digest.model.ids import DeliveryId
from digest.model.messages import Fate, Message, Transmission
from digest.send.maildir import MaildirWire
from digest.send.mime import build_skeleton
from digest.send.single import hand_over
from tests.makers.mail import make_compiled, make_message, make_recipient, make_sender
from tests.send.smtp.outboxes import KeepingOutbox


class Watched(KeepingOutbox):
    """An outbox that looks into new/ at each message that is leaving, and breaks the folder at one of them."""

    def __init__(self, folder: Path, messages: Sequence[Message], *, break_at: int | None = None) -> None:
        super().__init__(messages)
        self.folder = folder
        self.break_at = break_at
        self.stored_when_leaving: list[int] = []

    def leaving(self, delivery_id: DeliveryId) -> None:
        super().leaving(delivery_id)
        new = self.folder / "new"
        self.stored_when_leaving.append(len(list(new.iterdir())) if new.exists() else 0)

    def landed(self, transmission: Transmission) -> None:
        super().landed(transmission)
        if transmission.delivery_id == self.break_at:
            for stored in (self.folder / "new").iterdir():
                stored.unlink()
            (self.folder / "new").rmdir()


def store(folder: Path, *messages: Message, break_at: int | None = None) -> tuple[Watched, RelayError | None]:
    """Store until all are stored, or the wire is at fault."""

    async def store_all() -> tuple[Watched, RelayError | None]:
        outbox, wire = Watched(folder, messages, break_at=break_at), MaildirWire(folder)
        await wire.open(outbox)
        while wire.fault is None and not outbox.settled.is_set():  # noqa: ASYNC110  # nothing tells of a fault
            await asyncio.sleep(0)
        await wire.close(within_s=1)
        return outbox, wire.fault

    return asyncio.run(store_all())


def test_a_stored_message_is_found_by_a_mail_program_byte_for_byte(tmp_path: Path) -> None:
    message = build_skeleton(make_compiled(), sender=make_sender()).message_for(make_recipient(name="Zoë"))

    transmission = hand_over(message, open_wire=lambda: MaildirWire(tmp_path / "mail"))

    [key] = mailbox.Maildir(tmp_path / "mail").keys()
    [file] = (tmp_path / "mail" / "new").iterdir()
    assert transmission.fate is Fate.TAKEN
    assert file.name == key
    assert file.read_bytes() == message.content


def test_the_same_message_twice_is_two_files(tmp_path: Path) -> None:
    outbox, _ = store(tmp_path, make_message(), make_message())

    assert outbox.fates == [Fate.TAKEN] * 2
    assert len(list((tmp_path / "new").iterdir())) == 2
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_message_is_said_to_leave_before_it_can_be_found(tmp_path: Path) -> None:
    outbox, _ = store(tmp_path, make_message(), make_message())

    assert outbox.stored_when_leaving == [0, 1]


def test_only_the_owner_can_read_the_mail(tmp_path: Path) -> None:
    store(tmp_path / "mail", make_message())

    modes = {(tmp_path / "mail" / name).stat().st_mode & 0o777 for name in ("tmp", "new", "cur")}
    assert modes == {0o700}


def test_a_folder_that_cannot_be_made_takes_no_message(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("in the way")

    with pytest.raises(RelayError, match="cannot store mail here"):
        hand_over(make_message(), open_wire=lambda: MaildirWire(tmp_path / "mail"))


def test_a_message_that_cannot_be_stored_is_reported_and_leaves_nothing_behind(tmp_path: Path) -> None:
    outbox, fault = store(tmp_path, make_message(), make_message(), make_message(), break_at=1)

    assert os.strerror(2) in str(fault)
    assert outbox.fates == [Fate.TAKEN, Fate.NOT_SENT]
    assert list((tmp_path / "tmp").iterdir()) == []
    assert len(outbox.waiting) == 1
