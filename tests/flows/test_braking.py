"""A relay that refuses us stops the mailing, and one that knows no such reader ends what that reader gets."""

from contextlib import nullcontext
from datetime import timedelta

import pytest

from digest.clock import FixedClock
from digest.flows.controlling import resume_mailing
from digest.flows.sending import Sent, send_due, send_topic
from digest.flows.services import Services
from digest.model.addresses import parse_address
from digest.model.mailings import Mailing, MailingStatus, MailingTotals
from digest.model.subscribers import SubscriberStatus
from digest.store import subscribers
from tests.flows.newsroom import SLUG, open_newsroom
from tests.servers.smtp import ScriptedSmtp

BLAMES_US = "550 5.7.26 this mail is unauthenticated"


def send(services: Services) -> tuple[Mailing, MailingTotals]:
    sent = send_topic(services, SLUG, bar=lambda _title, _total: nullcontext(lambda _count: None), stop=lambda: False)
    assert sent.delivered is not None
    return sent.delivered.mailing, sent.delivered.totals


def go_on(services: Services) -> list[Sent]:
    return send_due(services, bar=lambda _title, _total: nullcontext(lambda _count: None), stop=lambda: False)


def status_of(services: Services, email: str) -> SubscriberStatus:
    with services.database.read() as tx:
        return subscribers.require_subscriber(tx, parse_address(email)).status


@pytest.mark.parametrize("step", [".", "RCPT"])
def test_a_refusal_of_us_pauses_at_once_and_blames_no_reader(services: Services, smtp: ScriptedSmtp, step: str) -> None:
    open_newsroom(services, "a@example.com", "b@example.com")
    smtp.reply_at(step, BLAMES_US)

    mailing, totals = send(services)

    assert mailing.status is MailingStatus.PAUSED
    assert mailing.pause_reason.endswith(BLAMES_US)
    assert (totals.sent, totals.refused) == (0, 0)
    assert totals.queued + totals.deferred == 2
    assert status_of(services, "a@example.com") is SubscriberStatus.ACTIVE


def test_once_the_cause_is_mended_everybody_gets_it(services: Services, smtp: ScriptedSmtp, clock: FixedClock) -> None:
    open_newsroom(services, "a@example.com", "b@example.com")
    smtp.reply_at(".", BLAMES_US)
    mailing, _ = send(services)
    smtp.accept_everything()
    smtp.inbox.clear()

    resume_mailing(services, mailing.id)
    clock.advance(seconds=timedelta(hours=1).total_seconds())
    (sent,) = go_on(services)

    assert sent.delivered is not None
    assert sent.delivered.totals.sent == 2
    assert sorted(one.rcpt_to for one in smtp.inbox) == ["a@example.com", "b@example.com"]


def test_an_address_that_does_not_exist_is_suppressed_and_the_others_get_it(
    services: Services, smtp: ScriptedSmtp
) -> None:
    open_newsroom(services, "gone@example.com", "full@example.com", "reader@example.com")
    smtp.reply_to("gone@example.com", "550 5.1.1 no such user")
    smtp.reply_to("full@example.com", "554 5.2.2 mailbox full")

    mailing, totals = send(services)

    assert mailing.status is MailingStatus.COMPLETE
    assert (totals.sent, totals.refused) == (1, 2)
    assert status_of(services, "gone@example.com") is SubscriberStatus.SUPPRESSED
    assert status_of(services, "full@example.com") is SubscriberStatus.ACTIVE
