"""Every mail is three templates: its subject, its text and its HTML. None is left out, and nothing else lies there."""

from pathlib import Path

from tests.contracts.modules import ROOT

MAILS = ROOT / "templates/email"
PARTS = {"subject.txt", "body.txt", "body.html"}


def incomplete_mails(folder: Path) -> list[str]:
    """Return what is wrong with the mails below a folder; what begins with an underscore is shared between mails."""
    mails = [each for each in sorted(folder.iterdir()) if not each.name.startswith("_")]
    found = {mail: {part.name for part in mail.iterdir()} if mail.is_dir() else {"no folder"} for mail in mails}
    return [
        f"templates/email/{mail.name}: add {sorted(PARTS - names)}, move {sorted(names - PARTS)} to a folder beginning with an underscore"
        for mail, names in found.items()
        if names != PARTS
    ]


def test_every_mail_has_its_three_templates() -> None:
    assert incomplete_mails(MAILS) == []


def test_there_are_mails() -> None:
    assert any(not mail.name.startswith("_") for mail in MAILS.iterdir())


def test_a_mail_without_its_text_is_found(tmp_path: Path) -> None:
    mail = tmp_path / "edition"
    mail.mkdir()
    for part in ("subject.txt", "body.html", "card.html"):
        (mail / part).touch()

    (found,) = incomplete_mails(tmp_path)

    assert (
        found
        == "templates/email/edition: add ['body.txt'], move ['card.html'] to a folder beginning with an underscore"
    )


def test_what_mails_share_may_be_anything(tmp_path: Path) -> None:
    (tmp_path / "_base").mkdir()
    (tmp_path / "_base/card.html").touch()

    assert incomplete_mails(tmp_path) == []
