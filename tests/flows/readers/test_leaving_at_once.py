"""Leaving by many presses at once, in any order and with repeats: all leave, and none errs."""

from concurrent.futures import ThreadPoolExecutor
from random import Random

from sqlalchemy import select

from digest.flows.readers.leaving import leave_topic
from digest.flows.services import Services
from digest.model.addresses import parse_address
from digest.model.ids import SubscriberId
from digest.model.subscribers import SubscriberStatus, SubscriptionStatus
from digest.store.tables import subscriber, subscription
from tests.flows.readers.readership import TOPICS, leave_token, open_topic, take_in

SOURCE = "one-click"


def test_two_presses_at_once_for_two_topics_leave_everything(services: Services) -> None:
    readers = [take_in(services, parse_address(f"reader{number}@example.com")) for number in range(10)]
    tokens = [leave_token(services, reader, slug) for reader in readers for slug in TOPICS[:2]]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda token: leave_topic(services, token, source=SOURCE), tokens))

    assert all(answers)
    with services.database.read() as tx:
        assert set(tx.execute(select(subscriber.c.status)).scalars()) == {SubscriberStatus.LEFT.value}


def test_ten_thousand_presses_in_any_order_with_repeats_take_everybody_off(services: Services) -> None:
    tokens = keep_many(services, 400)
    presses = tokens * 25
    Random(7).shuffle(presses)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda token: leave_topic(services, token, source=SOURCE), presses, chunksize=100))

    assert all(answers)
    assert sum(bool(answer and answer.undo_token) for answer in answers) == 400
    with services.database.read() as tx:
        assert set(tx.execute(select(subscription.c.status)).scalars()) == {SubscriptionStatus.LEFT.value}
        assert set(tx.execute(select(subscriber.c.status)).scalars()) == {SubscriberStatus.LEFT.value}


def keep_many(services: Services, count: int) -> list[str]:
    """Keep so many readers of one topic; return the tokens of their links to leave."""
    topic_id = open_topic(services, "harbour")
    first = take_in(services, slugs=["harbour"])
    now = services.clock.now()
    others = range(first + 1, first + count)
    with services.database.begin() as tx:
        row = dict(tx.execute(select(subscriber)).mappings().one())
        rows = [{**row, "id": one, "email": f"r{one}@x.example", "email_key": f"r{one}@x.example"} for one in others]
        tx.execute(subscriber.insert(), [{**one, "key_hash": f"{one['id']:064d}"} for one in rows])
        subscribed = {"topic_id": topic_id, "status": SubscriptionStatus.SUBSCRIBED.value, "changed_at": now}
        tx.execute(subscription.insert(), [{**subscribed, "subscriber_id": one} for one in others])
    return [services.links.unsubscribe_token(SubscriberId(one), topic_id) for one in [first, *others]]
