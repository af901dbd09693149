"""Which language a page speaks: what was asked for, then what is known of the reader, then what the browser says."""

from functools import cache, lru_cache
from typing import Protocol

from digest.render.words import CATALOGUES

_ENGLISH = "en"
_MAX_HEADER_CHARS = 500


class Speaker(Protocol):
    """Who visits: the languages they speak, best first, and what they asked for in a query."""

    @property
    def languages(self) -> tuple[str, ...]: ...

    def asked(self, name: str) -> str: ...


@lru_cache(maxsize=1024)
def read_languages(accept_language: str) -> tuple[str, ...]:
    """Return the languages of an Accept-Language header, best first (RFC 9110 12.5.4); what is none is left out."""
    weighed = []
    for item in accept_language[:_MAX_HEADER_CHARS].split(","):
        tag, _, weight = item.strip().partition(";")
        quality = _quality(weight)
        if tag.strip().replace("-", "").isalnum() and quality > 0:
            weighed.append((quality, tag.strip()))
    return tuple(tag for _, tag in sorted(weighed, key=lambda one: -one[0]))


def choose_lang(visit: Speaker, *preferred: str) -> str:
    """Return the language of a page: `?lang=`, then `preferred`, then the visitor's own; one that has words here."""
    return next_spoken(visit.asked("lang"), *preferred, *visit.languages)


def next_spoken(*wanted: str) -> str:
    """Return the first of these languages that has words here; English where none has."""
    spoken = spoken_languages()
    primary = (tag.partition("-")[0].lower() for tag in wanted)
    return next((tag for tag in primary if tag in spoken), _ENGLISH)


@cache
def spoken_languages() -> tuple[str, ...]:
    """Return the languages that have words here, English first."""
    return (_ENGLISH, *sorted(folder.name for folder in CATALOGUES.iterdir() if folder.is_dir()))


def _quality(weight: str) -> float:
    name, _, value = weight.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return min(float(value), 1.0)
    except ValueError:
        return 0.0
