"""A bomb of sign-ups: strangers are written to three times a week at most, however many forms there were."""

from datetime import timedelta

import pytest

from digest.clock import FixedClock
from digest.flows.readers.asking import Answer
from digest.flows.services import Services
from tests.flows.readers.visitors import bomb, mails_to_strangers

STRANGERS, NETWORKS = 100, 500


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite alone, for the time that so many take; `python -m benchmarks.bombing` does it on both."""
    return sqlite_url


def test_ten_thousand_sign_ups_within_ten_minutes_meet_the_challenge(newsroom: Services, clock: FixedClock) -> None:
    within = timedelta(minutes=10)

    answers = bomb(newsroom, clock, sign_ups=10_000, strangers=STRANGERS, addresses=NETWORKS, lasting=within)

    assert answers[Answer.ASKED] < 100
    assert answers[Answer.ASKED] + answers[Answer.CHALLENGE] == 10_000
    assert max(mails_to_strangers(newsroom)) == 1


def test_six_hundred_that_the_guard_lets_by_send_three_mails_to_each(newsroom: Services, clock: FixedClock) -> None:
    answers = bomb(newsroom, clock, sign_ups=600, strangers=STRANGERS, addresses=NETWORKS)

    assert answers == {Answer.ASKED: 600}
    assert mails_to_strangers(newsroom) == [3] * STRANGERS
