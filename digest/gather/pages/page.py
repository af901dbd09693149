"""Article pages: HTML -> one story, from what the page says of itself in several places.

What counts before what, field by field, is the order of the readings: JSON-LD (json_ld.py), then OpenGraph
and `article:*`, then other `meta` names and elements (metadata.py); readings.py puts them together. The text is
article_text.py, cleaning digest/gather/cleaning/draft.py.
"""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

from lxml import etree

from digest.errors import RejectedError
from digest.gather.cleaning.draft import Draft, finish
from digest.gather.cleaning.identity import absolute_url
from digest.gather.cleaning.sanitise import plain_text
from digest.gather.pages.address import own_address
from digest.gather.pages.article_text import read_text
from digest.gather.pages.json_ld import read_json_ld
from digest.gather.pages.metadata import PageHead, fallback_tags, read_elements, read_head, read_open_graph
from digest.gather.pages.pictures import complete_image
from digest.gather.pages.readings import merge
from digest.gather.pages.tree import read_tree
from digest.model.sources import ParsedDocument

_MIN_WORDS = 25
"""A page that does not call itself an article must have this much text to be one."""


def parse_page(content: bytes, *, url: str, content_type: str, now: datetime) -> ParsedDocument:
    """Return the story of an article page.

    `url` is where it came from, "" for a file; `content_type` counts for its charset. Raises RejectedError when the
    page is too large, or holds no article: its message says what it seems to be and what to give instead.
    """
    tree = read_tree(content, content_type)
    base_url = _base_url(tree, url)
    head = read_head(tree, base_url=base_url)
    article = read_json_ld(_scripts(tree), page_url=url)
    readings = [*([article] if article else []), read_open_graph(head), read_elements(tree, head)]
    draft = merge(readings, page_title=head.title)
    draft.tags = draft.tags or fallback_tags(head)
    address = own_address([head.canonical, *(one.url for one in readings)], page_url=url, base_url=base_url)
    draft.url = address.url
    base_url = base_url or address.url
    draft.notes += address.notes
    complete_image(draft, tree, base_url=base_url)
    draft.body = read_text(tree, shown=(draft.title, draft.dek), article_body=article.body if article else "")
    is_article = article is not None or head.first("og:type").lower() == "article"
    _judge(draft, tree, head, page_url=url, is_article=is_article or not url)
    story = finish(draft, base_url=base_url, source=url, now=now)
    return ParsedDocument(stories=(story,), title=story.publisher or story.title)


def _base_url(tree: etree._Element, url: str) -> str:
    named = next((base.get("href", "") for base in tree.iter("base") if base.get("href")), "")
    return absolute_url(named, base_url=url) or url


def _scripts(tree: etree._Element) -> Iterator[str]:
    for script in tree.iter("script"):
        if script.get("type", "").strip().lower().startswith("application/ld+json") and script.text:
            yield script.text


def _judge(draft: Draft, tree: etree._Element, head: PageHead, *, page_url: str, is_article: bool) -> None:
    """Raise RejectedError if the page is no article; note it if it is one without a text."""
    instead = (
        f"gather its feed instead: {head.feeds[0]}" if head.feeds else "give an article's own address, or a feed's"
    )
    if page_url and not is_article and urlsplit(page_url).path in {"", "/"}:
        raise RejectedError(f"it is a front page, not an article; {instead}")
    words = len(plain_text(draft.body).split())
    asks_password = any(field.get("type", "").lower() == "password" for field in tree.iter("input"))
    if asks_password and words < _MIN_WORDS and not (is_article and draft.dek):
        raise RejectedError(f"it asks for a log-in and shows no text; {instead}")
    if not is_article and words < _MIN_WORDS:
        raise RejectedError(f"no article was found on it, only {words} words of text; {instead}")
    if not words:
        draft.notes.append("its text could not be read: only what the page says of itself")
