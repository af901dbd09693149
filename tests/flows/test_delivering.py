"""Delivering: what the relay says, and what an operator or a brake does, reaches a send that is under way."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from digest.clock import FixedClock
from digest.flows.controlling import pause_mailing, recall_edition, resume_mailing
from digest.flows.delivering import Delivered, deliver_mailing
from digest.flows.publishing import plan_edition, publish_edition
from digest.flows.services import Services
from digest.limits import LocalBuckets
from digest.model.addresses import parse_address
from digest.model.mailings import Mailing, MailingStatus
from digest.model.subscribers import SubscriberStatus
from digest.send.dkim import Signer, read_ed25519_key
from digest.send.paces import Pace
from digest.send.pacing import Pacer
from digest.send.providers import Providers
from digest.send.warm_up import WarmUp
from digest.store import mailings, subscribers
from tests.flows.conftest import services_on
from tests.flows.newsroom import SLUG, open_newsroom
from tests.makers.keys import make_ed25519_key, pem_of
from tests.servers.sink.orders import Orders
from tests.servers.sink.started import Sink, read_log, sink
from tests.servers.smtp import ScriptedSmtp

MANY = 400


def plan(services: Services, *emails: str) -> Mailing:
    open_newsroom(services, *emails)
    edition = publish_edition(services, SLUG).edition
    assert edition is not None
    return plan_edition(services, edition)


def deliver(services: Services, mailing: Mailing) -> Delivered:
    return deliver_mailing(services, mailing.id, progress=lambda _count: None, stop=lambda: False)


def many(domain: str = "example.com", count: int = MANY) -> Sequence[str]:
    return [f"reader{number}@{domain}" for number in range(count)]


@pytest.fixture
def slow_relay(tmp_path: Path) -> Iterator[Sink]:
    """A relay that takes its time over each message; it logs what it took to `taken`."""
    with sink(orders=Orders(slow_s=0.02), log=tmp_path / "taken") as relay:
        yield relay


@pytest.fixture
def slow_services(database_url: str, tmp_path: Path, clock: FixedClock, slow_relay: Sink) -> Iterator[Services]:
    """Services on each kind of database in turn, with that relay."""
    with services_on(database_url, tmp_path, clock=clock, relay_url=slow_relay.url) as built:
        yield built


def deliver_until(services: Services, mailing: Mailing, act: Callable[[], object]) -> Delivered:
    """Deliver, and act from outside once some mails are out."""
    some_are_out = threading.Event()

    def look(count: int) -> None:
        if count:
            some_are_out.set()

    def outside() -> None:
        assert some_are_out.wait(30)
        act()

    hand = threading.Thread(target=outside)
    hand.start()
    delivered = deliver_mailing(services, mailing.id, progress=look, stop=lambda: False)
    hand.join()
    return delivered


def test_a_pause_stops_a_running_send_and_resuming_sends_the_rest_once(slow_services: Services, tmp_path: Path) -> None:
    mailing = plan(slow_services, *many())

    paused = deliver_until(
        slow_services, mailing, lambda: pause_mailing(slow_services, mailing.id, reason="the headline is wrong")
    )
    with slow_services.database.read() as tx:
        stands = mailings.require_mailing(tx, mailing.id)
    resume_mailing(slow_services, mailing.id)
    rest = deliver(slow_services, mailing)

    assert 0 < paused.totals.sent < MANY
    assert paused.totals.queued == MANY - paused.totals.sent
    assert (stands.status, stands.pause_reason) == (MailingStatus.PAUSED, "the headline is wrong")
    assert rest.totals.sent == MANY
    taken = read_log(tmp_path / "taken")
    assert len(taken) == len({one.rcpt_to for one in taken}) == MANY


def test_a_recall_withdraws_what_a_running_send_has_not_sent(slow_services: Services, tmp_path: Path) -> None:
    mailing = plan(slow_services, *many())

    recalled = deliver_until(slow_services, mailing, lambda: recall_edition(slow_services, mailing.edition_ids[0]))

    assert 0 < recalled.totals.sent == len(read_log(tmp_path / "taken")) < MANY
    assert recalled.totals.withdrawn == MANY - recalled.totals.sent
    assert recalled.mailing.status is MailingStatus.COMPLETE


def test_a_recall_reaches_a_slow_send_within_a_second(database_url: str, tmp_path: Path, clock: FixedClock) -> None:
    with (
        sink(orders=Orders(slow_s=0.4), log=tmp_path / "taken") as relay,
        services_on(database_url, tmp_path, clock=clock, relay_url=f"{relay.url}?connections=1") as services,
    ):
        mailing = plan(services, *many(count=60))

        recalled = deliver_until(services, mailing, lambda: recall_edition(services, mailing.edition_ids[0]))

        assert recalled.totals.sent == len(read_log(tmp_path / "taken")) < 10
        assert recalled.totals.withdrawn == 60 - recalled.totals.sent


def test_a_stop_is_heard_while_a_relay_does_not_greet(services: Services, smtp: ScriptedSmtp) -> None:
    mailing = plan(services, *many(count=5))
    is_mute = smtp.stall_at("GREETING")

    stopped = deliver_mailing(services, mailing.id, progress=lambda _count: None, stop=is_mute.is_set)

    assert (stopped.totals.queued, stopped.held) == (5, 0)


def test_a_refusal_of_our_content_pauses_the_mailing_and_is_nobodys_bounce(
    services: Services, smtp: ScriptedSmtp
) -> None:
    mailing = plan(services, *many(count=40))
    smtp.reply_at(".", "550 5.7.1 message content rejected as spam")

    delivered = deliver(services, mailing)

    assert delivered.mailing.status is MailingStatus.PAUSED
    assert "content rejected as spam" in delivered.mailing.pause_reason
    assert (delivered.totals.refused, delivered.totals.sent) == (0, 0)
    assert delivered.totals.deferred + delivered.totals.queued == 40
    assert statuses(services) == {SubscriberStatus.ACTIVE}


def test_an_address_that_does_not_exist_is_suppressed(services: Services, smtp: ScriptedSmtp) -> None:
    mailing = plan(services, "here@example.com", "gone@example.com")
    smtp.reply_to("gone@example.com", "550 5.1.1 no such user")

    delivered = deliver(services, mailing)

    assert (delivered.totals.sent, delivered.totals.refused) == (1, 1)
    with services.database.read() as tx:
        gone = subscribers.find_subscriber(tx, parse_address("gone@example.com"))
    assert gone is not None
    assert gone.status is SubscriberStatus.SUPPRESSED


def test_when_too_many_are_refused_the_mailing_is_paused(services: Services, smtp: ScriptedSmtp) -> None:
    mailing = plan(services, *many(count=300))
    smtp.reply_at("RCPT", "552 5.2.2 mailbox full")
    smtp.reply_at("RCPT", "550 5.2.0 mailbox unavailable")

    delivered = deliver(services, mailing)

    assert delivered.mailing.status is MailingStatus.PAUSED
    assert "refused" in delivered.mailing.pause_reason
    assert delivered.totals.refused < 300


def test_a_domain_that_must_wait_holds_nobody_up(services: Services, smtp: ScriptedSmtp) -> None:
    mailing = plan(services, *many("slow.example", 30), *many("fast.example", 30))
    paced = replace(services, open_pacer=lambda: paced_pacer("slow.example", rate_per_s=4.0))
    order: list[str] = []

    def look(_count: int) -> None:
        order[:] = [one.rcpt_to.partition("@")[2] for one in smtp.inbox]

    deliver_mailing(paced, mailing.id, progress=look, stop=lambda: order.count("fast.example") == 30)

    assert order.count("fast.example") == 30
    assert order.count("slow.example") < 30


def test_a_warm_up_sends_a_days_allowance_and_goes_on_the_next_day(
    services: Services, smtp: ScriptedSmtp, clock: FixedClock
) -> None:
    mailing = plan(services, *many(count=8))
    warming = replace(services, warm_up=WarmUp(date(2026, 11, 22), (5, 50)))

    first = deliver(warming, mailing)
    again = deliver(warming, mailing)
    clock.advance(days=1)
    second = deliver(warming, mailing)

    assert (first.totals.sent, first.totals.queued) == (5, 3)
    assert first.next_due_at == datetime(2026, 11, 23, tzinfo=UTC)
    assert again.tried == 0
    assert second.totals.sent == len(smtp.inbox) == 8


def test_a_mail_that_failed_on_its_way_costs_a_warm_up_nothing(services: Services, smtp: ScriptedSmtp) -> None:
    mailing = plan(services, *many(count=4))
    warming = replace(services, warm_up=WarmUp(date(2026, 11, 22), (4,)))

    stopped = deliver_mailing(warming, mailing.id, progress=lambda _count: None, stop=lambda: True)
    rest = deliver(warming, mailing)

    assert stopped.totals.sent + stopped.totals.queued == 4
    assert rest.totals.sent == 4


def test_signed_mails_reach_everybody_once_however_often_the_run_is_stopped(
    services: Services, smtp: ScriptedSmtp
) -> None:
    mailing = plan(services, *many(count=150))
    key = read_ed25519_key(pem_of(make_ed25519_key()), "s1")
    signing = replace(services, open_signer=lambda: Signer(domain="example.com", keys=(key,)))

    first = deliver_mailing(signing, mailing.id, progress=lambda _count: None, stop=lambda: len(smtp.inbox) > 20)
    rest = deliver(signing, mailing)

    assert 0 < first.totals.sent < rest.totals.sent == 150
    assert (first.totals.in_doubt, first.held) == (0, 0)
    assert len({one.rcpt_to for one in smtp.inbox}) == len(smtp.inbox) == 150
    assert all(one["DKIM-Signature"] for one in smtp.inbox)


def paced_pacer(domain: str, *, rate_per_s: float) -> Pacer:
    pace = Pace(rate_per_s=rate_per_s)
    return Pacer(tokens=LocalBuckets(), providers=Providers(apart=(domain,)), paces={domain: pace})


def statuses(services: Services) -> set[SubscriberStatus]:
    with services.database.read() as tx:
        return {
            status for status, count in subscribers.count_subscribers(tx, now=services.clock.now()).items() if count
        }
