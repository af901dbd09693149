"""Pause, resume and recall: what is unsent stays unsent, and what is said of it is true."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from digest.errors import InputError, NotFoundError
from digest.flows.controlling import brake_on_complaints, pause_mailing, recall_edition, resume_mailing
from digest.flows.services import Services
from digest.model.editions import EditionStatus
from digest.model.ids import EditionId, MailingId
from digest.model.mailings import DeliveryStatus, Mailing, MailingStatus
from digest.model.subscribers import SuppressionReason
from digest.send.braking import BrakeLimits
from digest.store import claims, editions, mailings
from digest.store.tables import edition, suppression
from tests.makers.ledger import NOW, keep_edition, keep_mailing, keep_topic
from tests.makers.rows import delivery_ids, put, statuses

LEASE = NOW + timedelta(minutes=15)


@pytest.fixture
def under_way(services: Services) -> Mailing:
    """A mailing of three: one sent, one with a worker, one that waits."""
    with services.database.begin() as tx:
        planned = keep_mailing(tx, ["a@example.com", "b@example.com", "c@example.com"])
        put(tx, delivery_ids(tx, planned)[0], status=DeliveryStatus.SENT)
        claims.claim_due(tx, planned, owner="one", now=NOW, lease_until=LEASE, limit=1)
        return planned


def claimable(services: Services, of: Mailing) -> int:
    with services.database.begin() as tx:
        return len(claims.claim_due(tx, of, owner="two", now=NOW, lease_until=LEASE, limit=9).claimed)


def standing(services: Services, of: Mailing) -> list[str]:
    with services.database.read() as tx:
        return statuses(tx, of)


def test_nothing_of_a_paused_mailing_goes_out_until_it_is_resumed(services: Services, under_way: Mailing) -> None:
    paused = pause_mailing(services, under_way.id, reason="wrong headline")
    while_paused = claimable(services, under_way)
    resumed = resume_mailing(services, under_way.id)

    assert (paused.status, paused.pause_reason) == (MailingStatus.PAUSED, "wrong headline")
    assert while_paused == 0
    assert (resumed.status, resumed.pause_reason) == (MailingStatus.OPEN, "")
    assert claimable(services, under_way) == 1


def test_the_first_reason_to_pause_stands(services: Services, under_way: Mailing) -> None:
    pause_mailing(services, under_way.id, reason="wrong headline")

    paused = pause_mailing(services, under_way.id, reason="another")

    assert paused.pause_reason == "wrong headline"


def test_only_a_paused_mailing_is_resumed(services: Services, under_way: Mailing) -> None:
    with pytest.raises(InputError, match="is open, not paused"):
        resume_mailing(services, under_way.id)


def test_a_mailing_that_is_not_there_is_named(services: Services) -> None:
    with pytest.raises(NotFoundError, match='no mailing "7"'):
        pause_mailing(services, MailingId(7), reason="")


@pytest.fixture
def gone_out(services: Services) -> Mailing:
    """A mailing that its only reader has got, and that is complete."""
    with services.database.begin() as tx:
        planned = keep_mailing(tx, ["a@example.com"])
        put(tx, *delivery_ids(tx, planned), status=DeliveryStatus.SENT)
        mailings.complete_mailing(tx, planned.id, now=NOW)
        return planned


def test_a_complete_mailing_is_not_paused(services: Services, gone_out: Mailing) -> None:
    with pytest.raises(InputError, match="is complete"):
        pause_mailing(services, gone_out.id, reason="")


def test_an_edition_that_has_gone_out_is_recalled_too_and_its_mailing_stays_complete(
    services: Services, gone_out: Mailing
) -> None:
    recalled = recall_edition(services, gone_out.edition_ids[0])

    assert recalled.totals is not None
    assert (recalled.totals.sent, recalled.totals.withdrawn, recalled.totals.is_complete) == (1, 0, True)
    assert standing(services, gone_out) == ["sent"]
    with services.database.read() as tx:
        assert editions.find_edition(tx, gone_out.edition_ids[0]).status is EditionStatus.RECALLED
        assert mailings.require_mailing(tx, gone_out.id).status is MailingStatus.COMPLETE


def test_a_recall_withdraws_what_waits_and_says_what_had_gone(services: Services, under_way: Mailing) -> None:
    recalled = recall_edition(services, under_way.edition_ids[0])

    assert standing(services, under_way) == ["sent", "claimed", "withdrawn"]
    assert recalled.totals is not None
    assert (recalled.totals.sent, recalled.totals.withdrawn, recalled.totals.queued) == (1, 1, 1)
    with services.database.read() as tx:
        assert editions.find_edition(tx, under_way.edition_ids[0]).status is EditionStatus.RECALLED


def test_what_a_worker_gives_back_after_a_recall_is_never_sent(services: Services, under_way: Mailing) -> None:
    recall_edition(services, under_way.edition_ids[0])
    with services.database.begin() as tx:
        claims.give_back(tx, owner="one", keep=[])

    again = claimable(services, under_way)
    recalled = recall_edition(services, under_way.edition_ids[0])

    assert again == 0
    assert recalled.totals is not None
    assert (recalled.totals.withdrawn, recalled.totals.is_complete) == (2, True)


def test_a_paused_mailing_can_be_recalled(services: Services, under_way: Mailing) -> None:
    pause_mailing(services, under_way.id, reason="wrong headline")

    recall_edition(services, under_way.edition_ids[0])

    assert standing(services, under_way) == ["sent", "claimed", "withdrawn"]


def test_a_recall_ends_a_pause_so_that_what_comes_back_is_withdrawn(services: Services, under_way: Mailing) -> None:
    pause_mailing(services, under_way.id, reason="wrong headline")

    recall_edition(services, under_way.edition_ids[0])
    with services.database.begin() as tx:
        recalled = mailings.require_mailing(tx, under_way.id)
        claims.give_back(tx, owner="one", keep=[])
        again = claims.claim_due(tx, recalled, owner="two", now=NOW, lease_until=LEASE, limit=9)

    assert (recalled.status, recalled.pause_reason) == (MailingStatus.OPEN, "")
    assert (again.claimed, again.withdrawn) == ([], 1)


def test_an_edition_that_is_not_planned_is_recalled_too(services: Services) -> None:
    with services.database.begin() as tx:
        kept = keep_edition(tx, keep_topic(tx))

    recalled = recall_edition(services, EditionId(kept.id or 0))

    assert recalled.totals is None
    with services.database.read() as tx:
        assert editions.find_edition(tx, EditionId(kept.id or 0)).status is EditionStatus.RECALLED


def test_doubts_of_a_complete_mailing_can_be_recalled(services: Services) -> None:
    with services.database.begin() as tx:
        planned = keep_mailing(tx, ["a@example.com"])
        put(tx, *delivery_ids(tx, planned), status=DeliveryStatus.IN_DOUBT)
        mailings.complete_mailing(tx, planned.id, now=NOW)

    recalled = recall_edition(services, planned.edition_ids[0])

    assert recalled.totals is not None
    assert recalled.totals.in_doubt == 1


def complain(services: Services, *emails: str, after: timedelta = timedelta(minutes=1)) -> None:
    rows = [{"key_hash": one, "reason": SuppressionReason.COMPLAINT.value, "at": NOW + after} for one in emails]
    with services.database.begin() as tx:
        tx.execute(insert(suppression), rows)


@pytest.fixture
def sent(services: Services) -> Mailing:
    """A mailing that went out to twenty readers."""
    with services.database.begin() as tx:
        planned = keep_mailing(tx, [f"{number}@example.com" for number in range(20)])
        put(tx, *delivery_ids(tx, planned), status=DeliveryStatus.SENT)
        return planned


def reason_to_brake(services: Services, of: Mailing, limits: BrakeLimits) -> str | None:
    with services.database.read() as tx:
        return brake_on_complaints(tx, of, limits=limits)


def test_complaints_of_its_readers_brake_a_mailing(services: Services, sent: Mailing) -> None:
    complain(services, *[f"{number}@example.com" for number in range(4)])
    before = reason_to_brake(services, sent, BrakeLimits())
    complain(services, "4@example.com")

    assert before is None
    assert reason_to_brake(services, sent, BrakeLimits()) == "5 readers complained about it"
    assert reason_to_brake(services, sent, BrakeLimits(complaints=0.5)) is None
    assert reason_to_brake(services, sent, BrakeLimits(complaints=None)) is None


def test_older_complaints_and_those_of_others_brake_nothing(services: Services, sent: Mailing) -> None:
    complain(services, *[f"{number}@example.com" for number in range(4)], after=-timedelta(seconds=1))
    complain(services, *[f"{number}@else.example" for number in range(9)])

    assert reason_to_brake(services, sent, BrakeLimits()) is None


def test_a_held_edition_can_be_recalled(services: Services) -> None:
    with services.database.begin() as tx:
        kept = keep_edition(tx, keep_topic(tx))
        tx.execute(update(edition).values(status=EditionStatus.HELD.value))

    assert recall_edition(services, EditionId(kept.id or 0)).totals is None
