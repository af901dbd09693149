"""Header field bodies: plain values in, folded ASCII out (RFC 5322, RFC 2047, RFC 2369, RFC 2919).

Each function here writes one kind of field body, without its name. Whether the result may leave is the gate's to say.
"""

import base64
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import quote

from digest.errors import UnsafeMessageError
from digest.model.messages import Mailbox
from digest.send import grammar

_MAX_COLUMNS = 78
_MAX_ENCODED_COLUMNS = 76
_ENCODED_WORD_FRAME = len("=?utf-8?q??=")
_PLAIN = re.compile(r"[!-~]{1,69}(?: [!-~]{1,76})*")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_MAX_PLAIN_NAME = 60
_PLAIN_MAILTO = re.compile(r"[A-Za-z0-9@!$'*+._~-]*")
_Q_PLAIN = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/"
_Q_OCTETS = tuple(
    "_" if octet == 0x20 else chr(octet) if octet in _Q_PLAIN else f"={octet:02X}" for octet in range(256)
)
"""Each octet as the Q encoding writes it in a display name, its narrowest use (RFC 2047 5)."""

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def one_line(value: str, field: str) -> str:
    """Return the value unchanged, or raise UnsafeMessageError if a mail program could see more than one line in it."""
    if not value.isprintable() and grammar.BREAKS.search(value):
        raise UnsafeMessageError(f"{field}: holds a line break, a control character or half a character")
    return value


def raw(value: str) -> bytes:
    """Return a value that has no form but its own; what may not stand in a header, the gate turns down as it is."""
    return value.encode("utf-8", "surrogatepass")


def unstructured(text: str, field: str) -> bytes:
    """Return free text as a field body: as it is where ASCII allows, else as encoded words (RFC 2047)."""
    used = len(field) + 2
    if _PLAIN.fullmatch(one_line(text, field)) and "=?" not in text:
        return _folded(text.split(" "), used)
    return "\r\n ".join(_encoded_words(text, used)).encode("ascii")


def mailbox(box: Mailbox, field: str) -> bytes:
    """Return one mailbox: the bare address, or a display name and the address in angle brackets (RFC 5322 3.4)."""
    if not box.address.spelling.isascii():
        raise UnsafeMessageError(f"{field}: the address cannot be written without SMTPUTF8 (RFC 6531)")
    address = box.address.spelling.encode("ascii")
    if not box.name:
        return address
    name = phrase(box.name, field)
    column = len(name) - name.rfind(b"\n") - 1 if b"\n" in name else len(field) + 2 + len(name)
    gap = b" " if column + len(address) + 3 <= _MAX_ENCODED_COLUMNS else b"\r\n "
    return name + gap + b"<" + address + b">"


def phrase(name: str, field: str) -> bytes:
    """Return a display name: atoms where they do, a quoted string where ASCII does, else encoded words."""
    if len(name) <= _MAX_PLAIN_NAME and "=?" not in name:
        if _ATOMS.fullmatch(name):
            return name.encode("ascii")
        if _PLAIN.fullmatch(name):
            return b'"' + name.replace("\\", "\\\\").replace('"', '\\"').encode("ascii") + b'"'
    return "\r\n ".join(_encoded_words(one_line(name, field), len(field) + 2)).encode("ascii")


def list_id(name: str, slug: str, domain: str) -> bytes:
    """Return `Topic name <slug.domain>` (RFC 2919), without the name, a mere comment, if it needs encoded words."""
    identifier = raw(f"<{slug}.{domain}>")
    described = phrase(name, "List-Id") if name else b""
    if not described or b"=?" in described:
        return identifier
    gap = b" " if len("List-Id: ") + len(described) + len(identifier) < _MAX_COLUMNS else b"\r\n "
    return described + gap + identifier


def list_unsubscribe(url: str, address: str) -> bytes:
    """Return the https URI, then the mail address as a fallback, folded at the comma alone (RFC 2369, RFC 8058 3.1).

    No encoded word and no other fold may stand in it: receivers would not find the URI, and so offer no one-click.
    """
    return raw(f"<{url}>,\r\n <mailto:{_mailto(address)}>")


def list_owner(address: str) -> bytes:
    """Return the mail address of who answers for the list (RFC 2369 3.5)."""
    return raw(f"<mailto:{_mailto(address)}>")


def list_help(address: str) -> bytes:
    """Return the mail address to ask for help (RFC 2369 3.1): a person reads it, so the subject says what it is."""
    return raw(f"<mailto:{_mailto(address)}?subject=help>")


def _mailto(address: str) -> str:
    """Return the address as a mailto URI has it (RFC 6068 2)."""
    return address if _PLAIN_MAILTO.fullmatch(address) else quote(raw(address), safe="@!$'*+-._~")


def feedback_id(edition: str, topic: str, sender_id: str) -> bytes:
    """Return `edition:topic:digest:sender`, four fields that name no reader."""
    fields = (edition, topic, "digest", sender_id)
    return ":".join(re.sub(r"[^A-Za-z0-9._-]+", "-", field) for field in fields).encode("ascii")


def message_id(identifier: str, domain: str) -> bytes:
    """Return the id in angle brackets, or raise UnsafeMessageError if it is not on the domain, which is ours."""
    if not identifier.endswith(f"@{domain}"):
        raise UnsafeMessageError(f"Message-ID: is not on {domain}")
    return raw(f"<{identifier}>")


@lru_cache(maxsize=8)  # many messages leave in one second
def date(at_s: int) -> bytes:
    """Return a time, in seconds since 1970, as RFC 5322 3.3 writes it, in UTC."""
    at = datetime.fromtimestamp(at_s, UTC)
    day = f"{_DAYS[at.weekday()]}, {at.day:02} {_MONTHS[at.month - 1]} {at.year:04}"
    return f"{day} {at.hour:02}:{at.minute:02}:{at.second:02} +0000".encode("ascii")


def _folded(tokens: list[str], used: int) -> bytes:
    lines = [tokens[0]]
    for token in tokens[1:]:
        if used + len(lines[-1]) + 1 + len(token) <= _MAX_COLUMNS:
            lines[-1] += " " + token
        else:
            lines.append(token)
            used = 1
    return "\r\n ".join(lines).encode("ascii")


def _encoded_words(text: str, used: int) -> Iterator[str]:
    """Yield words that decode to the text, in Q or B, whichever is shorter; none splits a character."""
    octets = text.encode()
    q_length = len(octets) + 2 * len(octets.translate(None, _Q_PLAIN + b" "))
    scheme, encode = ("q", _q_encoded) if q_length <= (len(octets) + 2) // 3 * 4 else ("b", _b_encoded)
    room = _MAX_ENCODED_COLUMNS - used - _ENCODED_WORD_FRAME
    while len(word := encode(text[: room + 1])) > room:
        head = text[:room]
        while len(encode(head)) > room:
            head = head[:-1]
        yield f"=?utf-8?{scheme}?{encode(head)}?="
        text = text[len(head) :]
        room = _MAX_ENCODED_COLUMNS - 1 - _ENCODED_WORD_FRAME
    yield f"=?utf-8?{scheme}?{word}?="


def _q_encoded(text: str) -> str:
    return "".join(map(_Q_OCTETS.__getitem__, text.encode()))


def _b_encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
