"""Wrapping: text for the plain part of a mail, in lines of at most 72 columns, each running its own way (UAX 9)."""

import unicodedata

from digest.model.stories import Direction

WIDTH = 72
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"
_FIRST_FROM_RIGHT_TO_LEFT = "\u0590"  # where Hebrew begins: no character before it is written so
_SMALLEST_WIDTH = 8


def wrapped(text: str, indent: str = "", *, around: str = "") -> str:
    """Return the text in lines of at most 72 columns, all but the first indented.

    The first line is expected to stand after as many columns as `indent` has. A word wider than a line is broken.
    Where the text around runs `around` (ltr or rtl) and some of this one against it, each line is isolated: by
    itself, because a line end ends an isolate.
    """
    lines = _lines(text, WIDTH - columns(indent))
    if around:
        lines = [isolated(line, Direction(around)) for line in lines]
    return f"\n{indent}".join(lines)


def isolated(text: str, around: Direction) -> str:
    """Return the text, isolated where some of it runs against the text around it."""
    if around is Direction.LTR and (text.isascii() or max(text) < _FIRST_FROM_RIGHT_TO_LEFT):
        return text
    against = {"L"} if around is Direction.RTL else {"R", "AL"}
    if against.isdisjoint(map(unicodedata.bidirectional, text)):
        return text
    return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}"


def columns(text: str) -> int:
    """Return how many columns a text takes on a terminal: two for wide East Asian characters, none for marks."""
    if text.isascii():
        return len(text)
    return sum(_columns_of(char) for char in text)


def _columns_of(char: str) -> int:
    if unicodedata.east_asian_width(char) in "WF":
        return 2
    return 0 if unicodedata.category(char) in {"Mn", "Me", "Cf"} else 1


def _lines(text: str, width: int) -> list[str]:
    lines: list[str] = []
    line, used = "", 0
    for word in _words(text, max(width, _SMALLEST_WIDTH)):
        size = columns(word)
        if line and used + 1 + size > width:
            lines.append(line)
            line, used = word, size
        else:
            line, used = (f"{line} {word}", used + 1 + size) if line else (word, size)
    return [*lines, line]


def _words(text: str, width: int) -> list[str]:
    """Return the words of a text, those wider than a line in pieces that are not."""
    words: list[str] = []
    for word in text.split():
        words.extend([word] if columns(word) <= width else _pieces(word, width))
    return words


def _pieces(word: str, width: int) -> list[str]:
    pieces, piece, used = [], "", 0
    for char in word:
        size = _columns_of(char)
        if used + size > width:
            pieces.append(piece)
            piece, used = "", 0
        piece, used = piece + char, used + size
    return [*pieces, piece]
