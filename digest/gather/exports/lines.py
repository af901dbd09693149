"""The lines of a plain-text article export: what each is, judged by itself.

Which of them is the headline and which the dek depends on where they stand: digest/gather/exports/head.py.
The rules are for news sites in English, with the few fixed words of Arabic ones.
"""

import re
from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from digest.gather.exports.newsroom_names import is_house, is_known_agency
from digest.gather.exports.signatures import byline_of, captions_credit_of, credit_of, ends_sentence
from digest.gather.exports.stamps import read_stamps

_MAX_FURNITURE_CHARS = 120
_MAX_TAG_CHARS = 60
_MAX_TAG_WORDS = 6


class LineKind(StrEnum):
    """What a line is. `AGENCY` is an agency's name alone: a photo credit or a byline, by where it stands."""

    TEXT = "text"
    BULLET = "bullet"
    CREDIT = "credit"
    CAPTION = "caption"
    AGENCY = "agency"
    BYLINE = "byline"
    TIME = "time"
    RELATED = "related"
    TAGS = "tags"
    FURNITURE = "furniture"


SIGNED = frozenset({LineKind.CREDIT, LineKind.CAPTION, LineKind.AGENCY, LineKind.BYLINE, LineKind.TIME})
"""Lines that say who, whence and when, and are no part of the text."""
PICTURE = frozenset({LineKind.CREDIT, LineKind.CAPTION, LineKind.AGENCY})
"""Those of them that belong to a picture."""


class Line(NamedTuple):
    """A line as it stood (white space collapsed), what it is, and what it says: a credit without its brackets,
    a byline without its "By", a bullet's text, a caption's credit, the tags after "Topics:"; else the line itself."""

    text: str
    kind: LineKind
    said: str


def read_line(text: str) -> Line:
    """Return what one line is."""
    for kind, said_by in _READERS:
        if said := said_by(text):
            return Line(text, kind, said)
    return Line(text, LineKind.TEXT, text)


_TAG_BREAK = re.compile(r"\s*[,،;؛|•·]\s*")
_NEVER_ALONE = re.compile(r",(?=\s*(?:D\.?C\.?|Jr\.?|Sr\.?|Inc\.?|LLC)\s*(?:[,;|]|$))")


def read_tags(text: str) -> list[str]:
    """Return the tags of a tag line, or none if it is no list of short names.

    "ISIL, Syria's War" has two. "Washington, D.C." is one.
    """
    if ends_sentence(text):
        return []
    parts = [part.replace("\0", ",") for part in _TAG_BREAK.split(_NEVER_ALONE.sub("\0", text))]
    tags = [part.strip() for part in parts if part.strip()]
    short = all(len(tag) <= _MAX_TAG_CHARS and len(tag.split()) <= _MAX_TAG_WORDS for tag in tags)
    return tags if short else []


# --- furniture: what a station prints around every article

_RELATED = re.compile(
    r"(?:related|more)(?: news| stories| articles| topics| tags| coverage| content| links)?:?"
    r"|(?:topics|tags|places|people|organizations|organisations|filed under|keywords|more on this story):?"
    r"|أخبار ذات صلة:?|مواضيع ذات صلة:?|مواضيع متعلقة:?|كلمات مفتاحية:?|الوسوم:?",
    re.IGNORECASE,
)
_LABELLED_TAGS = re.compile(r"(?:topics|tags|keywords|filed under|الوسوم|كلمات مفتاحية)\s*:\s*(\S.*)", re.IGNORECASE)
_NAME = r"[^.,;:!?]{2,60}"
"""A station's or newsletter's name. A sentence that merely begins like furniture has a stop or a comma in it."""
_FURNITURE = tuple(
    re.compile(pattern + r"\.?", re.IGNORECASE)
    for pattern in (
        rf"(?:find|watch) {_NAME} on (?:your )?tv",
        rf"(?:get|receive|sign up for) (?:e-?mail|email|news) (?:updates|alerts|newsletters?)(?: from {_NAME})?",
        rf"(?:sign up|subscribe)(?: now| here)? (?:for|to) (?:{_NAME} )?newsletters?",
        rf"(?:follow|like|join|find) (?:us|{_NAME}) on (?:twitter|facebook|instagram|youtube|google\+|x)",
        r"(?:share|tweet|print|comment|comments|e-?mail|save|advertisement|show comments|leave a comment)",
        r"(?:share this(?: article| story)?|join the (?:conversation|discussion)|back to top|read more|see more):?",
        r"(?:©|\(c\)|copyright)[^.]{0,80}(?:\. )?all rights reserved",
        r"(?:enter )?(?:your )?e-?mail address|subscribe|sign up|submit",
        r"اشترك في (?:ال)?نشر(?:ة|تنا)[^.،]{0,40}|تابعونا على [^.،]{2,40}|شارك(?: هذا المقال)?",
    )
)
_CLOCK_ALONE = re.compile(
    r"(?:(?:first |last )?(?:published|posted|updated)[: ]+(?:at )?)?"
    r"[0-2]?\d(?::[0-5]\d)? ?[ap]\.?m\.?(?: [a-z]{2,4})?",
    re.IGNORECASE,
)
_BULLET = re.compile(r"(?:[•·▪◦‣∙●■*]|[-–](?= ))\s*(\S.*)")


def _related(text: str) -> str:
    return text if len(text) <= _MAX_FURNITURE_CHARS and _RELATED.fullmatch(text) else ""


def _labelled_tags(text: str) -> str:
    labelled = _LABELLED_TAGS.fullmatch(text)
    return labelled[1] if labelled and read_tags(labelled[1]) else ""


def _furniture(text: str) -> str:
    is_short = len(text) <= _MAX_FURNITURE_CHARS
    return text if is_short and any(pattern.fullmatch(text) for pattern in _FURNITURE) else ""


def _bullet(text: str) -> str:
    bullet = _BULLET.fullmatch(text)
    return bullet[1] if bullet else ""


def _agency(text: str) -> str:
    return text if is_known_agency(text) or (is_house(text) and not text.casefold().endswith("staff")) else ""


def _time(text: str) -> str:
    return text if read_stamps(text) or _CLOCK_ALONE.fullmatch(text) else ""


_READERS: tuple[tuple[LineKind, Callable[[str], str]], ...] = (
    (LineKind.RELATED, _related),
    (LineKind.TAGS, _labelled_tags),
    (LineKind.FURNITURE, _furniture),
    (LineKind.TIME, _time),
    (LineKind.BULLET, _bullet),
    (LineKind.AGENCY, _agency),
    (LineKind.BYLINE, byline_of),
    (LineKind.CREDIT, credit_of),
    (LineKind.CAPTION, captions_credit_of),
)
"""The surest first: each gives what a line says if it is of that kind, else ""."""
