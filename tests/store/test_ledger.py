"""The ledger: planned once, claimed under a fence, recorded once; consent is asked at every step."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from digest.errors import NotFoundError, StoreError
from digest.model.addresses import parse_address
from digest.model.editions import EditionStatus
from digest.model.ids import MailingId
from digest.model.mailings import ClaimedDelivery, DeliveryStatus, Mailing, Outcome
from digest.model.messages import Reply
from digest.model.subscribers import SubscriberStatus, SubscriptionStatus, SuppressionReason
from digest.store import deliveries, editions, mailings, subscribers, topics
from digest.store.database import Database
from digest.store.tables import delivery, suppression
from tests.makers.ledger import NOW, keep_edition, keep_mailing, keep_reader, keep_topic

LEASE = timedelta(minutes=15)
TAKEN = Reply(code=250, enhanced="2.0.0", text="queued")


def claim(database: Database, mailing: Mailing, *, owner: str = "one", limit: int = 10) -> list[ClaimedDelivery]:
    with database.begin() as tx:
        return deliveries.claim_due(tx, mailing.id, owner=owner, now=NOW, lease_until=NOW + LEASE, limit=limit)


def plan(database: Database, *emails: str) -> Mailing:
    with database.begin() as tx:
        return keep_mailing(tx, emails)


def record(database: Database, claimed: ClaimedDelivery, status: DeliveryStatus) -> bool:
    outcome = Outcome(delivery_id=claimed.id, fence=claimed.fence, status=status, reply=TAKEN)
    with database.begin() as tx:
        return deliveries.record_outcome(tx, outcome, now=NOW)


def hand_over(database: Database, claimed: ClaimedDelivery) -> bool:
    with database.begin() as tx:
        return deliveries.mark_handing_over(tx, claimed, now=NOW)


def status_of(database: Database, claimed: ClaimedDelivery) -> DeliveryStatus:
    with database.read() as tx:
        row = tx.execute(delivery.select().where(delivery.c.id == claimed.id)).mappings().one()
        return DeliveryStatus(row["status"])


def test_only_confirmed_subscribed_unsuppressed_readers_are_planned(database: Database) -> None:
    with database.begin() as tx:
        topic_id = keep_topic(tx)
        keep_reader(tx, topic_id, "reader@example.com")
        keep_reader(tx, topic_id, "pending@example.com", status=SubscriberStatus.PENDING)
        keep_reader(tx, topic_id, "paused@example.com", status=SubscriberStatus.PAUSED)
        keep_reader(tx, topic_id, "left@example.com", subscribed=SubscriptionStatus.LEFT)
        keep_reader(tx, topic_id, "asked@example.com", subscribed=SubscriptionStatus.PENDING)
        keep_reader(tx, topic_id, "bounced@example.com")
        row = {"key_hash": "bounced@example.com", "reason": SuppressionReason.HARD_BOUNCE.value, "at": NOW}
        tx.execute(insert(suppression).values(row))
        edition = keep_edition(tx, topic_id)
        assert edition.id is not None

        mailing = mailings.plan_mailing(tx, edition.id, slot_at=NOW, now=NOW)

    assert mailing.planned == 1
    assert [one.address.spelling for one in claim(database, mailing)] == ["reader@example.com"]


def test_an_edition_has_one_mailing(database: Database) -> None:
    mailing = plan(database, "reader@example.com")

    with pytest.raises(StoreError), database.begin() as tx:
        mailings.plan_mailing(tx, mailing.edition_ids[0], slot_at=NOW, now=NOW)

    with database.read() as tx:
        assert mailings.list_mailing_ids(tx) == [mailing.id]


def test_a_topic_and_period_have_one_edition(database: Database) -> None:
    with database.begin() as tx:
        topic_id = keep_topic(tx)
        keep_edition(tx, topic_id)

    with pytest.raises(StoreError), database.begin() as tx:
        keep_edition(tx, topic_id)


def test_a_delivery_is_claimed_by_one_worker(database: Database) -> None:
    mailing = plan(database, "a@example.com", "b@example.com", "c@example.com")

    first = claim(database, mailing, owner="one", limit=2)
    second = claim(database, mailing, owner="two")

    assert [one.address.spelling for one in first] == ["a@example.com", "b@example.com"]
    assert [one.address.spelling for one in second] == ["c@example.com"]
    assert claim(database, mailing, owner="three") == []


def leave(database: Database, email: str) -> None:
    with database.begin() as tx:
        found = subscribers.require_subscriber(tx, parse_address(email))
        topic = topics.find_topic(tx, "syrias-war")
        subscribers.set_subscription(tx, found.id, topic.id, status=SubscriptionStatus.LEFT, now=NOW)


def test_a_reader_who_left_after_planning_is_withdrawn_at_the_claim(database: Database) -> None:
    mailing = plan(database, "reader@example.com")
    leave(database, "reader@example.com")

    assert claim(database, mailing) == []

    with database.read() as tx:
        assert mailings.count_deliveries(tx, mailing.id).withdrawn == 1


def test_a_reader_who_left_after_the_claim_is_withdrawn_ahead_of_the_wire(database: Database) -> None:
    mailing = plan(database, "reader@example.com")
    (claimed,) = claim(database, mailing)
    leave(database, "reader@example.com")

    assert not hand_over(database, claimed)

    assert status_of(database, claimed) is DeliveryStatus.WITHDRAWN


def test_a_suppressed_reader_is_withdrawn_ahead_of_the_wire(database: Database) -> None:
    mailing = plan(database, "reader@example.com")
    (claimed,) = claim(database, mailing)
    with database.begin() as tx:
        row = {"key_hash": "reader@example.com", "reason": SuppressionReason.COMPLAINT.value, "at": NOW}
        tx.execute(insert(suppression).values(row))

    assert not hand_over(database, claimed)


def test_a_worker_whose_lease_is_over_hands_nothing_over(database: Database) -> None:
    mailing = plan(database, "reader@example.com")
    (claimed,) = claim(database, mailing)

    with database.begin() as tx:
        assert not deliveries.mark_handing_over(tx, claimed, now=NOW + LEASE)


def test_a_worker_that_lost_its_lease_records_nothing(database: Database) -> None:
    mailing = plan(database, "reader@example.com")
    (stale,) = claim(database, mailing)
    with database.begin() as tx:
        deliveries.take_over(tx, dead=["one"], now=NOW)
    (fresh,) = claim(database, mailing, owner="two")

    assert not hand_over(database, stale)
    assert not record(database, stale, DeliveryStatus.SENT)
    assert hand_over(database, fresh)
    assert record(database, fresh, DeliveryStatus.SENT)


def test_an_outcome_is_recorded_once(database: Database) -> None:
    mailing = plan(database, "reader@example.com")
    (claimed,) = claim(database, mailing)
    hand_over(database, claimed)

    assert record(database, claimed, DeliveryStatus.SENT)
    assert not record(database, claimed, DeliveryStatus.REFUSED)

    assert status_of(database, claimed) is DeliveryStatus.SENT


def test_a_dead_worker_leaves_claims_queued_and_the_one_at_the_wire_in_doubt(database: Database) -> None:
    mailing = plan(database, "a@example.com", "b@example.com")
    at_wire, only_claimed = claim(database, mailing)
    hand_over(database, at_wire)

    with database.begin() as tx:
        freed = deliveries.take_over(tx, dead=["one"], now=NOW)

    assert freed == 2
    assert status_of(database, at_wire) is DeliveryStatus.IN_DOUBT
    assert status_of(database, only_claimed) is DeliveryStatus.QUEUED


def test_a_living_worker_keeps_its_rows_until_the_lease_is_over(database: Database) -> None:
    mailing = plan(database, "reader@example.com")
    claim(database, mailing)

    with database.begin() as tx:
        before = deliveries.take_over(tx, dead=[], now=NOW + LEASE - timedelta(seconds=1))
        after = deliveries.take_over(tx, dead=[], now=NOW + LEASE)

    assert (before, after) == (0, 1)


def test_a_deferred_delivery_waits_until_it_is_due(database: Database) -> None:
    mailing = plan(database, "reader@example.com")
    (claimed,) = claim(database, mailing)
    hand_over(database, claimed)
    later = NOW + timedelta(minutes=30)
    outcome = Outcome(
        delivery_id=claimed.id, fence=claimed.fence, status=DeliveryStatus.DEFERRED, reply=TAKEN, due_at=later
    )

    with database.begin() as tx:
        deliveries.record_outcome(tx, outcome, now=NOW)
        too_early = deliveries.claim_due(tx, mailing.id, owner="x", now=NOW, lease_until=later, limit=9)
        in_time = deliveries.claim_due(tx, mailing.id, owner="x", now=later, lease_until=later + LEASE, limit=9)

    assert too_early == []
    assert [one.attempts for one in in_time] == [1]


def test_a_mailing_is_complete_when_its_last_row_is_settled(database: Database) -> None:
    mailing = plan(database, "a@example.com", "b@example.com")
    first, second = claim(database, mailing)
    for claimed in (first, second):
        hand_over(database, claimed)
    record(database, first, DeliveryStatus.SENT)

    with database.begin() as tx:
        early = mailings.complete_mailing(tx, mailing.id, now=NOW)
    record(database, second, DeliveryStatus.IN_DOUBT)
    with database.begin() as tx:
        late = mailings.complete_mailing(tx, mailing.id, now=NOW)
        totals = mailings.count_deliveries(tx, mailing.id)
        edition = editions.find_edition(tx, mailing.edition_ids[0])

    assert (early, late) == (False, True)
    assert (totals.planned, totals.sent, totals.in_doubt, totals.is_balanced) == (2, 1, 1, True)
    assert edition.status is EditionStatus.COMPLETE


def test_the_relays_replies_are_counted_by_kind(database: Database) -> None:
    mailing = plan(database, "a@example.com", "b@example.com", "c@example.com")
    for claimed, status in zip(claim(database, mailing), ["sent", "sent", "refused"], strict=True):
        hand_over(database, claimed)
        record(database, claimed, DeliveryStatus(status))

    with database.read() as tx:
        counted = mailings.count_replies(tx, mailing.id)

    assert [(one.status.value, one.code, one.deliveries) for one in counted] == [("sent", 250, 2), ("refused", 250, 1)]


def test_a_lost_row_shows(database: Database) -> None:
    mailing = plan(database, "a@example.com", "b@example.com")
    (claimed, _) = claim(database, mailing)

    with database.begin() as tx:
        tx.execute(delivery.delete().where(delivery.c.id == claimed.id))
        totals = mailings.count_deliveries(tx, mailing.id)

    assert not totals.is_balanced


def test_a_mailing_that_is_not_there_is_named(database: Database) -> None:
    with pytest.raises(NotFoundError, match='no mailing "7"'), database.read() as tx:
        mailings.count_deliveries(tx, MailingId(7))


ALLOWED = {
    "queued": {"claimed", "withdrawn"},
    "claimed": {"queued", "handing_over", "withdrawn", "refused", "sent", "deferred", "in_doubt"},
    "handing_over": {"queued", "sent", "deferred", "refused", "in_doubt"},
    "deferred": {"claimed", "withdrawn", "refused"},
    "in_doubt": {"queued", "sent", "deferred", "refused"},
    "sent": set[str](),
    "refused": set[str](),
    "withdrawn": set[str](),
}


@pytest.mark.parametrize("before", DeliveryStatus)
@pytest.mark.parametrize("after", DeliveryStatus)
def test_a_delivery_changes_only_as_drawn(before: DeliveryStatus, after: DeliveryStatus) -> None:
    assert before.may_become(after) is (after.value in ALLOWED[before.value])
