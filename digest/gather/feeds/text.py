"""A feed's text, cut into its entries before any of it is parsed, so that one bad entry spoils only itself.

What lives here works on text alone, in linear time, and mends what keeps feeds in the wild from being XML 1.0:
junk before and after the document, undeclared entities and prefixes, bare ampersands, HTML that nobody escaped.
A document type is dropped unread; one that declares entities (XML bombs, CVE-2003-1564 and kin) is rejected.
"""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html.entities import html5

from digest.errors import RejectedError
from digest.gather.feeds.limits import MAX_ENTRIES

MAX_ROOT_CHARS = 20_000
MAX_DEPTH = 256
"""Of elements outside of the entries. Within an entry libxml2 stops at the same depth."""
_MAX_PREFIXES = 50

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TO_CDATA_END = r"(?>(?:[^<\]]++|<(?!!\[CDATA\[)|\](?!\]>))*)\]\]>"
_UNCLOSED_CDATA = re.compile(rf"<!\[CDATA\[(?!{_TO_CDATA_END})")
_CDATA_OR_COMMENT = r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)"
_ROOT = re.compile(
    rf"{_CDATA_OR_COMMENT}|(?P<tag><(?P<name>(?:[\w.-]+:)?(?:rss|feed|rdf|channel))(?=[\s/>])[^<>]*+>)",
    re.IGNORECASE | re.DOTALL,
)
_HTML_PAGE = re.compile(r"<!doctype\s+html|<html[\s>]|<body[\s>]", re.IGNORECASE)
_ENTRY = re.compile(
    # A CDATA section that is not closed before the next one opens hides nothing: it spoils its own entry alone.
    rf"<!\[CDATA\[{_TO_CDATA_END}|<!--.*?(?:-->|\Z)"
    r"|<(?P<slash>/?)(?P<name>(?:[\w.-]+:)?(?:item|entry))(?=[\s/>])[^<>]*+>",
    re.IGNORECASE | re.DOTALL,
)
_ELEMENT = re.compile(rf"{_CDATA_OR_COMMENT}|<(?P<slash>/?)(?P<name>[A-Za-z_][\w:.-]*+)[^<>]*+>", re.DOTALL)
_REFERENCE = re.compile(
    rf"<!\[CDATA\[{_TO_CDATA_END}"
    r"|&(?!(?:amp|lt|gt|quot|apos);)(?:(#[0-9]{1,8}|#[xX][0-9a-fA-F]{1,7}|[A-Za-z][A-Za-z0-9]{1,31});)?",
    re.DOTALL,
)
_TEXT_ELEMENT = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)"
    r"|<(?P<slash>/?)(?P<name>title|description|summary|content|[\w.-]+:(?:title|description|summary|encoded))(?:\s[^<>]*)?>",
    re.IGNORECASE | re.DOTALL,
)
_TITLE = re.compile(r"<(?:[\w.-]{1,40}:)?title[^<>]{0,200}>\s*(?:<!\[CDATA\[)?([^<>]{1,300}?)(?:]]>|<)", re.IGNORECASE)
_PREFIX = re.compile(r"(?:</?|\s(?=[^\s<>]+=))([A-Za-z_][\w.-]*+):")
_ATTRIBUTE = re.compile(r"""\s([A-Za-z_][\w.:-]*)\s*=\s*("[^"]*"|'[^']*'|[^\s"'<>]+)""")
_DECLARED = re.compile(r"xmlns:([A-Za-z_][\w.-]*)\s*=")
_NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedText:
    """A feed in pieces.

    `namespaces` are the `xmlns` and `xml` attributes of its root; `head` is what stands before the first entry.
    `entries` are the entries' XML as it stood, at most MAX_ENTRIES. `cut_off` is the start of an entry in whose
    middle the document ends, or "". `is_longer` says that there were more entries, `is_closed` that the root ends
    after the last of them.
    """

    root_name: str
    namespaces: Mapping[str, str]
    head: str
    entries: tuple[str, ...]
    cut_off: str
    is_longer: bool
    is_closed: bool


def cut(text: str) -> FeedText:
    """Return a feed's text in pieces. Raises RejectedError if it is no feed, declares entities or nests too deep."""
    text = _NOT_XML.sub("", text)
    root = next((found for found in _ROOT.finditer(text) if found["tag"]), None)
    if root is None or _HTML_PAGE.search(text, 0, root.start()):
        raise RejectedError("it is no feed: there is no rss, feed or RDF element at its start")
    if "<!entity" in text[: root.start()].lower():
        raise RejectedError("it declares entities of its own (<!ENTITY), as XML bombs do; no news feed needs them")
    if len(root["tag"]) > MAX_ROOT_CHARS:
        raise RejectedError(
            f"its root element is {len(root['tag']):,} characters long; at most {MAX_ROOT_CHARS:,} are read"
        )
    spans = list(_spans(text, root.end()))
    _refuse_deep(text, spans)
    is_longer = len(spans) > MAX_ENTRIES
    is_cut_off = bool(spans) and spans[-1][1] > len(text)
    return FeedText(
        root_name=root["name"],
        namespaces={
            name: html.unescape(value.strip("\"'"))
            for name, value in _ATTRIBUTE.findall(root["tag"])
            if name.startswith("xml")
        },
        head=text[root.end() : spans[0][0] if spans else len(text)],
        entries=tuple(text[start:end] for start, end in spans[:MAX_ENTRIES] if end <= len(text)),
        cut_off=text[spans[-1][0] :] if is_cut_off and not is_longer else "",
        is_longer=is_longer,
        is_closed=root["tag"].endswith("/>") or _has_end(text, root["name"], after=spans[-1][1] if spans else 0),
    )


def _has_end(text: str, name: str, *, after: int) -> bool:
    return bool(re.compile(rf"</{re.escape(name)}\s*>", re.IGNORECASE).search(text, after))


def _refuse_deep(text: str, spans: Sequence[tuple[int, int]]) -> None:
    """Raise RejectedError for elements nested deeper than MAX_DEPTH before, between or after the entries."""
    starts = [0, *(end for _, end in spans)]
    ends = [*(start for start, _ in spans), len(text)]
    for start, end in list(zip(starts, ends, strict=True))[: MAX_ENTRIES + 1]:
        depth = 0
        for tag in _ELEMENT.finditer(text, start, end):
            if tag["name"] and not tag.group().endswith("/>"):
                depth = max(0, depth - 1) if tag["slash"] else depth + 1
            if depth > MAX_DEPTH:
                raise RejectedError(f"it is nested deeper than {MAX_DEPTH} levels outside of its entries, as bombs are")


def as_xml(fragment: str, feed: FeedText) -> str:
    """Return a piece of the feed as a document of its own, inside the feed's root, mended where it is no XML."""
    mended = _REFERENCE.sub(_xml_reference, fragment)
    namespaces = dict(feed.namespaces)
    used = _PREFIX.findall(f"<{feed.root_name} {mended}")
    declared = {"xml", "xmlns", *_DECLARED.findall(mended)}
    for prefix in sorted(set(used) - declared)[:_MAX_PREFIXES]:
        namespaces.setdefault(f"xmlns:{prefix}", _NAMESPACES.get(prefix, f"urn:prefix:{prefix}"))
    root = " ".join([feed.root_name, *(f'{name}="{html.escape(uri)}"' for name, uri in namespaces.items())])
    return f"<{root}>{mended}</{feed.root_name}>"


def title_of(fragment: str) -> str:
    """Return what an entry's text calls it, for naming an entry that cannot be read; "" if nothing."""
    found = _TITLE.search(fragment)
    return found[1] if found else ""


def quoted(fragment: str) -> str:
    """Return an entry with the HTML that nobody escaped in its texts put into CDATA sections, each of them closed."""
    fragment = _UNCLOSED_CDATA.sub("", fragment)
    out: list[str] = []
    at = 0
    opened: re.Match[str] | None = None
    for tag in _TEXT_ELEMENT.finditer(fragment):
        if tag["name"] is None:
            continue
        if not tag["slash"]:
            opened = None if tag.group().endswith("/>") else tag
        elif opened and opened["name"] == tag["name"]:
            inside = fragment[opened.end() : tag.start()]
            if "<" in inside and "<![CDATA[" not in inside:
                out += [fragment[at : opened.end()], "<![CDATA[", inside.replace("]]>", "]]&gt;"), "]]>"]
                at = tag.start()
            opened = None
    return "".join([*out, fragment[at:]])


def _spans(text: str, at: int) -> Iterator[tuple[int, int]]:
    """Yield where each entry starts and ends, at most one more than MAX_ENTRIES.

    An entry that is never closed ends where the next one starts, or its feed ends; if neither, beyond the text.
    """
    opened: re.Match[str] | None = None
    found = 0
    for tag in _ENTRY.finditer(text, at):
        if found > MAX_ENTRIES:
            return
        if tag["name"] is None:
            continue
        if opened and (not tag["slash"] or tag["name"] == opened["name"]):
            yield opened.start(), tag.end() if tag["slash"] else tag.start()
            opened = None
            found += 1
        if not tag["slash"] and tag.group().endswith("/>"):
            yield tag.span()
        elif not tag["slash"]:
            opened = tag
    if opened:
        end = re.compile(r"</(?:channel|rss|feed|rdf:rdf)\s*>", re.IGNORECASE).search(text, opened.end())
        yield opened.start(), end.start() if end else len(text) + 1


def _xml_reference(found: re.Match[str]) -> str:
    if found.group().startswith("<"):
        return found.group()
    name = found[1]
    if not name:
        return "&amp;"
    meant = html.unescape(f"&{name};") if name.startswith("#") else html5.get(f"{name};", f"&{name};")
    return html.escape(_NOT_XML.sub("", meant.replace("\ufffd", "")))
