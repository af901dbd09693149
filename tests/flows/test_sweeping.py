"""Sweeping: it tells of work where there is some, for whoever has it, and of none where there is none."""

from datetime import timedelta

from digest.clock import FixedClock
from digest.flows.publishing import plan_edition, publish_edition
from digest.flows.sending import deliver_due
from digest.flows.services import Services
from digest.flows.sweeping import sweep_ledger
from digest.model.mailings import Mailing
from digest.store import claims
from tests.flows.newsroom import SLUG, open_newsroom
from tests.servers.smtp import ScriptedSmtp


def plan(services: Services) -> Mailing:
    edition = publish_edition(services, SLUG).edition
    assert edition is not None
    return plan_edition(services, edition)


def deliver(services: Services) -> None:
    deliver_due(services, stop=lambda: False)


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


def test_what_another_worker_holds_is_work(services: Services, clock: FixedClock) -> None:
    open_newsroom(services, "a@example.com")
    mailing = plan(services)
    with services.database.begin() as tx:
        claims.claim_due(
            tx,
            mailing,
            owner="elsewhere-1",
            now=clock.now(),
            lease_until=clock.now() + timedelta(minutes=15),
            limit=10,
        )

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
