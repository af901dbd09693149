"""Parts: how the header and the two parts of a message stand together (RFC 5322 2.2, RFC 2046 5.1.4)."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from digest.send.gate import HTML_HEAD, PLAIN_TEXT_HEAD
from digest.send.pieces import Piece


def written(head: Mapping[str, Piece]) -> Iterator[Piece]:
    """Yield the fields as they stand in a message, and the empty line after them."""
    for name, body in head.items():
        yield name.encode("ascii") + b": "
        yield body
        yield b"\r\n"
    yield b"\r\n"


def delimited(text: Sequence[Piece], page: Sequence[Piece], *, boundary: bytes) -> list[Piece]:
    """Return the body: the text part, then the HTML part, both quoted-printable, between their delimiters."""
    delimiter = b"--" + boundary
    between = b"\r\n" + delimiter
    return [delimiter + b"\r\n" + PLAIN_TEXT_HEAD, *text, between + b"\r\n" + HTML_HEAD, *page, between + b"--\r\n"]


def make_boundary(*parts: Sequence[Piece]) -> bytes:
    """Return a boundary that no part can hold: quoted-printable never has `=_` (RFC 2045 6.7)."""
    literals = (piece for part in parts for piece in part if isinstance(piece, bytes))
    return b"=_" + hashlib.sha256(b"".join(literals)).hexdigest()[:32].encode()


def content_type(boundary: bytes) -> bytes:
    """Return the field body that says that the same is told twice, best last."""
    return b'multipart/alternative;\r\n boundary="' + boundary + b'"'
