"""Signatures: the lines that say who took a picture and who wrote a text, and what they say.

Each function judges one line of plain text by itself, white space collapsed. The names they know are
digest/gather/exports/newsroom_names.py; the rules are for newsrooms in English.
"""

import re

from digest.gather.exports.newsroom_names import (
    is_agency,
    is_body,
    is_channel,
    is_house,
    is_known_agency,
    is_outlet,
    is_person,
)

_MAX_CREDIT_CHARS = 160
_MAX_CAPTION_CHARS = 600
_MAX_BYLINE_CHARS = 120
_MAX_HEADLINE_CHARS = 150

_STOP = re.compile(r"[.!?…؟۔।。]['\"”’»)\]]*$")
_ASKED_OR_CALLED = re.compile(r"[!?؟]['\"”’»)\]]*$")
_STOP_WITHIN = re.compile(r"[.!?؟۔।。]['\"”’»)\]]*\s")
_ABBREVIATION = re.compile(r"\b(?:\w\.){1,4}|\b(?:Jr|Sr|Inc|Co|Corp|Ltd|St|Dr|Mr|Mrs|Ms)\.")
_ABBREVIATION_END = re.compile(rf"(?:{_ABBREVIATION.pattern})$")


def ends_sentence(text: str) -> bool:
    """Return whether a line ends as a sentence does. A headline that ends in "the U.S." does not; prose may."""
    is_abbreviated = len(text) <= _MAX_HEADLINE_CHARS and _ABBREVIATION_END.search(text)
    return bool(_STOP.search(text)) and not is_abbreviated


def ends_in_full_stop(text: str) -> bool:
    """Return whether a line ends as a statement does. Headlines and deks ask and exclaim, but few of them state."""
    return ends_sentence(text) and not _ASKED_OR_CALLED.search(text)


def is_one_sentence(text: str) -> bool:
    """Return whether a line is a single sentence. The stops of abbreviations ("the U.S. Army") end none."""
    return ends_sentence(text) and not _STOP_WITHIN.search(_ABBREVIATION.sub("", text))


# --- credits: who took the picture

_TAKEN_BY = re.compile(
    r"(?:(?:photos?|photographs?|photography|images?|illustrations?|graphics?|pictures?|credits?)(?: credits?)?"
    r"(?: ?:| by)|(?:photos? )?via)\s+(?P<names>\S.*)",
    re.IGNORECASE,
)
_GIVEN_BY = re.compile(r"(?:photos? )?courtesy(?: of|:)? \S.*|(?:©|\(c\)) ?\S.*", re.IGNORECASE)
_SLASHED = re.compile(r"\s*/\s*(?:(?:for|via|by)\s+)?|\s+(?:via|for|[-–—|])\s+|,\s+", re.IGNORECASE)
_UNSLASHED = re.compile(r"\s+(?:via|for)\s+|,\s+", re.IGNORECASE)
_BRACKETS = re.compile(r"[(\[]([^()\[\]]+)[)\]]")
_CAPTIONS_CREDIT = re.compile(r".{15,}?\s*[(\[]([^()\[\]]{3,100})[)\]]\.?")
_SENTENCE_BREAK = re.compile(r"(?<=[.!?…؟۔\"'”’»)\]])\s+")


def credit_of(text: str) -> str:
    """Return whom a line credits with a picture, or "".

    Either it says so ("Photo by", "Courtesy of", "©"), or it consists of names with an agency or a newspaper
    among them ("Jane Doe / AP", "Jane Doe for The Courier").
    """
    if len(text) > _MAX_CREDIT_CHARS:
        return ""
    bracketed = _BRACKETS.fullmatch(text)
    line = bracketed[1].strip() if bracketed else text
    if _GIVEN_BY.fullmatch(line) and not ends_sentence(line):
        return line
    said = _TAKEN_BY.fullmatch(line)
    names = said["names"] if said else line
    parts = (_SLASHED if "/" in line else _UNSLASHED).split(names)
    is_name = is_body if "/" in line else is_person
    if not all(is_agency(part) or is_outlet(part) or is_name(part) for part in parts):
        return ""
    return names if said or ((len(parts) > 1 or bracketed) and _has_agency(parts, line)) else ""


def _has_agency(parts: list[str], line: str) -> bool:
    """A slash or "via" shows that a name of any form is an agency's; else it must be a known one: a headline may
    read "New Blow for Fox News"."""
    if "/" in line or " via " in line.lower():
        return any(is_agency(part) or is_outlet(part) for part in parts)
    return any(is_known_agency(part) or ("," not in line and is_house(part)) for part in parts)


def captions_credit_of(text: str) -> str:
    """Return the credit that a picture's caption ends with, or "". A caption is a sentence, then a credit."""
    if len(text) > _MAX_CAPTION_CHARS:
        return ""
    if bracketed := _CAPTIONS_CREDIT.fullmatch(text):
        return credit_of(bracketed[1]) if "/" in bracketed[1] else ""
    for stop in _SENTENCE_BREAK.finditer(text):
        if (credit := credit_of(text[stop.end() :])) and re.search(r"/|©|\bimages$", credit, re.IGNORECASE):
            return credit
    return ""


def looks_like_credit(text: str) -> bool:
    """Return whether the first line of all is a credit, though anywhere else it would be taken for text: "NASA",
    or people and agencies nobody has heard of ("Jo Roe / Upfront")."""
    parts = re.split(r"\s+/\s+", text)
    are_names = len(text) <= _MAX_CREDIT_CHARS and all(is_body(part) for part in parts)
    return is_channel(text) or (are_names and len(parts) > 1)


# --- bylines: who wrote it


def looks_like_name(text: str) -> bool:
    """Return whether a line has the form of one person's name alone: it counts where a signature would stand."""
    return 2 <= len(text.split()) <= 3 and is_person(text) and not any(map(str.isdigit, text))


_BY = re.compile(
    r"(?:(?:analysis|commentary|opinion|story|text|words|written|reported) )?by:?\s+(?P<names>\S.*)", re.IGNORECASE
)
_HANDLE = re.compile(r"\s*[(|,]?\s*@\w{1,20}\)?")
_WHENCE = re.compile(r"\s+(?:in|from)\s+[^\W\d_].*|,?\s+special to\s.*", re.IGNORECASE)
_HELPED_BY = re.compile(r"(?:(?:with )?additional reporting(?: by)?|reporting by)\s+(?P<names>[^.]+)\.?", re.IGNORECASE)
_WITH = re.compile(r"with\s+(?P<names>[^.]+)\.?", re.IGNORECASE)
_WIRES = re.compile(
    r"(?:[^.,;:]{2,40}?(?:,? (?:and|with|&) (?:the )?|, ))?(?:combined )?"
    r"(?:wire (?:services|reports)|news ?wires|(?:news )?agencies|wires)",
    re.IGNORECASE,
)
_NAMES_JOINED = re.compile(r",\s+(?:and\s+)?|\s+(?:and|&|with|for)\s+")


def byline_of(text: str) -> str:
    """Return the names a line gives as writers, or ""."""
    if len(text) > _MAX_BYLINE_CHARS:
        return ""
    helped, by_wires = _HELPED_BY.fullmatch(text), _WITH.fullmatch(text)
    if (helped and _are_names(helped["names"])) or (by_wires and _is_own_work(by_wires["names"])):
        return text[0].lower() + text[1:].removesuffix(".")
    said = _BY.fullmatch(text)
    with_handles = said["names"] if said else text
    names = " ".join(_HANDLE.sub(" ", with_handles).split()).replace(" ,", ",")
    if _WIRES.fullmatch(names) or _is_own_work(names):
        return names
    return names if (said or names != with_handles) and _are_names(_WHENCE.sub("", names)) else ""


def _are_names(text: str) -> bool:
    return all(is_agency(name) or is_outlet(name) or is_person(name) for name in _NAMES_JOINED.split(text))


def _is_own_work(text: str) -> bool:
    """Return whether a line names newsrooms and nobody else: "Al Jazeera and The Associated Press"."""
    return all(is_known_agency(name) or is_house(name) for name in _NAMES_JOINED.split(text))
