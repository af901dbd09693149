"""Notices as messages: what a mail about a subscription must have, what it must not, and that it verifies."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import dkim
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.errors import UnsafeMessageError
from digest.model.messages import Mailbox, Message
from digest.model.notices import NoticeKind
from digest.send.dkim import Signer, read_ed25519_key, read_rsa_key
from digest.send.gate import check_message, check_notice
from digest.send.grammar import BULK_FIELDS
from digest.send.mime import build_skeleton
from digest.send.notices import NoticeLetter, write_notice
from tests.makers.keys import make_ed25519_key, make_rsa_key, pem_of, record_of
from tests.makers.mail import make_address, make_compiled, make_recipient, make_sender
from tests.send.texts import safe_lines

SIGNER = Signer(
    domain="daily.example",
    keys=(read_rsa_key(pem_of(make_rsa_key()), "r2026"), read_ed25519_key(pem_of(make_ed25519_key()), "e2026")),
)
RECORDS = {
    b"r2026._domainkey.daily.example.": record_of(make_rsa_key()),
    b"e2026._domainkey.daily.example.": record_of(make_ed25519_key()),
}


def make_letter(
    *,
    subject: str = "Please confirm",
    text: str = "Please confirm:\nhttps://daily.example/confirm/1\n",
    html: str = '<p><a href="https://daily.example/confirm/1">Confirm</a></p>',
    to: str = "reader@example.com",
) -> NoticeLetter:
    return NoticeLetter(
        kind=NoticeKind.CONFIRM,
        to=make_address(to),
        lang="en",
        subject=subject,
        text=text,
        html=html,
        message_id="7a@mail.daily.example",
        date=datetime(2026, 11, 22, 13, tzinfo=UTC),
    )


def write(letter: NoticeLetter, *, signer: Signer | None = None) -> Message:
    return write_notice(letter, sender=make_sender(), signer=signer)


def read(message: Message) -> EmailMessage:
    parsed = message_from_bytes(message.content, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def test_a_notice_has_what_a_mail_needs_and_nothing_of_a_list() -> None:
    message = read(write(make_letter()))

    assert not BULK_FIELDS & set(message.keys())
    assert {name: str(message[name]) for name in ("To", "Subject", "Message-ID", "Auto-Submitted", "Feedback-ID")} == {
        "To": "reader@example.com",
        "Subject": "Please confirm",
        "Message-ID": "<7a@mail.daily.example>",
        "Auto-Submitted": "auto-generated",
        "Feedback-ID": "confirm:notices:digest:daily1",
    }
    assert str(message["X-Auto-Response-Suppress"]) == "All"
    assert str(message["Date"]) == "Sun, 22 Nov 2026 13:00:00 +0000"
    assert str(message["Content-Language"]) == "en"


def test_both_parts_come_out_as_they_went_in() -> None:
    text, html = "مرحبًا\n.dot\n\ttab\n", "<p>مرحبًا = &amp;</p>\n<p>.</p>"

    message = read(write(make_letter(text=text, html=html)))

    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert [part.get_content().splitlines() for part in message.iter_parts()] == [text.splitlines(), html.splitlines()]


def test_an_answer_goes_where_the_newsroom_wants_it() -> None:
    sender = make_sender(reply_to=Mailbox(name="Readers", address=make_address("readers@daily.example")))

    message = read(write_notice(make_letter(), sender=sender, signer=None))

    assert str(message["Reply-To"]) == "Readers <readers@daily.example>"


@settings(max_examples=50)
@given(safe_lines, st.text(max_size=200))
def test_both_signatures_of_any_notice_verify(subject: str, text: str) -> None:
    letter = make_letter(subject=f"x{subject}"[:150], text=f"x{text}", html=f"<p>x{text}</p>")

    content = write(letter, signer=SIGNER).content

    verifier = dkim.DKIM(content)
    verdicts = [verifier.verify(idx=place, dnsfunc=lambda name, timeout=5: RECORDS[name]) for place in range(2)]
    assert verdicts == [True, True]


def test_a_notice_with_an_address_that_smtp_cannot_carry_stays_in() -> None:
    with pytest.raises(UnsafeMessageError, match="SMTPUTF8"):
        write(make_letter(to="d\u00f6rte@example.com"))


def test_a_notice_whose_subject_brings_a_line_stays_in() -> None:
    with pytest.raises(UnsafeMessageError, match="Subject"):
        write(make_letter(subject="Hello\r\nBcc: all@example.com"))


def test_a_mail_of_an_edition_is_no_notice_and_a_notice_is_none_of_an_edition() -> None:
    notice = write(make_letter())
    edition = build_skeleton(make_compiled(), sender=make_sender()).message_for(make_recipient())

    with pytest.raises(UnsafeMessageError, match="fields are not those of a digest"):
        check_notice(edition)
    with pytest.raises(UnsafeMessageError, match="fields are not those of a digest"):
        check_message(notice)
