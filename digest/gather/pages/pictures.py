"""What a page's own elements say of the picture its metadata names: alternative text, and credit."""

from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlsplit

from lxml import etree

from digest.gather.cleaning.draft import Draft
from digest.gather.cleaning.identity import absolute_url
from digest.gather.pages.metadata import text_of

_SOURCES = ("src", "data-src", "data-original", "data-lazy-src")
_CREDIT_WORDS = ("credit", "copyright", "photographer", "attribution")
_MAX_CREDIT_CHARS = 200
_MAX_COPIES = 3


def complete_image(draft: Draft, tree: etree._Element, *, base_url: str) -> None:
    """Fill in the alternative text and credit of the draft's picture from where it stands on the page.

    Scaled copies of one picture mostly differ in host or query, so the end of the path tells.
    """
    name = _file_name(draft.image_url, base_url)
    if not name:
        return
    same = (
        one for one in tree.iter("img") if name in {_file_name(one.get(source, ""), base_url) for source in _SOURCES}
    )
    for image in islice(same, _MAX_COPIES):
        draft.image_alt = draft.image_alt or image.get("alt", "")
        draft.image_credit = draft.image_credit or next(_credits(image), "")


def _file_name(url: str, base_url: str) -> str:
    return urlsplit(absolute_url(url, base_url=base_url)).path.rpartition("/")[2] if url.strip() else ""


def _credits(image: etree._Element) -> Iterator[str]:
    figure = next(image.iterancestors("figure"), None)
    for element in figure.iter() if figure is not None else ():
        marks = f"{element.get('class', '')} {element.get('itemprop', '')}".lower()
        if any(word in marks for word in _CREDIT_WORDS) and 0 < len(said := text_of(element)) <= _MAX_CREDIT_CHARS:
            yield said
