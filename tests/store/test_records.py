"""Records: an outcome is written once, by who held the delivery, and only along the lines of the state machine."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from digest.model.mailings import WAITING, ClaimedDelivery, DeliveryStatus, Doubt, Mailing, MailingStatus
from digest.store import mailings, takeovers
from digest.store.database import Database
from digest.store.tables import delivery
from tests.makers.ledger import NOW, TAKEN, claim, hand_over, make_outcome, plan, record, status_of

OUTCOMES = tuple(DeliveryStatus(one) for one in ("queued", "sent", "deferred", "refused", "in_doubt"))
SETTLED = tuple(DeliveryStatus(one) for one in ("sent", "refused", "withdrawn"))
HELD = tuple(DeliveryStatus(one) for one in ("claimed", "handing_over"))
LATER = NOW + timedelta(minutes=30)


def stand(database: Database, of: ClaimedDelivery, status: DeliveryStatus) -> None:
    """Let a delivery stand so, under the fence it was claimed with."""
    values = {
        "status": status.value,
        "due_at": NOW if status in WAITING else None,
        "lease_owner": "one" if status in HELD else None,
        "doubt": Doubt.WE_ENDED.value if status is DeliveryStatus.IN_DOUBT else None,
    }
    with database.begin() as tx:
        tx.execute(update(delivery).where(delivery.c.id == of.id).values(values))


def row_of(database: Database, of: ClaimedDelivery) -> dict[str, object]:
    with database.read() as tx:
        return dict(tx.execute(select(delivery).where(delivery.c.id == of.id)).mappings().one())


@pytest.fixture
def mailing(database: Database) -> Mailing:
    """A mailing with one reader."""
    return plan(database, "reader@example.com")


@pytest.fixture
def claimed(database: Database, mailing: Mailing) -> ClaimedDelivery:
    """Its delivery, claimed and at the wire."""
    (one,) = claim(database, mailing)
    hand_over(database, mailing, [one])
    return one


@pytest.mark.parametrize("after", OUTCOMES)
@pytest.mark.parametrize("before", HELD)
def test_what_a_worker_holds_takes_any_outcome(
    database: Database, mailing: Mailing, claimed: ClaimedDelivery, before: DeliveryStatus, after: DeliveryStatus
) -> None:
    stand(database, claimed, before)

    assert record(database, mailing, make_outcome(claimed, after)) == {claimed.id}

    assert status_of(database, claimed) is after
    assert before.may_become(after)


@pytest.mark.parametrize("after", OUTCOMES)
@pytest.mark.parametrize("before", [*SETTLED, *sorted(WAITING)])
def test_what_nobody_holds_takes_no_outcome(
    database: Database, mailing: Mailing, claimed: ClaimedDelivery, before: DeliveryStatus, after: DeliveryStatus
) -> None:
    stand(database, claimed, before)
    kept = row_of(database, claimed)

    assert record(database, mailing, make_outcome(claimed, after)) == frozenset()

    assert row_of(database, claimed) == kept


@pytest.mark.parametrize("after", [one for one in OUTCOMES if one is not DeliveryStatus.IN_DOUBT])
def test_late_evidence_heals_a_doubt(
    database: Database, mailing: Mailing, claimed: ClaimedDelivery, after: DeliveryStatus
) -> None:
    record(database, mailing, make_outcome(claimed, DeliveryStatus.IN_DOUBT))

    assert record(database, mailing, make_outcome(claimed, after)) == {claimed.id}

    row = row_of(database, claimed)
    assert (row["status"], row["doubt"], row["attempts"]) == (after.value, None, 1)


def test_late_evidence_that_a_mail_has_to_go_again_opens_its_mailing(
    database: Database, mailing: Mailing, claimed: ClaimedDelivery
) -> None:
    record(database, mailing, make_outcome(claimed, DeliveryStatus.IN_DOUBT))
    with database.begin() as tx:
        mailings.complete_mailing(tx, mailing.id, now=NOW)
        complete = mailings.require_mailing(tx, mailing.id)

    record(database, complete, make_outcome(claimed, DeliveryStatus.DEFERRED))

    with database.read() as tx:
        now_stands = mailings.require_mailing(tx, mailing.id)
    assert (complete.status, now_stands.status) == (MailingStatus.COMPLETE, MailingStatus.OPEN)


def test_a_doubt_takes_a_better_known_cause_once(
    database: Database, mailing: Mailing, claimed: ClaimedDelivery
) -> None:
    outcome = make_outcome(claimed, DeliveryStatus.IN_DOUBT, doubt=Doubt.RELAY_CUT)
    record(database, mailing, make_outcome(claimed, DeliveryStatus.IN_DOUBT, doubt=Doubt.WE_ENDED))

    assert record(database, mailing, outcome) == {claimed.id}
    assert record(database, mailing, outcome) == frozenset()

    row = row_of(database, claimed)
    assert (row["doubt"], row["attempts"]) == ("relay_cut", 1)


def test_late_evidence_leaves_a_row_that_was_claimed_again(
    database: Database, mailing: Mailing, claimed: ClaimedDelivery
) -> None:
    record(database, mailing, make_outcome(claimed, DeliveryStatus.IN_DOUBT))
    stand(database, claimed, DeliveryStatus.QUEUED)
    (again,) = claim(database, mailing, owner="two")

    assert record(database, mailing, make_outcome(claimed)) == frozenset()

    assert status_of(database, claimed) is DeliveryStatus.CLAIMED
    assert again.fence == claimed.fence + 1


def test_a_worker_that_lost_its_lease_records_nothing(database: Database, mailing: Mailing) -> None:
    (stale,) = claim(database, mailing)
    with database.begin() as tx:
        takeovers.take_over(tx, owner="one", evidence=None, now=NOW)
    (fresh,) = claim(database, mailing, owner="two")

    assert hand_over(database, mailing, [stale]) == (frozenset(), frozenset())
    assert record(database, mailing, make_outcome(stale)) == frozenset()
    assert hand_over(database, mailing, [fresh], owner="two").may_go == {fresh.id}
    assert record(database, mailing, make_outcome(fresh)) == {fresh.id}


def test_an_outcome_is_recorded_once(database: Database, mailing: Mailing, claimed: ClaimedDelivery) -> None:
    assert record(database, mailing, make_outcome(claimed)) == {claimed.id}
    recorded = row_of(database, claimed)

    assert record(database, mailing, make_outcome(claimed)) == frozenset()
    assert record(database, mailing, make_outcome(claimed, DeliveryStatus.REFUSED)) == frozenset()

    assert row_of(database, claimed) == recorded


def test_a_record_keeps_what_the_relay_said(database: Database, mailing: Mailing, claimed: ClaimedDelivery) -> None:
    record(database, mailing, make_outcome(claimed), now=LATER)

    row = row_of(database, claimed)
    assert (row["reply_code"], row["reply_enhanced"], row["reply_text"]) == (250, "2.0.0", TAKEN.text)
    assert (row["attempts"], row["lease_owner"], row["due_at"], row["at"]) == (1, None, None, LATER)


def test_many_outcomes_are_recorded_each_as_it_is(database: Database) -> None:
    of = plan(database, *(f"{status.value}@example.com" for status in OUTCOMES))
    claimed = claim(database, of)
    hand_over(database, of, claimed)
    outcomes = [make_outcome(one, status) for one, status in zip(claimed, OUTCOMES, strict=True)]

    assert record(database, of, *outcomes) == {one.id for one in claimed}

    assert [status_of(database, one) for one in claimed] == [*OUTCOMES]


def test_no_outcomes_change_nothing(database: Database, mailing: Mailing, claimed: ClaimedDelivery) -> None:
    assert record(database, mailing) == frozenset()


def test_what_was_not_sent_costs_no_attempt_and_is_due_again(
    database: Database, mailing: Mailing, claimed: ClaimedDelivery
) -> None:
    record(database, mailing, make_outcome(claimed, DeliveryStatus.QUEUED), now=LATER)

    row = row_of(database, claimed)
    assert (row["attempts"], row["due_at"]) == (0, LATER)


def test_a_deferred_delivery_waits_until_it_is_due(
    database: Database, mailing: Mailing, claimed: ClaimedDelivery
) -> None:
    record(database, mailing, make_outcome(claimed, DeliveryStatus.DEFERRED, due_at=LATER))

    too_early = claim(database, mailing, owner="two")
    in_time = claim(database, mailing, owner="two", now=LATER)

    assert too_early == []
    assert [one.attempts for one in in_time] == [1]
