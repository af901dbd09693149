"""Tags: spellings that a person would call the same match, and nothing else does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model.tags import make_tag, tag_key


@pytest.mark.parametrize(
    "spelling",
    [
        "Syria's War",
        "SYRIA'S WAR",
        "Syria’s War",
        "Syria‘s War",
        "Syria´s War",
        "syria's-war",
        "Syria's_War",
        "  Syria's \t War ",
        "Syria's\u00a0War",
        "Syria's\u2013War",
        "#Syria's War",
        "Syria's\u200b War",
        "Ｓｙｒｉａ＇ｓ Ｗａｒ",
    ],
)
def test_spellings_of_one_tag_share_a_key(spelling: str) -> None:
    assert tag_key(spelling) == "syria's war"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Café", "Cafe\u0301"),
        ("Straße", "STRASSE"),
        ("ﬁnance", "finance"),
        ("الحرب", "الحرب "),
        ("İstanbul", "i̇stanbul"),
    ],
)
def test_unicode_forms_of_one_tag_share_a_key(one: str, other: str) -> None:
    assert tag_key(one) == tag_key(other)


@pytest.mark.parametrize(("one", "other"), [("Syria", "Syrian"), ("C", "C++"), ("co-op", "coop"), ("US", "U.S.")])
def test_different_tags_do_not_match(one: str, other: str) -> None:
    assert tag_key(one) != tag_key(other)


def test_a_tag_shows_as_it_was_first_written() -> None:
    tag = make_tag("  Syria’s   War ")

    assert tag is not None
    assert tag.label == "Syria’s War"


@pytest.mark.parametrize("label", ["", "   ", "#", "\u200b", "--", "x" * 121])
def test_what_is_no_tag_makes_none(label: str) -> None:
    assert make_tag(label) is None


@given(st.text(max_size=60))
def test_a_key_is_its_own_key(label: str) -> None:
    assert tag_key(tag_key(label)) == tag_key(label)


@given(st.text(max_size=60))
def test_case_and_surrounding_space_never_matter(label: str) -> None:
    assert tag_key(f" {label.upper()} ") == tag_key(f"{label.upper()}".lower().upper())
