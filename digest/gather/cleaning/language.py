"""Languages: a tag in the form of BCP 47 (RFC 5646), and which way a text runs."""

import re
import unicodedata

from digest.model.stories import Direction

_TAG = re.compile(
    r"([A-Za-z]{2,3})(?:-[A-Za-z]{3}){0,3}(?:-([A-Za-z]{4}))?(?:-([A-Za-z]{2}|[0-9]{3}))?(?:-[A-Za-z0-9]{1,8})*"
)
_RENAMED = {
    "iw": "he",
    "in": "id",
    "ji": "yi",
    "mo": "ro",
    "eng": "en",
    "ara": "ar",
    "heb": "he",
    "fas": "fa",
    "per": "fa",
}
_UNKNOWN = frozenset({"und", "mul", "zxx", "mis"})
_RTL_LANGUAGES = frozenset("ar arc azb ckb dv fa he ks mzn pnb prs ps sd syr ug ur yi".split())
_RTL_SCRIPTS = frozenset("Arab Aran Hebr Nkoo Syrc Thaa Adlm".split())


def normal_language(named: str) -> str:
    """Return a language tag in its usual form ("en_us" is "en-US"), or "" when it names none."""
    found = _TAG.fullmatch(named.strip().replace("_", "-"))
    if not found:
        return ""
    language, script, region = found[1].lower(), (found[2] or "").title(), (found[3] or "").upper()
    language = _RENAMED.get(language, language)
    return "" if language in _UNKNOWN else "-".join(filter(None, (language, script, region)))


def direction_of(lang: str, text: str) -> Direction:
    """Return which way a text runs: its language's way if that runs from right to left, else most of its letters'.

    So an Arabic headline in a feed that calls itself English, as many do by default, is still shown as Arabic.
    """
    language, _, rest = lang.partition("-")
    script = rest.partition("-")[0]
    if script in _RTL_SCRIPTS or (language in _RTL_LANGUAGES and len(script) != 4):
        return Direction.RTL
    kinds = [unicodedata.bidirectional(char) for char in text]
    rtl = kinds.count("R") + kinds.count("AL")
    return Direction.RTL if rtl > kinds.count("L") else Direction.LTR
