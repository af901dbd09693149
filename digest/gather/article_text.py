"""The readable text of an article page: what trafilatura finds to be the article, as simple HTML.

What comes from here is not yet sanitised: digest/gather/draft.py does that for all.
"""

import re
from collections.abc import Sequence

import trafilatura
from lxml import etree

from digest.gather.sanitise import one_line, plain_text

_BODY = re.compile(r"<body[^>]*>(.*)</body>", re.DOTALL)
_FIRST_BLOCK = re.compile(r"\s*<(h[1-6]|p)(?: [^>]*)?>(.*?)</\1>", re.DOTALL)
_MUCH_LONGER = 2
_MAX_SHOWN_CHARS = 1_000
_STUMBLES = (etree.LxmlError, ValueError, TypeError, AttributeError, LookupError, RecursionError, AssertionError)
"""What an extractor full of heuristics may raise on a page nobody foresaw: then it found nothing."""


def read_text(tree: etree._Element, *, shown: Sequence[str], article_body: str) -> str:
    """Return the article's text as HTML, "" if none is found.

    What is `shown` elsewhere, title and dek, is not repeated at its start. `article_body`, the page's own word for
    it as HTML, counts where it is at least twice as long: then the rest is only sent to whoever runs scripts.
    """
    found = _without_start(_extracted(tree), [one_line(one, max_chars=_MAX_SHOWN_CHARS) for one in shown])
    is_longer = len(plain_text(article_body).split()) > _MUCH_LONGER * len(plain_text(found).split())
    return article_body if is_longer else found


def _extracted(tree: etree._Element) -> str:
    try:
        page = trafilatura.extract(
            tree,
            fast=True,
            output_format="html",
            include_comments=False,
            include_links=True,
            include_formatting=True,
        )
    except _STUMBLES:
        return ""
    body = _BODY.search(page or "")
    return body[1] if body else ""


def _without_start(text: str, shown: Sequence[str]) -> str:
    while (block := _FIRST_BLOCK.match(text)) and one_line(block[2], max_chars=_MAX_SHOWN_CHARS) in shown:
        text = text[block.end() :]
    return text
