"""The fields of a feed's entry (or of the feed itself) by name, whichever dialect of RSS or Atom wrote them.

Names here are lower case, with the prefix that the namespace usually has ("dc:creator"), and none for RSS and Atom
themselves. Nothing is fetched and no entity is expanded: libxml2 stops at 256 levels and sees no document type.
"""

import base64
import binascii
import html
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from lxml import etree

from digest.errors import RejectedError
from digest.gather.cleaning.identity import joined
from digest.gather.cleaning.markup import has_markup
from digest.gather.feeds.text import FeedText, as_xml, quoted

_CORE = (
    "http://www.w3.org/2005/atom",
    "http://purl.org/atom/ns",
    "http://purl.org/rss/1.0",
    "http://purl.org/rss/1.0/modules/rss091",
    "http://my.netscape.com/rdf/simple/0.9",
    "http://channel.netscape.com/rdf/simple/0.9",
    "http://backend.userland.com/rss",
    "http://backend.userland.com/rss2",
    "http://blogs.law.harvard.edu/tech/rss",
)
_PREFIXES = dict.fromkeys(_CORE, "") | {
    "http://purl.org/rss/1.0/modules/content": "content",
    "http://purl.org/dc/elements/1.1": "dc",
    "http://purl.org/dc/terms": "dc",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://search.yahoo.com/mrss": "media",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns": "rdf",
    "http://www.w3.org/1999/xhtml": "xhtml",
}
_ELEMENT_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_XML = "{http://www.w3.org/XML/1998/namespace}"
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_TOO_DEEP = 114
"""libxml2's XML_ERR_RESOURCE_LIMIT: nested deeper, or longer, than it reads."""


class Field:
    """One element: its text, its attributes and what is in it."""

    def __init__(self, element: etree._Element, *, feed_url: str) -> None:
        self._element = element
        self._feed_url = feed_url

    def __getitem__(self, attribute: str) -> str:
        """Return the value of an attribute, named in lower case, trimmed; "" where there is none."""
        found = (value for name, value in self._element.items() if str(name).lower() == attribute)
        return str(next(found, "")).strip()

    @property
    def text(self) -> str:
        """All text in the element, trimmed, without the tags."""
        return "".join(str(piece) for piece in self._element.itertext()).strip()

    @property
    def about(self) -> str:
        """The subject of an RDF description (RSS 1.0): most feeds write the entry's URL here."""
        return str(self._element.get(_ABOUT) or "").strip()

    @property
    def base_url(self) -> str:
        """What relative URLs in this element are relative to: `xml:base`, or the feed."""
        return joined(self._feed_url, self._element.base or "")

    def resolved(self, url: str) -> str:
        """Return a URL that this element writes, made absolute; "" stays ""."""
        return joined(self.base_url, url) if url else ""

    @property
    def lang(self) -> str:
        """The nearest `xml:lang`, "" where none is given."""
        bearers = (one for one in (self._element, *self._element.iterancestors()) if one.get(f"{_XML}lang"))
        return str(next((one.get(f"{_XML}lang") for one in bearers), ""))

    @property
    def fields(self) -> "Fields":
        """The fields inside this one."""
        return Fields(self._element.iterchildren("*"), feed_url=self._feed_url)

    @property
    def markup(self) -> str:
        """What the element says, as HTML or text: by its type where it has one (RFC 4287 section 3.1)."""
        kind, mode = self["type"].lower(), self["mode"].lower()
        if "/" in kind and not kind.startswith("text/") and not kind.endswith(("xml", "html")):
            return ""
        if len(self._element):
            return _inner_html(self._element)
        if mode == "base64":
            return _from_base64(self.text)
        if kind in {"text", "text/plain"} and mode != "escaped" and not _is_mislabelled(self.text):
            return html.escape(self.text, quote=False)
        return self.text


class Fields:
    """The elements in an entry by name, each in document order."""

    def __init__(self, elements: Iterable[etree._Element], *, feed_url: str) -> None:
        self._by_name: dict[str, list[Field]] = defaultdict(list)
        for one in elements:
            self._by_name[_name(one.tag)].append(Field(one, feed_url=feed_url))

    def all(self, *names: str) -> Iterator[Field]:
        """Yield the fields of these names, name by name."""
        for name in names:
            yield from self._by_name.get(name, ())

    def first(self, *names: str) -> Field | None:
        """Return the first field of these names, tried in order, that says anything."""
        return next((field for field in self.all(*names) if field.markup.strip()), None)

    def text(self, *names: str) -> str:
        """Return the text of the first field of these names that says anything, or ""."""
        found = self.first(*names)
        return found.text if found else ""

    def markup(self, *names: str) -> str:
        """Return what the first field of these names says, as HTML or text, or ""."""
        found = self.first(*names)
        return found.markup if found else ""


def parsed(fragment: str, feed: FeedText, *, feed_url: str) -> tuple[Field, Fields]:
    """Return an entry as a field and as its fields. Raises RejectedError for what is nested too deep to be read.

    What is no XML is read again with its HTML quoted, and then by libxml2's own mending.
    """
    entry = _element(as_xml(fragment, feed), feed_url=feed_url)
    if entry is None:
        entry = _element(as_xml(quoted(fragment), feed), feed_url=feed_url)
    if entry is not None:
        field = Field(entry, feed_url=feed_url)
        return field, field.fields
    mended = _mended_element(as_xml(quoted(fragment), feed), feed_url=feed_url)
    # Mending closes elements late, so that fields end up inside one another.
    return Field(mended, feed_url=feed_url), Fields(mended.iterdescendants("*"), feed_url=feed_url)


def parsed_head(feed: FeedText, *, feed_url: str) -> Field:
    """Return the feed itself: what stands before its first entry, however badly."""
    head = _mended_element(as_xml(f"<head>{feed.head}</head>", feed), feed_url=feed_url)
    channel = next((one for one in head.iterchildren("*") if _name(one.tag) == "channel"), head)
    return Field(channel, feed_url=feed_url)


def _element(document: str, *, feed_url: str) -> etree._Element | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(document.encode(), parser, base_url=feed_url)
    except etree.XMLSyntaxError as error:
        if error.code == _TOO_DEEP:  # type: ignore[attr-defined]  # lxml-stubs forget it
            raise RejectedError("it is nested deeper than 256 elements, or holds a text of over 10 MB") from error
        return None
    return root[0] if len(root) else None


def _mended_element(document: str, *, feed_url: str) -> etree._Element:
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    root = etree.fromstring(document.encode(), parser, base_url=feed_url)
    if root is None or not len(root):
        raise RejectedError("it cannot be read as XML, not even in part")
    try:
        etree.tostring(root, encoding="unicode")
    except UnicodeDecodeError as error:  # when mending, libxml2 lets references to surrogates through
        raise RejectedError("it refers to characters that XML does not have") from error
    return root[0]


def _name(tag: str) -> str:
    namespace, _, local = tag.rpartition("}")
    uri = namespace.lstrip("{").lower().rstrip("/#")
    prefix = _PREFIXES.get(uri, "other") if uri else ""
    return f"{prefix}:{local.lower()}" if prefix else local.lower()


def _inner_html(element: etree._Element) -> str:
    for one in element.iter("*"):
        name = one.tag.rpartition("}")[2]
        one.tag = name if _ELEMENT_NAME.fullmatch(name) else "span"  # libxml2's mending may leave a name like ":"
    etree.cleanup_namespaces(element)
    children = (etree.tostring(child, encoding="unicode", method="html") for child in element)
    return html.escape(element.text or "", quote=False) + "".join(children)


def _from_base64(text: str) -> str:
    try:
        return base64.b64decode(text).decode(errors="replace")
    except (binascii.Error, ValueError):
        return ""


def _is_mislabelled(text: str) -> bool:
    """Return whether "plain text" is HTML all the same: it has tags, and they are closed."""
    return "</" in text and has_markup(text)
