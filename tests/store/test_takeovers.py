"""Take-overs: what a worker held is freed by what is known of it, and no row hangs on somebody who is gone."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from digest.model.evidence import Evidence
from digest.model.mailings import ClaimedDelivery, DeliveryStatus, Mailing, MailingStatus
from digest.store import claims, deliveries, doubts, leases, mailings, takeovers
from digest.store.database import Database
from digest.store.tables import delivery
from tests.makers.ledger import LEASE, NOW, claim, hand_over, make_outcome, plan, record, status_of

NOTHING_KNOWN = Evidence(is_whole=False, intended={}, outcomes={})


def take_over(database: Database, *, owner: str = "one", evidence: Evidence | None = None) -> int:
    with database.begin() as tx:
        return takeovers.take_over(tx, owner=owner, evidence=evidence, now=NOW)


def expire(database: Database, *alive: str, after: timedelta) -> int:
    with database.begin() as tx:
        return takeovers.expire_leases(tx, alive=alive, now=NOW + after)


def statuses(database: Database, *claimed: ClaimedDelivery) -> list[str]:
    return [status_of(database, one).value for one in claimed]


def test_without_evidence_claims_are_queued_and_what_was_at_the_wire_is_in_doubt(database: Database) -> None:
    of = plan(database, "a@example.com", "b@example.com")
    at_wire, only_claimed = claim(database, of)
    hand_over(database, of, [at_wire])

    freed = take_over(database)

    assert freed == 2
    assert statuses(database, at_wire, only_claimed) == ["in_doubt", "queued"]


def test_whole_evidence_tells_what_never_left_from_what_may_have(database: Database) -> None:
    of = plan(database, "a@example.com", "b@example.com", "c@example.com")
    intended, concluded, never_left = claim(database, of)
    hand_over(database, of, [intended, concluded, never_left])
    evidence = Evidence(
        is_whole=True,
        intended={intended.id: intended.fence, concluded.id: concluded.fence},
        outcomes={concluded.id: make_outcome(concluded)},
    )

    freed = take_over(database, evidence=evidence)

    assert freed == 3
    assert statuses(database, intended, concluded, never_left) == ["in_doubt", "sent", "queued"]


def test_an_intent_of_an_earlier_try_says_nothing_of_this_one(database: Database) -> None:
    of = plan(database, "reader@example.com")
    (first,) = claim(database, of)
    hand_over(database, of, [first])
    record(database, of, make_outcome(first, DeliveryStatus.DEFERRED))
    (second,) = claim(database, of)
    hand_over(database, of, [second])

    take_over(database, evidence=Evidence(is_whole=True, intended={first.id: first.fence}, outcomes={}))

    assert statuses(database, second) == ["queued"]


def test_evidence_that_is_not_whole_proves_no_absence(database: Database) -> None:
    of = plan(database, "a@example.com", "b@example.com")
    silent, concluded = claim(database, of)
    hand_over(database, of, [silent, concluded])
    evidence = Evidence(is_whole=False, intended={}, outcomes={concluded.id: make_outcome(concluded)})

    take_over(database, evidence=evidence)

    assert statuses(database, silent, concluded) == ["in_doubt", "sent"]


def test_evidence_heals_what_came_in_doubt_when_the_lease_ended(database: Database) -> None:
    of = plan(database, "reader@example.com")
    (claimed,) = claim(database, of)
    hand_over(database, of, [claimed])
    expire(database, after=LEASE)
    before = statuses(database, claimed)

    take_over(database, evidence=Evidence(is_whole=True, intended={}, outcomes={claimed.id: make_outcome(claimed)}))

    assert before == ["in_doubt"]
    assert statuses(database, claimed) == ["sent"]


def put_in_doubt(database: Database, *, owner: str = "one", readers: int = 1) -> tuple[Mailing, list[ClaimedDelivery]]:
    """Have a worker mark deliveries, and its lease run out, as another host's sweep finds it."""
    of = plan(database, *(f"{number}@example.com" for number in range(readers)))
    claimed = claim(database, of, owner=owner)
    hand_over(database, of, claimed, owner=owner)
    expire(database, after=LEASE)
    with database.begin() as tx:
        mailings.complete_mailing(tx, of.id, now=NOW)
    return of, claimed


def whole(*intended: ClaimedDelivery) -> Evidence:
    return Evidence(is_whole=True, intended={one.id: one.fence for one in intended}, outcomes={})


def test_a_journal_that_is_read_after_its_lease_ran_out_still_tells_what_never_left(database: Database) -> None:
    of, (intended, never_left) = put_in_doubt(database, readers=2)
    before = statuses(database, intended, never_left)

    freed = [take_over(database, evidence=whole(intended)) for _ in range(2)]

    assert before == ["in_doubt", "in_doubt"]
    assert freed == [1, 0]
    assert statuses(database, intended, never_left) == ["in_doubt", "queued"]
    with database.read() as tx:
        attempts = tx.execute(select(delivery.c.attempts).order_by(delivery.c.id)).scalars().all()
        assert mailings.require_mailing(tx, of.id).status is MailingStatus.OPEN
    assert attempts == [1, 0]


@pytest.mark.parametrize(
    ("owner", "evidence"), [("two", whole()), ("one", NOTHING_KNOWN), ("one", None)], ids=["others", "part", "none"]
)
def test_a_doubt_is_cleared_by_its_own_workers_whole_journal_alone(
    database: Database, owner: str, evidence: Evidence | None
) -> None:
    _, (claimed,) = put_in_doubt(database)

    freed = take_over(database, owner=owner, evidence=evidence)

    assert (freed, statuses(database, claimed)) == (0, ["in_doubt"])


def test_a_doubt_that_its_worker_recorded_is_not_cleared_by_what_its_journal_forgot(database: Database) -> None:
    of, (claimed,) = put_in_doubt(database)
    doubt = make_outcome(claimed, DeliveryStatus.IN_DOUBT)
    recorded = [len(record(database, of, doubt)) for _ in range(2)]

    take_over(database, evidence=whole())

    assert recorded == [1, 0]
    assert statuses(database, claimed) == ["in_doubt"]


def test_a_doubt_of_a_later_try_is_not_cleared_by_an_earlier_workers_journal(database: Database) -> None:
    of, _ = put_in_doubt(database)
    with database.begin() as tx:
        doubts.resend_all(tx, of, now=NOW)
    (again,) = claim(database, of, owner="two")
    hand_over(database, of, [again], owner="two")
    record(database, of, make_outcome(again, DeliveryStatus.IN_DOUBT))

    take_over(database, evidence=whole())

    assert statuses(database, again) == ["in_doubt"]


def test_taking_over_again_changes_nothing(database: Database) -> None:
    of = plan(database, "a@example.com", "b@example.com")
    first, second = claim(database, of)
    hand_over(database, of, [first, second])
    evidence = Evidence(is_whole=True, intended={first.id: 1}, outcomes={second.id: make_outcome(second)})

    freed = [take_over(database, evidence=evidence) for _ in range(2)]

    assert freed == [2, 0]


def test_evidence_of_a_delivery_that_was_pruned_is_passed_over(database: Database) -> None:
    of = plan(database, "reader@example.com")
    (claimed,) = claim(database, of)
    unknown = claimed._replace(id=type(claimed.id)(claimed.id + 99))
    evidence = Evidence(is_whole=True, intended={}, outcomes={unknown.id: make_outcome(unknown)})

    assert take_over(database, evidence=evidence) == 1


def test_another_workers_rows_stay_its_own(database: Database) -> None:
    of = plan(database, "a@example.com", "b@example.com")
    (ours,) = claim(database, of, owner="one", limit=1)
    (theirs,) = claim(database, of, owner="two")

    take_over(database, owner="one", evidence=NOTHING_KNOWN)

    assert statuses(database, ours, theirs) == ["queued", "claimed"]
    with database.read() as tx:
        assert [leases.list_leases(tx, owner) != [] for owner in ("one", "two")] == [False, True]


def test_a_lease_ends_at_its_time_and_not_before(database: Database) -> None:
    of = plan(database, "reader@example.com")
    claim(database, of)

    before = expire(database, after=LEASE - timedelta(seconds=1))
    after = expire(database, after=LEASE)

    assert (before, after) == (0, 1)


def test_a_worker_known_to_be_alive_keeps_its_rows_when_its_lease_is_over(database: Database) -> None:
    of = plan(database, "a@example.com", "b@example.com")
    (living,) = claim(database, of, owner="living", limit=1)
    (gone,) = claim(database, of, owner="gone")
    hand_over(database, of, [living], owner="living")
    hand_over(database, of, [gone], owner="gone")

    expire(database, "living", after=LEASE)

    assert statuses(database, living, gone) == ["handing_over", "in_doubt"]


def test_a_renewed_lease_is_not_taken_over(database: Database) -> None:
    of = plan(database, "reader@example.com")
    claim(database, of)
    with database.begin() as tx:
        claims.renew_leases(tx, owner="one", lease_until=NOW + 2 * LEASE)

    assert expire(database, after=LEASE) == 0


def test_what_workers_hold_is_counted(database: Database) -> None:
    of = plan(database, "a@example.com", "b@example.com", "c@example.com")
    (marked, _) = claim(database, of, limit=2)
    hand_over(database, of, [marked])

    with database.read() as tx:
        held = deliveries.count_held(tx, of.id)
    take_over(database)

    with database.read() as tx:
        assert (held, deliveries.count_held(tx, of.id)) == (2, 0)
