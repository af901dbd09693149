"""Sweeping: it tells of work where there is some, for whoever has it, and of none where there is none.

A mailing of which nothing is left is complete, whoever is gone.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest

from digest.clock import FixedClock
from digest.flows.controlling import pause_mailing, recall_edition
from digest.flows.publishing import plan_edition, publish_edition
from digest.flows.sending import deliver_due
from digest.flows.services import Services
from digest.flows.sweeping import sweep_ledger
from digest.model.editions import EditionStatus
from digest.model.mailings import ClaimedDelivery, DeliveryStatus, Mailing, MailingStatus
from digest.store import claims, editions, mailings, records
from tests.flows.newsroom import SLUG, open_newsroom
from tests.makers.ledger import make_outcome
from tests.makers.rows import statuses
from tests.servers.smtp import ScriptedSmtp

LEASE = timedelta(minutes=15)


def plan(services: Services) -> Mailing:
    edition = publish_edition(services, SLUG).edition
    assert edition is not None
    return plan_edition(services, edition)


def deliver(services: Services) -> None:
    deliver_due(services, stop=lambda: False)


def mark_elsewhere(services: Services, mailing: Mailing) -> list[ClaimedDelivery]:
    """Have a worker of another host claim a mailing's deliveries, and mark them."""
    now, owner = services.clock.now(), "elsewhere-1"
    with services.database.begin() as tx:
        claimed = claims.claim_due(tx, mailing, owner=owner, now=now, lease_until=now + LEASE, limit=10).claimed
        claims.mark_handing_over(tx, mailing, claimed, owner=owner, now=now)
    return claimed


def status_of(services: Services, of: Mailing) -> tuple[MailingStatus, EditionStatus]:
    with services.database.read() as tx:
        edition = editions.find_edition(tx, of.edition_ids[0])
        return mailings.require_mailing(tx, of.id).status, edition.status


def standing(services: Services, of: Mailing) -> list[str]:
    with services.database.read() as tx:
        return statuses(tx, of)


def test_a_mailing_that_is_due_is_work_until_it_is_sent(services: Services) -> None:
    open_newsroom(services, "a@example.com")
    before = sweep_ledger(services)
    plan(services)

    planned = sweep_ledger(services)
    deliver(services)
    sent = sweep_ledger(services)

    assert (before, planned, sent) == (False, True, False)


def test_a_deferred_mail_is_work_once_it_is_due(services: Services, smtp: ScriptedSmtp, clock: FixedClock) -> None:
    open_newsroom(services, "a@example.com")
    smtp.reply_to("a@example.com", "451 4.7.1 try later")
    plan(services)
    deliver(services)

    too_early = sweep_ledger(services)
    clock.advance(minutes=30)
    in_time = sweep_ledger(services)

    assert (too_early, in_time) == (False, True)


def test_what_another_worker_holds_is_work(services: Services) -> None:
    open_newsroom(services, "a@example.com")
    mark_elsewhere(services, plan(services))

    assert sweep_ledger(services)


def test_a_mail_that_the_relay_cut_is_work_again_after_the_wait_for_evidence(
    services: Services, smtp: ScriptedSmtp, clock: FixedClock
) -> None:
    open_newsroom(services, "a@example.com")
    smtp.cut_after_dot()
    plan(services)
    deliver(services)

    at_once = sweep_ledger(services)
    clock.advance(minutes=6)
    later = sweep_ledger(services)

    assert (at_once, later) == (False, True)


SETTLING = pytest.mark.parametrize("settle", [sweep_ledger, deliver])


@SETTLING
def test_a_mailing_whose_last_worker_is_lost_is_completed(
    services: Services, clock: FixedClock, settle: Callable[[Services], object]
) -> None:
    open_newsroom(services, "a@example.com", "b@example.com")
    mailing = plan(services)
    mark_elsewhere(services, mailing)
    clock.advance(minutes=20)

    settle(services)

    assert standing(services, mailing) == ["in_doubt", "in_doubt"]
    assert status_of(services, mailing) == (MailingStatus.COMPLETE, EditionStatus.COMPLETE)


@SETTLING
def test_a_mailing_whose_worker_ended_after_its_last_record_is_completed(
    services: Services, settle: Callable[[Services], object]
) -> None:
    open_newsroom(services, "a@example.com")
    mailing = plan(services)
    outcomes = [make_outcome(one) for one in mark_elsewhere(services, mailing)]
    with services.database.begin() as tx:
        records.record_outcomes(tx, mailing, outcomes, now=services.clock.now())

    settle(services)

    assert status_of(services, mailing) == (MailingStatus.COMPLETE, EditionStatus.COMPLETE)


def test_a_mailing_of_which_anything_waits_or_is_worked_on_stays_open(services: Services) -> None:
    open_newsroom(services, "a@example.com")
    mailing = plan(services)

    sweep_ledger(services)
    while_waiting = status_of(services, mailing)[0]
    mark_elsewhere(services, mailing)
    sweep_ledger(services)

    assert (while_waiting, status_of(services, mailing)[0]) == (MailingStatus.OPEN, MailingStatus.OPEN)


@SETTLING
def test_what_comes_back_of_a_recalled_mailing_is_withdrawn_and_it_completes(
    services: Services, settle: Callable[[Services], object]
) -> None:
    open_newsroom(services, "a@example.com", "b@example.com")
    mailing = plan(services)
    held = mark_elsewhere(services, mailing)
    pause_mailing(services, mailing.id, reason="wrong headline")
    recall_edition(services, mailing.edition_ids[0])
    with services.database.begin() as tx:
        given_back = [make_outcome(one, DeliveryStatus.QUEUED) for one in held]
        records.record_outcomes(tx, mailing, given_back, now=services.clock.now())

    settle(services)

    assert standing(services, mailing) == ["withdrawn", "withdrawn"]
    assert status_of(services, mailing) == (MailingStatus.COMPLETE, EditionStatus.RECALLED)
