"""Every mail is three templates: its subject, its text and its HTML. None is left out, and nothing else lies there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.modules import ROOT

MAILS = ROOT / "templates/email"
PARTS = {"subject.txt", "body.txt", "body.html"}


def incomplete_mails(folder: Path) -> Iterator[str]:
    """Find the mails below a folder that are not just their three parts; `_...` is what mails share."""
    for mail in sorted(folder.iterdir()):
        names = {part.name for part in mail.iterdir()} if mail.is_dir() else set()
        if names != PARTS and not mail.name.startswith("_"):
            fault = f"holds {sorted(names)}, must hold {sorted(PARTS)}; its pieces belong in a folder `_...`"
            yield f"templates/email/{mail.name}: {fault}"


def test_every_mail_has_its_three_templates() -> None:
    if found := list(incomplete_mails(MAILS)):
        pytest.fail("\n".join(found), pytrace=False)


def test_there_are_mails() -> None:
    assert any(not mail.name.startswith("_") for mail in MAILS.iterdir())


def test_a_mail_without_its_text_is_found(tmp_path: Path) -> None:
    mail = tmp_path / "edition"
    mail.mkdir()
    for part in ("subject.txt", "body.html", "card.html"):
        (mail / part).touch()

    (found,) = incomplete_mails(tmp_path)

    assert found.startswith("templates/email/edition: holds ['body.html', 'card.html', 'subject.txt'], must hold")


def test_what_mails_share_may_be_anything(tmp_path: Path) -> None:
    (tmp_path / "_base").mkdir()
    (tmp_path / "_base/card.html").touch()

    assert list(incomplete_mails(tmp_path)) == []
