"""Preconditions (RFC 9110 13): when a visitor has what would be answered, whatever they say they have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.web.keeping import is_fresh

ANSWERED = {"etag": '"abc"', "last-modified": "Sun, 22 Nov 2026 13:00:00 GMT"}


@pytest.mark.parametrize("tags", ['"abc"', 'W/"abc"', '"x", "abc"', '"x",W/"abc" ', "*"])
def test_the_same_tag_is_fresh(tags: str) -> None:
    assert is_fresh({"if-none-match": tags}, ANSWERED)


@pytest.mark.parametrize("tags", ['"x"', "abc", "", '"ABC"', '"ab'])
def test_another_tag_is_not_fresh_whatever_the_time(tags: str) -> None:
    later = {"if-none-match": tags, "if-modified-since": "Sun, 22 Nov 2030 13:00:00 GMT"}

    assert not is_fresh(later, ANSWERED)


@pytest.mark.parametrize(
    ("since", "fresh"),
    [
        ("Sun, 22 Nov 2026 13:00:00 GMT", True),
        ("Sunday, 22-Nov-26 13:00:00 GMT", True),
        ("Sun Nov 22 13:00:00 2026", True),
        ("Sun, 22 Nov 2026 12:59:59 GMT", False),
        ("Sun, 22 Nov 2026 14:00:00 +0200", False),
        ("yesterday", False),
        ("Mon, 1 Jan 99999999999999999999 00:00:00 GMT", False),
        ("Mon, 1 Jan 2020 00:00:00 +99999999999999999", False),
        ("", False),
    ],
)
def test_a_time_is_read_in_each_form_there_is(since: str, fresh: bool) -> None:
    assert is_fresh({"if-modified-since": since}, ANSWERED) is fresh


def test_an_answer_without_a_time_or_a_tag_is_never_fresh() -> None:
    assert not is_fresh({"if-modified-since": ANSWERED["last-modified"]}, {})
    assert not is_fresh({"if-none-match": '"abc"'}, {})


@given(
    said=st.text() | st.from_regex(r"[A-Z][a-z]{2}, [0-9]{1,12} [A-Z][a-z]{2} [0-9]{1,20} [0-9:]{1,20} [+-][0-9]{1,12}")
)
def test_no_header_breaks_the_answer(said: str) -> None:
    assert is_fresh({"if-modified-since": said}, ANSWERED) in {True, False}
    assert is_fresh({"if-none-match": said}, ANSWERED) in {True, False}
