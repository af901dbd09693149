"""Leaving: one press is enough, every time, for ever, and takes just what it says."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from digest.clock import FixedClock
from digest.flows.erasing import erase_subscriber
from digest.flows.readers.leaving import (
    count_partings,
    find_leaving,
    give_reason,
    leave_by_address,
    leave_everything,
    leave_topic,
)
from digest.flows.readers.undoing import undo_leaving
from digest.flows.services import Services
from digest.flows.subscribing import add_pending_subscriber
from digest.links import NO_TOPIC, Links
from digest.model.addresses import parse_address
from digest.model.ids import SubscriberId
from digest.model.subscribers import LeavingReason, SubscriberStatus
from digest.store.tables import parting, subscriber, topic
from tests.flows.readers.readership import (
    READER,
    TOPICS,
    evidence,
    leave_token,
    open_topic,
    preferences_token,
    stands,
    status_of,
    suppress,
    take_in,
)

SOURCE = "one-click"


def test_one_press_takes_a_reader_off_one_topic(services: Services) -> None:
    reader = take_in(services)

    left = leave_topic(services, leave_token(services, reader), source=SOURCE)

    assert left is not None
    assert (left.masked, left.topic_name, left.topics) == ("r•••@example.com", "Harbour", ("Harbour",))
    assert stands(services) == {"harbour": "left", "night-tram": "subscribed"}
    assert status_of(services) is SubscriberStatus.ACTIVE


def test_leaving_is_written_down_once_with_how_it_was_asked(services: Services) -> None:
    reader = take_in(services)
    token = leave_token(services, reader)

    for _ in range(3):
        leave_topic(services, token, source=SOURCE)

    assert evidence(services, reader)[2:] == [("left", "harbour", SOURCE)]


def test_the_second_press_succeeds_and_has_nothing_to_undo(services: Services) -> None:
    token = leave_token(services, take_in(services))
    first = leave_topic(services, token, source=SOURCE)

    second = leave_topic(services, token, source=SOURCE)

    assert first is not None
    assert second == replace(first, topics=(), undo_token="")


def test_who_leaves_the_last_topic_has_left(services: Services) -> None:
    reader = take_in(services)

    for slug in TOPICS[:2]:
        leave_topic(services, leave_token(services, reader, slug), source=SOURCE)

    assert status_of(services) is SubscriberStatus.LEFT


def test_one_press_takes_a_reader_off_everything(services: Services) -> None:
    reader = take_in(services)

    left = leave_everything(services, leave_token(services, reader), source="page")

    assert left is not None
    assert left.topics == ("Harbour", "Night-tram")
    assert set(stands(services).values()) == {"left"}
    assert status_of(services) is SubscriberStatus.LEFT


def test_what_was_only_asked_for_is_left_too(services: Services) -> None:
    for slug in TOPICS:
        open_topic(services, slug)
    reader = add_pending_subscriber(services, READER, slugs=["harbour"], name="").id

    leave_everything(services, leave_token(services, reader), source="page")

    assert stands(services) == {"harbour": "left"}
    assert status_of(services) is SubscriberStatus.LEFT


def test_a_topic_that_was_never_theirs_is_left_without_a_trace(services: Services) -> None:
    reader = take_in(services)

    left = leave_topic(services, leave_token(services, reader, "schools"), source=SOURCE)

    assert left is not None
    assert (left.topic_name, left.topics, left.undo_token) == ("Schools", (), "")
    assert stands(services) == {"harbour": "subscribed", "night-tram": "subscribed"}


def test_a_link_still_works_when_its_topic_has_a_new_name(services: Services) -> None:
    reader = take_in(services)
    token = leave_token(services, reader)
    with services.database.begin() as tx:
        tx.execute(update(topic).where(topic.c.slug == "harbour").values(slug="port", name="The port"))

    left = leave_topic(services, token, source=SOURCE)

    assert left is not None
    assert left.topics == ("The port",)
    assert stands(services)["port"] == "left"


def test_a_link_still_works_years_later_and_under_new_secrets(services: Services, clock: FixedClock) -> None:
    before = replace(services, links=Links([b"o" * 32], base_url="https://news.example"))
    token = leave_token(before, take_in(before))
    clock.advance(days=3650)
    after = replace(services, links=Links([b"n" * 32, b"o" * 32], base_url="https://news.example"))

    left = leave_topic(after, token, source=SOURCE)

    assert left is not None
    assert left.topics == ("Harbour",)


def test_a_link_of_an_erased_reader_gets_the_same_answer_and_shows_nobody(services: Services) -> None:
    reader = take_in(services)
    token = leave_token(services, reader)
    erase_subscriber(services, READER)

    for leave in (leave_topic, leave_everything):
        left = leave(services, token, source=SOURCE)

        assert left is not None
        assert (left.masked, left.topic_name, left.topics, left.undo_token) == ("", "Harbour", (), "")
    assert evidence(services, reader) == []


def test_a_link_of_a_reader_who_is_not_kept_any_more_gets_the_same_answer(services: Services) -> None:
    take_in(services)

    left = leave_topic(services, leave_token(services, SubscriberId(999)), source=SOURCE)

    assert left is not None
    assert (left.masked, left.topic_name, left.topics) == ("", "Harbour", ())


@pytest.mark.parametrize("length", [0, 1, 8, 30, 49])
def test_a_cut_link_does_nothing(services: Services, length: int) -> None:
    token = leave_token(services, take_in(services))[:length]

    assert leave_topic(services, token, source=SOURCE) is None
    assert leave_everything(services, token, source=SOURCE) is None
    assert find_leaving(services, token) is None
    assert set(stands(services).values()) == {"subscribed"}


def test_a_preferences_link_is_none_to_leave(services: Services) -> None:
    token = preferences_token(services, take_in(services))

    assert leave_topic(services, token, source=SOURCE) is None
    assert leave_everything(services, token, source=SOURCE) is None


def test_a_suppressed_reader_can_leave_and_stays_suppressed(services: Services) -> None:
    reader = take_in(services)
    with services.database.begin() as tx:
        tx.execute(update(subscriber).values(status=SubscriberStatus.SUPPRESSED.value))
    suppress(services, READER)

    leave_everything(services, leave_token(services, reader), source="page")

    assert set(stands(services).values()) == {"left"}
    assert status_of(services) is SubscriberStatus.SUPPRESSED


def test_the_page_to_leave_says_what_is_left(services: Services) -> None:
    reader = take_in(services)

    page = find_leaving(services, leave_token(services, reader))

    assert page is not None
    assert (page.masked, page.topic_name, page.is_subscribed) == ("r•••@example.com", "Harbour", True)
    assert (page.other_topics, page.standing, page.lang) == (1, SubscriberStatus.ACTIVE, "en")


def test_looking_at_the_page_changes_nothing(services: Services) -> None:
    reader = take_in(services)

    find_leaving(services, leave_token(services, reader))

    assert set(stands(services).values()) == {"subscribed"}
    assert len(evidence(services, reader)) == 2


def test_a_reader_leaves_by_a_mail_from_their_address(services: Services) -> None:
    take_in(services)

    assert leave_by_address(services, parse_address("READER@Example.com"), source="mail")
    assert not leave_by_address(services, parse_address("stranger@example.com"), source="mail")
    assert status_of(services) is SubscriberStatus.LEFT


def reasons(services: Services) -> list[tuple[str, str]]:
    with services.database.read() as tx:
        query = select(topic.c.slug, parting.c.reason).join(topic, topic.c.id == parting.c.topic_id)
        return [(slug, reason) for slug, reason in tx.execute(query.order_by(parting.c.id))]


def test_a_reason_counts_once_a_press(services: Services) -> None:
    token = leave_token(services, take_in(services))
    leave_topic(services, token, source=SOURCE)

    for reason in (LeavingReason.TOO_MANY, LeavingReason.OTHER):
        give_reason(services, token, reason)

    assert reasons(services) == [("harbour", "too many mails")]


def test_who_leaves_again_may_give_a_reason_again(services: Services, clock: FixedClock) -> None:
    token = leave_token(services, take_in(services))
    for reason in (LeavingReason.TOO_MANY, LeavingReason.NOT_RELEVANT):
        clock.advance(minutes=1)
        left = leave_topic(services, token, source=SOURCE)
        assert left is not None
        give_reason(services, token, reason)
        undo_leaving(services, left.undo_token)

    assert [reason for _, reason in reasons(services)] == ["too many mails", "not what I hoped for"]


def test_reasons_are_counted_by_topic_the_most_frequent_first(services: Services) -> None:
    said = (LeavingReason.OTHER, LeavingReason.TOO_MANY, LeavingReason.TOO_MANY)
    for number, reason in enumerate(said):
        token = leave_token(services, take_in(services, parse_address(f"reader{number}@example.com")))
        leave_topic(services, token, source=SOURCE)
        give_reason(services, token, reason)

    assert list(count_partings(services, "harbour").items()) == [
        (LeavingReason.TOO_MANY, 2),
        (LeavingReason.OTHER, 1),
    ]
    assert count_partings(services, "schools") == {}


def test_who_has_not_left_gives_no_reason(services: Services) -> None:
    reader = take_in(services)

    give_reason(services, leave_token(services, reader), LeavingReason.OTHER)
    give_reason(services, leave_token(services, SubscriberId(999)), LeavingReason.OTHER)
    give_reason(services, "00", LeavingReason.OTHER)

    assert reasons(services) == []


def test_a_reason_cannot_be_told_by_its_time(services: Services, clock: FixedClock) -> None:
    clock.advance(hours=1, minutes=7)
    token = leave_token(services, take_in(services))
    leave_topic(services, token, source=SOURCE)

    give_reason(services, token, LeavingReason.OTHER)

    with services.database.read() as tx:
        at = tx.execute(select(parting.c.at)).scalar_one()
    assert (at.hour, at.minute, at.date()) == (0, 0, clock.now().date())


def test_a_link_of_a_test_copy_leaves_nobody(services: Services) -> None:
    take_in(services)

    left = leave_topic(services, services.links.unsubscribe_token(SubscriberId(0), NO_TOPIC), source=SOURCE)

    assert left is not None
    assert (left.masked, left.topic_name, left.topics) == ("", "", ())
