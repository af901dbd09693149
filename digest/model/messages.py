"""Messages: what is compiled once an edition, what is personal, and what goes to the relay."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from html import escape
from typing import NamedTuple

from digest.model.addresses import Address
from digest.model.ids import DeliveryId
from digest.model.stories import Direction


class Slot(StrEnum):
    """A place in a compiled edition where a reader's own value goes."""

    SALUTATION = "salutation"
    ADDRESS = "address"
    UNSUBSCRIBE_URL = "unsubscribe_url"
    PREFERENCES_URL = "preferences_url"

    def html(self, value: str) -> str:
        """Return a reader's value as HTML for this slot, letter for letter as an HTML serialiser writes it there.

        A URL stands in an attribute, where a quote would end it; the others stand between tags.
        """
        text = escape(value, quote=False)
        return text.replace('"', "%22") if self in {Slot.UNSUBSCRIBE_URL, Slot.PREFERENCES_URL} else text


CompiledText = tuple[str | Slot, ...]
"""A text in pieces: literals, and slots between them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """The newsroom as its mails show it. `base_url` is absolute, without a slash at its end."""

    name: str
    base_url: str
    postal_address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledPart:
    """The same passage for both parts of a mail. Slots in `html` take HTML-escaped values."""

    text: CompiledText
    html: CompiledText


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledEdition:
    """An edition rendered and inlined once, ready to be joined with each reader's values.

    A mail's parts are opening + stories + closing; a mail that carries several editions takes one opening, the
    stories of each, and one closing. `subject` is plain text without line breaks. `notes` say what was cut to fit.
    `edition_name` is what a person calls it; `edition_key` tells it from the topic's others, in ASCII.
    """

    topic_slug: str
    topic_name: str
    edition_name: str
    edition_key: str
    lang: str
    direction: Direction
    subject: str
    opening: CompiledPart
    stories: CompiledPart
    closing: CompiledPart
    archive_url: str
    story_count: int
    notes: tuple[str, ...] = ()


class ReaderValues(NamedTuple):
    """One reader's values for the slots, in the order of `Slot`, as plain text (each part escapes them as it needs)."""

    salutation: str
    address: str
    unsubscribe_url: str
    preferences_url: str

    def of(self, slot: Slot) -> str:
        """Return the value for one slot."""
        return str(getattr(self, slot.value))


class Mailbox(NamedTuple):
    """A display name (may be empty) and an address."""

    name: str
    address: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who a newsroom's mail comes from: settings that are the same for every message.

    `return_path` is the envelope sender; `message_id_domain` and `list_domain` are domains we own. `bounces`, where
    there is one, is a mailbox that takes any detail after a plus sign, so that each mail can have a return path of its
    own (VERP).
    """

    mailbox: Mailbox
    reply_to: Mailbox | None
    return_path: Address
    message_id_domain: str
    list_domain: str
    unsubscribe_mailbox: Address
    sender_id: str
    bounces: Address | None = None


class Recipient(NamedTuple):
    """One reader of one mailing: what a message needs to be theirs.

    `message_id` is without angle brackets and the same on every try. `unsubscribe_mailto` is the signed
    mail address for leaving by mail (RFC 2369). `date` is when it is sent, aware UTC (RFC 5322 3.6.1).
    `return_path` is where bounces of this very mail go; empty: where the sender's go.
    """

    mailbox: Mailbox
    values: ReaderValues
    message_id: str
    unsubscribe_mailto: str
    date: datetime
    return_path: str = ""


class Envelope(NamedTuple):
    """What SMTP is told: the return path and the one recipient (one recipient a transaction)."""

    mail_from: str
    rcpt_to: str


class Message(NamedTuple):
    """An envelope and the bytes that passed the gate: CRLF line ends, ASCII, not yet dot-stuffed.

    `is_transparent` says that no line begins with a dot, so that there is nothing to stuff (RFC 5321 4.5.2).
    """

    envelope: Envelope
    content: bytes
    is_transparent: bool = False


class Reply(NamedTuple):
    """A relay's reply: code, enhanced code where given (RFC 3463, empty if not) and text (RFC 5321 4.2)."""

    code: int
    enhanced: str
    text: str

    @property
    def is_transient(self) -> bool:
        return 400 <= self.code < 500


class Step(StrEnum):
    """Where in a transaction a relay spoke of a message; DOT is the reply after its final dot (RFC 5321 3.3)."""

    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    DOT = "dot"


class Fate(StrEnum):
    """What became of one message at the relay."""

    TAKEN = "taken"
    LATER = "later"
    NEVER = "never"
    NOT_SENT = "not sent"
    CUT = "cut"
    UNKNOWN = "unknown"


class Transmission(NamedTuple):
    """What a transport reports of one message.

    `taken`: 2yz after the final dot (RFC 5321 4.2.5). `later`: 4yz. `never`: 5yz, or this relay cannot carry it.
    `not sent`: the session ended before the final dot was written, through no fault of this message. Once it was
    written: `cut`: the relay hung up without a reply; `unknown`: we did, or no reply came in time.
    `step` is where `reply` was said; None where it was not said by the relay.
    """

    delivery_id: DeliveryId
    fate: Fate
    reply: Reply | None
    step: Step | None = None
