"""Notices in the database: claimed by one process, withdrawn where the reader may not get them, never claimed twice."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from itertools import chain

import pytest
from sqlalchemy import insert

from digest.model.addresses import Address, parse_address
from digest.model.ids import NoticeId
from digest.model.messages import Reply
from digest.model.notices import CHANGES, Notice, NoticeKind, NoticeStatus
from digest.model.subscribers import SubscriberStatus, SubscriptionStatus, SuppressionReason
from digest.store import notices
from digest.store.database import Database
from digest.store.notices import NoticeOutcome
from digest.store.tables import suppression
from tests.makers.ledger import NOW, TAKEN, keep_reader, keep_topic

MINUTE = timedelta(minutes=1)
READER = "reader@example.com"


def key_of(address: Address) -> Sequence[str]:
    """Stand in for the keyed hashes, as `keep_reader` does."""
    return (address.key,)


def keep_notice(
    database: Database,
    kind: NoticeKind = NoticeKind.CONFIRM,
    *,
    reader: SubscriberStatus = SubscriberStatus.PENDING,
    subscribed: SubscriptionStatus = SubscriptionStatus.PENDING,
    copies: int = 1,
) -> NoticeId:
    """Keep a reader of one topic and as many notices to them, and return the last."""
    with database.begin() as tx:
        topic_id = keep_topic(tx)
        subscriber_id = keep_reader(tx, topic_id, READER, status=reader, subscribed=subscribed)
        for _ in range(copies):
            made = notices.make_notice(
                tx,
                kind=kind,
                subscriber_id=subscriber_id,
                address=parse_address(READER),
                lang="en",
                topic_ids=[topic_id],
                now=NOW,
            )
        return made


def claim(database: Database, *, now: datetime = NOW, limit: int = 10) -> list[Notice]:
    with database.begin() as tx:
        return notices.claim_due(tx, now=now, limit=limit, hashes_of=key_of).claimed


def record(database: Database, *outcomes: NoticeOutcome) -> None:
    with database.begin() as tx:
        notices.record_outcomes(tx, outcomes, now=NOW)


def find(database: Database, notice_id: NoticeId) -> Notice:
    with database.read() as tx:
        found = notices.find_notice(tx, notice_id)
    assert found is not None
    return found


def status_of(database: Database, notice_id: NoticeId) -> NoticeStatus:
    return find(database, notice_id).status


def suppress(database: Database, reason: SuppressionReason) -> None:
    with database.begin() as tx:
        tx.execute(insert(suppression).values(key_hash=READER, reason=reason.value, at=NOW))


def test_a_notice_is_found_as_it_was_made(database: Database) -> None:
    made = find(database, keep_notice(database))

    assert (made.kind, made.address.spelling, made.lang, made.status) == ("confirm", READER, "en", "queued")
    assert (made.made_at, made.due_at, made.attempts, made.used_at) == (NOW, NOW, 0, None)
    assert len(made.topic_ids) == 1


def test_a_notice_that_was_never_made_is_not_found(database: Database) -> None:
    with database.read() as tx:
        assert notices.find_notice(tx, NoticeId(99)) is None


def test_a_link_is_used_for_the_first_time_once(database: Database) -> None:
    made = keep_notice(database)

    with database.begin() as tx:
        first, second = notices.mark_used(tx, made, now=NOW), notices.mark_used(tx, made, now=NOW + MINUTE)

    assert (first, second, find(database, made).used_at) == (True, False, NOW)


def test_a_notice_is_claimed_once(database: Database) -> None:
    made = keep_notice(database)

    first, second = claim(database), claim(database)

    assert ([one.id for one in first], second) == ([made], [])
    assert status_of(database, made) is NoticeStatus.HANDING_OVER


def test_a_notice_that_is_not_due_yet_waits(database: Database) -> None:
    keep_notice(database)

    assert claim(database, now=NOW - MINUTE) == []


def test_processes_that_claim_at_once_share_nothing(database: Database, database_url: str) -> None:
    keep_notice(database, copies=60)

    def work(_: int) -> list[NoticeId]:
        with closing(Database(database_url)) as own:
            return [one.id for _ in range(60) for one in claim(own, limit=3)]

    with ThreadPoolExecutor() as pool:
        claimed = list(chain(*pool.map(work, range(3))))

    assert (len(claimed), len(set(claimed))) == (60, 60)


PENDING, SUBSCRIBED, LEFT = SubscriptionStatus.PENDING, SubscriptionStatus.SUBSCRIBED, SubscriptionStatus.LEFT


@pytest.mark.parametrize(
    ("kind", "reader", "subscribed"),
    [
        (NoticeKind.CONFIRM, SubscriberStatus.PENDING, PENDING),
        (NoticeKind.CONFIRM, SubscriberStatus.ACTIVE, PENDING),
        (NoticeKind.CONFIRM, SubscriberStatus.LEFT, PENDING),
        (NoticeKind.KNOWN, SubscriberStatus.PAUSED, SUBSCRIBED),
        (NoticeKind.WELCOME, SubscriberStatus.ACTIVE, SUBSCRIBED),
        (NoticeKind.ADDRESS_CONFIRM, SubscriberStatus.SUPPRESSED, SUBSCRIBED),
        (NoticeKind.ADDRESS_CHANGED, SubscriberStatus.LEFT, LEFT),
    ],
)
def test_a_notice_goes_to_a_reader_it_concerns(
    database: Database, kind: NoticeKind, reader: SubscriberStatus, subscribed: SubscriptionStatus
) -> None:
    made = keep_notice(database, kind, reader=reader, subscribed=subscribed)

    assert [one.id for one in claim(database)] == [made]


@pytest.mark.parametrize(
    ("kind", "reader", "subscribed"),
    [
        (NoticeKind.CONFIRM, SubscriberStatus.SUPPRESSED, PENDING),
        (NoticeKind.CONFIRM, SubscriberStatus.ERASED, LEFT),
        (NoticeKind.KNOWN, SubscriberStatus.LEFT, LEFT),
        (NoticeKind.WELCOME, SubscriberStatus.ACTIVE, LEFT),
        (NoticeKind.WELCOME, SubscriberStatus.PAUSED, SUBSCRIBED),
        (NoticeKind.ADDRESS_CONFIRM, SubscriberStatus.ERASED, LEFT),
        (NoticeKind.ADDRESS_CHANGED, SubscriberStatus.ERASED, LEFT),
    ],
)
def test_a_notice_is_withdrawn_from_a_reader_it_concerns_no_more(
    database: Database, kind: NoticeKind, reader: SubscriberStatus, subscribed: SubscriptionStatus
) -> None:
    made = keep_notice(database, kind, reader=reader, subscribed=subscribed)

    assert claim(database) == []
    assert status_of(database, made) is NoticeStatus.WITHDRAWN


@pytest.mark.parametrize("kind", NoticeKind)
def test_a_notice_to_a_suppressed_address_is_withdrawn(database: Database, kind: NoticeKind) -> None:
    made = keep_notice(database, kind, reader=SubscriberStatus.ACTIVE, subscribed=SUBSCRIBED)
    suppress(database, SuppressionReason.COMPLAINT)

    assert claim(database) == []
    assert status_of(database, made) is NoticeStatus.WITHDRAWN


def test_who_was_erased_and_came_back_is_asked(database: Database) -> None:
    made = keep_notice(database)
    suppress(database, SuppressionReason.ERASED)

    assert [one.id for one in claim(database)] == [made]


def test_an_outcome_is_written_down_with_its_reply(database: Database) -> None:
    made = keep_notice(database)
    claim(database)

    record(database, NoticeOutcome(made, NoticeStatus.SENT, TAKEN))

    assert (find(database, made).status, find(database, made).attempts) == (NoticeStatus.SENT, 1)


def test_a_notice_that_was_put_off_is_due_again_and_claimed_again(database: Database) -> None:
    made = keep_notice(database)
    claim(database)

    later = Reply(code=451, enhanced="4.7.1", text="greylisted")
    record(database, NoticeOutcome(made, NoticeStatus.QUEUED, later, NOW + MINUTE))

    assert find(database, made).attempts == 1
    assert [len(claim(database, now=at)) for at in (NOW, NOW + MINUTE)] == [0, 1]


def test_what_never_went_on_the_wire_costs_no_attempt(database: Database) -> None:
    made = keep_notice(database)
    claim(database)

    record(database, NoticeOutcome(made, NoticeStatus.QUEUED, None, NOW))

    assert find(database, made).attempts == 0


def test_a_mark_of_a_process_that_is_gone_is_a_doubt_and_is_not_claimed_again(database: Database) -> None:
    made = keep_notice(database)
    claim(database)

    with database.begin() as tx:
        early = notices.doubt_stale(tx, marked_before=NOW, now=NOW)
        late = notices.doubt_stale(tx, marked_before=NOW + MINUTE, now=NOW + MINUTE)

    assert (early, late, claim(database, now=NOW + MINUTE)) == (0, 1, [])
    assert status_of(database, made) is NoticeStatus.IN_DOUBT


def test_an_outcome_that_comes_after_the_doubt_changes_nothing(database: Database) -> None:
    made = keep_notice(database)
    claim(database)
    with database.begin() as tx:
        notices.doubt_stale(tx, marked_before=NOW + MINUTE, now=NOW + MINUTE)

    record(database, NoticeOutcome(made, NoticeStatus.QUEUED, None, NOW))

    assert status_of(database, made) is NoticeStatus.IN_DOUBT


def test_notices_are_counted_by_where_they_stand(database: Database) -> None:
    keep_notice(database, copies=3)
    claim(database, limit=1)

    with database.read() as tx:
        counted = notices.count_notices(tx)
        is_due = [notices.is_any_due(tx, now=at) for at in (NOW - MINUTE, NOW)]

    assert (counted[NoticeStatus.QUEUED], counted[NoticeStatus.HANDING_OVER], counted[NoticeStatus.SENT]) == (2, 1, 0)
    assert is_due == [False, True]


@pytest.mark.parametrize("status", NoticeStatus)
def test_only_a_notice_that_waits_has_a_time(database: Database, status: NoticeStatus) -> None:
    made = keep_notice(database)
    is_allowed = status in CHANGES[NoticeStatus.HANDING_OVER]

    claim(database)
    if is_allowed:
        record(database, NoticeOutcome(made, status, TAKEN, NOW if status is NoticeStatus.QUEUED else None))

    assert (find(database, made).due_at is not None) == (find(database, made).status is NoticeStatus.QUEUED)
