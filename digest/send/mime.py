"""Messages: editions encoded once, then joined with each reader's values (RFC 2045, RFC 2046).

A skeleton is the message of one or several editions as ready bytes with holes. Each piece of a part is quoted-printable
and closed by a soft line break, so that any piece may stand after any other, and a message is one join. How a field
body is written lives in headers.py, signatures in dkim.py; what may leave, in gate.py.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain

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
from digest.send import grammar, headers
from digest.send.dkim import Seal, Signer
from digest.send.gate import Personal, check_message, check_personal
from digest.send.parts import content_type, delimited, make_boundary, written
from digest.send.pieces import Form, Piece
from digest.send.quoted_printable import closed, open_ended

_SLOTS = tuple(Slot)
_TEXT_HOLES = {slot: hole for hole, slot in enumerate(_SLOTS, start=len(grammar.PERSONAL_FIELDS))}
_HTML_HOLES = {slot: hole + len(_SLOTS) for slot, hole in _TEXT_HOLES.items()}
_PROBE = Address(spelling="probe@example.com", key="probe@example.com")


class MessageSkeleton:
    """The messages of one mailing's readers who get the same editions; `message_for` makes one."""

    def __init__(
        self, head: Mapping[str, Piece], body: Sequence[Piece], *, sender: Sender, signer: Signer | None
    ) -> None:
        self._sender = sender
        self._form = Form([*written(head), *body])
        self._seal = Seal(signer, head, body) if signer else None

    def message_for(self, recipient: Recipient) -> Message:
        """Return this reader's message, checked; raise UnsafeMessageError if one of their values may not leave."""
        personal = personal_values(recipient, self._sender)
        check_personal(personal)
        return self.join(personal)

    def join(self, personal: Personal) -> Message:
        """Return the message with these values in the holes, signed where there is a signer, and unchecked."""
        content = self._form.fill(personal.fields + personal.slots)
        if self._seal is not None:
            content = self._seal.fields_for(personal) + content
        return Message(Envelope(personal.mail_from, personal.rcpt_to), content, is_transparent=True)


def build_skeleton(
    compiled: CompiledEdition, *more: CompiledEdition, sender: Sender, signer: Signer | None = None
) -> MessageSkeleton:
    """Return the skeleton of a mail that carries these editions; subject, opening and closing are the first one's.

    A message with harmless values has then passed the whole gate, so that afterwards only a reader's own values need
    to. Raises PreflightError if it did not: then no reader's message could leave.
    """
    try:
        skeleton = _unchecked_skeleton((compiled, *more), sender, signer)
        check_message(skeleton.join(personal_values(_probe(sender), sender)))
    except UnsafeMessageError as error:
        raise PreflightError(compiled.edition_name, [str(error)]) from error
    return skeleton


def _unchecked_skeleton(editions: Sequence[CompiledEdition], sender: Sender, signer: Signer | None) -> MessageSkeleton:
    parts = (editions[0].opening, *(edition.stories for edition in editions), editions[0].closing)
    text = list(_encoded(chain.from_iterable(part.text for part in parts), _TEXT_HOLES))
    page = list(_encoded(chain.from_iterable(part.html for part in parts), _HTML_HOLES))
    boundary = make_boundary(text, page)
    body = delimited(text, page, boundary=boundary)
    return MessageSkeleton(_head(editions, sender, boundary), body, sender=sender, signer=signer)


def personal_values(recipient: Recipient, sender: Sender) -> Personal:
    """Return what differs in this reader's message; raise UnsafeMessageError where a value has no safe form."""
    mailbox, values, message_id, unsubscribe_mailto, date, return_path = recipient
    sent_at_s = int(date.timestamp())
    return Personal(
        mail_from=return_path or sender.return_path.spelling,
        rcpt_to=mailbox.address.spelling,
        sent_at_s=sent_at_s,
        fields=(
            headers.mailbox(mailbox, "To"),
            headers.date(sent_at_s),
            headers.message_id(message_id, sender.message_id_domain),
            headers.list_unsubscribe(values.unsubscribe_url, unsubscribe_mailto),
        ),
        slots=_slot_pieces(values),
    )


def _slot_pieces(values: ReaderValues) -> tuple[bytes, ...]:
    """Return a reader's values as they stand in the text part, and then as they stand in HTML."""
    together = headers.one_line("".join(values), "a reader's value")
    text = tuple(map(open_ended, values))
    if "&" in together or "<" in together or ">" in together or '"' in together:
        return text + tuple(map(open_ended, map(Slot.html, _SLOTS, values)))
    return text + text


def _head(editions: Sequence[CompiledEdition], sender: Sender, boundary: bytes) -> dict[str, Piece]:
    """Return each field's body, or its hole, in the order that the gate demands."""
    first = editions[0]
    desk = (sender.reply_to or sender.mailbox).address
    languages = ", ".join(dict.fromkeys(edition.lang for edition in editions))
    bodies: dict[str, Piece] = {
        "From": headers.mailbox(sender.mailbox, "From"),
        "Subject": headers.unstructured(first.subject, "Subject"),
        "MIME-Version": b"1.0",
        "List-Id": headers.list_id(first.topic_name, first.topic_slug, sender.list_domain),
        "List-Unsubscribe-Post": b"List-Unsubscribe=One-Click",
        "List-Help": headers.list_help(desk.spelling),
        "List-Archive": b"<" + headers.raw(first.archive_url) + b">",
        "List-Owner": headers.list_owner(desk.spelling),
        "List-Post": b"NO",
        "Feedback-ID": headers.feedback_id(first.edition_key, first.topic_slug, sender.sender_id),
        "Precedence": b"bulk",
        "Auto-Submitted": b"auto-generated",
        "X-Auto-Response-Suppress": b"All",
        "Content-Language": headers.raw(languages),
        "Content-Type": content_type(boundary),
    }
    bodies |= {name: hole for hole, name in enumerate(grammar.PERSONAL_FIELDS)}
    if sender.reply_to is not None:
        bodies["Reply-To"] = headers.mailbox(sender.reply_to, "Reply-To")
    return {name: bodies[name] for name in grammar.FIELDS if name in bodies}


def _encoded(pieces: Iterable[str | Slot], holes: Mapping[Slot, int]) -> Iterator[Piece]:
    """Yield a part's pieces as quoted-printable and its slots as holes; all but the last piece are open-ended."""
    literal = ""
    for piece in pieces:
        if not isinstance(piece, Slot):
            literal += piece
            continue
        if literal:
            yield open_ended(literal)
        yield holes[piece]
        literal = ""
    yield closed(literal or "\n")


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
