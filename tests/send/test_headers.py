"""Header fields: whatever stands in a name or a title, a mail program reads that, and nothing else."""

import email
import email.policy
from datetime import UTC, datetime, timedelta, timezone
from email.header import decode_header, make_header
from email.utils import getaddresses, parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import UnsafeMessageError
from digest.model.messages import Mailbox
from digest.send import headers
from tests.makers.mail import make_address
from tests.send.texts import BREAKS, LOOK_ALIKES, broken_lines, safe_lines


def read_text(body: bytes) -> str:
    """What a mail program shows of a Subject."""
    return str(email.message_from_bytes(b"Subject: " + body + b"\r\n\r\n", policy=email.policy.default)["Subject"])


def read_mailbox(body: bytes) -> tuple[str, str]:
    """The display name and address of a To, which must hold exactly one of each.

    By the older of the standard library's two parsers: the newer one puts spaces between neighbouring encoded words.
    """
    unfolded = str(email.message_from_bytes(b"To: " + body + b"\r\n\r\n")["To"])
    [(name, address)] = getaddresses([unfolded])
    return str(make_header(decode_header(name))), address


@given(safe_lines.filter(bool))
def test_any_title_reads_as_it_was_written(title: str) -> None:
    body = headers.unstructured(title, "Subject")

    assert read_text(body) == title


@given(safe_lines.filter(bool))
def test_any_name_reads_as_it_was_written_and_is_one_mailbox(name: str) -> None:
    body = headers.mailbox(Mailbox(name=name, address=make_address("reader@example.com")), "To")

    assert read_mailbox(body) == (name, "reader@example.com")


@given(safe_lines.filter(bool))
def test_every_line_is_short_and_every_encoded_word_stands_alone(text: str) -> None:
    subject = b"Subject: " + headers.unstructured(text, "Subject")
    to = b"To: " + headers.mailbox(Mailbox(name=text, address=make_address("reader@example.com")), "To")

    for line in (subject + b"\r\n" + to).split(b"\r\n"):
        assert len(line) <= 78
        assert all(len(word) <= 75 and word.startswith(b"=?") for word in line.split() if b"=?" in word)


@given(broken_lines)
def test_a_line_break_in_a_value_is_turned_down(text: str) -> None:
    with pytest.raises(UnsafeMessageError, match="Subject: holds a line break"):
        headers.unstructured(text, "Subject")
    with pytest.raises(UnsafeMessageError, match="To: holds a line break"):
        headers.mailbox(Mailbox(name=text, address=make_address("reader@example.com")), "To")


@pytest.mark.parametrize("broken", BREAKS)
def test_every_kind_of_line_break_is_turned_down(broken: str) -> None:
    with pytest.raises(UnsafeMessageError):
        headers.one_line(f"before{broken}after", "Subject")


@pytest.mark.parametrize("title", LOOK_ALIKES)
def test_what_looks_like_an_encoded_word_arrives_as_that_text(title: str) -> None:
    body = headers.unstructured(title, "Subject")

    assert read_text(body) == title
    assert b"Bcc" not in body.replace(b"\r\n ", b"")


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("", b"reader@example.com"),
        ("Ana Silva", b"Ana Silva <reader@example.com>"),
        ("Silva, Ana", b'"Silva, Ana" <reader@example.com>'),
        ("J. R. Smith", b'"J. R. Smith" <reader@example.com>'),
        ('Ana "the \\ editor"', b'"Ana \\"the \\\\ editor\\"" <reader@example.com>'),
        ("a@b.example", b'"a@b.example" <reader@example.com>'),
        ("Zoë", b"=?utf-8?q?Zo=C3=AB?= <reader@example.com>"),
        ("حرب", b"=?utf-8?b?2K3Ysdio?= <reader@example.com>"),
        ("x" * 55, b"x" * 55 + b"\r\n <reader@example.com>"),
    ],
)
def test_a_name_is_quoted_or_encoded_only_when_it_must_be(name: str, body: bytes) -> None:
    assert headers.mailbox(Mailbox(name=name, address=make_address("reader@example.com")), "To") == body


def test_plain_titles_are_folded_at_spaces() -> None:
    body = headers.unstructured("word " * 29 + "end", "Subject")

    assert body.split(b"\r\n ") == [b"word " * 13 + b"word", b"word " * 14 + b"word", b"end"]


def test_an_address_that_needs_smtputf8_has_no_header_form() -> None:
    with pytest.raises(UnsafeMessageError, match="SMTPUTF8"):
        headers.mailbox(Mailbox(name="", address=make_address("dörte@example.com")), "To")


def test_a_long_unsubscribe_link_is_left_whole() -> None:
    url = "https://daily.example/leave/" + "x" * 300

    body = headers.list_unsubscribe(url, "leave+1.tag@daily.example")

    assert body == f"<{url}>,\r\n <mailto:leave+1.tag@daily.example>".encode()


def test_an_unsubscribe_address_is_written_as_a_uri() -> None:
    assert headers.list_unsubscribe("https://d.example/", "a?b&c#d@d.example").endswith(
        b"<mailto:a%3Fb%26c%23d@d.example>"
    )


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("Syria's War", b"Syria's War <syria.lists.example>"),
        ("War, Peace", b'"War, Peace" <syria.lists.example>'),
        ("حرب سوريا", b"<syria.lists.example>"),
        ("=?utf-8?q?x?=", b"<syria.lists.example>"),
        ("", b"<syria.lists.example>"),
        ("x" * 60, b"x" * 60 + b"\r\n <syria.lists.example>"),
        ("x" * 61, b"<syria.lists.example>"),
    ],
)
def test_a_list_id_has_no_encoded_word(name: str, body: bytes) -> None:
    assert headers.list_id(name, "syria", "lists.example") == body


def test_a_feedback_id_has_four_fields_whatever_the_names() -> None:
    assert headers.feedback_id("syria: 22 nov", "syria", "daily1") == b"syria-22-nov:syria:digest:daily1"


def test_a_message_id_stands_on_our_domain() -> None:
    assert headers.message_id("1.2@mail.example", "mail.example") == b"<1.2@mail.example>"

    with pytest.raises(UnsafeMessageError, match=r"not on mail\.example"):
        headers.message_id("1.2@elsewhere.example", "mail.example")


@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(9998, 1, 1)), st.integers(-14, 14))  # noqa: DTZ001
def test_a_date_is_the_same_moment_in_utc(moment: datetime, hours: int) -> None:
    at = moment.replace(microsecond=0, tzinfo=timezone(timedelta(hours=hours)))

    body = headers.date(int(at.timestamp())).decode()

    assert parsedate_to_datetime(body) == at
    assert parsedate_to_datetime(body).tzinfo in (UTC, None) or body.endswith("+0000")
