"""Excerpts: plain text cut short at the end of a sentence or word, never inside what a reader sees as one character.

Where a text may be cut between two characters is on the safe side of the grapheme cluster rules of Unicode Standard
Annex 29: there are more boundaries there than are used here.
"""

import re
import unicodedata

ELLIPSIS = "…"
_MIN_SENTENCES_CHARS = 80
_CLOSERS = "[\"'”’»)\\]」』]*"
# A full stop must be followed by a space, or it may be in a number or an address; a Chinese or Japanese one need not.
_SENTENCE_END = re.compile(rf"(?:[.!?؟۔।…](?={_CLOSERS}(?:\s|$))|[。！？]){_CLOSERS}")
# After "Mr.", "Gen.", "U.S." or "J." the sentence may go on.
_ABBREVIATION = re.compile(r"\b(?:[A-Z]\w{0,3}|\w\.\w+|\w)\.$")
_LONGEST_ABBREVIATION = 12
_LEFT_OPEN = " ,;:-–—،؛、([“«"
# Characters that belong to the one before them though their category is not Mn, Mc or Me: joiners, half-width sound
# marks, Thai and Lao AM, Hangul vowels and finals, skin tones, tags.
_EXTENDS = re.compile(
    "[\u200c\u200d\uff9e\uff9f\u0e33\u0eb3\u1160-\u11ff\ud7b0-\ud7ff\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]"
)
# Characters that belong to the one after them: the joiner, Hangul initials, and signs written before what they mark.
_PREPENDS = re.compile("[\u200d\u1100-\u115f\ua960-\ua97c\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2]")
_FLAG_LETTERS = "".join(map(chr, range(0x1F1E6, 0x1F200)))
_VIRAMA_CLASS = 9


def clip(text: str, max_chars: int) -> str:
    """Return the text in one paragraph, at most `max_chars` characters of it.

    It ends with a whole sentence where the sentences that fit are not too short, else with a whole word (in scripts
    without spaces, a whole character) and an ellipsis. Empty when not even one character fits.
    """
    flat = " ".join(text.split())
    if len(flat) <= max_chars:
        return flat
    end = _last_sentence_end(flat, max_chars)
    if end >= min(_MIN_SENTENCES_CHARS, max_chars):
        return flat[:end]
    kept = flat[: _last_word_end(flat, max_chars - len(ELLIPSIS))].rstrip(_LEFT_OPEN)
    return kept + ELLIPSIS if kept else ""


def _last_sentence_end(text: str, max_chars: int) -> int:
    last = 0
    for found in _SENTENCE_END.finditer(text):
        if found.end() > max_chars:
            break
        if _may_cut(text, found.end()) and not _is_abbreviation(text, found.start()):
            last = found.end()
    return last


def _is_abbreviation(text: str, stop: int) -> bool:
    return bool(_ABBREVIATION.search(text[max(0, stop - _LONGEST_ABBREVIATION) : stop + 1]))


def _last_word_end(text: str, max_chars: int) -> int:
    space = text.rfind(" ", 0, max_chars + 1)
    if space >= max_chars // 2:
        return space
    return next((at for at in range(max_chars, 0, -1) if _may_cut(text, at)), 0)


def _may_cut(text: str, at: int) -> bool:
    """Return whether the characters before and after `at` are two that a reader sees apart."""
    before, after = text[at - 1], text[at : at + 1]
    if not after:
        return True
    if _is_extending(after) or _PREPENDS.match(before) or _awaits_consonant(text[:at]):
        return False
    return after not in _FLAG_LETTERS or _is_whole_flags(text[:at])


def _is_whole_flags(text: str) -> bool:
    """Return whether a text ends with an even number of flag letters (regional indicators), two to a flag."""
    return (len(text) - len(text.rstrip(_FLAG_LETTERS))) % 2 == 0


def _awaits_consonant(text: str) -> bool:
    """Return whether a text ends with a virama, which ties the consonant before it to the one after it."""
    for char in reversed(text):
        if unicodedata.combining(char) == _VIRAMA_CLASS:
            return True
        if not _is_extending(char):
            return False
    return False


def _is_extending(char: str) -> bool:
    return unicodedata.category(char)[0] == "M" or _EXTENDS.match(char) is not None
