"""The head of a plain-text article export: what a line above the body is, judged by the lines around it.

What a line is by itself is digest/gather/exports/lines.py; in which order the head is taken, text_export.py.
"""

import re

from digest.gather.exports.lines import PICTURE, SIGNED, Line, LineKind
from digest.gather.exports.signatures import ends_in_full_stop, ends_sentence, looks_like_credit, looks_like_name

MAX_HEADLINE_CHARS = 250
MAX_DEK_CHARS = 400
_MAX_QUESTION_CHARS = 200
_MIN_CAPTION_WORDS = 8

_DATELINE = re.compile(r"(?:[A-Z][A-Z.'’-]+ ?){1,4}(?:, [\w. ]{2,25})?\s*(?:\([\w .]{2,25}\)\s*)?[—–-]+\s")
_NOTE = re.compile(r"(?:(?:editor|author)\S{0,2}s? note|correction|clarification)\s*:", re.IGNORECASE)
_YEAR_END = re.compile(r"\b(?:19|20)\d\d\.$")
_QUESTION = re.compile(r"[^.!?؟]+[!?؟]['\"”’]*")


def is_note(text: str) -> bool:
    """Return whether a line is an editor's note or a correction, which may stand above the headline."""
    return bool(_NOTE.match(text))


def is_bare_credit(lines: list[Line]) -> bool:
    """Return whether the first line credits somebody nobody has heard of; a name alone, if headline and dek follow."""
    after = [line for line in lines[1:3] if line.kind is LineKind.TEXT and not ends_in_full_stop(line.text)]
    text = lines[0].text
    return (looks_like_credit(text) and len(lines) > 2) or (looks_like_name(text) and len(after) == 2 < len(lines) - 1)


def is_bare_caption(lines: list[Line], at: int) -> bool:
    """Return whether a line beside a credit is the picture's caption: a whole statement, with a headline after it.

    It may be a headline itself, with its dek and the prose after it. So a dek must follow the headline, too, unless
    the line ends with a year, as only captions do.
    """
    beside = lines[max(0, at - 1) : at] + lines[at + 1 : at + 2]
    if at == len(lines) or not any(line.kind in PICTURE for line in beside) or not _may_caption(lines[at].text):
        return False
    after = [line for line in lines[at + 1 :] if line.kind not in SIGNED]
    if len(after) < 2 or ends_in_full_stop(after[0].text) or len(after[0].text) > MAX_HEADLINE_CHARS:
        return False
    return bool(_YEAR_END.search(lines[at].text)) or is_dek(after[1], before=[], between=[], rest=after[2:])


def _may_caption(text: str) -> bool:
    return len(text.split()) >= _MIN_CAPTION_WORDS and ends_in_full_stop(text)


def is_dek(line: Line, *, before: list[Line], between: list[Line], rest: list[Line]) -> bool:
    """Return whether the first text under the headline is a dek and not the body's first paragraph.

    A dek is short and ends without a full stop; with one, only a byline, a time or a dateline after it tells.
    """
    text = line.text
    if line.kind is not LineKind.TEXT or len(text) > MAX_DEK_CHARS or is_note(text) or _DATELINE.match(text):
        return False
    if not ends_sentence(text):
        return not text.endswith(":")
    if not rest:
        return False
    if len(text) <= _MAX_QUESTION_CHARS and _QUESTION.fullmatch(text):
        return True
    signed = {LineKind.BYLINE, LineKind.TIME}
    is_signed_after = any(one.kind in signed for one in between) and not any(one.kind in signed for one in before)
    return is_signed_after or bool(_DATELINE.match(rest[0].text))
