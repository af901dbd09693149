"""Subscribing by hand: evidence for every consent, and nobody who left comes back."""

import pytest
from sqlalchemy import insert, select

from digest.errors import InputError, NotFoundError
from digest.flows.services import Services
from digest.flows.subscribing import add_confirmed_subscriber, add_pending_subscriber, find_subscriber
from digest.model.addresses import parse_address
from digest.model.subscribers import SubscriberStatus, SubscriptionStatus, SuppressionReason
from digest.store import subscribers, topics
from digest.store.tables import consent, suppression
from tests.flows.newsroom import SLUG, open_topic

READER = parse_address("reader@example.com")


def evidence(services: Services) -> list[str]:
    with services.database.read() as tx:
        return list(tx.execute(select(consent.c.action).order_by(consent.c.id)).scalars())


def test_a_confirmed_reader_is_active_and_the_consent_is_written_down(services: Services) -> None:
    open_topic(services)

    added = add_confirmed_subscriber(services, READER, slugs=[SLUG], name="Ada")

    assert added.status is SubscriberStatus.ACTIVE
    assert dict(added.topics) == {SLUG: SubscriptionStatus.SUBSCRIBED}
    assert evidence(services) == ["confirmed"]


def test_a_reader_who_did_not_confirm_is_pending(services: Services) -> None:
    open_topic(services)

    added = add_pending_subscriber(services, READER, slugs=[SLUG], name="")

    assert added.status is SubscriberStatus.PENDING
    assert dict(added.topics) == {SLUG: SubscriptionStatus.PENDING}
    assert evidence(services) == ["asked"]


def test_adding_twice_changes_nothing(services: Services) -> None:
    open_topic(services)
    first = add_confirmed_subscriber(services, READER, slugs=[SLUG], name="")

    second = add_confirmed_subscriber(services, parse_address("READER@Example.com"), slugs=[SLUG, SLUG], name="")

    assert second == first
    assert evidence(services) == ["confirmed"]


def test_a_pending_reader_is_confirmed_by_the_newsrooms_word(services: Services) -> None:
    open_topic(services)
    add_pending_subscriber(services, READER, slugs=[SLUG], name="")

    confirmed = add_confirmed_subscriber(services, READER, slugs=[SLUG], name="")

    assert confirmed.status is SubscriberStatus.ACTIVE
    assert dict(confirmed.topics) == {SLUG: SubscriptionStatus.SUBSCRIBED}


def test_a_confirmed_subscription_is_not_made_pending_again(services: Services) -> None:
    open_topic(services)
    add_confirmed_subscriber(services, READER, slugs=[SLUG], name="")

    again = add_pending_subscriber(services, READER, slugs=[SLUG], name="")

    assert dict(again.topics) == {SLUG: SubscriptionStatus.SUBSCRIBED}


def test_a_reader_who_left_is_not_turned_back(services: Services) -> None:
    open_topic(services)
    added = add_confirmed_subscriber(services, READER, slugs=[SLUG], name="")
    with services.database.begin() as tx:
        topic = topics.find_topic(tx, SLUG)
        now = services.clock.now()
        subscribers.set_subscription(tx, added.id, topic.id, status=SubscriptionStatus.LEFT, now=now)

    with pytest.raises(InputError, match="left syrias-war"):
        add_confirmed_subscriber(services, READER, slugs=[SLUG], name="")


def test_a_suppressed_address_is_not_taken_in(services: Services) -> None:
    open_topic(services)
    with services.database.begin() as tx:
        row = {
            "key_hash": services.links.address_hash(READER.key),
            "reason": SuppressionReason.COMPLAINT.value,
            "at": services.clock.now(),
        }
        tx.execute(insert(suppression).values(row))

    with pytest.raises(InputError, match="suppressed"):
        add_confirmed_subscriber(services, READER, slugs=[SLUG], name="")


def test_an_unknown_topic_takes_nobody_in(services: Services) -> None:
    open_topic(services)

    with pytest.raises(NotFoundError, match='no topic "sport"'):
        add_confirmed_subscriber(services, READER, slugs=[SLUG, "sport"], name="")
    with pytest.raises(NotFoundError):
        find_subscriber(services, READER)


@pytest.mark.parametrize("name", ["Bob\x07 Bell", "Bob\u202eBell", "B" * 201])
def test_a_name_no_mail_could_carry_is_refused_at_once(services: Services, name: str) -> None:
    open_topic(services)

    with pytest.raises(InputError, match="name"):
        add_confirmed_subscriber(services, READER, slugs=[SLUG], name=name)
    with pytest.raises(NotFoundError):
        find_subscriber(services, READER)
