"""Leaving while a mailing goes out: whose copy has not been handed over gets nothing more."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from digest.clock import FixedClock
from digest.flows.delivering import Delivered, deliver_mailing
from digest.flows.publishing import plan_edition, publish_edition
from digest.flows.readers.leaving import leave_topic
from digest.flows.services import Services
from digest.flows.subscribing import find_subscriber
from digest.model.addresses import parse_address
from digest.model.mailings import Mailing
from tests.flows.conftest import services_on
from tests.flows.newsroom import SLUG, open_newsroom
from tests.flows.readers.readership import leave_token
from tests.servers.sink.orders import Orders
from tests.servers.sink.started import Sink, read_log, sink

STAYERS, LEAVERS = 150, 50


@pytest.fixture
def slow_relay(tmp_path: Path) -> Iterator[Sink]:
    """A relay that takes its time over each message; it logs what it took to `taken`."""
    with sink(orders=Orders(slow_s=0.05), log=tmp_path / "taken") as relay:
        yield relay


@pytest.fixture
def slow_services(database_url: str, tmp_path: Path, clock: FixedClock, slow_relay: Sink) -> Iterator[Services]:
    """Services on each kind of database in turn, with that relay."""
    with services_on(database_url, tmp_path, clock=clock, relay_url=f"{slow_relay.url}?connections=2") as built:
        yield built


def plan(services: Services, emails: Sequence[str]) -> Mailing:
    open_newsroom(services, *emails)
    edition = publish_edition(services, SLUG).edition
    assert edition is not None
    return plan_edition(services, edition)


def deliver_while_they_leave(services: Services, mailing: Mailing, tokens: Sequence[str]) -> Delivered:
    """Deliver, and have these readers leave by one click each once some mails are out."""
    some_are_out = threading.Event()
    answers: list[object] = []

    def press() -> None:
        assert some_are_out.wait(30)
        answers.extend(leave_topic(services, token, source="one-click") for token in tokens)

    hand = threading.Thread(target=press)
    hand.start()
    delivered = deliver_mailing(
        services, mailing.id, progress=lambda count: some_are_out.set() if count else None, stop=lambda: False
    )
    hand.join()
    assert len(answers) == len(tokens)
    assert all(answers)
    return delivered


def test_who_leaves_in_the_middle_of_a_send_gets_nothing_more(slow_services: Services, tmp_path: Path) -> None:
    leavers = [f"leaver{number}@example.com" for number in range(LEAVERS)]
    mailing = plan(slow_services, [*(f"stayer{number}@example.com" for number in range(STAYERS)), *leavers])
    tokens = [
        leave_token(slow_services, find_subscriber(slow_services, parse_address(email)).id, SLUG) for email in leavers
    ]

    delivered = deliver_while_they_leave(slow_services, mailing, tokens[::-1])

    taken = [one.rcpt_to for one in read_log(tmp_path / "taken")]
    assert not set(taken) & set(leavers[LEAVERS // 2 :])
    assert (delivered.totals.sent, delivered.totals.withdrawn) == (len(taken), STAYERS + LEAVERS - len(taken))
    assert delivered.totals.is_balanced
