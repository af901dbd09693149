"""Subscribers: each allowed change of status, and each forbidden one; a pause is over when its time has come."""

from datetime import UTC, datetime, timedelta

import pytest

from digest.model.addresses import parse_address
from digest.model.ids import SubscriberId
from digest.model.subscribers import Bundling, Cadence, Subscriber, SubscriberStatus

ALLOWED = {
    "pending": {"active", "paused", "left", "suppressed", "erased"},
    "active": {"paused", "left", "suppressed", "erased"},
    "paused": {"active", "left", "suppressed", "erased"},
    "left": {"active", "paused", "erased"},
    "suppressed": {"erased"},
    "erased": set[str](),
}
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def make_subscriber(status: SubscriberStatus, *, paused_until: datetime | None) -> Subscriber:
    return Subscriber(
        id=SubscriberId(1),
        address=parse_address("reader@example.org"),
        name="",
        lang="",
        zone="",
        weekday=None,
        hour=None,
        cadence=Cadence.WEEKLY,
        bundling=Bundling.TOGETHER,
        paused_until=paused_until,
        status=status,
    )


@pytest.mark.parametrize("before", SubscriberStatus)
@pytest.mark.parametrize("after", SubscriberStatus)
def test_a_subscriber_changes_only_as_drawn(before: SubscriberStatus, after: SubscriberStatus) -> None:
    assert before.may_become(after) is (after.value in ALLOWED[before.value])


def test_a_pause_is_over_at_its_end_and_not_before() -> None:
    paused = make_subscriber(SubscriberStatus.PAUSED, paused_until=NOON)

    assert paused.standing_at(NOON - timedelta(microseconds=1)) is SubscriberStatus.PAUSED
    assert paused.standing_at(NOON) is SubscriberStatus.ACTIVE


def test_a_pause_without_an_end_goes_on() -> None:
    assert make_subscriber(SubscriberStatus.PAUSED, paused_until=None).standing_at(NOON) is SubscriberStatus.PAUSED


@pytest.mark.parametrize("status", [one for one in SubscriberStatus if one is not SubscriberStatus.PAUSED])
def test_an_old_pause_brings_nobody_back(status: SubscriberStatus) -> None:
    assert make_subscriber(status, paused_until=NOON).standing_at(NOON + timedelta(days=1)) is status
