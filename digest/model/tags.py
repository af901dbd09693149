"""Tags: one form for matching, the first seen form for showing."""

import re
import unicodedata
from typing import NamedTuple, NewType

TagKey = NewType("TagKey", str)

_APOSTROPHES = dict.fromkeys(map(ord, "\u2018\u2019\u201b\u02bc\u02b9\u2032\uff07\u00b4`\u05f3"), "'")
_GAPS = re.compile(r"[\s_\-\u2010-\u2015\u2212\u00ad]+")
_MAX_LABEL_CHARS = 120


class Tag(NamedTuple):
    """A tag as matched (`key`) and as shown (`label`)."""

    key: TagKey
    label: str


def tag_key(label: str) -> TagKey:
    """Return the form in which tags are compared.

    Case, Unicode form (NFKC), kind of apostrophe, and spaces, hyphens and underscores in any number make no
    difference: "Syria’s War", "SYRIA'S  WAR" and "syria's-war" have one key.
    """
    folded = unicodedata.normalize("NFKC", label.translate(_APOSTROPHES)).casefold()
    folded = unicodedata.normalize("NFKC", folded).translate(_APOSTROPHES)
    visible = "".join(char for char in folded if unicodedata.category(char) not in {"Cc", "Cf"} or char.isspace())
    return TagKey(_GAPS.sub(" ", visible).strip(" #"))


def make_tag(label: str) -> Tag | None:
    """Return the tag for a label, or None when nothing of it is left to match or it is no tag but a text."""
    shown = " ".join(label.split()).strip("# ")
    key = tag_key(shown)
    return Tag(key, shown) if key and len(shown) <= _MAX_LABEL_CHARS else None
