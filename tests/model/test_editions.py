"""Editions: each allowed change of status, and each forbidden one; periods are half-open."""

from datetime import UTC, datetime, timedelta

import pytest

from digest.model.editions import EditionStatus, Period

ALLOWED = {
    "built": {"held", "sending", "recalled"},
    "held": {"built", "recalled"},
    "sending": {"complete", "recalled"},
    "complete": {"sending", "recalled"},
    "recalled": set[str](),
}
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize("before", EditionStatus)
@pytest.mark.parametrize("after", EditionStatus)
def test_an_edition_changes_only_as_drawn(before: EditionStatus, after: EditionStatus) -> None:
    assert before.may_become(after) is (after.value in ALLOWED[before.value])


def test_a_period_holds_its_start_and_not_its_end() -> None:
    period = Period(NOON, NOON + timedelta(days=7))

    assert NOON in period
    assert period.end - timedelta(microseconds=1) in period
    assert period.end not in period


@pytest.mark.parametrize("end", [NOON, NOON - timedelta(seconds=1)])
def test_a_period_ends_after_it_starts(end: datetime) -> None:
    with pytest.raises(ValueError, match="ends after it starts"):
        Period(NOON, end)
