"""Fetched documents: what they are by their own bytes, whatever their content type says."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.errors import RejectedError
from digest.gather.documents import kind_of, parse_document
from digest.model.sources import SourceKind

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
URL = "https://www.courier.example/feed"
RSS = '<rss version="2.0"><channel><title>Courier</title><item><title>Sea wall</title></item></channel></rss>'
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><title>Courier</title><entry><title>Sea wall</title></entry></feed>'
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
    "<channel><title>Courier</title></channel><item><title>Sea wall</title></item></rdf:RDF>"
)
JSON_FEED = (
    '{"version": "https://jsonfeed.org/version/1", "title": "Courier", "items": [{"id": "1", "title": "Sea wall"}]}'
)
WORDS = "The council agreed on Monday to repair the sea wall before winter, after three storms damaged it. " * 2
PAGE = f"<!doctype html><html><head><title>Sea wall</title></head><body><article><p>{WORDS}</p></article></body></html>"


@pytest.mark.parametrize("content_type", ["", "text/html", "text/plain", "application/octet-stream", "image/png"])
@pytest.mark.parametrize(
    "text",
    [
        RSS,
        ATOM,
        RDF,
        JSON_FEED,
        '<?xml version="1.0" encoding="utf-8"?>\n<?xml-stylesheet href="a.xsl"?>\n<!-- made by hand -->\n' + RSS,
        "\n\n  " + RSS,
        "\ufeff" + ATOM,
        '<a10:feed xmlns:a10="http://www.w3.org/2005/Atom"><a10:title>Courier</a10:title></a10:feed>',
    ],
)
def test_a_feed_is_known_whatever_its_content_type(text: str, content_type: str) -> None:
    assert kind_of(text.encode(), content_type) is SourceKind.FEED


@pytest.mark.parametrize("content_type", ["", "text/html", "application/rss+xml", "application/json"])
@pytest.mark.parametrize(
    "text",
    [PAGE, "<?xml version='1.0'?>" + PAGE, "<title>Sea wall</title><p>Words", "<!-- <rss> feed -->" * 0 + PAGE + RSS],
)
def test_a_page_is_known_whatever_its_content_type(text: str, content_type: str) -> None:
    assert kind_of(text.encode(), content_type) is SourceKind.PAGE


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("text", [RSS, ATOM, RDF, JSON_FEED, PAGE], ids=["rss", "atom", "rdf", "json", "page"])
def test_a_document_is_read_as_what_it_is(text: str, encoding: str) -> None:
    document = parse_document(text.encode(encoding), url=URL, content_type="text/plain", now=NOW)

    assert [story.title for story in document.stories] == ["Sea wall"]


@pytest.mark.parametrize(
    ("content", "content_type", "why"),
    [
        (b"", "text/html", "it is empty; check that it was written or sent completely"),
        (b" \n\t ", "text/html", "it is empty"),
        (b"%PDF-1.7\n...", "text/html", "it is a PDF, not text; give a feed"),
        (b"\x89PNG\r\n\x1a\n", "", "it is a picture (PNG)"),
        (b"\xff\xd8\xff\xe0", "", "it is a picture (JPEG)"),
        (b"RIFF....WEBPVP8 ", "", "it is a picture (WebP)"),
        (b"....ftypisom", "", "it is video or a picture"),
        (b"PK\x03\x04...", "", "it is an archive or office document (ZIP)"),
        (b"\x1f\x8b\x08", "", "it is compressed data (gzip)"),
        (b"words \x00 and \x01 zeros", "", "it is binary, not text"),
        (b"\x00" * 100, "", "it is binary, not text"),
        (b"Just some words.", "text/plain", "neither a feed nor a page, but plain text (save it as a .txt file"),
        (b"[1, 2]", "application/json", "neither a feed nor a page, but a JSON list"),
        (b"a,b\n1,2", "text/csv; charset=utf-8", "neither a feed nor a page, but of type text/csv"),
        (b"<urlset><url><loc>x</loc></url></urlset>", "text/xml", "it is a list of addresses (urlset), not a feed"),
        (b"<opml><body><outline/></body></opml>", "text/xml", "it is a list of addresses (opml), not a feed"),
    ],
)
def test_what_cannot_be_read_is_rejected_by_what_it_is(content: bytes, content_type: str, why: str) -> None:
    with pytest.raises(RejectedError, match=re.escape(why)):
        parse_document(content, url=URL, content_type=content_type, now=NOW)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["", "text/html", "application/rss+xml", "text/html; charset=utf-16"]))
def test_no_bytes_break_the_sniffing(content: bytes, content_type: str) -> None:
    try:
        kind = kind_of(content, content_type)
    except RejectedError:
        return

    assert kind in {SourceKind.FEED, SourceKind.PAGE}
