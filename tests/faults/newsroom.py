"""A newsroom with one mailing that is planned and not sent: so many readers, each with an address of their own."""

from datetime import datetime

from sqlalchemy import insert

from digest.clock import SystemClock
from digest.model.editions import EditionStatus
from digest.model.ids import EditionId, TopicId
from digest.model.subscribers import Cadence, SubscriberStatus, SubscriptionStatus
from digest.store import editions, mailings
from digest.store.database import Database, Transaction
from digest.store.migrate import upgrade
from digest.store.tables import subscriber, subscription
from tests.makers.ledger import keep_edition, keep_topic

TOPIC = "syrias-war"
DOMAINS = 200
ROWS_AN_INSERT = 2_000


def build_newsroom(database: Database, *, readers: int) -> EditionId:
    """Set up a database, with an edition that was built and not planned for anybody yet."""
    upgrade(database)
    now = SystemClock().now()
    with database.begin() as tx:
        topic_id = keep_topic(tx, TOPIC)
        insert_readers(tx, topic_id, readers, now=now)
        edition = keep_edition(tx, topic_id, end=now)
        assert edition.id is not None
        return edition.id


def plan_newsroom(database: Database, *, readers: int) -> None:
    """Set up a database, with a mailing to all readers that is due now."""
    edition_id = build_newsroom(database, readers=readers)
    now = SystemClock().now()
    with database.begin() as tx:
        editions.move_edition(tx, edition_id, to=EditionStatus.SENDING)
        mailings.plan_mailing(tx, edition_id, slot_at=now, now=now)


def address_of(number: int) -> str:
    """Return a reader's address; they are spread over domains."""
    return f"reader{number}@mail{number % DOMAINS}.example"


def insert_readers(tx: Transaction, topic_id: TopicId, count: int, *, now: datetime) -> None:
    """Insert readers 1 to `count`, subscribed to the topic."""
    numbers = range(1, count + 1)
    for start in range(0, count, ROWS_AN_INSERT):
        some = numbers[start : start + ROWS_AN_INSERT]
        tx.execute(insert(subscriber), [_subscriber(number, now=now) for number in some])
        tx.execute(insert(subscription), [_subscription(number, topic_id, now=now) for number in some])


def _subscriber(number: int, *, now: datetime) -> dict[str, object]:
    return {
        "id": number,
        "email": address_of(number),
        "email_key": address_of(number),
        "key_hash": f"{number:064}",
        "name": "",
        "lang": "en",
        "zone": "UTC",
        "cadence": Cadence.WEEKLY.value,
        "status": SubscriberStatus.ACTIVE.value,
        "added_at": now,
    }


def _subscription(number: int, topic_id: TopicId, *, now: datetime) -> dict[str, object]:
    subscribed = SubscriptionStatus.SUBSCRIBED.value
    return {"subscriber_id": number, "topic_id": topic_id, "status": subscribed, "changed_at": now}
