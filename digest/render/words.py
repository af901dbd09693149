"""Fixed words, counts and dates of mails and pages, in the language of their edition or reader.

Words come from gettext catalogues (`locale/<language>/LC_MESSAGES/*.po`, all of them together, read as they are, so
that there is no compiled copy to forget); English is the language of the message ids. Dates and lists follow the
locale (CLDR, through Babel), with European digits everywhere, which newsrooms of all our languages read. A language
without a catalogue has English words and its own dates; one that Babel does not know is English altogether.
"""

import gettext
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.dates import format_interval, format_skeleton
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from digest.model.stories import Direction
from digest.render.wrapping import isolated

CATALOGUES = Path(__file__).parent / "locale"
MAX_NAME_CHARS = 60
_CLEAN_NAME = re.compile(rf"(?=.{{1,{MAX_NAME_CHARS}}}\Z)[!-~]+(?: [!-~]+)*")  # as most are, and quickly known
_JOINERS = "\u200c\u200d"  # Persian and Indic names are spelt with them


@dataclass(frozen=True, slots=True)
class Words:
    """What one language says: `locale` writes its dates and lists, `translations` its words and plurals."""

    locale: Locale
    translations: gettext.NullTranslations

    @property
    def direction(self) -> Direction:
        return Direction(self.locale.text_direction)

    def say(self, english: str, /, **values: str) -> str:
        """Return the phrase in this language; `{name}` in it becomes that value, which is taken as it is."""
        return _filled(self.translations.gettext(english), values)

    def count(self, number: int, *, one: str, other: str) -> str:
        """Return the phrase in the plural form this language has for `number`; `{count}` in it is the number."""
        return _filled(self.translations.ngettext(one, other, number), {"count": str(number)})

    def day(self, on: date) -> str:
        """Return a day without its year, as "3 November", on one line."""
        return _day(self.locale, on)

    def span(self, first: date, last: date) -> str:
        """Return the days from first to last, both of them, with the year, saying once what they share."""
        return _span(self.locale, first, last)

    def listed(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return for each name what stands before it in a list: nothing, a comma, an "and"."""
        marks = [f"\x02{at}\x03" for at in range(len(names))]
        line = format_list(marks, locale=self.locale)
        before = []
        for mark in marks:
            lead, _, line = line.partition(mark)
            before.append(lead)
        return tuple(before)


@cache
def words_for(lang: str) -> Words:
    """Return the words for a BCP 47 language tag: of that language, or English where there are none."""
    locale = _locale(lang)
    paths = sorted((CATALOGUES / locale.language / "LC_MESSAGES").glob("*.po"))
    return Words(locale, _translations(paths) if paths else gettext.NullTranslations())


def salutation(name: str, *, lang: str) -> str:
    """Return the greeting for a reader: one line, with the name cleaned and capped, or without one if it is empty.

    A name is what somebody typed into a form: line breaks, control and invisible characters go, and what is
    longer than 60 characters ends in an ellipsis. It is isolated from the greeting's own direction (UAX 9).
    """
    greeting = _greeting(lang)
    cleaned = _cleaned_name(name)
    if not cleaned:
        return greeting.to_nobody
    return f"{greeting.before_name}{isolated(cleaned, greeting.direction)}{greeting.after_name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Greeting:
    """How one language greets: each mail has a greeting, and its catalogue needs to be asked once."""

    to_nobody: str
    before_name: str
    after_name: str
    direction: Direction


@cache
def _greeting(lang: str) -> _Greeting:
    words = words_for(lang)
    before, _, after = words.say("Hello {name},", name="\0").partition("\0")
    return _Greeting(to_nobody=words.say("Hello,"), before_name=before, after_name=after, direction=words.direction)


def _cleaned_name(name: str) -> str:
    if _CLEAN_NAME.fullmatch(name):
        return name
    visible = name if name.isprintable() else "".join(map(_visible, name))  # printable: nothing of C or Z but spaces
    line = " ".join(visible.split())
    return line if len(line) <= MAX_NAME_CHARS else line[: MAX_NAME_CHARS - 1].rstrip() + "…"


def _visible(char: str) -> str:
    return char if char in _JOINERS or unicodedata.category(char)[0] not in "CZ" else " "


def _filled(phrase: str, values: dict[str, str]) -> str:
    """Fill the phrase in one pass, so that a value that looks like a place is left as it is."""
    pieces = phrase.replace("}", "{").split("{")
    return "".join(piece if at % 2 == 0 else values[piece] for at, piece in enumerate(pieces))


def _locale(lang: str) -> Locale:
    for tag in (lang, lang.partition("-")[0]):
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en")


def _translations(paths: Sequence[Path]) -> gettext.GNUTranslations:
    first, *more = (read_po(BytesIO(path.read_bytes())) for path in paths)
    for catalogue in more:
        for message in catalogue:
            first[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, first)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@lru_cache(maxsize=4096)
def _day(locale: Locale, on: date) -> str:
    return format_skeleton("MMMMd", on, locale=locale).replace(" ", "\N{NO-BREAK SPACE}")


@lru_cache(maxsize=1024)
def _span(locale: Locale, first: date, last: date) -> str:
    return format_interval(first, last, "yMMMMd", locale=locale)
