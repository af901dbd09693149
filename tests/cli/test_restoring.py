"""A backup that is put back sends nothing until somebody says that it is right, and every command says why."""

import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import AT, CommandLine
from tests.servers.smtp import ScriptedSmtp

LATER = "2026-11-22T14:00Z"
READERS = ["reader@example.com", "second@example.com"]


@pytest.fixture
def restored(newsroom: CommandLine, smtp: ScriptedSmtp, tmp_path: Path) -> CommandLine:
    """A newsroom whose send went on after a backup was made in the middle of it, and then the backup was put back."""
    newsroom.environ["DIGEST_SMTP_URL"] = smtp.url
    newsroom.must("subscriber", "add", READERS[1], "--topic", "harbour", "--confirmed")
    smtp.reply_to(READERS[1], "451 4.7.1 try later")
    newsroom.must("send", "harbour", "--at", AT)
    database = tmp_path / "home" / "digest.db"
    shutil.copy(database, tmp_path / "backup.db")
    smtp.accept_everything()
    newsroom.must("send", "--due", "--at", LATER)
    shutil.copy(tmp_path / "backup.db", database)
    return newsroom


def test_nothing_is_sent_from_a_restored_backup(restored: CommandLine, smtp: ScriptedSmtp) -> None:
    sends = [restored("send", "--due", "--at", LATER), restored("send", "harbour", "--at", LATER)]

    assert [one.exit_code for one in sends] == [1, 1]
    assert "restored from a backup" in sends[0].err
    assert "digest doctor --accept-epoch" in sends[0].err
    assert sorted(mail.rcpt_to for mail in smtp.inbox) == READERS


def test_status_and_doctor_say_that_it_is_on_hold(restored: CommandLine) -> None:
    status, doctor = restored("status"), restored("doctor")
    told = restored("doctor", "--json").json

    assert "ON HOLD" in status.out
    assert doctor.exit_code == 1
    assert {one["what"]: one["ok"] for one in told} == {
        "settings": True,
        "database": True,
        "epoch": False,
        "journal": True,
    }


def test_an_accepted_backup_is_sent_from(restored: CommandLine, smtp: ScriptedSmtp) -> None:
    accepted = restored("doctor", "--accept-epoch")
    restored.must("send", "--due", "--at", LATER)

    assert accepted.exit_code == 0
    assert restored("status", "--json").json["hold"] is None
    assert len(smtp.inbox) == 3


def test_a_sound_installation_is_in_order(newsroom: CommandLine) -> None:
    examined = newsroom.must("doctor")

    assert examined.split() == "settings in order database in order epoch in order journal in order".split()


def test_what_is_wrong_is_named(digest: CommandLine) -> None:
    unset = digest("doctor")
    misset = digest("doctor", DIGEST_BASE_URL="nonsense")

    assert (unset.exit_code, misset.exit_code) == (1, 1)
    assert "digest init" in unset.out
    assert "DIGEST_BASE_URL" in misset.out
