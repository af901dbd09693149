"""The whole main job through the real command: from tagged stories to what each reader finds in the mailbox."""

import email
import email.policy
import json
from pathlib import Path

import pytest

from tests.journeys.conftest import DigestCommand
from tests.journeys.newsroom import TOPIC_TITLES, publish
from tests.journeys.reading import read_mail
from tests.servers.http import http_server
from tests.servers.received import Received
from tests.servers.smtp import ScriptedSmtp

SAMPLES = sorted((Path(__file__).parents[2].parent / "shared" / "samples").glob("*.txt"))
GATHERED_AT, SENT_AT, LATER = "2026-11-22T12:00Z", "2026-11-22T13:00Z", "2026-11-22T13:30Z"
READERS = {"nadia@example.com": "Nadia Rahim", "jurgen@example.org": "Jürgen, Öffentlichkeit"}


def counts(gathered: list[dict[str, object]]) -> dict[str, int]:
    return {name: sum(int(str(one[name])) for one in gathered) for name in ("new", "updated", "unchanged")}


def subscribe(digest: DigestCommand) -> None:
    for address, name in READERS.items():
        digest.run("subscriber", "add", address, "--name", name, "--topic", "ferries", "--confirmed")


def preview(digest: DigestCommand) -> str:
    files = ("--html", "edition.html", "--text", "edition.txt", "--eml", "edition.eml")
    return digest.run("preview", "ferries", "--as", "nadia@example.com", "--at", SENT_AT, *files, "--explain")


def assert_previewed(folder: Path, received: Received) -> None:
    """The files that a preview wrote are the mail that was sent, but for what belongs to the mailing."""
    eml = email.message_from_bytes((folder / "edition.eml").read_bytes(), policy=email.policy.default)
    mail = read_mail(received)
    assert (eml["Subject"], eml["To"], eml["Date"]) == (mail.subject, mail.to, mail.headers["Date"])
    assert eml["List-Unsubscribe"] == mail.headers["List-Unsubscribe"]
    for name, kind in (("edition.html", "html"), ("edition.txt", "plain")):
        shown, sent = eml.get_body((kind,)), mail.headers.get_body((kind,))
        assert shown is not None
        assert sent is not None
        assert shown.get_content() == sent.get_content()
        assert (folder / name).read_text(encoding="utf-8").splitlines() == sent.get_content().splitlines()


def assert_read_by_everybody(inbox: list[Received]) -> None:
    """Each reader has one mail that tells each story in both parts, is addressed to them, and lets just them leave."""
    assert sorted(one.rcpt_to for one in inbox) == sorted(READERS)
    mails = {one.rcpt_to: read_mail(one) for one in inbox}
    for address, mail in mails.items():
        assert mail.headers["To"].addresses[0].display_name == READERS[address]
        for part in (mail.text, mail.html):
            assert READERS[address] in part
            assert all(title in part for title in TOPIC_TITLES)
            assert "parking" not in part
            assert "alert(1)" not in part
            assert "1 Example Street, Exampleton" in part
        assert "https://pictures.example.com/loft.jpg" in mail.links
        assert "https://news.example.com/night-train" in mail.links
        assert mail.leave_url.startswith("https://news.example.com/")
    for personal in ("Message-ID", "List-Unsubscribe"):
        assert len({mail.headers[personal] for mail in mails.values()}) == len(mails)


def test_stories_become_a_mail_for_each_reader_and_a_second_run_changes_nothing(
    digest: DigestCommand, smtp: ScriptedSmtp, tmp_path: Path
) -> None:
    with http_server() as web:
        names = publish(tmp_path, web)
        digest.run("init")
        first = digest.ask("gather", *names, "--at", GATHERED_AT)
        digest.run("topic", "add", "ferries", "--name", "Ferries & Ports", "--tag", "ferries", "--tag", "sailor's rest")
        subscribe(digest)
        explained = preview(digest)
        sent = digest.run("send", "ferries", "--at", SENT_AT)

        digest.run("init")
        second = digest.ask("gather", *names, "--at", LATER)
        subscribe(digest)
        again = digest.run("send", "ferries", "--at", SENT_AT)
        later = digest.run("send", "ferries", "--at", LATER)
        (totals,) = digest.ask("verify")
        standing = digest.ask("status")

    assert counts(first) == {"new": 4, "updated": 0, "unchanged": 0}
    assert counts(second) == {"new": 0, "updated": 0, "unchanged": 4}
    assert explained.count("ranked") == 3
    assert sent == "Ferries & Ports: 2 planned: 2 sent\n"
    assert again == "Ferries & Ports: sent before, nothing left to do; 2 planned: 2 sent\n"
    assert later.startswith("Nothing to send: ")
    assert_read_by_everybody(smtp.inbox)
    assert_previewed(tmp_path, next(one for one in smtp.inbox if one.rcpt_to == "nadia@example.com"))
    assert (totals["planned"], totals["sent"], totals["balanced"]) == (2, 2, True)
    assert (standing["stories"], standing["topics"]) == (4, {"ferries": {"readers": 2}})


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_sample_article_comes_out_each_part_in_its_place(
    digest: DigestCommand, smtp: ScriptedSmtp, sample: Path
) -> None:
    digest.run("init")
    digest.run("gather", str(sample), "--at", GATHERED_AT)
    digest.run("topic", "add", "syrias-war", "--name", "Syria's War", "--tag", "Syria's War")
    digest.run("subscriber", "add", "reader@example.com", "--topic", "syrias-war", "--confirmed")
    digest.run("send", "syrias-war", "--at", SENT_AT)
    story = digest.ask("story", "show", "1")

    mail = read_mail(smtp.inbox[0])
    assert story["title"] == "ISIL captures town in western Syria"
    assert story["dek"].startswith("The attack may be ISIL's response")
    assert story["credit"] == "Muhammed Khair / Anadolu Agency / Getty Images"
    assert story["tags"] == ["ISIL", "Syria's War"]
    assert len(story["body_text"].split("\n\n")) == 15
    assert "newsletter" not in json.dumps(story)
    for part in (mail.text, mail.html):
        assert story["title"] in part
        assert story["dek"] in part
