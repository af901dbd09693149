"""Identity: canonical URLs, guids and content hashes, over what feeds and attackers write."""

import string
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.gather.cleaning.identity import MAX_GUID_CHARS, absolute_url, canonical_url, content_hash, scoped_guid
from digest.model.stories import Image

SOURCE = "https://gazette.example/feeds/all.xml"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTP://Gazette.Example:80/A", "http://gazette.example/A"),
        ("https://gazette.example:443", "https://gazette.example/"),
        ("https://gazette.example:8443/a", "https://gazette.example:8443/a"),
        ("https://gazette.example./a", "https://gazette.example/a"),
        ("https://gazette.example/a/./b/../c", "https://gazette.example/a/c"),
        ("https://gazette.example/../../a", "https://gazette.example/a"),
        ("https://gazette.example/a/..", "https://gazette.example/"),
        ("https://gazette.example/%7euser/%c3%bc/%2f", "https://gazette.example/~user/%C3%BC/%2F"),
        ("https://gazette.example/100%", "https://gazette.example/100%25"),
        ("https://bücher.example/straße?q=ü", "https://xn--bcher-kva.example/stra%C3%9Fe?q=%C3%BC"),
        ("https://BÜCHER.example/", "https://xn--bcher-kva.example/"),
        ("  https://gazette.example/a\n/b ", "https://gazette.example/a/b"),
        ("https://gazette.example\\a", "https://gazette.example/a"),
        ("https://[2001:DB8::1]:443/a", "https://[2001:db8::1]/a"),
        ("https://gazette.example/a#comments", "https://gazette.example/a"),
        ("https://gazette.example/#!/story/7", "https://gazette.example/#!/story/7"),
        ("https://gazette.example/app#/story/7", "https://gazette.example/app#/story/7"),
        ("https://gazette.example/a?", "https://gazette.example/a"),
        ("https://gazette.example/a?b&c=&&d=1", "https://gazette.example/a?b&c=&d=1"),
        ("https://under_score.example/", "https://under_score.example/"),
        ("http://localhost:8000/a", "http://localhost:8000/a"),
    ],
)
def test_two_spellings_of_a_link_are_one(url: str, expected: str) -> None:
    assert canonical_url(url) == expected


@pytest.mark.parametrize(
    "tracking",
    [
        "utm_source=rss&utm_medium=feed&utm_campaign=x&utm_content=1&utm_term=y&utm_anything=z",
        "UTM_SOURCE=rss",
        "%75tm_source=rss",
        "fbclid=1&gclid=2&msclkid=3&dclid=4&yclid=5&igshid=6",
        "mc_cid=1&mc_eid=2",
        "at_medium=RSS&at_campaign=KARANGA",
        "ns_mchannel=rss&ns_campaign=x",
        "CMP=share&cmpid=rss",
        "smid=tw&emc=rss",
        "_hsenc=1&_hsmi=2&mkt_tok=3",
    ],
)
def test_tracking_parameters_are_no_part_of_a_link(tracking: str) -> None:
    assert canonical_url(f"https://gazette.example/a?id=7&{tracking}&page=2") == "https://gazette.example/a?id=7&page=2"


def test_other_parameters_stay_in_their_order() -> None:
    assert canonical_url("https://gazette.example/a?z=1&a=2&m=3") == "https://gazette.example/a?z=1&a=2&m=3"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/relative",
        "//gazette.example/a",
        "gazette.example/a",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://gazette.example/a",
        "mailto:desk@gazette.example",
        "https://",
        "https:///a",
        "https://user@gazette.example/",
        "https://user:secret@gazette.example/",
        "https://@gazette.example/",
        "https://gazette.example:99999/",
        "https://gazette.example:port/",
        "https://[::1",
        "https://[not an address]/",
        "https://gaz ette.example/",
        "https://gazette.example<script>/",
        "https://-.example\u202e/",
        "https://gazette.example/" + "a" * 2_000,
    ],
)
def test_what_is_no_web_address_is_none(url: str) -> None:
    assert canonical_url(url) == ""
    assert absolute_url(url) == ""


def test_a_relative_link_is_joined_to_its_base() -> None:
    assert canonical_url("../b?x=1", base_url="https://gazette.example/a/c/d") == "https://gazette.example/a/b?x=1"
    assert canonical_url("//cdn.example/i", base_url="https://gazette.example/") == "https://cdn.example/i"
    assert canonical_url("/a", base_url="feed.xml") == ""


def test_a_backslash_cannot_move_the_host() -> None:
    assert urlsplit(canonical_url("https://good.example\\@evil.example/")).hostname == "good.example"


def test_an_absolute_url_keeps_what_tracks_and_its_fragment() -> None:
    assert absolute_url("https://gazette.example/i?utm_source=a#b") == "https://gazette.example/i?utm_source=a#b"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.sampled_from(["", "https://", "http://gazette.example/", "https://gazette.example/?"]))
def test_a_canonical_url_is_its_own_canonical_url(written: str, start: str) -> None:
    found = canonical_url(start + written, base_url="https://base.example/x/")

    assert canonical_url(found) == found
    assert set(found) <= set(string.printable) - set(string.whitespace) - set('<>"`\\{}|^')
    assert not found or urlsplit(found).scheme in {"http", "https"}


@pytest.mark.parametrize(
    "guid",
    [
        "https://gazette.example/?p=12",
        "tag:gazette.example,2026-11-20:/ferry",
        "urn:uuid:60a76c80-d399-11d9-b93c-0003939e0af6",
        "60a76c80-d399-11d9-b93c-0003939e0af6",
        "{60A76C80-D399-11D9-B93C-0003939E0AF6}",
    ],
)
def test_a_guid_unique_by_nature_stands_alone(guid: str) -> None:
    assert scoped_guid(guid, source=SOURCE) == guid


@pytest.mark.parametrize("guid", ["4711", "ferry", "/a/b", "tag:nothing", "http://", "urn:x"])
def test_any_other_guid_is_its_sources(guid: str) -> None:
    assert scoped_guid(guid, source=SOURCE) == f"gazette.example#{guid}"
    assert scoped_guid(guid, source="exports/one.xml") == f"exports/one.xml#{guid}"


def test_a_guid_is_bounded_and_clean() -> None:
    assert scoped_guid("", source=SOURCE) == scoped_guid(" \x00\n", source=SOURCE) == ""
    assert scoped_guid("a\x00b \ud800c", source=SOURCE) == "gazette.example#ab c"
    assert len(scoped_guid("x" * 10_000, source=SOURCE)) <= MAX_GUID_CHARS
    assert scoped_guid("x" * 10_000, source=SOURCE) != scoped_guid("x" * 10_001, source=SOURCE)


STORY = {"title": "T", "dek": "D", "body_text": "One.\n\nTwo.", "byline": "B", "credit": "C"}


def hashed(*, image: Image | None = None, **fields: str) -> str:
    story = STORY | fields
    return content_hash(
        title=story["title"],
        dek=story["dek"],
        body_text=story["body_text"],
        byline=story["byline"],
        credit=story["credit"],
        image=image,
    )


def test_white_space_and_unicode_form_do_not_change_a_story() -> None:
    assert hashed(title=" T ", body_text="One. Two.") == hashed()
    assert hashed(title="e\u0301") == hashed(title="\u00e9")


@pytest.mark.parametrize("field", sorted(STORY))
def test_a_change_in_any_field_that_a_reader_sees_is_a_change(field: str) -> None:
    changed: dict[str, Any] = {field: "changed"}

    assert hashed(**changed) != hashed()


def test_another_picture_is_a_change() -> None:
    pictures = (None, Image(url="https://i/1"), Image(url="https://i/2"), Image(url="https://i/1", credit="C"))

    assert len({hashed(image=picture) for picture in pictures}) == len(pictures)


def test_a_word_that_moves_from_one_field_to_the_next_is_a_change() -> None:
    assert hashed(title="T D", dek="") != hashed(title="T", dek="D")
