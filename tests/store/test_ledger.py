"""The ledger: a mailing is planned once, counted to the last row, and complete when nothing of it is left to do."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from sqlalchemy import insert, select, text, update

from digest.errors import NotFoundError, StoreError
from digest.model.editions import EditionStatus
from digest.model.ids import MailingId
from digest.model.mailings import DeliveryStatus, Mailing, MailingStatus
from digest.model.subscribers import SubscriberStatus, SubscriptionStatus, SuppressionReason
from digest.store import deliveries, editions, mailings, retention
from digest.store.database import Database
from digest.store.tables import delivery, mailing, suppression
from tests.makers.ledger import (
    NOW,
    claim,
    hand_over,
    keep_edition,
    keep_reader,
    keep_topic,
    make_outcome,
    plan,
    record,
)


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
        assert mailings.list_under_way(tx) == [mailing]


def test_a_topic_and_period_have_one_edition(database: Database) -> None:
    with database.begin() as tx:
        topic_id = keep_topic(tx)
        keep_edition(tx, topic_id)

    with pytest.raises(StoreError), database.begin() as tx:
        keep_edition(tx, topic_id)


def send(database: Database, of: Mailing, statuses: Sequence[DeliveryStatus]) -> None:
    """Claim a delivery for each of these statuses, and record it so."""
    claimed = claim(database, of, limit=len(statuses))
    hand_over(database, of, claimed)
    record(database, of, *(make_outcome(one, status) for one, status in zip(claimed, statuses, strict=True)))


def is_completed(database: Database, of: Mailing) -> bool:
    with database.begin() as tx:
        return mailings.complete_mailing(tx, of.id, now=NOW)


def test_a_mailing_is_complete_when_its_last_row_is_settled(database: Database) -> None:
    of = plan(database, "a@example.com", "b@example.com")

    send(database, of, [DeliveryStatus.SENT])
    early = is_completed(database, of)
    send(database, of, [DeliveryStatus.IN_DOUBT])
    late = is_completed(database, of)

    assert (early, late) == (False, True)
    with database.read() as tx:
        totals = mailings.count_deliveries(tx, of.id)
        edition = editions.find_edition(tx, of.edition_ids[0])
    assert (totals.planned, totals.sent, totals.in_doubt, totals.is_balanced) == (2, 1, 1, True)
    assert edition.status is EditionStatus.COMPLETE


@pytest.mark.parametrize("status", [DeliveryStatus.QUEUED, DeliveryStatus.DEFERRED])
def test_a_mailing_is_not_complete_while_a_delivery_waits(database: Database, status: DeliveryStatus) -> None:
    of = plan(database, "reader@example.com")

    send(database, of, [status])

    assert not is_completed(database, of)


def test_a_mailing_is_not_complete_while_a_worker_holds_a_delivery(database: Database) -> None:
    of = plan(database, "reader@example.com")

    claimed = claim(database, of)
    while_claimed = is_completed(database, of)
    hand_over(database, of, claimed)
    while_at_wire = is_completed(database, of)

    assert (while_claimed, while_at_wire) == (False, False)


def test_a_paused_mailing_is_complete_once_nothing_of_it_is_left(database: Database) -> None:
    of = plan(database, "reader@example.com")
    send(database, of, [DeliveryStatus.SENT])
    with database.begin() as tx:
        tx.execute(update(mailing).values(status=MailingStatus.PAUSED.value, pause_reason="by hand"))

    assert is_completed(database, of)

    with database.read() as tx:
        assert mailings.require_mailing(tx, of.id).pause_reason == ""


def test_a_mailing_that_is_complete_stays_so(database: Database) -> None:
    of = plan(database, "reader@example.com")
    send(database, of, [DeliveryStatus.SENT])

    assert [is_completed(database, of) for _ in range(2)] == [True, True]


def test_the_relays_replies_are_counted_by_kind(database: Database) -> None:
    of = plan(database, "a@example.com", "b@example.com", "c@example.com")
    send(database, of, [DeliveryStatus.SENT, DeliveryStatus.SENT, DeliveryStatus.REFUSED])

    with database.read() as tx:
        counted = mailings.count_replies(tx, of.id)

    assert [(one.status.value, one.code, one.deliveries) for one in counted] == [("sent", 250, 2), ("refused", 250, 1)]


def test_all_mailings_are_counted_the_newest_first(database: Database) -> None:
    of = plan(database, "a@example.com", "b@example.com", "c@example.com")
    send(database, of, [DeliveryStatus.SENT, DeliveryStatus.DEFERRED])
    with database.begin() as tx:
        edition = keep_edition(tx, keep_topic(tx, "harbour"), end=NOW + timedelta(hours=1))
        assert edition.id is not None
        empty = mailings.plan_mailing(tx, edition.id, slot_at=NOW, now=NOW)

    with database.read() as tx:
        counted = mailings.count_all_deliveries(tx)
        apart = [mailings.count_deliveries(tx, one) for one in (empty.id, of.id)]

    assert counted == apart
    assert [(one.planned, one.sent, one.deferred, one.queued) for one in counted] == [(0, 0, 0, 0), (3, 1, 1, 1)]


def test_a_pruned_mailing_is_counted_as_it_was(database: Database) -> None:
    of = plan(database, "a@example.com", "b@example.com")
    send(database, of, [DeliveryStatus.SENT, DeliveryStatus.REFUSED])
    is_completed(database, of)

    with database.begin() as tx:
        before = mailings.count_deliveries(tx, of.id)
        retention.keep_totals(tx, before, now=NOW)
        tx.execute(delivery.delete())
        after = mailings.count_deliveries(tx, of.id)

    assert asdict(after) == {**asdict(before), "is_pruned": True}


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


def test_the_next_due_time_is_that_of_what_waits(database: Database) -> None:
    of = plan(database, "a@example.com", "b@example.com")
    later = NOW + timedelta(minutes=30)
    first, second = claim(database, of)
    hand_over(database, of, [first, second])

    record(database, of, make_outcome(first, DeliveryStatus.DEFERRED, due_at=later))
    with database.read() as tx:
        while_held = deliveries.next_due_at(tx, of.id)
    record(database, of, make_outcome(second))
    (first,) = claim(database, of, now=later)
    with database.read() as tx:
        when_none_waits = deliveries.next_due_at(tx, of.id)

    assert (while_held, when_none_waits) == (later, None)


def partitions(database: Database) -> list[str]:
    with database.read() as tx:
        return list(tx.execute(text("SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r'")).scalars())


def test_the_first_mailing_of_a_month_makes_its_partition(postgres_url: str) -> None:
    slots = [
        datetime(2026, 12, 31, 23, 59, tzinfo=UTC),
        datetime(2027, 1, 1, tzinfo=UTC),
        datetime(2027, 1, 9, tzinfo=UTC),
    ]
    with closing(Database(postgres_url)) as database:
        with database.begin() as tx:
            topic_id = keep_topic(tx)
            keep_reader(tx, topic_id, "reader@example.com")
            for slot_at in slots:
                edition = keep_edition(tx, topic_id, end=slot_at)
                assert edition.id is not None
                mailings.plan_mailing(tx, edition.id, slot_at=slot_at, now=NOW)

        assert sorted(partitions(database)) == ["delivery_2026_12", "delivery_2027_01"]


def test_two_may_plan_the_first_mailings_of_a_month_at_once(postgres_url: str) -> None:
    with closing(Database(postgres_url)) as database:
        with database.begin() as tx:
            made = [
                keep_edition(tx, keep_topic(tx, slug), end=NOW + timedelta(hours=len(slug))) for slug in ("a", "bc")
            ]

        def plan_edition(number: int) -> None:
            edition_id = made[number].id
            assert edition_id is not None
            with closing(Database(postgres_url)) as own, own.begin() as tx:
                mailings.plan_mailing(tx, edition_id, slot_at=NOW, now=NOW)

        planners = [Thread(target=plan_edition, args=(number,)) for number in range(2)]
        for each in planners:
            each.start()
        for each in planners:
            each.join()

        with database.read() as tx:
            planned = tx.execute(select(mailing.c.id)).all()
    assert len(planned) == 2


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
