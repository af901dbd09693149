"""What a form to sign up says, as it came in and as it is taken: each part bounded and of one line.

What a visitor typed stays in the database, for the reader to see as evidence; no mail to ask for consent repeats it.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from digest.errors import FieldsError, InputError
from digest.flows.readers.refusals import why_refused
from digest.flows.services import SignUpRules
from digest.model.addresses import Address, parse_address
from digest.model.languages import parse_language
from digest.model.names import parse_name

_MAX_PAGE_CHARS = 500
_MAX_TAGS = 30
_MAX_TAG_CHARS = 120
MAX_TOPICS = 100
_SLUG = re.compile(r"[a-z0-9-]{1,60}")
_WEB_PAGE = re.compile(r"https?://", re.IGNORECASE)
_NOT_FOR_READING = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")

_Read = TypeVar("_Read")


class SignUpSource(StrEnum):
    """Where somebody signed up, as evidence says it."""

    PAGE = "sign-up page"
    FORM = "form in an article"
    EMBED = "embedded form"
    API = "api"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A form as it came in; nothing of it is believed yet but `source`, `wording` and `ip`.

    `form_token` and `solution` belong to the form (`open_form`); `honeypot` is the field that people do not see. `page`
    is where the form stood and `tags` those of that page; `wording` is what its reader was told they agree to.
    """

    email: str
    slugs: tuple[str, ...]
    name: str
    lang: str
    form_token: str
    honeypot: str
    solution: str
    page: str
    tags: tuple[str, ...]
    source: SignUpSource
    wording: str
    ip: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody asks for, fit to be kept. `lang` may be empty, and so may all that follows it."""

    address: Address
    slugs: tuple[str, ...]
    name: str
    lang: str
    page: str
    tags: str


def read_attempt(attempt: Attempt, rules: SignUpRules) -> Asked:
    """Return what a form asks for. Raises FieldsError, which names each field that cannot be used."""
    problems: dict[str, str] = {}
    address = _read(problems, "email", lambda: _read_address(attempt.email, rules))
    slugs = _read(problems, "topics", lambda: _read_slugs(attempt.slugs))
    name = _read(problems, "name", lambda: parse_name(attempt.name))
    lang = _read(problems, "lang", lambda: parse_language(attempt.lang) if attempt.lang else "")
    page = _read(problems, "page", lambda: _read_page(attempt.page))
    tags = _read(problems, "tags", lambda: _read_tags(attempt.tags))
    if address is None or slugs is None or name is None or lang is None or page is None or tags is None:
        raise FieldsError(problems)
    return Asked(address=address, slugs=slugs, name=name, lang=lang, page=page, tags=tags)


def _read(problems: dict[str, str], field: str, read: Callable[[], _Read]) -> _Read | None:
    try:
        return read()
    except InputError as error:
        problems[field] = str(error)
        return None


def _read_address(typed: str, rules: SignUpRules) -> Address:
    address = parse_address(typed)
    if why := why_refused(rules, address):
        raise InputError(why)
    return address


def _read_slugs(ticked: Sequence[str]) -> tuple[str, ...]:
    slugs = tuple(dict.fromkeys(ticked))
    if not 0 < len(slugs) <= MAX_TOPICS:
        raise InputError(f"tick at least one topic, and at most {MAX_TOPICS}")
    if not all(map(could_be_slug, slugs)):
        raise InputError("names a topic that cannot be")
    return slugs


def could_be_slug(text: str) -> bool:
    """Return whether a topic could have this for its slug, so that it is worth asking the database."""
    return _SLUG.fullmatch(text) is not None


def _read_page(page: str) -> str:
    """Return the page's address, or nothing for what is no web page: it is shown as a link."""
    one_line = _on_one_line(page)[:_MAX_PAGE_CHARS]
    return one_line if _WEB_PAGE.match(one_line) else ""


def _read_tags(tags: Sequence[str]) -> str:
    return ", ".join(_on_one_line(one)[:_MAX_TAG_CHARS] for one in tags[:_MAX_TAGS])


def _on_one_line(text: str) -> str:
    if not is_readable(text):
        raise InputError("holds control characters; write it without them")
    return text.strip()


def is_readable(text: str) -> bool:
    """Return whether a text has no control or direction characters in it, nor what is no character at all."""
    return _NOT_FOR_READING.search(text) is None
