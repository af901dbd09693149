"""The head of a plain-text article export: what a line above the body is, judged by the lines around it.

What a line is by itself is digest/gather/exports/lines.py; in which order the head is taken, text_export.py.
"""

import re
from collections.abc import Sequence
from statistics import median

from digest.gather.exports.lines import PICTURE, SIGNED, Line, LineKind
from digest.gather.exports.signatures import (
    ends_in_full_stop,
    ends_sentence,
    is_one_sentence,
    looks_like_credit,
    looks_like_name,
)

MAX_HEADLINE_CHARS = 250
MAX_DEK_CHARS = 400
_MAX_STATED_CHARS = 200
_MIN_CAPTION_WORDS = 8
_MIN_PARAGRAPHS = 3
_SUMMARY_SHARE = 0.6
_QUOTES = "\"'“‘«„"

_DATELINE = re.compile(r"(?:[A-Z][A-Z.'’-]+ ?){1,4}(?:, [\w. ]{2,25})?\s*(?:\([\w .]{2,25}\)\s*)?[—–-]+\s")
_NOTE = re.compile(r"(?:(?:editor|author)\S{0,2}s? note|correction|clarification)\s*:", re.IGNORECASE)
_REPORTS = re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\b(?:said|told|announced)\b")
_YEAR_END = re.compile(r"\b(?:19|20)\d\d\.$")


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
    return bool(_YEAR_END.search(lines[at].text)) or is_dek(
        after[1], headline=after[0].text, before=[], between=[], rest=after[2:]
    )


def _may_caption(text: str) -> bool:
    return len(text.split()) >= _MIN_CAPTION_WORDS and ends_in_full_stop(text)


def is_dek(line: Line, *, headline: str, before: Sequence[Line], between: Sequence[Line], rest: Sequence[Line]) -> bool:
    """Return whether the first text under a headline is a dek and not the body's first paragraph.

    `before` are the signatures above the line, `between` those under it, `rest` what follows them. A dek is short and
    ends without a full stop; with one, only what follows it tells: a byline, a time, a dateline, or long paragraphs.
    """
    text = line.text
    if line.kind is not LineKind.TEXT or len(text) > MAX_DEK_CHARS or is_note(text) or _DATELINE.match(text):
        return False
    if not ends_sentence(text):
        return not text.endswith(":")
    if not rest:
        return False
    if _is_question(text) or _DATELINE.match(rest[0].text):
        return True
    signed = {LineKind.BYLINE, LineKind.TIME}
    if any(one.kind in signed for one in between) and not any(one.kind in signed for one in before):
        return True
    is_under_headline = bool(headline) and not ends_in_full_stop(headline) and not before
    return is_under_headline and _is_summary(text, rest)


def _is_question(text: str) -> bool:
    return len(text) <= _MAX_STATED_CHARS and is_one_sentence(text) and not ends_in_full_stop(text)


def _is_summary(text: str, rest: Sequence[Line]) -> bool:
    """Return whether one sentence sums up what follows it: it is far shorter than the paragraphs, and tells neither
    the day nor who said so, as the first sentence of a report does."""
    following = [len(one.text) for one in rest if one.kind is LineKind.TEXT]
    if len(following) < _MIN_PARAGRAPHS or not is_one_sentence(text) or _REPORTS.search(text) or text[0] in _QUOTES:
        return False
    usual_chars = min(median(following), len(rest[0].text))
    return len(text) <= min(_MAX_STATED_CHARS, _SUMMARY_SHARE * usual_chars)
