"""`digest demo` in an empty folder: what it shows is what it did, the second time too."""

import email
import email.policy
import re
from collections import Counter
from pathlib import Path

import httpx2
from lxml import html

from tests.journeys.conftest import DigestCommand

READERS = 25
ROW = re.compile(r"(?P<topic>.+?) {2,}(?P<stories>\d+) +(?P<mails>\d+) +(?P<subject>.+?) *")


def shown_editions(out: str) -> dict[str, int]:
    """Return how many mails were sent, by subject, as the demo's table has it."""
    rows = filter(None, map(ROW.fullmatch, out.splitlines()))
    return {row["subject"]: int(row["mails"]) for row in rows}


def pictures_of(page: Path) -> list[Path]:
    """Return what a page's pictures are, as paths beside it."""
    pictures = html.document_fromstring(page.read_bytes()).iterfind(".//img")
    return [page.parent / str(picture.attrib["src"]) for picture in pictures]


def test_the_demo_ends_with_mails_to_read_and_pages_to_open(tmp_path: Path) -> None:
    digest = DigestCommand(tmp_path, {})
    for _ in range(2):
        out = digest.run("demo")

        home = tmp_path / "var" / "demo"
        mails = [
            email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            for path in (home / "mailbox" / "new").iterdir()
        ]
        editions = shown_editions(out)
        assert len(editions) == 6
        assert Counter(str(mail["Subject"]) for mail in mails) == editions
        assert len({str(mail["To"].addresses[0].addr_spec) for mail in mails}) == READERS
        assert len({mail["Message-ID"] for mail in mails}) == len(mails)
        pages = list((home / "previews").glob("*.html"))
        pictures = [picture for page in pages for picture in pictures_of(page)]
        assert len(pages) == 6
        assert len(pictures) > len(pages)
        assert [picture for picture in pictures if not picture.is_file()] == []
        assert f"file://{home}/previews/" in out
        assert {path.name for path in tmp_path.iterdir()} == {"var"}


def test_the_readers_pages_of_the_demo_are_served_as_it_says(tmp_path: Path) -> None:
    home = "var/demo"
    told = DigestCommand(tmp_path, {}).run("demo")

    with DigestCommand(tmp_path, {"DIGEST_HOME": home}).start("web", "--port", "0") as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().split()[-1]
            page = httpx2.get(f"{url}/subscribe", trust_env=False)
        finally:
            process.terminate()

    assert f"DIGEST_HOME={home} " in told
    assert f"{home}/mailbox/new" in told.partition("/subscribe")[2]
    assert page.text.count('name="topic"') == 6
