"""A hard bounce ends what an address gets from us, and nothing else does."""

from sqlalchemy import insert, select, update

from digest.model.addresses import parse_address
from digest.model.mailings import Mailing
from digest.model.subscribers import SubscriberStatus, SuppressionReason
from digest.store import subscribers
from digest.store.bounces import suppress_bounced
from digest.store.database import Database
from digest.store.tables import subscriber, suppression
from tests.makers.ledger import NOW, keep_mailing
from tests.makers.rows import delivery_ids


def plan(database: Database, *emails: str) -> Mailing:
    with database.begin() as tx:
        return keep_mailing(tx, emails)


def status_of(database: Database, email: str) -> SubscriberStatus:
    with database.read() as tx:
        return subscribers.require_subscriber(tx, parse_address(email)).status


def suppressed(database: Database) -> dict[str, str]:
    with database.read() as tx:
        rows = tx.execute(select(suppression)).mappings().all()
        return {row["key_hash"]: row["reason"] for row in rows}


def test_a_bounced_reader_is_suppressed_and_the_others_are_not(database: Database) -> None:
    mailing = plan(database, "a@example.com", "b@example.com", "c@example.com")

    with database.begin() as tx:
        count = suppress_bounced(tx, delivery_ids(tx, mailing)[:2], now=NOW)

    assert count == 2
    assert suppressed(database) == {"a@example.com": "hard bounce", "b@example.com": "hard bounce"}
    assert status_of(database, "a@example.com") is SubscriberStatus.SUPPRESSED
    assert status_of(database, "c@example.com") is SubscriberStatus.ACTIVE


def test_suppressing_again_changes_nothing(database: Database) -> None:
    mailing = plan(database, "a@example.com")

    with database.begin() as tx:
        first, second = (suppress_bounced(tx, delivery_ids(tx, mailing), now=NOW) for _ in range(2))

    assert (first, second) == (1, 0)
    assert suppressed(database) == {"a@example.com": "hard bounce"}


def test_an_earlier_reason_stands(database: Database) -> None:
    mailing = plan(database, "a@example.com")

    with database.begin() as tx:
        row = {"key_hash": "a@example.com", "reason": SuppressionReason.COMPLAINT.value, "at": NOW}
        tx.execute(insert(suppression).values(row))
        suppress_bounced(tx, delivery_ids(tx, mailing), now=NOW)

    assert suppressed(database) == {"a@example.com": "complaint"}
    assert status_of(database, "a@example.com") is SubscriberStatus.SUPPRESSED


def test_a_reader_who_left_is_still_one_who_left(database: Database) -> None:
    mailing = plan(database, "a@example.com")
    with database.begin() as tx:
        tx.execute(update(subscriber).values(status=SubscriberStatus.LEFT.value))

        count = suppress_bounced(tx, delivery_ids(tx, mailing), now=NOW)

    assert count == 0
    assert status_of(database, "a@example.com") is SubscriberStatus.LEFT
    assert suppressed(database) == {}


def test_no_bounce_suppresses_nobody(database: Database) -> None:
    plan(database, "a@example.com")

    with database.begin() as tx:
        assert suppress_bounced(tx, [], now=NOW) == 0

    assert suppressed(database) == {}
