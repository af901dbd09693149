"""Encodings of feeds: whatever bytes come, text comes out, and the right one where it can be known."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.gather.cleaning.encoding import decoded

DECLARED = '<?xml version="1.0" encoding="{}"?>'


@pytest.mark.parametrize(
    ("label", "encoding", "text"),
    [
        ("ISO-8859-1", "cp1252", "café “x” €"),
        ("iso-8859-2", "iso-8859-2", "žluťoučký"),
        ("windows-1256", "cp1256", "عودة"),
        ("windows-1255", "cp1255", "שלום"),
        ("koi8-r", "koi8-r", "Паром"),
        ("GB2312", "gb18030", "港口新闻"),
        ("Big5", "big5", "港口"),
        ("EUC-JP", "euc-jp", "港のニュース"),
        ("EUC-KR", "cp949", "항구"),
        ("ISO-2022-JP", "iso2022_jp", "港"),
        ("UTF-8", "cp1252", "café – naïve"),
        ("UTF-16", "utf-8", "café"),
        ("ascii", "utf-8", "café"),
        ("no-such-thing", "utf-8", "café"),
        ("rot13", "utf-8", "café"),
    ],
)
def test_text_is_read_as_it_was_meant(label: str, encoding: str, text: str) -> None:
    document = DECLARED.format(label) + f"<rss>{text}</rss>"

    assert decoded(document.encode(encoding), content_type="") == document


@pytest.mark.parametrize(
    "encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
)
def test_wide_text_is_read_with_and_without_its_mark(encoding: str) -> None:
    assert decoded("<rss>café</rss>".encode(encoding), content_type="text/xml; charset=ascii") == "<rss>café</rss>"


def test_what_the_document_declares_goes_before_what_the_server_says() -> None:
    content = (DECLARED.format("windows-1251") + "Паром").encode("cp1251")

    assert decoded(content, content_type="text/xml; charset=iso-8859-1").endswith("Паром")


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.text(max_size=20))
def test_any_bytes_become_text_that_can_be_stored(content: bytes, charset: str) -> None:
    text = decoded(content, content_type=f"text/xml; charset={charset}")

    assert text.encode() is not None
