"""Retrying: half an hour, then doubling to eight hours, for four days."""

from datetime import UTC, datetime, timedelta
from itertools import count, pairwise

from hypothesis import given
from hypothesis import strategies as st

from digest.send.retry import next_attempt, next_notice_attempt

NOW = datetime(2026, 11, 22, 13, tzinfo=UTC)


def tries() -> list[datetime]:
    """When a delivery that is deferred each time is tried."""
    made = [NOW]
    for attempts in count(1):
        following = next_attempt(made[-1], attempts)
        if following is None:
            return made
        made.append(following)
    raise AssertionError


def test_the_first_retry_comes_after_half_an_hour() -> None:
    assert next_attempt(NOW, 1) == NOW + timedelta(minutes=30)


def test_retries_are_half_an_hour_to_eight_hours_apart_and_never_closer_than_before() -> None:
    waits = [later - earlier for earlier, later in pairwise(tries())]

    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(minutes=30), timedelta(hours=8))


def test_a_delivery_is_given_up_just_short_of_four_days() -> None:
    lasted = tries()[-1] - NOW

    assert timedelta(days=4) - timedelta(hours=8) < lasted <= timedelta(days=4)


@given(st.integers(min_value=16, max_value=10_000))
def test_what_is_given_up_stays_given_up(attempts: int) -> None:
    assert next_attempt(NOW, attempts) is None


def test_a_notice_is_tried_again_soon_and_given_up_within_a_day() -> None:
    made = [NOW]
    for attempts in count(1):
        following = next_notice_attempt(made[-1], attempts)
        if following is None:
            break
        made.append(following)

    waits = [later - earlier for earlier, later in pairwise(made)]
    assert waits == sorted(waits)
    assert waits[:3] == [timedelta(minutes=minutes) for minutes in (1, 5, 15)]
    assert timedelta(hours=20) < made[-1] - NOW < timedelta(days=1)
