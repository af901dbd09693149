"""Claims: a delivery is one worker's at a time, consent is asked at each step, and a repeated step changes nothing."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from itertools import chain

from sqlalchemy import insert, select, update

from digest.model.addresses import parse_address
from digest.model.mailings import DeliveryStatus, Mailing, MailingStatus
from digest.model.subscribers import SubscriptionStatus, SuppressionReason
from digest.store import claims, mailings, subscribers, topics
from digest.store.claims import Claim, Marked
from digest.store.database import Database
from digest.store.tables import delivery, lease, mailing, mailing_edition, suppression
from tests.makers.ledger import (
    LEASE,
    NOW,
    claim,
    hand_over,
    keep_edition,
    keep_reader,
    keep_topic,
    make_outcome,
    plan,
    record,
    status_of,
)

NOTHING = Marked(frozenset(), frozenset())


def leave(database: Database, email: str) -> None:
    with database.begin() as tx:
        found = subscribers.require_subscriber(tx, parse_address(email))
        topic = topics.find_topic(tx, "syrias-war")
        subscribers.set_subscription(tx, found.id, topic.id, status=SubscriptionStatus.LEFT, now=NOW)


def suppress(database: Database, email: str) -> None:
    with database.begin() as tx:
        row = {"key_hash": email, "reason": SuppressionReason.COMPLAINT.value, "at": NOW}
        tx.execute(insert(suppression).values(row))


def change(database: Database, of: Mailing, **values: object) -> None:
    with database.begin() as tx:
        tx.execute(update(mailing).where(mailing.c.id == of.id).values(values))


def pause(database: Database, of: Mailing) -> None:
    change(database, of, status=MailingStatus.PAUSED.value)


def recall(database: Database, of: Mailing) -> None:
    change(database, of, recalled_at=NOW)


def take(database: Database, of: Mailing) -> Claim:
    with database.begin() as tx:
        return claims.claim_due(tx, of, owner="one", now=NOW, lease_until=NOW + LEASE, limit=10)


def test_a_delivery_is_claimed_by_one_worker(database: Database) -> None:
    of = plan(database, "a@example.com", "b@example.com", "c@example.com")

    first = claim(database, of, owner="one", limit=2)
    second = claim(database, of, owner="two")

    assert [one.address.spelling for one in first] == ["a@example.com", "b@example.com"]
    assert [one.address.spelling for one in second] == ["c@example.com"]
    assert claim(database, of, owner="three") == []


def test_workers_that_claim_at_once_share_nothing(database: Database, database_url: str) -> None:
    readers = [f"reader{number}@example.com" for number in range(60)]
    of = plan(database, *readers)

    def work(owner: str) -> list[str]:
        with closing(Database(database_url)) as own:
            return [one.address.spelling for _ in range(15) for one in claim(own, of, owner=owner, limit=3)]

    with ThreadPoolExecutor() as pool:
        shares = list(pool.map(work, ["one", "two", "three"]))

    assert sorted(chain(*shares)) == sorted(readers)


def test_a_claim_passes_over_what_another_is_taking(postgres_url: str) -> None:
    with closing(Database(postgres_url)) as database:
        of = plan(database, "a@example.com", "b@example.com")

        with database.begin() as tx:
            first = claims.claim_due(tx, of, owner="one", now=NOW, lease_until=NOW + LEASE, limit=1)
            second = claim(database, of, owner="two")

    assert [one.address.spelling for one in (*first.claimed, *second)] == ["a@example.com", "b@example.com"]


def test_each_claim_counts_the_fence_up(database: Database) -> None:
    of = plan(database, "reader@example.com")

    (first,) = claim(database, of)
    record(database, of, make_outcome(first, DeliveryStatus.QUEUED))
    (second,) = claim(database, of)

    assert second == first._replace(fence=first.fence + 1)


def test_a_delivery_carries_the_editions_its_reader_asked_for(database: Database) -> None:
    of = plan(database, "one@example.com", "both@example.com")
    with database.begin() as tx:
        topic_id = keep_topic(tx, "harbour")
        edition = keep_edition(tx, topic_id, end=NOW + timedelta(hours=1))
        both = subscribers.require_subscriber(tx, parse_address("both@example.com"))
        subscribers.set_subscription(tx, both.id, topic_id, status=SubscriptionStatus.SUBSCRIBED, now=NOW)
        tx.execute(insert(mailing_edition).values(mailing_id=of.id, edition_id=edition.id))
        both_editions = mailings.require_mailing(tx, of.id)

    claimed = {one.address.spelling: one.edition_ids for one in claim(database, both_editions)}

    assert claimed == {"one@example.com": of.edition_ids, "both@example.com": both_editions.edition_ids}


def test_a_reader_who_left_after_planning_is_withdrawn_at_the_claim(database: Database) -> None:
    of = plan(database, "gone@example.com", "reader@example.com")
    leave(database, "gone@example.com")

    taken = take(database, of)

    assert [one.address.spelling for one in taken.claimed] == ["reader@example.com"]
    assert taken.withdrawn == 1
    with database.read() as tx:
        assert mailings.count_deliveries(tx, of.id).withdrawn == 1


def test_a_suppressed_reader_is_withdrawn_at_the_claim(database: Database) -> None:
    of = plan(database, "reader@example.com")
    suppress(database, "reader@example.com")

    assert take(database, of) == Claim([], 1)


def test_a_claim_withdraws_no_more_than_it_was_asked_to_take(database: Database) -> None:
    of = plan(database, "a@example.com", "b@example.com", "c@example.com")
    recall(database, of)

    with database.begin() as tx:
        taken = claims.claim_due(tx, of, owner="one", now=NOW, lease_until=NOW + LEASE, limit=2)

    assert taken == Claim([], 2)


def test_a_reader_who_left_after_the_claim_is_withdrawn_ahead_of_the_wire(database: Database) -> None:
    of = plan(database, "gone@example.com", "reader@example.com")
    gone, reader = claim(database, of)
    leave(database, "gone@example.com")

    marked = hand_over(database, of, [gone, reader])

    assert marked == Marked(frozenset({reader.id}), frozenset({gone.id}))
    assert status_of(database, gone) is DeliveryStatus.WITHDRAWN


def test_a_reader_suppressed_after_the_claim_is_withdrawn_ahead_of_the_wire(database: Database) -> None:
    of = plan(database, "reader@example.com")
    (claimed,) = claim(database, of)
    suppress(database, "reader@example.com")

    assert hand_over(database, of, [claimed]) == Marked(frozenset(), frozenset({claimed.id}))


def test_marking_again_changes_nothing(database: Database) -> None:
    of = plan(database, "a@example.com", "b@example.com")
    claimed = claim(database, of)

    first = hand_over(database, of, claimed)
    leave(database, "a@example.com")
    pause(database, of)
    again = hand_over(database, of, claimed)

    assert first == again == Marked(frozenset(one.id for one in claimed), frozenset())


def test_nothing_of_a_paused_mailing_is_claimed_or_marked(database: Database) -> None:
    of = plan(database, "a@example.com", "b@example.com")
    (claimed,) = claim(database, of, limit=1)
    pause(database, of)

    assert take(database, of) == Claim([], 0)
    assert hand_over(database, of, [claimed]) == NOTHING
    assert status_of(database, claimed) is DeliveryStatus.CLAIMED


def test_all_that_was_not_marked_of_a_recalled_mailing_is_withdrawn(database: Database) -> None:
    of = plan(database, "a@example.com", "b@example.com", "c@example.com")
    marked, claimed = claim(database, of, limit=2)
    hand_over(database, of, [marked])
    recall(database, of)

    assert take(database, of) == Claim([], 1)
    assert hand_over(database, of, [marked, claimed]) == Marked(frozenset({marked.id}), frozenset({claimed.id}))


def test_a_recall_reaches_a_paused_mailing(database: Database) -> None:
    of = plan(database, "a@example.com", "b@example.com")
    (claimed,) = claim(database, of, limit=1)
    pause(database, of)
    recall(database, of)

    assert take(database, of) == Claim([], 1)
    assert hand_over(database, of, [claimed]).withdrawn == {claimed.id}


def test_a_worker_whose_lease_is_over_hands_nothing_over(database: Database) -> None:
    of = plan(database, "reader@example.com")
    claimed = claim(database, of)

    assert hand_over(database, of, claimed, now=NOW + LEASE) == NOTHING


def test_a_renewed_lease_holds_on(database: Database) -> None:
    of = plan(database, "reader@example.com")
    claimed = claim(database, of)

    with database.begin() as tx:
        renewed = claims.renew_leases(tx, owner="one", lease_until=NOW + 2 * LEASE)

    assert renewed == 1
    assert hand_over(database, of, claimed, now=NOW + LEASE).may_go == {claimed[0].id}


def test_another_workers_claim_cannot_be_handed_over(database: Database) -> None:
    of = plan(database, "a@example.com", "b@example.com")
    (ours,) = claim(database, of, owner="one", limit=1)
    claim(database, of, owner="two")

    assert hand_over(database, of, [ours], owner="two") == NOTHING
    assert status_of(database, ours) is DeliveryStatus.CLAIMED


def test_what_was_claimed_unknowingly_is_given_back(database: Database) -> None:
    of = plan(database, "a@example.com", "b@example.com", "c@example.com")
    marked, known, unknown = claim(database, of)
    hand_over(database, of, [marked])

    with database.begin() as tx:
        given = [claims.give_back(tx, owner="one", keep=[known.id]) for _ in range(2)]

    assert given == [1, 0]
    assert [status_of(database, one).value for one in (marked, known, unknown)] == ["handing_over", "claimed", "queued"]
    assert [one.id for one in claim(database, of, owner="two")] == [unknown.id]


def test_a_worker_has_one_lease_a_mailing(database: Database) -> None:
    of = plan(database, "a@example.com", "b@example.com")

    claim(database, of, limit=1)
    claim(database, of, limit=1, now=NOW + timedelta(minutes=1))

    with database.read() as tx:
        leases = [tuple(row) for row in tx.execute(select(lease))]
    assert leases == [("one", of.id, NOW + timedelta(minutes=1) + LEASE)]


def test_a_claim_that_finds_nothing_takes_no_lease(database: Database) -> None:
    of = plan(database, "reader@example.com")

    claim(database, of, now=NOW - timedelta(seconds=1))

    with database.read() as tx:
        assert tx.execute(select(lease)).all() == []
        assert tx.execute(select(delivery.c.fence)).scalars().all() == [0]


def test_a_reader_who_joins_after_planning_is_not_in_the_mailing(database: Database) -> None:
    of = plan(database, "reader@example.com")
    with database.begin() as tx:
        keep_reader(tx, topics.find_topic(tx, "syrias-war").id, "late@example.com")

    assert [one.address.spelling for one in claim(database, of)] == ["reader@example.com"]
