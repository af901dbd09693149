"""The Maildir: what a mail program finds there is what would have left, whole, or nothing."""

import mailbox
import os
from pathlib import Path

import pytest

from digest.errors import RelayError
from digest.model.messages import Fate, Transmission
from digest.send.maildir import MaildirTransport
from digest.send.mime import build_skeleton
from tests.makers.mail import make_compiled, make_message, make_recipient, make_sender, numbered


def test_a_stored_message_is_found_by_a_mail_program_byte_for_byte(tmp_path: Path) -> None:
    message = build_skeleton(make_compiled(), sender=make_sender()).message_for(make_recipient(name="Zoë"))

    [report] = MaildirTransport(tmp_path / "mail").transmit(numbered([message]))

    [key] = mailbox.Maildir(tmp_path / "mail").keys()
    [file] = (tmp_path / "mail" / "new").iterdir()
    assert report.fate is Fate.TAKEN
    assert file.name == key
    assert file.read_bytes() == message.content


def test_the_same_message_twice_is_two_files(tmp_path: Path) -> None:
    reports = list(MaildirTransport(tmp_path).transmit(numbered([make_message(), make_message()])))

    assert [one.fate for one in reports] == [Fate.TAKEN] * 2
    assert len(list((tmp_path / "new").iterdir())) == 2
    assert list((tmp_path / "tmp").iterdir()) == []


def test_only_the_owner_can_read_the_mail(tmp_path: Path) -> None:
    list(MaildirTransport(tmp_path / "mail").transmit(numbered([make_message()])))

    modes = {(tmp_path / "mail" / name).stat().st_mode & 0o777 for name in ("tmp", "new", "cur")}
    assert modes == {0o700}


def test_a_folder_that_cannot_be_made_takes_no_message(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("in the way")
    waiting = iter(numbered([make_message()]))

    with pytest.raises(RelayError, match="cannot store mail here"):
        next(MaildirTransport(tmp_path / "mail").transmit(waiting))

    assert len(list(waiting)) == 1


def test_a_message_that_cannot_be_stored_is_reported_and_leaves_nothing_behind(tmp_path: Path) -> None:
    transport = MaildirTransport(tmp_path)
    messages = iter(numbered([make_message(), make_message(), make_message()]))
    reports: list[Transmission] = []
    under_way = transport.transmit(messages)
    reports.append(next(under_way))
    for stored in (tmp_path / "new").iterdir():
        stored.unlink()
    (tmp_path / "new").rmdir()

    with pytest.raises(RelayError, match=os.strerror(2)):
        reports.extend(under_way)

    assert [one.fate for one in reports] == [Fate.TAKEN, Fate.NOT_SENT]
    assert list((tmp_path / "tmp").iterdir()) == []
    assert len(list(messages)) == 1
