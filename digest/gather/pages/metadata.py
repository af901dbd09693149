"""What a page's own elements say of its article: OpenGraph and `article:*`, other `meta` names, links, the headline.

Each of the two readers fills a draft; which of them counts before which is decided in digest/gather/pages/page.py.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from lxml import etree

from digest.gather.cleaning.dates import parse_date
from digest.gather.cleaning.draft import Draft
from digest.gather.cleaning.identity import absolute_url
from digest.gather.cleaning.json_values import as_number

_PUBLISHED_NAMES = (
    "article:published_time", "og:article:published_time", "datepublished", "date.published", "publish-date",
    "publication_date", "pubdate", "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.created",
    "dc.date", "dcterms.date", "date",
)  # fmt: skip
_UPDATED_NAMES = (
    "article:modified_time", "og:updated_time", "datemodified", "last-modified", "lastmod", "dcterms.modified",
    "dc.date.modified",
)  # fmt: skip
_AUTHOR_NAMES = (
    "author",
    "article:author",
    "byl",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
)


class PageHead(NamedTuple):
    """What stands in a page's head: `meta` contents by lower-case name or property, in order; the links."""

    meta: Mapping[str, list[str]]
    canonical: str
    title: str
    feeds: tuple[str, ...]

    def first(self, *names: str) -> str:
        """Return the first content of the first of these names that has one, else ""."""
        return next((content for name in names for content in self.meta.get(name, []) if content), "")


def read_head(tree: etree._Element, *, base_url: str) -> PageHead:
    """Return the `meta` contents, canonical link, title and feeds of a page. URLs are resolved against `base_url`."""
    meta: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        names = (element.get(attribute, "") for attribute in ("property", "name", "itemprop", "http-equiv"))
        for name in dict.fromkeys(filter(None, (name.strip().lower() for name in names))):
            meta.setdefault(name, []).append(element.get("content", "").strip())
    title = next((text_of(element) for element in tree.iter("title")), "")
    canonical = next((link.get("href", "") for link in _links(tree, "canonical")), "")
    feeds = (link for link in _links(tree, "alternate") if _is_feed(link.get("type", "")))
    return PageHead(
        meta=meta,
        canonical=absolute_url(canonical, base_url=base_url) if canonical else "",
        title=title,
        feeds=tuple(filter(None, (absolute_url(link.get("href", ""), base_url=base_url) for link in feeds))),
    )


def read_open_graph(head: PageHead) -> Draft:
    """Return what OpenGraph and `article:*` say (ogp.me), and Twitter's names for the same."""
    author = head.first("article:author")
    return Draft(
        title=head.first("og:title", "twitter:title"),
        dek=head.first("og:description", "twitter:description"),
        url=head.first("og:url"),
        byline="" if "://" in author else author,
        publisher=head.first("og:site_name"),
        image_url=head.first("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"),
        image_alt=head.first("og:image:alt", "twitter:image:alt"),
        image_width=as_number(head.first("og:image:width")),
        image_height=as_number(head.first("og:image:height")),
        tags=[tag for name in ("article:tag", "og:article:tag") for tag in head.meta.get(name, [])],
        lang=head.first("og:locale"),
        published=_first_date(head, *_PUBLISHED_NAMES[:2]),
        updated=_first_date(head, *_UPDATED_NAMES[:2]),
    )


def read_elements(tree: etree._Element, head: PageHead) -> Draft:
    """Return what the other `meta` names and the elements of a page say: `h1`, `time`, `rel=tag`, `lang`."""
    return Draft(
        title=_headline(tree) or head.title,
        dek=head.first("description", "dc.description", "sailthru.description"),
        byline=_author(tree, head),
        publisher=head.first("application-name", "dc.publisher", "apple-mobile-web-app-title"),
        tags=list(_tags(tree, head)),
        lang=tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or _own_hreflang(tree, head),
        published=_first_date(head, *_PUBLISHED_NAMES) or _time_element(tree, "datePublished"),
        updated=_first_date(head, *_UPDATED_NAMES) or _time_element(tree, "dateModified"),
    )


def fallback_tags(head: PageHead) -> list[str]:
    """Return tags for a page that names none: its `keywords`, written for search engines, else its section."""
    keywords = [tag for content in head.meta.get("keywords", []) for tag in content.split(",")]
    return list(filter(None, keywords)) or head.meta.get("article:section", [])


def text_of(element: etree._Element) -> str:
    """Return an element's text, white space collapsed."""
    return " ".join("".join(text for text in element.itertext() if isinstance(text, str)).split())


def _links(tree: etree._Element, relation: str) -> Iterator[etree._Element]:
    for link in tree.iter("link", "a"):
        if relation in link.get("rel", "").lower().split() and link.get("href"):
            yield link


def _is_feed(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() in {
        "application/rss+xml",
        "application/atom+xml",
        "application/feed+json",
    }


def _headline(tree: etree._Element) -> str:
    """Return the first `h1` of the article, else of the page; a masthead's is often the site's name."""
    headings = list(tree.iter("h1"))
    return next(filter(None, map(text_of, chain(filter(_is_in_article, headings), headings))), "")


def _is_in_article(element: etree._Element) -> bool:
    return next(element.iterancestors("article", "main"), None) is not None


def _author(tree: etree._Element, head: PageHead) -> str:
    named = (
        content for name in _AUTHOR_NAMES for content in head.meta.get(name, []) if content and "://" not in content
    )
    linked = [text_of(link) for link in _links(tree, "author") if link.tag == "a"]
    return next(named, "") or ", ".join(dict.fromkeys(filter(None, linked)))


def _tags(tree: etree._Element, head: PageHead) -> Iterator[str]:
    for content in head.meta.get("news_keywords", []):
        yield from content.split(",")
    yield from (text_of(link) for link in _links(tree, "tag") if link.tag == "a")


def _own_hreflang(tree: etree._Element, head: PageHead) -> str:
    own = (link.get("hreflang", "") for link in _links(tree, "alternate") if _is_own(link, head))
    return next((lang for lang in own if lang != "x-default"), "") or head.first("content-language")


def _is_own(link: etree._Element, head: PageHead) -> bool:
    return absolute_url(link.get("href", ""), base_url=head.canonical) == head.canonical != ""


def _first_date(head: PageHead, *names: str) -> datetime | None:
    return next(filter(None, (parse_date(content) for name in names for content in head.meta.get(name, []))), None)


def _time_element(tree: etree._Element, meaning: str) -> datetime | None:
    """Return the time of a `time` element that says so; for publication, else of the first in the article's head."""
    times = list(tree.iter("time"))
    said = [one for one in times if meaning.lower() in one.get("itemprop", "").lower().split()]
    if meaning == "datePublished":
        said += [one for one in times if one.get("pubdate") is not None]
        said += filter(_is_in_article, times)
    return next(filter(None, (parse_date(one.get("datetime", "") or text_of(one)) for one in said)), None)
