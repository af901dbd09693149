"""An excerpt is short, ends well and breaks no character."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.curate.excerpt import ELLIPSIS, clip

CHARACTERS = [
    "a", "é", "e\u0301", "ب", "بَّ", "अ", "क्ष", "कि", "ก", "กำ", "กุ้", "天", "각", "\u1100\u1161\u11a8", "が", "か\u3099",
    "👩", "👩‍👩‍👧", "👍🏽", "🇸🇾", "🇫🇷", "1\ufe0f\u20e3",
    "🏴\U000e0067\U000e0062\U000e007f", "Z\u0335\u0321\u0310\u0489",
]  # fmt: skip
"""One character each, as a reader sees it."""


def test_a_short_text_is_kept_whole_in_one_paragraph() -> None:
    assert clip("  Two\n\nparagraphs.\t ", 280) == "Two paragraphs."


def test_a_text_ends_with_the_last_sentence_that_fits() -> None:
    first = "The convoy reached the town on Friday after a week of talks about a corridor through the hills."
    second = "It carried flour, blankets and medicine for 12,000 people."

    assert clip(f"{first} {second} More was promised by Sunday.", 170) == f"{first} {second}"


@pytest.mark.parametrize("stop", ["”", ".)", "!", "?”", "؟", "…", "।"])
def test_sentences_end_with_their_closing_marks(stop: str) -> None:
    sentence = "word " * 20 + "end" + (stop if stop != "”" else ".”")

    assert clip(sentence + " " + "more " * 40, 150) == sentence


@pytest.mark.parametrize("short", ["Mr.", "Gen.", "the U.S.", "J.", "3.5", "example.com"])
def test_a_full_stop_that_ends_no_sentence_ends_no_excerpt(short: str) -> None:
    text = "word " * 18 + short + " Carter agreed to the plan that was laid before the council yesterday"

    clipped = clip(text, 120)

    assert clipped.endswith(ELLIPSIS)
    assert not clipped.endswith(short)


def test_a_sentence_that_would_leave_too_little_gives_way_to_whole_words() -> None:
    assert clip("No. " + "word " * 50, 100) == "No. " + "word " * 18 + "word…"


def test_no_comma_or_open_bracket_stands_before_the_ellipsis() -> None:
    assert clip("alpha beta gamma, delta", 20) == "alpha beta gamma…"
    assert clip("alpha beta (gamma delta", 14) == "alpha beta…"


def test_chinese_sentences_need_no_space_to_end() -> None:
    sentence = "天" * 99 + "。"

    assert clip(sentence * 5, 280) == sentence * 2


def test_one_endless_character_is_not_cut_in_two() -> None:
    assert clip("Z" + "\u0335" * 500, 280) == ""


@given(st.lists(st.sampled_from(CHARACTERS), min_size=1, max_size=80), st.integers(min_value=2, max_value=60))
@settings(max_examples=200)
def test_no_excerpt_ends_inside_a_character(characters: list[str], max_chars: int) -> None:
    text = "".join(characters)
    whole = {"".join(characters[:count]) for count in range(len(characters) + 1)}

    clipped = clip(text, max_chars)

    assert len(clipped) <= max_chars
    assert clipped == text or clipped.removesuffix(ELLIPSIS) in whole


@given(st.text(max_size=300), st.integers(min_value=1, max_value=280))
@settings(max_examples=200)
def test_an_excerpt_is_the_beginning_of_its_text(text: str, max_chars: int) -> None:
    clipped = clip(text, max_chars)

    assert len(clipped) <= max_chars
    assert " ".join(text.split()).startswith(clipped.removesuffix(ELLIPSIS))
