"""Notices as messages: to one reader, about their own subscription, and so without any field of a list.

RFC 3834: nobody is to answer by machine. Whether the result may leave is the gate's to say.
"""

from dataclasses import dataclass
from datetime import datetime

from digest.model.addresses import Address
from digest.model.messages import Envelope, Mailbox, Message, Sender
from digest.model.notices import NoticeKind
from digest.send import grammar, headers
from digest.send.dkim import Seal, Signer
from digest.send.gate import Personal, check_notice
from digest.send.parts import content_type, delimited, make_boundary, written
from digest.send.pieces import Form, Piece
from digest.send.quoted_printable import closed


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLetter:
    """A notice ready to be written: whole texts, the address alone of whom it goes to, and when, aware UTC."""

    kind: NoticeKind
    to: Address
    lang: str
    subject: str
    text: str
    html: str
    message_id: str
    date: datetime


def write_notice(letter: NoticeLetter, *, sender: Sender, signer: Signer | None) -> Message:
    """Return the message, signed where there is a signer. Raises UnsafeMessageError where it may not leave."""
    text, page = [closed(letter.text)], [closed(letter.html)]
    boundary = make_boundary(text, page)
    head = _head(letter, sender, boundary)
    body = delimited(text, page, boundary=boundary)
    envelope = Envelope(sender.return_path.spelling, letter.to.spelling)
    content = Form([*written(head), *body]).fill(())
    if signer is not None:
        content = Seal(signer, head, body).fields_for(_unpersonal(envelope, letter.date)) + content
    message = Message(envelope, content, is_transparent=True)
    check_notice(message)
    return message


def _head(letter: NoticeLetter, sender: Sender, boundary: bytes) -> dict[str, Piece]:
    """Return each field's body in the order that the gate demands."""
    bodies: dict[str, Piece] = {
        "From": headers.mailbox(sender.mailbox, "From"),
        "To": headers.mailbox(Mailbox(name="", address=letter.to), "To"),
        "Subject": headers.unstructured(letter.subject, "Subject"),
        "Date": headers.date(int(letter.date.timestamp())),
        "Message-ID": headers.message_id(letter.message_id, sender.message_id_domain),
        "MIME-Version": b"1.0",
        "Feedback-ID": headers.feedback_id(letter.kind.value, "notices", sender.sender_id),
        "Auto-Submitted": b"auto-generated",
        "X-Auto-Response-Suppress": b"All",
        "Content-Language": headers.raw(letter.lang),
        "Content-Type": content_type(boundary),
    }
    if sender.reply_to is not None:
        bodies["Reply-To"] = headers.mailbox(sender.reply_to, "Reply-To")
    return {name: bodies[name] for name in grammar.FIELDS if name in bodies}


def _unpersonal(envelope: Envelope, at: datetime) -> Personal:
    """Return a signature's time, and no value for any hole: a notice has none."""
    return Personal(envelope.mail_from, envelope.rcpt_to, int(at.timestamp()), fields=(), slots=())
