"""A page's own address: which of the links it gives as its own is to be believed.

A page that names another site's address as its own would take that site's story over, so only addresses of
the same site count. What one site is, the Public Suffix List says, with its private part (a.github.io is one).
"""

from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

from tld import get_fld

from digest.gather.cleaning.identity import canonical_url


class OwnAddress(NamedTuple):
    """The address, "" for a file that names none, and what was not believed."""

    url: str
    notes: list[str]


def own_address(named: Iterable[str], *, page_url: str, base_url: str) -> OwnAddress:
    """Return the first of the `named` addresses that can be the page's, else `page_url`, where it came from.

    For a file (`page_url` is "") the first is believed. Relative ones are resolved against `base_url`.
    """
    notes: list[str] = []
    for url in filter(None, (canonical_url(one, base_url=base_url) for one in named if one.strip())):
        if not page_url:
            return OwnAddress(url, notes)
        if not _is_same_site(url, page_url):
            notes.append(f"it says that its address is on another site, {urlsplit(url).hostname}: not believed")
        elif not _is_front_page(url) or _is_front_page(page_url):
            return OwnAddress(url, notes)
    return OwnAddress(page_url, list(dict.fromkeys(notes)))


def _is_same_site(url: str, page_url: str) -> bool:
    return urlsplit(url).hostname == urlsplit(page_url).hostname or _site(url) == _site(page_url) != ""


def _site(url: str) -> str:
    """Return the domain one registers: two labels of a top level that the list does not know, as its algorithm says."""
    host = urlsplit(url).hostname or ""
    labels = host.split(".")
    known = get_fld(url, fail_silently=True, search_private=True)
    return known or (".".join(labels[-2:]) if len(labels) > 1 and labels[-1].isalpha() else "")


def _is_front_page(url: str) -> bool:
    """A template's mistake: every page of a site names its front page."""
    parts = urlsplit(url)
    return parts.path in {"", "/"} and not parts.query
