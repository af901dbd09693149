"""Forms: ready bytes with holes, which one join fills in. What stands in them is for mime.py and dkim.py to say."""

from collections.abc import Iterable
from operator import itemgetter

Piece = bytes | int
"""Bytes that are the same in every message, or a hole: the place of the value that stands there."""


class Form:
    """Pieces in order, ready to be joined with the values of their holes."""

    def __init__(self, pieces: Iterable[Piece]) -> None:
        merged = _merged(pieces)
        self._literals = (*(piece for piece in merged if isinstance(piece, bytes)), b"", b"")
        places = iter(range(len(self._literals)))
        in_order = [next(places) if isinstance(piece, bytes) else len(self._literals) + piece for piece in merged]
        self._in_order = itemgetter(*in_order, *places)  # with the two empty ones at the end: of one, it makes no tuple

    def fill(self, values: tuple[bytes, ...]) -> bytes:
        """Return the bytes with these values in the holes; a value without a hole stands nowhere."""
        return b"".join(self._in_order(self._literals + values))


def _merged(pieces: Iterable[Piece]) -> list[Piece]:
    """Return the pieces with neighbouring bytes made one."""
    merged: list[Piece] = []
    for piece in pieces:
        if merged and isinstance(piece, bytes) and isinstance(merged[-1], bytes):
            merged[-1] += piece
        else:
            merged.append(piece)
    return merged
