"""Pages that are bombs, and pages that are nothing: a clear rejection, never a crash."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.errors import RejectedError
from tests.gather.pages.makers import TEXT, URL, page, read


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"x" * 5_000_001, "5,000,001 bytes; at most 5,000,000"),
        (page(body="<p>a</p><hr>" * 20_000), "elements; at most 30,000"),
        (page(body="<p>" + "a<b>b</b>" * 4_000 + "</p>"), "4,000 elements within one"),
        (page(body="<p>" + "word " * 300_000 + "</p>"), "characters of text; at most 1,000,000"),
        (page(body="<p " + " ".join(f"a{n}=1" for n in range(1_500)) + ">x</p>"), "more than 1,000 attributes"),
        (b"<!-- -->", "it cannot be read as HTML"),
    ],
    ids=["bytes", "elements", "children", "text", "attributes", "nothing"],
)
def test_a_bomb_is_rejected_with_its_size(content: bytes, why: str) -> None:
    with pytest.raises(RejectedError, match=re.escape(why)):
        read(content)


def test_a_deep_page_is_read_as_far_as_it_goes() -> None:
    story = read(page("<title>Deep</title>", body=TEXT + "<div>" * 50_000))

    assert story.title == "Deep"


MARKUP = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<h1>", "<time datetime='", "<meta property='og:title' content='", "'>", '"', "<a rel=tag>"]
    )
    | st.sampled_from(
        ["<script type='application/ld+json'>", "</script>", '{"@type":"NewsArticle","headline":', "<img src=", "]"]
    )
    | st.text(max_size=8),
    max_size=30,
)


@settings(max_examples=100, deadline=None)
@given(MARKUP)
def test_no_page_breaks_the_reading(pieces: list[str]) -> None:
    try:
        story = read("".join(pieces).encode(errors="replace"))
    except RejectedError:
        return

    assert story.url == URL
    assert "<script" not in story.body_html
