"""What a fetched document turned out to be, by its own bytes: a feed, a JSON Feed or a page.

Content types are wrong too often to decide; they only help to name what cannot be read.
"""

import re
from datetime import datetime

from digest.errors import RejectedError
from digest.gather.cleaning.encoding import decoded
from digest.gather.feeds.json_feed import parse_json_feed
from digest.gather.feeds.xml_feed import parse_feed
from digest.gather.pages.page import parse_page
from digest.model.sources import ParsedDocument, SourceKind

_SNIFFED_BYTES = 65_536
_SIGNATURES = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"PK\x03\x04", "an archive or office document (ZIP)"),
    (b"\x1f\x8b", "compressed data (gzip)"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"{\\rtf", "an office document (RTF)"),
    (b"ID3", "audio"),
    (b"OggS", "audio or video"),
    (b"\x1a\x45\xdf\xa3", "video"),
)
_LATER_SIGNATURES = ((b"WEBP", 8, "a picture (WebP)"), (b"WAVE", 8, "audio"), (b"ftyp", 4, "video or a picture"))
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")
_ROOT = re.compile(
    r"<(?:\w+:)?(?:(?P<feed>rss|rdf|feed)|(?P<list>urlset|sitemapindex|opml)|(?P<page>html|head|body|!doctype\s+html))"
    r"(?=[\s>/])",
    re.IGNORECASE,
)
_ELEMENT = re.compile(r"<(?:title|meta|link|article|main|div|h[1-6]|p|section|script)[\s>]", re.IGNORECASE)
_WHAT_IS_READ = "give a feed (RSS, Atom, JSON Feed) or an article's page"


def parse_document(content: bytes, *, url: str, content_type: str, now: datetime) -> ParsedDocument:
    """Return the stories of a document fetched from `url`, whatever kind it is. Raises RejectedError, saying what
    it is instead, for what is no feed and no article's page."""
    if kind_of(content, content_type) is SourceKind.PAGE:
        return parse_page(content, url=url, content_type=content_type, now=now)
    if _start(content, content_type).startswith("{"):
        return parse_json_feed(content, url=url, content_type=content_type, now=now)
    return parse_feed(content, url=url, content_type=content_type, now=now)


def kind_of(content: bytes, content_type: str) -> SourceKind:
    """Return FEED or PAGE for a fetched document. Raises RejectedError for anything else."""
    refuse_binary(content)
    start = _start(content, content_type)
    if start.startswith("{"):
        return SourceKind.FEED
    root = _ROOT.search(start)
    if root and root["list"]:
        raise RejectedError(f"it is a list of addresses ({root['list'].lower()}), not a feed; {_WHAT_IS_READ}")
    if root:
        return SourceKind.FEED if root["feed"] else SourceKind.PAGE
    if _ELEMENT.search(start):
        return SourceKind.PAGE
    raise RejectedError(f"it is neither a feed nor a page, but {_named(start, content_type)}; {_WHAT_IS_READ}")


def refuse_binary(content: bytes) -> None:
    """Raise RejectedError, saying what it is, for content that is empty or no text."""
    if not content.strip():
        raise RejectedError("it is empty; check that it was written or sent completely")
    kinds = [kind for signature, kind in _SIGNATURES if content.startswith(signature)]
    kinds += [kind for signature, at, kind in _LATER_SIGNATURES if content.startswith(signature, at)]
    if kinds:
        raise RejectedError(f"it is {kinds[0]}, not text; {_WHAT_IS_READ}")
    start = content[:_SNIFFED_BYTES]
    if start.count(0) * 2 > len(start) or (0 in start and not _may_be_wide(start)):
        raise RejectedError(f"it is binary, not text; {_WHAT_IS_READ}")


def _may_be_wide(start: bytes) -> bool:
    """UTF-16 and UTF-32 have zeros: a mark in front, or markup with every other byte zero, tells them."""
    return start.startswith(_WIDE_BOMS) or bool(re.match(rb"\0?[<{\[]\0", start))


def _start(content: bytes, content_type: str) -> str:
    return decoded(content[:_SNIFFED_BYTES], content_type=content_type).lstrip()


def _named(start: str, content_type: str) -> str:
    media_type = content_type.partition(";")[0].strip().lower()
    if start.startswith("["):
        return "a JSON list"
    if media_type and media_type not in {"text/plain", "text/html"}:
        return f"of type {media_type}"
    return "plain text (save it as a .txt file to gather it as an article)"
