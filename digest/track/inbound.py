"""Mails that ask to leave (RFC 2369 3.2): which signed addresses one was sent to, and what it plainly asks for itself.

Bytes in, values out, whatever the bytes: only the header section is read, a bounded piece of it, and nothing in it is
believed to be well-formed (RFC 5322, RFC 2047). Whether a signature is good, and who leaves what, others decide. How
such a mail comes in lives in listening.py, or is a mail server's pipe.
"""

import re
import unicodedata
from binascii import Error as NotBase64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.parser import HeaderParser

from digest.errors import InputError
from digest.model.addresses import Address, parse_address
from digest.track.verdicts import is_disowned

MAX_MAIL_OCTETS = 1024 * 1024
"""How much of a mail is taken in at all."""

_MAX_HEADER_OCTETS = 256 * 1024
_MAX_VALUE_CHARS = 1000
_MAX_DETAILS = 64
_DETAIL = re.compile(r"\+([0-9a-z]{16,64})@", re.IGNORECASE)
_PLACES_OF_RECIPIENTS = ("X-Original-To", "Delivered-To", "Envelope-To", "To", "Cc")
_LAST_MAILBOX = re.compile(r"(?:[^<>]*<([^<>]*)>|([^<>,;()\"\s]+))\s*(?:\([^()]*\))?\s*")
_ANSWERED = re.compile(r"^(?:(?:re|aw|sv|fwd?|رد|الرد)\s*:\s*)+")
_NOBODY = frozenset({"<>", "<mailer-daemon>"})
"""The null return path, and what Postfix's pipe writes for it unless it is told otherwise."""

_BULK = frozenset({"bulk", "list", "junk"})

# In the form that _fold gives: no case, no accents, no hamza, no punctuation.
_WISHES = frozenset(
    {
        *(f"{please}unsubscribe{whom}" for please in ("", "please ") for whom in ("", " me", " please")),
        *("opt out", "please opt out", "remove me", "please remove me", "stop", "cancel subscription"),
        *("cancel my subscription", "unsubscribe me please", "remove me from this list"),
        *("الغاء الاشتراك", "الغاء اشتراك", "الغاء اشتراكي", "الغ اشتراكي", "الغوا اشتراكي", "ارجو الغاء الاشتراك"),
        *("ارجو الغاء اشتراكي", "يرجى الغاء الاشتراك", "يرجى الغاء اشتراكي", "اريد الغاء الاشتراك", "اوقفوا الرسائل"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveRequest:
    """What a mail asks. `details` are what stood after a plus sign in its recipients' addresses, at most 64.

    `sender` is who asks, in the mail's own plain words, to leave everything; None where none does, where a program
    wrote the mail, or where it may be somebody else: the return path is another address, or our mail server says so.
    Where that server checks neither SPF nor DMARC, it is as easily forged as any mail's author.
    """

    details: tuple[str, ...]
    sender: Address | None


def read_request(
    mail: bytes, *, recipients: Sequence[str] = (), return_path: str | None = None, authserv_id: str = ""
) -> LeaveRequest:
    """Return what a mail asks. Never raises, whatever the bytes.

    `recipients` and `return_path` are the envelope's ("" is the null one); where it is not at hand, as behind a pipe,
    the fields that a mail server writes at the top stand for it (RFC 5321 4.4). `authserv_id` is our mail server's name
    in what it found out about a mail (verdicts.py).
    """
    head = HeaderParser().parsestr(mail[:_MAX_HEADER_OCTETS].decode("utf-8", "replace"))
    places = [*recipients, *(value for name in _PLACES_OF_RECIPIENTS for value in _values(head, name))]
    details = dict.fromkeys(detail.lower() for place in places for detail in _DETAIL.findall(place))
    path = _first(head, "Return-Path") if return_path is None else f"<{return_path.strip('<>')}>"
    is_wish = not _is_automatic(head, path) and _is_wish(_first(head, "Subject"))
    is_heard = is_wish and not is_disowned(head, authserv_id=authserv_id)
    return LeaveRequest(details=tuple(details)[:_MAX_DETAILS], sender=_sender(head, path) if is_heard else None)


def _values(head: Message, name: str) -> Iterator[str]:
    return (str(value)[: 16 * _MAX_VALUE_CHARS] for value in head.get_all(name, ())[:_MAX_DETAILS])


def _first(head: Message, name: str) -> str:
    return next(_values(head, name), "").strip()[:_MAX_VALUE_CHARS]


def _is_automatic(head: Message, return_path: str) -> bool:
    """Return whether a program wrote the mail (RFC 3834 2 and 5, RFC 3464), or a list passed it on (RFC 2919)."""
    return (
        return_path.lower() in _NOBODY
        or _first(head, "Auto-Submitted").partition(";")[0].strip().lower() not in {"", "no"}
        or _first(head, "Precedence").lower() in _BULK
        or _first(head, "Content-Type").lower().startswith("multipart/report")
        or "List-Id" in head
    )


def _is_wish(subject: str) -> bool:
    return _ANSWERED.sub("", _fold(_decode(subject))) in _WISHES


def _decode(subject: str) -> str:
    """Return a subject in characters (RFC 2047); one that cannot be decoded as it stands."""
    try:
        return "".join(
            part.decode(charset or "utf-8", "replace") if isinstance(part, bytes) else part
            for part, charset in decode_header(subject)
        )
    except (MessageError, NotBase64, LookupError, ValueError):
        return subject


def _fold(text: str) -> str:
    """Return words without case, accents, joiners, direction marks and punctuation; a colon stays where it is."""
    seen = (char for char in unicodedata.normalize("NFKD", text.casefold()) if not _is_unseen(char))
    return " ".join("".join(char if char.isalnum() or char == ":" else " " for char in seen).split())


def _is_unseen(char: str) -> bool:
    """Return whether a character only marks, joins, turns or stretches others."""
    return unicodedata.category(char) in {"Mn", "Cf"} or char == "\N{ARABIC TATWEEL}"


def _sender(head: Message, return_path: str) -> Address | None:
    """Return the author, if the mail came from their own address: that is what SPF speaks of (RFC 7208 2.4)."""
    author, sender = _author(head), _read_mailbox(return_path)
    return author if author and sender and author.key == sender.key else None


def _author(head: Message) -> Address | None:
    """Return the one author's address, or None where there are several."""
    written = list(_values(head, "From"))
    return _read_mailbox(written[0]) if len(written) == 1 else None


def _read_mailbox(written: str) -> Address | None:
    """Return the address in what a field says, or None where it could be read in two ways."""
    found = _LAST_MAILBOX.fullmatch(written.strip()[:_MAX_VALUE_CHARS])
    try:
        return parse_address(found[1] or found[2] or "") if found else None
    except InputError:
        return None
