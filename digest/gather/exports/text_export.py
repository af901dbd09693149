"""Plain-text article exports: an article page's words in the order they stood, with no marks of what is what.

The usual order is photo credit, headline, dek, body, "Related News" with a line of tags, and the station's
furniture ("Get email updates from ...") twice. Any of these may be missing or moved, so a file is read in passes:

1. white space: paragraphs are blank-line separated, or one a line, or hard-wrapped;
2. each paragraph is judged by itself (digest/gather/exports/lines.py);
3. the foot is what comes after the last prose, from the first furniture on: it gives the tags;
4. the head is all before the body: credits, times and bylines wherever they stand, the headline, the dek;
5. the rest is the body, without furniture and lone credits.

Encodings are digest/gather/cleaning/encoding.py; cleaning is digest/gather/cleaning/draft.py.
"""

import html
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from digest.errors import RejectedError
from digest.gather.cleaning.draft import Draft
from digest.gather.exports.foot import split_foot
from digest.gather.exports.head import MAX_HEADLINE_CHARS, is_bare_caption, is_bare_credit, is_dek, is_note
from digest.gather.exports.lines import PICTURE, SIGNED, Line, LineKind, read_line
from digest.gather.exports.signatures import ends_sentence, looks_like_name
from digest.gather.exports.stamps import Stamp, read_stamps

MAX_EXPORT_CHARS = 1_000_000
_MAX_WRAPPED_CHARS = 100
_MAX_SUBHEAD_WORDS = 9

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_MAX_CAPTIONS = 10


@dataclass(slots=True)
class _Signatures:
    """Who took the pictures, who wrote it and when, gathered from wherever they stand."""

    credits: dict[str, None] = field(default_factory=dict)
    bylines: list[str] = field(default_factory=list)
    stamps: list[Stamp] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)

    def take(self, line: Line) -> None:
        """Take what a line of the head signs. An agency alone signs the picture first, and then the text."""
        if line.kind is LineKind.TIME:
            self.stamps.extend(read_stamps(line.text))
        elif line.kind is LineKind.BYLINE or (line.kind is LineKind.AGENCY and self._is_wire(line)):
            self.bylines.append(line.said)
        else:
            self.take_picture(line)

    def take_end(self, line: Line) -> None:
        """Take what a line under the body signs: there, an agency alone signs the text."""
        self.take(line._replace(kind=LineKind.BYLINE) if line.kind is LineKind.AGENCY else line)

    def take_picture(self, line: Line) -> None:
        """Take a credit, from a line of its own or from the end of a caption."""
        self.credits[line.said] = None
        if line.kind is LineKind.CAPTION:
            self.captions.append(line.text)

    def _is_wire(self, line: Line) -> bool:
        signs_in_full = line.said.casefold().startswith(("the ", "associated press", "al jazeera"))
        return bool(self.credits) or signs_in_full


_FURNITURE = frozenset({LineKind.FURNITURE, LineKind.RELATED, LineKind.TAGS})


def read_export(text: str) -> Draft:
    """Return the story a plain-text export holds. Raises RejectedError when it is too large or holds no text."""
    if len(text) > MAX_EXPORT_CHARS:
        raise RejectedError(f"it has {len(text):,} characters; at most {MAX_EXPORT_CHARS:,} are read as one story")
    lines, tags = split_foot([read_line(paragraph) for paragraph in _paragraphs(text)])
    lines = [line for line in lines if line.kind not in _FURNITURE]
    if not any(line.kind not in SIGNED for line in lines):
        raise RejectedError("it holds no headline and no text; give the whole article")
    signatures = _Signatures()
    note, lines = _take_note_at_top(lines)
    headline, lines = _take_headline(lines, signatures)
    dek, lines = _take_dek(_with_bare_byline(lines), signatures, headline=headline)
    body = _take_body(note + lines, signatures, shown={headline, dek})
    return _draft(headline, dek, body, tags=tags, signatures=signatures)


def _draft(headline: str, dek: str, body: list[Line], *, tags: list[str], signatures: _Signatures) -> Draft:
    return Draft(
        title=html.escape(headline, quote=False),
        dek=html.escape(dek, quote=False),
        body=_as_html(body),
        byline=", ".join(dict.fromkeys(signatures.bylines)),
        credit="; ".join(signatures.credits),
        tags=tags,
        published=next((stamp.at for stamp in signatures.stamps if not stamp.is_update), None),
        updated=next((stamp.at for stamp in signatures.stamps if stamp.is_update), None),
        notes=[
            f'left out a caption without its picture: "{caption}"' for caption in signatures.captions[:_MAX_CAPTIONS]
        ],
    )


# --- paragraphs


def _paragraphs(text: str) -> Iterator[str]:
    """Yield the paragraphs, white space collapsed. Lines are joined only where they were broken to fit a width."""
    text = re.sub(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]", "\n", text.replace("\ufeff", "").replace("\u200b", ""))
    width = max(map(len, text.split("\n")))
    for block in _BLANK_LINE.split(text):
        lines = [line for line in (" ".join(line.split()) for line in block.split("\n")) if line]
        yield from [" ".join(lines)] if lines and _is_wrapped(lines, width) else lines


def _is_wrapped(lines: list[str], width: int) -> bool:
    """Return whether each line but the last ends where the next line's first word would not have fitted."""
    pairs = itertools.pairwise(lines)
    return width <= _MAX_WRAPPED_CHARS and all(len(line) + 1 + len(after.split()[0]) > width for line, after in pairs)


# --- the head


def _take_note_at_top(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """Return an editor's note that stands where the headline should, and the other lines."""
    at = next(at for at, line in enumerate(lines) if line.kind not in SIGNED)
    stands_apart = is_note(lines[at].text) and any(line.kind not in SIGNED for line in lines[at + 1 :])
    return (lines[at : at + 1], lines[:at] + lines[at + 1 :]) if stands_apart else ([], lines)


def _take_headline(lines: list[Line], signatures: _Signatures) -> tuple[str, list[Line]]:
    """Return the headline and the lines after it: the first text that is neither signature nor caption."""
    at = _take_signed(lines, 0, signatures)
    if at == 0 and is_bare_credit(lines):
        signatures.take_picture(lines[0])
        at = _take_signed(lines, 1, signatures)
    elif is_bare_caption(lines, at):
        signatures.captions.append(lines[at].text)
        at = _take_signed(lines, at + 1, signatures)
    headline = lines[at]
    if len(headline.text) > MAX_HEADLINE_CHARS:
        return "", lines[at:]
    return headline.text, lines[at + 1 :]


def _take_signed(lines: list[Line], at: int, signatures: _Signatures) -> int:
    """Take the signatures that stand at `at` and directly after; return where they end."""
    while at < len(lines) and lines[at].kind in SIGNED:
        signatures.take(lines[at])
        at += 1
    return at


def _with_bare_byline(lines: list[Line]) -> list[Line]:
    """Return the lines under the headline with a name alone, over the first prose, known for a byline."""
    texts = [at for at, line in enumerate(lines) if line.kind is LineKind.TEXT]
    for at, following in itertools.pairwise(texts[:3]):
        if looks_like_name(lines[at].text) and ends_sentence(lines[following].text):
            return [*lines[:at], lines[at]._replace(kind=LineKind.BYLINE), *lines[at + 1 :]]
    return lines


def _take_dek(lines: list[Line], signatures: _Signatures, *, headline: str) -> tuple[str, list[Line]]:
    """Return the dek, or "", and the lines of the body."""
    at = _take_signed(lines, 0, signatures)
    after = next((place for place in range(at + 1, len(lines)) if lines[place].kind not in SIGNED), len(lines))
    before, between, rest = lines[:at], lines[at + 1 : after], lines[after:]
    if at == len(lines) or not is_dek(lines[at], headline=headline, before=before, between=between, rest=rest):
        return "", lines[at:]
    _take_signed(lines, at + 1, signatures)
    return lines[at].text, rest


# --- the body


def _take_body(lines: list[Line], signatures: _Signatures, *, shown: set[str]) -> list[Line]:
    """Return the paragraphs of the body. Under it all signatures count; within it, only those of pictures do."""
    end = len(lines)
    while end and lines[end - 1].kind in SIGNED:
        end -= 1
    for line in lines[:end]:
        if line.kind in PICTURE:
            signatures.take_picture(line)
    for line in lines[end:]:
        signatures.take_end(line)
    repeated = [line for line in lines[: min(2, end)] if line.text in shown]
    return [line for line in lines[:end] if line.kind not in PICTURE and line not in repeated]


def _as_html(body: list[Line]) -> str:
    parts: list[str] = []
    for at, line in enumerate(body):
        said = html.escape(line.said if line.kind is LineKind.BULLET else line.text, quote=False)
        if line.kind is LineKind.BULLET:
            parts.append(f"<ul><li>{said}</li></ul>")
        elif _is_subhead(body, at):
            parts.append(f"<h3>{said}</h3>")
        else:
            parts.append(f"<p>{said}</p>")
    return "".join(parts).replace("</ul><ul>", "")


def _is_subhead(body: list[Line], at: int) -> bool:
    """Return whether a line heads what follows: a few words, no stop, no quotation, and prose after it."""
    text = body[at].text
    return (
        at + 1 < len(body)
        and len(text.split()) <= _MAX_SUBHEAD_WORDS
        and not ends_sentence(text)
        and not text.endswith((".", ":", ",", ";", "—", "”", '"'))
        and not text[0].islower()
        and text[0] not in "\"'“‘«—"
        and ends_sentence(body[at + 1].text)
    )
