"""Spellings of one word are one word, in any script."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.curate.words import has_digit, split_words


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("Syria’s WAR – day 3", "syria's war - day 3"),
        ("Café Zürich", "cafe\u0301 zu\u0308rich"),
        ("ﬁnal ＡＢＣ", "final abc"),
        ("الحَرْبُ في سُورِيَّا", "الحرب في سوريا"),
        ("سوريــــا", "سوريا"),
        ("أحمد وإسراء", "احمد واسراء"),
        ("اليوم ٢٢", "اليوم 22"),
        ("روز ۲۲", "روز 22"),
        ("שָׁלוֹם עוֹלָם", "שלום עולם"),
        ("soft\u00adware up\u200bdate", "software update"),
        ("«Rebels», they said…", "Rebels they said"),
    ],
)
def test_spelling_makes_no_difference(text: str, other: str) -> None:
    assert split_words(text) == split_words(other)


def test_what_joins_digits_keeps_a_number_whole() -> None:
    words = split_words("Lions 3–1 Tigers at 10:30 on 2026/11/20 for $12,000. U.S.-led, day-4.")

    assert [word for word in words if has_digit(word)] == ["3-1", "10:30", "2026/11/20", "12,000", "day-4"]


def test_unspaced_scripts_are_split_by_character_and_others_beside_them_by_word() -> None:
    assert split_words("天气预报 for 北京: day 4") == ["天", "气", "预", "报", "for", "北", "京", "day", "4"]
    assert len(split_words("สวัสดี")) > 1
    assert split_words("서울 날씨") == split_words("서울, 날씨!")


@given(st.text(max_size=200))
@settings(max_examples=200)
def test_any_text_has_words_without_spaces_in_them(text: str) -> None:
    assert all(word and not any(map(str.isspace, word)) for word in split_words(text))
