"""Reads a received mail as a careful reader's program would, with the standard library alone."""

import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from urllib.parse import urlsplit

from tests.servers.received import Received

ONCE = (
    "Date",
    "From",
    "To",
    "Subject",
    "Message-ID",
    "MIME-Version",
    "Content-Type",
    "Content-Language",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "List-Help",
    "List-Archive",
    "List-Owner",
    "Feedback-ID",
    "Precedence",
    "Auto-Submitted",
)
LEAVING = re.compile(r"<(https?://[^\s<>]+)>, <(mailto:[^\s<>]+)>")


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.words: list[str] = []
        self.lang: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "html":
            self.lang = named.get("lang")
        if tag == "img":
            assert "alt" in named, "a picture without a text in its place"
        self.links += [value for name, value in attrs if name in {"href", "src"} and value]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMail:
    """What a reader sees of a mail: its subject, both parts' words, its links, and where it lets them leave."""

    subject: str
    to: str
    text: str
    html: str
    links: tuple[str, ...]
    leave_url: str
    headers: EmailMessage


def read_mail(received: Received) -> ReadMail:
    """Read a mail, holding it to what every one of ours must be."""
    message = received.message
    assert not message.defects
    for name in ONCE:
        assert len(message.get_all(name, [])) == 1, name
    _check_list_headers(message)
    text, page = _check_parts(message)
    leaving = LEAVING.fullmatch(message["List-Unsubscribe"])
    assert leaving is not None, message["List-Unsubscribe"]
    for part in (text, " ".join(page.links)):
        assert leaving[1] in part, "the visible link to leave is not the one that a mail program presses"
    return ReadMail(
        subject=message["Subject"],
        to=message["To"],
        text=" ".join(text.split()),
        html=" ".join("".join(page.words).split()),
        links=tuple(page.links),
        leave_url=leaving[1],
        headers=message,
    )


def _check_list_headers(message: EmailMessage) -> None:
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"  # RFC 8058 3.1
    assert re.fullmatch(r".+ <[a-z0-9-]+\.lists\.example\.com>", message["List-Id"])  # RFC 2919
    assert re.fullmatch(r"<[!-;=?-~]{1,240}@example\.com>", message["Message-ID"])
    assert message["Auto-Submitted"] == "auto-generated"  # RFC 3834
    assert message["Precedence"] == "bulk"
    assert len(str(message["Feedback-ID"]).split(":")) == 4
    assert parsedate_to_datetime(message["Date"]).tzinfo is not None


def _check_parts(message: EmailMessage) -> tuple[str, _Page]:
    assert message.get_content_type() == "multipart/alternative"
    plain, rich = message.iter_parts()
    assert (plain.get_content_type(), rich.get_content_type()) == ("text/plain", "text/html")
    text, page = plain.get_content(), _Page()
    page.feed(rich.get_content())
    assert page.lang == message["Content-Language"]
    for link in page.links:
        assert urlsplit(link).scheme in {"http", "https"}, link
        assert urlsplit(link).hostname, link
    assert "<" not in re.sub(r"<https?://[^>]*>", "", text), "the text part has HTML in it"
    return text, page
