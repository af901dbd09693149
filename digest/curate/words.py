"""Words, as near-equal texts are compared by: without case, marks, punctuation or kinds of digit; in any script.

Scripts that put no spaces between words (Chinese, Japanese, Thai, Lao, Burmese, Khmer) give one word a character.
Compatibility forms are folded by NFKD (Unicode Standard Annex 15).
"""

import re
import unicodedata

# Accents, Arabic and Hebrew vowel points, tatweel, zero-width and bidirectional controls: spelling, not wording.
_MARKS = (
    "\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
)
_DIGITS = {chr(zero + digit): str(digit) for zero in (0x660, 0x6F0, 0x966, 0x9E6) for digit in range(10)}
_SPELLINGS = (
    dict.fromkeys("\u2018\u2019\u201b\u02bc\u00b4`", "'")
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
    | _DIGITS
)
_FOLDED = re.compile(f"[{_MARKS}{''.join(_SPELLINGS)}]")
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
# What joins digits makes one number of them: 3-1, 10:30, 12,000, 2026/11/20. An apostrophe joins letters.
_WORD = re.compile(r"\w+(?:[.,:/-](?=\d)\w+|'\w+)*")
_WORD_OR_CHARACTER = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+(?:[.,:/-](?=\d)[^\W{_UNSPACED}]+)*")


def split_words(text: str) -> list[str]:
    """Return the words of a text in order, folded so that spellings of one word are equal.

    Arabic and Hebrew vowel points, hamza seats, Latin accents, typographic apostrophes and dashes, and
    Arabic-Indic, Persian, Devanagari and Bengali digits are folded.
    """
    if text.isascii():
        return _WORD.findall(text.casefold())
    folded = _FOLDED.sub(lambda found: _SPELLINGS.get(found[0], ""), unicodedata.normalize("NFKD", text)).casefold()
    return (_WORD_OR_CHARACTER if _IS_UNSPACED.search(folded) else _WORD).findall(folded)


def has_digit(word: str) -> bool:
    """Return whether a word is, or holds, a number."""
    return not word.isalpha() and any(map(str.isdigit, word))
