"""Quoted-printable (RFC 2045 6.7) of which no line begins with a dot: SMTP has none to double (RFC 5321 4.5.2)."""

import binascii
import re

_ROOM = 75
"""How many octets a line may have before its soft line break."""

_SOFT_BREAK = b"=\r\n"
_LONE_DOT = re.compile(rb"[^=.]{3}\.")
_PLAIN_LINE = r"[ !-\-/-<>-~][ -<>-~]{0,74}+"
_PLAIN = re.compile(rf"{_PLAIN_LINE}(?:{_PLAIN_LINE})?")
"""What needs no escape and at most one fold, as nearly every reader's value."""


def closed(text: str) -> bytes:
    """Return a text of one or more lines, whichever way they end; its last line has no end."""
    return b"\r\n".join(_folded(_escaped(line)) for line in _lines(text))


def open_ended(text: str) -> bytes:
    """Return a text that ends with a soft line break, so that whatever follows begins at column 0."""
    if _PLAIN.fullmatch(text):
        line = text.encode("ascii")
        return line + _SOFT_BREAK if len(line) <= _ROOM else line[:_ROOM] + _SOFT_BREAK + line[_ROOM:] + _SOFT_BREAK
    *lines, last = _lines(text)
    return b"".join(_folded(_escaped(line)) + b"\r\n" for line in lines) + _folded(_escaped_within(last)) + _SOFT_BREAK


def _lines(text: str) -> list[bytes]:
    """Return a text's lines; half a character in it, which UTF-8 does not have, becomes a question mark."""
    return text.encode("utf-8", "replace").replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")


def _escaped(line: bytes) -> bytes:
    """Return one line escaped and not folded: in what is escaped, an equals sign at a line's end is a soft break."""
    return binascii.b2a_qp(line).replace(b"=\n", b"")


def _escaped_within(line: bytes) -> bytes:
    """Return one line escaped as if more followed: a space at its end is then not the line's last octet."""
    return _escaped(line + b"=")[: -len(b"=3D")]


def _folded(line: bytes) -> bytes:
    """Return an escaped line folded by soft line breaks."""
    folded, line = [], _without_dot(line)
    while len(line) > _ROOM:
        cut = _place_to_cut(line)
        folded.append(line[:cut])
        line = _without_dot(line[cut:])
    return _SOFT_BREAK.join([*folded, line])


def _place_to_cut(line: bytes) -> int:
    """Return where to fold: not within an escape, nor right before a dot where one place earlier will do."""
    escape = line.rfind(b"=", _ROOM - 2, _ROOM)
    if escape >= 0:
        return escape
    return _ROOM - 1 if _LONE_DOT.match(line, _ROOM - 3) else _ROOM


def _without_dot(line: bytes) -> bytes:
    return b"=2E" + line[1:] if line.startswith(b".") else line
