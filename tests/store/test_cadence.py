"""How often a reader wants mail is heard when a mailing is planned: `monthly` is once a topic and calendar month."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select, update

from digest.model.ids import SubscriberId, TopicId
from digest.model.mailings import DeliveryStatus, Mailing
from digest.model.subscribers import Cadence, SubscriptionStatus
from digest.store import mailings, subscribers
from digest.store.database import Database, Transaction
from digest.store.tables import delivery, mailing_edition, subscriber
from tests.makers.ledger import keep_edition, keep_reader, keep_topic
from tests.makers.rows import delivery_ids, put

FIRST = datetime(2026, 11, 1, 13, tzinfo=UTC)
WEEK = timedelta(days=7)


def keep_choosing(tx: Transaction, topic_id: TopicId, cadence: Cadence) -> SubscriberId:
    """Keep a reader of a topic who chose how often."""
    reader = keep_reader(tx, topic_id, f"{cadence.value}@example.com")
    tx.execute(update(subscriber).where(subscriber.c.id == reader).values(cadence=cadence.value))
    return reader


def plan_for(database: Database, topic_id: TopicId, slot_at: datetime) -> Mailing:
    """Plan the edition of a topic that closes then."""
    with database.begin() as tx:
        closed = keep_edition(tx, topic_id, end=slot_at)
        assert closed.id is not None
        return mailings.plan_mailing(tx, closed.id, slot_at=slot_at, now=slot_at)


def got(database: Database, *planned: Mailing) -> list[list[str]]:
    """Return what each mailing's readers chose."""
    query = select(subscriber.c.cadence).join(delivery, delivery.c.subscriber_id == subscriber.c.id)
    with database.read() as tx:
        each = [tx.execute(query.where(delivery.c.mailing_id == one.id)).scalars() for one in planned]
        return [sorted(one) for one in each]


def keep_monthly(database: Database) -> TopicId:
    """Keep a topic with one reader, who wants it once a month."""
    with database.begin() as tx:
        topic_id = keep_topic(tx)
        keep_choosing(tx, topic_id, Cadence.MONTHLY)
        return topic_id


def settle(database: Database, of: Mailing, status: DeliveryStatus) -> None:
    with database.begin() as tx:
        put(tx, *delivery_ids(tx, of), status=status)


def test_monthly_is_the_first_edition_of_a_month_and_all_others_get_each(database: Database) -> None:
    with database.begin() as tx:
        topic_id = keep_topic(tx)
        for cadence in Cadence:
            keep_choosing(tx, topic_id, cadence)

    planned = [plan_for(database, topic_id, FIRST + WEEK * week) for week in range(6)]

    every, usual = ["daily", "monthly", "weekly"], ["daily", "weekly"]
    assert got(database, *planned) == [every, usual, usual, usual, usual, every]
    assert [one.planned for one in planned] == [3, 2, 2, 2, 2, 3]


def test_a_month_ends_at_midnight_in_utc(database: Database) -> None:
    topic_id = keep_monthly(database)
    new_year = datetime(2027, 1, 1, tzinfo=UTC)

    planned = [plan_for(database, topic_id, at) for at in (new_year - timedelta(seconds=1), new_year)]

    assert [one.planned for one in planned] == [1, 1]


def test_a_topic_of_ones_own_choice_counts_apart(database: Database) -> None:
    topic_id = keep_monthly(database)
    with database.begin() as tx:
        other = keep_topic(tx, "harbour")
        keep_reader(tx, other, "somebody@example.com")
    plan_for(database, other, FIRST)

    planned = plan_for(database, topic_id, FIRST + WEEK)

    assert got(database, planned) == [["monthly"]]


def test_two_topics_of_a_monthly_reader_come_once_each(database: Database) -> None:
    topic_id = keep_monthly(database)
    with database.begin() as tx:
        other = keep_topic(tx, "harbour")
        reader = tx.execute(select(subscriber.c.id)).scalar_one()
        subscribers.set_subscription(tx, SubscriberId(reader), other, status=SubscriptionStatus.SUBSCRIBED, now=FIRST)

    planned = [
        plan_for(database, topic, FIRST + timedelta(days=day))
        for day, topic in enumerate((topic_id, other, topic_id, other))
    ]

    assert [one.planned for one in planned] == [1, 1, 0, 0]


@pytest.mark.parametrize("status", [DeliveryStatus.WITHDRAWN, DeliveryStatus.REFUSED])
def test_an_edition_that_never_arrived_is_made_up_for_by_the_next(database: Database, status: DeliveryStatus) -> None:
    topic_id = keep_monthly(database)
    settle(database, plan_for(database, topic_id, FIRST), status)

    assert plan_for(database, topic_id, FIRST + WEEK).planned == 1


@pytest.mark.parametrize("status", [DeliveryStatus.QUEUED, DeliveryStatus.SENT])
def test_an_edition_that_went_or_still_goes_is_the_months(database: Database, status: DeliveryStatus) -> None:
    topic_id = keep_monthly(database)
    settle(database, plan_for(database, topic_id, FIRST), status)

    assert plan_for(database, topic_id, FIRST + WEEK).planned == 0


def test_what_came_bundled_with_another_topic_counts(database: Database) -> None:
    topic_id = keep_monthly(database)
    bundle = plan_for(database, topic_id, FIRST)
    with database.begin() as tx:
        other = keep_topic(tx, "harbour")
        reader = tx.execute(select(subscriber.c.id)).scalar_one()
        subscribers.set_subscription(tx, SubscriberId(reader), other, status=SubscriptionStatus.SUBSCRIBED, now=FIRST)
        carried = keep_edition(tx, other, end=FIRST + timedelta(hours=1))
        tx.execute(insert(mailing_edition).values(mailing_id=bundle.id, edition_id=carried.id))

    assert plan_for(database, other, FIRST + WEEK).planned == 0
