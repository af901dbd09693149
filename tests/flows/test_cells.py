"""Guarded cells: no spreadsheet runs them, and what goes out comes back in."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.flows.cells import guard, unguard

TRIGGERS = "=+-@\t\r＝＋－＠"


@given(st.text(st.sampled_from(TRIGGERS + "' \na1\u00a0\u3000"), max_size=8) | st.text(max_size=8))
@example("'=1")
@example("''=1")
@example("'")
def test_what_goes_out_comes_back_in(cell: str) -> None:
    assert unguard(guard(cell)) == cell


@given(st.sampled_from(["", " ", "  ", "\u00a0", "\u3000 ", "\n"]), st.sampled_from(TRIGGERS), st.text(max_size=5))
def test_no_cell_goes_out_that_begins_as_a_formula_does(before: str, trigger: str, rest: str) -> None:
    assert guard(before + trigger + rest).startswith("'")


@pytest.mark.parametrize(
    "cell", ["", "reader@example.com", "O'Brien", "'tis", "a=b", "8", "2026-11-22T08:00Z", "سميرة"]
)
def test_a_plain_cell_is_left_as_it_is(cell: str) -> None:
    assert guard(cell) == unguard(cell) == cell
