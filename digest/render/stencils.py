"""Stencils: a template rendered and inlined once, cut where its values stood, to be filled with others.

What a passage of a mail looks like hangs on its template, on the page around it and on which values are there (its
*shape*), not on what they say. So each shape is rendered and inlined with a specimen of made-up marks for values, cut
at the marks, and filled from then on by escaping and joining. That the result is what inlining the whole page with
the true values would give is proved by tests, over made-up editions.

It holds for templates that print values as they come, test them only for being there, and whose style sheet selects
by class alone, not by place or neighbours; the shipped ones do. Others are inlined whole (digest/render/compile.py).
"""

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import count
from typing import NamedTuple, TypeAlias

from digest.model.messages import CompiledText, Slot

Value: TypeAlias = "str | Sequence[Values]"
Values: TypeAlias = "Mapping[str, Value]"
"""What a template gets: texts, and lists of the same, by name. An empty text is one that is not there."""

Shape: TypeAlias = "tuple[tuple[str, bool | tuple[Shape, ...]], ...]"
"""Which values are there: by name, whether a text is, and the shape of each in a list."""


def shape_of(values: Values) -> Shape:
    """Return the values' shape, which is equal for any two that a template lays out alike."""
    return tuple(
        (name, bool(value) if isinstance(value, str) else tuple(shape_of(one) for one in value))
        for name, value in values.items()
    )


def texts_of(values: Values) -> list[str]:
    """Return the texts that are there, in the order in which the values name them."""
    texts: list[str] = []
    for value in values.values():
        if not isinstance(value, str):
            for one in value:
                texts += texts_of(one)
        elif value:
            texts.append(value)
    return texts


class Marks:
    """Stand-ins for values. No content can hold one: they are numbered under a prefix made at random each time."""

    def __init__(self) -> None:
        self._prefix = f"zq{secrets.token_hex(12)}n"
        self._pattern = re.compile(rf"{self._prefix}(\d+)z")
        self._numbers = count()

    def next(self) -> str:
        """Return the next mark, numbered from 0: letters and digits only, which no step on the way changes."""
        return f"{self._prefix}{next(self._numbers)}z"

    def specimen(self, values: Values) -> Values:
        """Return values of the same shape, with the next marks for texts, in the order of `texts_of`."""
        return {name: self._stand_in(value) for name, value in values.items()}

    def cut(self, text: str) -> tuple[list[str], list[int]]:
        """Return the literals around the marks in a text, and the marks' numbers: one fewer."""
        pieces = self._pattern.split(text)
        return pieces[::2], [int(number) for number in pieces[1::2]]

    def _stand_in(self, value: Value) -> Value:
        if isinstance(value, str):
            return self.next() if value else ""
        return [self.specimen(one) for one in value]


class Gap(NamedTuple):
    """A place in a stencil: which text goes there, and what makes HTML of it."""

    number: int
    made_html: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Stencil:
    """A passage of inlined HTML with gaps: literal, gap, literal, ... literal."""

    literals: tuple[str, ...]
    gaps: tuple[Gap, ...]

    def fill(self, texts: Sequence[str]) -> str:
        """Return the passage with the numbered texts in its gaps."""
        pieces = [self.literals[0]]
        for (number, made_html), literal in zip(self.gaps, self.literals[1:], strict=True):
            pieces += (made_html(texts[number]), literal)
        return "".join(pieces)

    def fill_around(self, slots: Mapping[int, Slot], texts: Sequence[str]) -> CompiledText:
        """Return the passage with the numbered texts in its gaps, but for those gaps that are readers' slots."""
        filled: list[str | Slot] = []
        pieces = [self.literals[0]]
        for (number, made_html), literal in zip(self.gaps, self.literals[1:], strict=True):
            if number in slots:
                filled += ("".join(pieces), slots[number])
                pieces = [literal]
            else:
                pieces += (made_html(texts[number]), literal)
        return (*filled, "".join(pieces))


def cut_stencil(inlined: str, marks: Marks, *, markup_from: int) -> Stencil:
    """Return the stencil of an inlined passage; marks numbered `markup_from` and up stand for HTML that is ready."""
    literals, numbers = marks.cut(inlined)
    gaps = []
    within_tag = False
    for literal, number in zip(literals[:-1], numbers, strict=True):
        if "<" in literal or ">" in literal:
            within_tag = literal.rfind("<") > literal.rfind(">")
        gaps.append(Gap(number, _as_is if number >= markup_from else _attribute_html if within_tag else text_html))
    return Stencil(tuple(literals), tuple(gaps))


def text_html(text: str) -> str:
    """Return the HTML of a text between tags, written as the serialiser under premailer writes it."""
    return escape(text, quote=False)


def _attribute_html(text: str) -> str:
    return escape(text, quote=False).replace('"', "&quot;")


def _as_is(markup: str) -> str:
    return markup
