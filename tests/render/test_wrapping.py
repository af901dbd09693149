"""Text in lines: 72 columns, nothing lost, each line running its own way."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from digest.model.stories import Direction
from digest.render.wrapping import WIDTH, columns, isolated, wrapped


@given(text=st.text(), indent=st.sampled_from(("", "  ")))
def test_no_line_is_wider_than_72_columns_and_nothing_is_lost(text: str, indent: str) -> None:
    lines = wrapped(text, indent).split("\n")

    assert all(columns(line) <= WIDTH for line in (indent + lines[0], *lines[1:]))
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_words_are_kept_whole_where_they_fit() -> None:
    text = "harbour " * 20

    assert all(word == "harbour" for word in wrapped(text).split())


def test_wide_characters_count_as_two_columns_and_marks_as_none() -> None:
    assert columns("日本") == 4
    assert columns("e\u0301") == 1
    assert columns("\u2068a\u2069") == 1


def test_each_line_that_runs_the_other_way_is_isolated_by_itself() -> None:
    lines = wrapped("Storm over the outer islands " * 4, around="rtl").split("\n")

    assert len(lines) > 1
    assert all(line.startswith("\u2068") and line.endswith("\u2069") for line in lines)


def test_text_that_runs_along_is_left_alone() -> None:
    assert isolated("Storm (11 days)!", Direction.LTR) == "Storm (11 days)!"
    assert isolated("عاصفة 11", Direction.RTL) == "عاصفة 11"
    assert isolated("عاصفة BBC", Direction.LTR) == "\u2068عاصفة BBC\u2069"


def test_no_character_of_another_direction_is_left_bare() -> None:
    characters = [chr(code) for code in range(0x800)]

    bare = [char for char in characters if isolated(f"a{char}", Direction.LTR) == f"a{char}"]

    assert bare == [char for char in characters if unicodedata.bidirectional(char) not in {"R", "AL"}]
