"""Undoing: for an hour, a press gives back just what one press took."""

from datetime import timedelta

import pytest

from digest.clock import FixedClock
from digest.errors import NotFoundError
from digest.flows.erasing import erase_subscriber
from digest.flows.readers.leaving import find_leaving, leave_everything, leave_topic
from digest.flows.readers.pausing import pause_reader, pause_until, read_less, resume
from digest.flows.readers.undoing import undo_leaving
from digest.flows.services import Services
from digest.flows.subscribing import add_pending_subscriber, find_subscriber
from digest.links import Purpose
from digest.model.ids import SubscriberId
from digest.model.subscribers import Cadence, SubscriberStatus
from digest.store import choices, subscribers
from tests.flows.readers.readership import (
    READER,
    TOPICS,
    evidence,
    leave_token,
    open_topic,
    preferences_token,
    stands,
    status_of,
    take_in,
)


def leave(services: Services, reader: SubscriberId, slug: str = TOPICS[0]) -> str:
    """Leave a topic; return the token that undoes it."""
    left = leave_topic(services, leave_token(services, reader, slug), source="page")
    assert left is not None
    return left.undo_token


def leave_all(services: Services, reader: SubscriberId) -> str:
    """Leave everything; return the token that undoes it."""
    left = leave_everything(services, leave_token(services, reader), source="page")
    assert left is not None
    return left.undo_token


def test_a_press_gives_back_a_topic_with_evidence(services: Services) -> None:
    reader = take_in(services)
    undo = leave(services, reader)

    assert undo_leaving(services, undo)

    assert set(stands(services).values()) == {"subscribed"}
    assert evidence(services, reader)[2:] == [("left", "harbour", "page"), ("confirmed", "harbour", "undo")]


def test_a_press_gives_back_everything_that_was_left_at_once(services: Services, clock: FixedClock) -> None:
    reader = take_in(services, slugs=TOPICS)
    leave(services, reader, "schools")
    clock.advance(minutes=1)
    undo = leave_all(services, reader)

    assert undo_leaving(services, undo)

    assert stands(services) == {"harbour": "subscribed", "night-tram": "subscribed", "schools": "left"}
    assert status_of(services) is SubscriberStatus.ACTIVE


def test_undoing_twice_changes_nothing_more(services: Services) -> None:
    reader = take_in(services)
    undo = leave_all(services, reader)
    undo_leaving(services, undo)
    before = evidence(services, reader)

    assert not undo_leaving(services, undo)

    assert evidence(services, reader) == before
    assert status_of(services) is SubscriberStatus.ACTIVE


def test_what_was_left_again_is_not_given_back_by_the_first_undo(services: Services, clock: FixedClock) -> None:
    reader = take_in(services)
    first = leave(services, reader)
    undo_leaving(services, first)
    clock.advance(minutes=1)
    leave(services, reader)

    assert not undo_leaving(services, first)
    assert stands(services)["harbour"] == "left"


def test_who_left_everything_since_is_not_brought_back_by_an_earlier_undo(
    services: Services, clock: FixedClock
) -> None:
    reader = take_in(services)
    first = leave(services, reader)
    clock.advance(minutes=1)
    second = leave_all(services, reader)

    assert not undo_leaving(services, first)
    assert status_of(services) is SubscriberStatus.LEFT
    assert undo_leaving(services, second)
    assert undo_leaving(services, first)
    assert set(stands(services).values()) == {"subscribed"}


def test_an_undo_ends_after_an_hour(services: Services, clock: FixedClock) -> None:
    reader = take_in(services)
    undo = leave(services, reader)
    clock.advance(hours=1)

    assert not undo_leaving(services, undo)
    assert stands(services)["harbour"] == "left"


def test_an_undo_lasts_nearly_an_hour(services: Services, clock: FixedClock) -> None:
    reader = take_in(services)
    undo = leave(services, reader)
    clock.advance(minutes=59)

    assert undo_leaving(services, undo)


def test_a_link_of_another_purpose_undoes_nothing(services: Services) -> None:
    reader = take_in(services)
    leave(services, reader)
    now = services.clock.now()
    others = [services.links.timed_token(one, reader * 4, at=now) for one in Purpose if one is not Purpose.UNDO]

    assert not any(
        undo_leaving(services, token) for token in [*others, leave_token(services, reader), "", "zz", "00" * 37]
    )
    assert stands(services)["harbour"] == "left"


def test_an_undo_is_no_link_to_anything_else(services: Services) -> None:
    undo = leave(services, take_in(services))

    assert leave_topic(services, undo, source="page") is None
    assert find_leaving(services, undo) is None
    assert not resume(services, undo)


def test_an_undo_from_the_future_undoes_nothing(services: Services) -> None:
    reader = take_in(services)
    leave(services, reader)
    later = services.clock.now() + timedelta(microseconds=1)

    assert not undo_leaving(services, services.links.timed_token(Purpose.UNDO, reader * 4, at=later))


def test_nobody_gets_mail_by_undoing_who_got_none_before(services: Services) -> None:
    open_topic(services, "harbour")
    reader = add_pending_subscriber(services, READER, slugs=["harbour"], name="").id
    undo = leave_all(services, reader)

    assert not undo_leaving(services, undo)
    assert (status_of(services), stands(services)) == (SubscriberStatus.LEFT, {"harbour": "left"})


def test_what_was_only_asked_for_is_asked_for_again(services: Services) -> None:
    reader = take_in(services, slugs=["harbour"])
    add_pending_subscriber(services, READER, slugs=["schools"], name="")
    undo = leave_all(services, reader)

    assert undo_leaving(services, undo)
    assert stands(services) == {"harbour": "subscribed", "schools": "pending"}


def test_an_erased_reader_is_not_brought_back(services: Services) -> None:
    reader = take_in(services)
    undo = leave_all(services, reader)
    erase_subscriber(services, READER)

    assert not undo_leaving(services, undo)
    with pytest.raises(NotFoundError):
        find_subscriber(services, READER)


def test_a_suppressed_reader_is_not_brought_back(services: Services) -> None:
    reader = take_in(services)
    undo = leave(services, reader)
    with services.database.begin() as tx:
        suppressed, active = SubscriberStatus.SUPPRESSED, SubscriberStatus.ACTIVE
        subscribers.set_subscriber_status(tx, reader, status=suppressed, was=[active])

    assert not undo_leaving(services, undo)
    assert stands(services)["harbour"] == "left"


def test_who_was_paused_when_they_left_is_paused_again(services: Services) -> None:
    reader = take_in(services)
    pause_reader(services, leave_token(services, reader), weeks=4)
    undo = leave_all(services, reader)

    assert undo_leaving(services, undo)
    assert status_of(services) is SubscriberStatus.PAUSED


def test_who_was_paused_until_now_is_active_again(services: Services, clock: FixedClock) -> None:
    reader = take_in(services)
    pause_reader(services, leave_token(services, reader), weeks=1)
    clock.advance(days=7, minutes=-1)
    undo = leave_all(services, reader)
    clock.advance(minutes=2)

    assert undo_leaving(services, undo)
    assert status_of(services) is SubscriberStatus.ACTIVE


def test_a_pause_is_undone(services: Services, clock: FixedClock) -> None:
    reader = take_in(services)
    eased = pause_reader(services, leave_token(services, reader), weeks=4)
    assert eased is not None
    clock.advance(minutes=5)

    assert undo_leaving(services, eased.undo_token)

    after = find_subscriber(services, READER)
    assert (after.status, after.paused_until) == (SubscriberStatus.ACTIVE, None)


def test_another_pause_than_that_is_not_undone(services: Services, clock: FixedClock) -> None:
    reader = take_in(services)
    eased = pause_reader(services, leave_token(services, reader), weeks=4)
    assert eased is not None
    clock.advance(minutes=5)
    pause_until(services, preferences_token(services, reader), clock.now().date() + timedelta(days=30))

    assert not undo_leaving(services, eased.undo_token)
    assert status_of(services) is SubscriberStatus.PAUSED


@pytest.mark.parametrize(("before", "after"), [(Cadence.DAILY, Cadence.WEEKLY), (Cadence.WEEKLY, Cadence.MONTHLY)])
def test_reading_less_is_undone(services: Services, before: Cadence, after: Cadence) -> None:
    reader = take_in(services)
    with services.database.begin() as tx:
        choices.set_cadence(tx, reader, cadence=before, was=Cadence.WEEKLY)
    eased = read_less(services, leave_token(services, reader))
    assert eased is not None
    assert eased.leaving.cadence is after

    assert undo_leaving(services, eased.undo_token)
    assert find_subscriber(services, READER).cadence is before
