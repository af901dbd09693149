"""The gate: every message passes here before it leaves, and only as bytes. What it turns down is never sent unchanged.

`check_message` judges a whole message of an edition, `check_notice` one about a subscription. `check_personal` judges
what differs from one reader's message to the next, by the same rules, for a skeleton whose first message passed in
full. Rules: RFC 5322, 2045 to 2047, 2369, 2919, 8058.
"""

import binascii
import re
from typing import NamedTuple

from digest.errors import UnsafeMessageError
from digest.model.messages import Message
from digest.send import grammar

PLAIN_TEXT_HEAD = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
HTML_HEAD = b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"

_MAX_LINE, _MAX_FOLDED_LINE, _MAX_ENCODED_WORD, _MAX_QUOTED_PRINTABLE_LINE = 998, 78, 75, 76


class Personal(NamedTuple):
    """What differs from one reader's message to the next, as it will stand in the bytes.

    `sent_at_s` is when it is sent, in seconds since 1970: a signature's time. `fields` are the bodies of
    `grammar.PERSONAL_FIELDS`, in that order. `slots` are quoted-printable, each closed by a soft line break, so that
    it begins and ends at column 0 wherever it is set, and has no dot there.
    """

    mail_from: str
    rcpt_to: str
    sent_at_s: int
    fields: tuple[bytes, ...]
    slots: tuple[bytes, ...]


def check_message(message: Message) -> None:
    """Raise UnsafeMessageError, naming the field or part and the rule, unless every rule holds for these bytes."""
    _check(message, named=tuple(grammar.FIELDS))


def check_notice(message: Message) -> None:
    """Raise as `check_message` does, for a mail to one reader about their subscription: without a list's fields."""
    _check(message, named=tuple(name for name in grammar.FIELDS if name not in grammar.BULK_FIELDS))


def _check(message: Message, *, named: tuple[str, ...]) -> None:
    _check_address(message.envelope.mail_from, "return path")
    _check_address(message.envelope.rcpt_to, "recipient")
    content = message.content
    _check_lines(content)
    head, _, body = content.partition(b"\r\n\r\n")
    signatures = grammar.SIGNATURES.match(head)
    fields = _fields_of(head[signatures.end() :] if signatures else head)
    expected = tuple(name for name in named if name in fields or name not in grammar.OPTIONAL_FIELDS)
    if tuple(fields) != expected:
        raise UnsafeMessageError("header: the fields are not those of a digest, each once and in order (RFC 5322 3.6)")
    for name, value in fields.items():
        _check_rule(name, value)
        _check_layout(name, value)
    _check_body(body, fields["Content-Type"].partition(b'"')[2].rstrip(b'"'))


def check_personal(personal: Personal) -> None:
    """Raise UnsafeMessageError wherever `check_message` would, given that all else in the message has passed it.

    Every mail is judged here, so what the rules have to say of all values is asked at once.
    """
    mail_from, rcpt_to, _, fields, slots = personal
    envelope = f"{mail_from}\0{rcpt_to}".encode("utf-8", "surrogatepass")
    written = b"\0".join((envelope, *fields))
    if not grammar.PERSONAL.fullmatch(written):
        _check_address(mail_from, "return path")
        _check_address(rcpt_to, "recipient")
        for name, value in zip(grammar.PERSONAL_FIELDS, fields, strict=True):
            _check_rule(name, value)
    if b"?" in written or len(fields[0]) > _MAX_FOLDED_LINE - len("To: "):
        for name, value in zip(grammar.PERSONAL_FIELDS, fields, strict=True):
            _check_layout(name, value)
    pieces = b"\0".join((*set(slots), b""))
    if not grammar.PLAIN_PIECES.fullmatch(pieces):
        _check_pieces(pieces)


def _check_address(address: str, role: str) -> None:
    if not grammar.ENVELOPE_ADDRESS.fullmatch(address):
        raise UnsafeMessageError(f"{role}: is no address that plain SMTP can carry (RFC 5321 4.1.2, 4.5.3.1)")


def _check_lines(content: bytes) -> None:
    if not content.isascii() or b"\0" in content:
        raise UnsafeMessageError("message: holds octets that are not ASCII, or NUL (RFC 5322 2.2)")
    if not content.count(b"\r") == content.count(b"\n") == content.count(b"\r\n"):
        raise UnsafeMessageError("message: CR or LF stands alone (RFC 5321 2.3.8)")
    if not content.endswith(b"\r\n"):
        raise UnsafeMessageError("message: does not end with a line end (RFC 5321 2.3.8)")
    if content.startswith(b".") or b"\n." in content:
        raise UnsafeMessageError("message: a line begins with a dot, which SMTP would have to double (RFC 5321 4.5.2)")
    if _longest_line(content) > _MAX_LINE:
        raise UnsafeMessageError(f"message: a line is longer than {_MAX_LINE} octets (RFC 5322 2.1.1)")


def _fields_of(head: bytes) -> dict[str, bytes]:
    fields: dict[str, bytes] = {}
    for line in re.split(rb"\r\n(?![ \t])", head):
        found = grammar.FIELD_NAME.match(line)
        if found is None or found[1].decode() in fields:
            raise UnsafeMessageError("header: a line is no field, or a field stands twice (RFC 5322 3.6)")
        fields[found[1].decode()] = line[found.end() :]
    return fields


def _check_rule(name: str, value: bytes) -> None:
    if not grammar.FIELDS[name].fullmatch(value):
        why = grammar.REASONS.get(name, "is not of the form that every mail program reads in the same way")
        raise UnsafeMessageError(f"{name}: {why}")


def _check_layout(name: str, value: bytes) -> None:
    """What no pattern says of a field that keeps its rule: how it is folded, and what its encoded words hold."""
    if name in grammar.FREELY_FOLDED_FIELDS and len(name) + 2 + len(value) > _MAX_FOLDED_LINE:
        _check_folds(name, value)
    if b"?" in value:
        _check_encoded_words(name, value)


def _check_folds(name: str, value: bytes) -> None:
    """Long lines are allowed only where there is nothing to fold at (RFC 5322 2.1.1)."""
    for line in (name.encode() + b":_" + value).split(b"\r\n"):
        if len(line) > _MAX_LINE or (len(line) > _MAX_FOLDED_LINE and b" " in line.lstrip()):
            raise UnsafeMessageError(f"{name}: a line is not folded though it could be (RFC 5322 2.1.1)")


def _check_encoded_words(name: str, value: bytes) -> None:
    """Each word stands by itself, is short, and hides no line break (RFC 2047 2, 5; CVE-2024-6923)."""
    for token in value.split():
        if b"=?" not in token:
            continue
        if name not in grammar.FIELDS_WITH_ENCODED_WORDS or not grammar.ENCODED_WORD.fullmatch(token):
            raise UnsafeMessageError(f"{name}: an encoded word stands where none may (RFC 2047 5)")
        if len(token) > _MAX_ENCODED_WORD or grammar.BREAKS.search(_decoded_word(name, token)):
            raise UnsafeMessageError(f"{name}: an encoded word is too long, or hides a line break (RFC 2047 2)")


def _decoded_word(name: str, word: bytes) -> str:
    _, _, scheme, payload, _ = word.split(b"?")
    try:
        octets = binascii.a2b_base64(payload) if scheme == b"b" else binascii.a2b_qp(payload, header=True)
        return octets.decode()
    except ValueError as error:
        raise UnsafeMessageError(f"{name}: an encoded word does not decode by itself (RFC 2047 5)") from error


def _check_body(body: bytes, boundary: bytes) -> None:
    """Two parts, text then HTML, both quoted-printable, and the boundary nowhere in them (RFC 2046 5.1)."""
    delimiter = b"--" + boundary
    parts = body.split(delimiter)
    if len(parts) != 4 or parts[0] or parts[3] != b"--\r\n":
        raise UnsafeMessageError("body: is not two parts between three delimiters (RFC 2046 5.1.1)")
    for kind, part, head in (("text", parts[1], PLAIN_TEXT_HEAD), ("HTML", parts[2], HTML_HEAD)):
        if not (part.startswith(b"\r\n" + head) and part.endswith(b"\r\n")):
            raise UnsafeMessageError(f"{kind} part: does not begin and end as it must (RFC 2046 5.1.4)")
        _check_part(kind, part[len(head) + 2 : -2])


def _check_part(kind: str, part: bytes) -> None:
    for line in part.split(b"\r\n"):
        if len(line) > _MAX_QUOTED_PRINTABLE_LINE or not grammar.QUOTED_PRINTABLE_LINE.fullmatch(line):
            raise UnsafeMessageError(f"{kind} part: a line is not quoted-printable (RFC 2045 6.7)")
    if not _decoded(f"{kind} part", part).strip():
        raise UnsafeMessageError(f"{kind} part: is empty (RFC 2046 5.1.4)")


def _check_pieces(pieces: bytes) -> None:
    if not grammar.PIECES.fullmatch(pieces):
        raise UnsafeMessageError("a reader's value is not quoted-printable (RFC 2045 6.7)")
    _decoded("a reader's value", pieces)  # with a NUL after each, halves of a character do not meet


def _decoded(kind: str, quoted: bytes) -> str:
    try:
        return binascii.a2b_qp(quoted).decode()
    except UnicodeDecodeError as error:
        raise UnsafeMessageError(f"{kind}: is not UTF-8") from error


def _longest_line(piece: bytes) -> int:
    return max(map(len, piece.split(b"\r\n")))
