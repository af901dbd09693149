"""The readable text of an article page: what trafilatura finds to be the article, as simple HTML.

What comes from here is not yet sanitised: digest/gather/cleaning/draft.py does that for all.
"""

import re
from collections.abc import Sequence
from copy import deepcopy

import trafilatura
from lxml import etree
from trafilatura.settings import DEFAULT_CONFIG

from digest.gather.cleaning.sanitise import one_line, plain_text

_BODY = re.compile(r"<body[^>]*>(.*)</body>", re.DOTALL)
_FIRST_BLOCK = re.compile(r"\s*<(h[1-6]|p)(?: [^>]*)?>(.*?)</\1>", re.DOTALL)
_MUCH_LONGER = 2
_SHORT_CHARS = 250
_MAX_SHOWN_CHARS = 1_000
_STUMBLES = (etree.LxmlError, ValueError, TypeError, AttributeError, LookupError, RecursionError, AssertionError)
"""What an extractor full of heuristics may raise on a page nobody foresaw: then it found nothing."""


def read_text(tree: etree._Element, *, shown: Sequence[str], article_body: str) -> str:
    """Return the article's text as HTML, "" if none is found.

    What is `shown` elsewhere, title and dek, is not repeated at its start. `article_body`, the page's own word for
    it as HTML, counts where it is twice as long (the rest is only sent to whoever runs scripts), or where it is
    what was found, which then has no paragraphs any more.
    """
    found = _without_start(_extracted(tree), [one_line(one, max_chars=_MAX_SHOWN_CHARS) for one in shown])
    words, words_of_body = _words(found), _words(article_body)
    return article_body if len(words_of_body) > _MUCH_LONGER * len(words) or words_of_body == words else found


def _extracted(tree: etree._Element) -> str:
    """Return the article. Where that is short, all words of the page count instead if they are far more: the
    article is then not marked up as one."""
    article = _extract(tree, min_chars=1)
    if len(plain_text(article)) >= _SHORT_CHARS:
        return article
    everything = _extract(tree, min_chars=_SHORT_CHARS)
    return everything if len(_words(everything)) > _MUCH_LONGER * len(_words(article)) else article


def _extract(tree: etree._Element, *, min_chars: int) -> str:
    """Run trafilatura, which takes all words of the page where it finds an article of fewer than `min_chars`."""
    config = deepcopy(DEFAULT_CONFIG)
    config["DEFAULT"]["min_extracted_size"] = str(min_chars)
    try:
        page = trafilatura.extract(
            tree,
            fast=True,
            output_format="html",
            include_comments=False,
            include_links=True,
            include_formatting=True,
            config=config,
        )
    except _STUMBLES:
        return ""
    body = _BODY.search(page or "")
    return body[1] if body else ""


def _words(html: str) -> list[str]:
    return plain_text(html).split()


def _without_start(text: str, shown: Sequence[str]) -> str:
    while (block := _FIRST_BLOCK.match(text)) and one_line(block[2], max_chars=_MAX_SHOWN_CHARS) in shown:
        text = text[block.end() :]
    return text
