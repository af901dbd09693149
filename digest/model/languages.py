"""Languages: what a person may write for one, and the one form in which it is kept (BCP 47)."""

import re
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from digest.errors import InputError
from digest.model.addresses import shown

_TAG = re.compile(r"[A-Za-z0-9_-]{2,35}")


@lru_cache(maxsize=1024)
def parse_language(typed: str) -> str:
    """Return the language's tag, like `en`, `ar` or `pt-BR`; raise InputError for what is none."""
    try:
        tag = typed.replace("_", "-") if _TAG.fullmatch(typed) else ""
        return str(Locale.parse(tag, sep="-")).replace("_", "-")
    except (UnknownLocaleError, ValueError) as error:
        raise InputError(f'lang "{shown(typed)}" is no language; write it as en, ar or pt-BR (BCP 47)') from error
