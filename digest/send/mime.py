"""Messages: editions encoded once, then joined with each reader's values (RFC 2045, RFC 2046).

A skeleton is the message of one or several editions as ready bytes with holes. Each piece of a part is quoted-printable
and closed by a soft line break, so that any piece may stand after any other, and a message is one join. How a field
body is written lives in headers.py; what may leave, in gate.py.
"""

import binascii
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from operator import attrgetter, itemgetter

from digest.errors import PreflightError, UnsafeMessageError
from digest.model.addresses import Address
from digest.model.messages import (
    CompiledEdition,
    Envelope,
    Mailbox,
    Message,
    ReaderValues,
    Recipient,
    Sender,
    Slot,
)
from digest.send import headers
from digest.send.gate import HTML_HEAD, PERSONAL_FIELDS, PLAIN_TEXT_HEAD, Personal, check_message, check_personal

Piece = bytes | int
"""Bytes that are the same in every message, or a hole: the place in `Personal` of the value that stands there."""

_SLOTS = tuple(Slot)
_SLOT_VALUES: Callable[[ReaderValues], tuple[str, ...]] = attrgetter(*_SLOTS)
_TEXT_HOLES = {slot: hole for hole, slot in enumerate(_SLOTS, start=len(PERSONAL_FIELDS))}
_HTML_HOLES = {slot: hole + len(_SLOTS) for slot, hole in _TEXT_HOLES.items()}
_MARKUP = re.compile('[&<>"]')
_PROBE = Address(spelling="probe@example.com", key="probe@example.com")


class MessageSkeleton:
    """The messages of one mailing's readers who get the same editions; `message_for` makes one."""

    def __init__(self, pieces: Sequence[Piece], sender: Sender) -> None:
        self._sender = sender
        self._literals = tuple(piece for piece in pieces if isinstance(piece, bytes))
        holes = len(PERSONAL_FIELDS) + 2 * len(_SLOTS)
        literal_places = iter(range(holes, holes + len(self._literals)))
        self._in_order = itemgetter(*(next(literal_places) if isinstance(p, bytes) else p for p in pieces))

    def message_for(self, recipient: Recipient) -> Message:
        """Return this reader's message, checked; raise UnsafeMessageError if one of their values may not leave."""
        personal = personal_values(recipient, self._sender)
        check_personal(personal)
        return self.join(personal)

    def join(self, personal: Personal) -> Message:
        """Return the message with these values in the holes, unchecked."""
        content = b"".join(self._in_order(personal.fields + personal.slots + self._literals))
        envelope = Envelope(mail_from=self._sender.return_path.spelling, rcpt_to=personal.rcpt_to)
        return Message(envelope=envelope, content=content)


def build_skeleton(compiled: CompiledEdition, *more: CompiledEdition, sender: Sender) -> MessageSkeleton:
    """Return the skeleton of a mail that carries these editions; subject, opening and closing are the first one's.

    A message with harmless values has then passed the whole gate, so that afterwards only a reader's own values need
    to. Raises PreflightError if it did not: then no reader's message could leave.
    """
    try:
        skeleton = _unchecked_skeleton((compiled, *more), sender)
        check_message(skeleton.join(personal_values(_probe(sender), sender)))
    except UnsafeMessageError as error:
        raise PreflightError(compiled.edition_name, [str(error)]) from error
    return skeleton


def _unchecked_skeleton(editions: Sequence[CompiledEdition], sender: Sender) -> MessageSkeleton:
    parts = (editions[0].opening, *(edition.stories for edition in editions), editions[0].closing)
    text = list(_encoded(chain.from_iterable(part.text for part in parts), _TEXT_HOLES))
    page = list(_encoded(chain.from_iterable(part.html for part in parts), _HTML_HOLES))
    boundary = _boundary(text, page)
    delimiter = b"\r\n--" + boundary
    body = [delimiter + b"\r\n" + PLAIN_TEXT_HEAD, *text, delimiter + b"\r\n" + HTML_HEAD, *page, delimiter + b"--\r\n"]
    return MessageSkeleton(_merged([*_head(editions, sender, boundary), *body]), sender)


def personal_values(recipient: Recipient, sender: Sender) -> Personal:
    """Return what differs in this reader's message; raise UnsafeMessageError where a value has no safe form."""
    values = _SLOT_VALUES(recipient.values)
    together = headers.one_line("".join(values), "a reader's value")
    text = tuple(map(_open_ended, values))
    page = tuple(map(_open_ended, map(Slot.html, _SLOTS, values))) if _MARKUP.search(together) else text
    return Personal(
        rcpt_to=recipient.mailbox.address.spelling,
        fields=(
            headers.mailbox(recipient.mailbox, "To"),
            headers.date(recipient.date),
            headers.message_id(recipient.message_id, sender.message_id_domain),
            headers.list_unsubscribe(recipient.values.unsubscribe_url, recipient.unsubscribe_mailto),
        ),
        slots=text + page,
    )


def _head(editions: Sequence[CompiledEdition], sender: Sender, boundary: bytes) -> Iterator[Piece]:
    """Yield the fields in the order that the gate demands."""
    first = editions[0]
    languages = ", ".join(dict.fromkeys(edition.lang for edition in editions))
    yield b"From: " + headers.mailbox(sender.mailbox, "From") + b"\r\nTo: "
    yield PERSONAL_FIELDS.index("To")
    if sender.reply_to is not None:
        yield b"\r\nReply-To: " + headers.mailbox(sender.reply_to, "Reply-To")
    yield b"\r\nSubject: " + headers.unstructured(first.subject, "Subject") + b"\r\nDate: "
    yield PERSONAL_FIELDS.index("Date")
    yield b"\r\nMessage-ID: "
    yield PERSONAL_FIELDS.index("Message-ID")
    yield b"\r\nMIME-Version: 1.0\r\nList-Id: "
    yield headers.list_id(first.topic_name, first.topic_slug, sender.list_domain) + b"\r\nList-Unsubscribe: "
    yield PERSONAL_FIELDS.index("List-Unsubscribe")
    yield b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click"
    yield b"\r\nList-Archive: <" + headers.raw(first.archive_url) + b">\r\nList-Post: NO"
    yield b"\r\nFeedback-ID: " + headers.feedback_id(first.edition_key, first.topic_slug, sender.sender_id)
    yield b"\r\nPrecedence: bulk\r\nAuto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All"
    yield b"\r\nContent-Language: " + headers.raw(languages)
    yield b'\r\nContent-Type: multipart/alternative;\r\n boundary="' + boundary + b'"\r\n'


def _encoded(pieces: Iterable[str | Slot], holes: Mapping[Slot, int]) -> Iterator[Piece]:
    """Yield a part's pieces as quoted-printable and its slots as holes; all but the last piece are open-ended."""
    literal = ""
    for piece in pieces:
        if not isinstance(piece, Slot):
            literal += piece
            continue
        if literal:
            *lines, last = _lines(literal)
            yield b"".join(_quoted(line) + b"\r\n" for line in lines) + _open_ended(last)
        yield holes[piece]
        literal = ""
    yield b"\r\n".join(_quoted(line) for line in _lines(literal or "\n"))


def _lines(text: str) -> list[str]:
    """Return a text's lines; half a character in it, which UTF-8 does not have, becomes a question mark."""
    text = text.encode("utf-8", "replace").decode()
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _open_ended(line: str) -> bytes:
    """Return one line as quoted-printable and a soft line break, so that whatever follows begins at column 0.

    The equals sign that is added and cut off again makes the encoder leave room for the soft line break.
    """
    return _quoted(line + "=")[: -len("=3D")] + b"=\r\n"


def _quoted(line: str) -> bytes:
    """Return one line as quoted-printable. (Given several, binascii lets one that ends with a space grow too long.)"""
    return binascii.b2a_qp(line.encode()).replace(b"\n", b"\r\n")


def _boundary(*parts: Sequence[Piece]) -> bytes:
    """Return a boundary that no part can hold: quoted-printable never has `=_` (RFC 2045 6.7)."""
    literals = (piece for part in parts for piece in part if isinstance(piece, bytes))
    return b"=_" + hashlib.sha256(b"".join(literals)).hexdigest()[:32].encode()


def _merged(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces with neighbouring bytes made one."""
    merged: list[Piece] = []
    for piece in pieces:
        if merged and isinstance(piece, bytes) and isinstance(merged[-1], bytes):
            merged[-1] += piece
        else:
            merged.append(piece)
    return merged


def _probe(sender: Sender) -> Recipient:
    """Return a reader without a fault, so that a refusal is the edition's or the sender's."""
    return Recipient(
        mailbox=Mailbox(name="", address=_PROBE),
        values=ReaderValues(
            salutation="Hello,",
            address=_PROBE.spelling,
            unsubscribe_url="https://example.com/leave",
            preferences_url="https://example.com/topics",
        ),
        message_id=f"probe@{sender.message_id_domain}",
        unsubscribe_mailto="leave@example.com",
        date=datetime(2000, 1, 1, tzinfo=UTC),
    )
