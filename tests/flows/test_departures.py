"""Departures: what is marked goes while the mark can be trusted, and is put back where it does not go."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from itertools import count

import pytest

from digest.errors import JournalError
from digest.flows.departures import Departures
from digest.flows.desk import WritingDesk
from digest.flows.lanes import Lanes
from digest.flows.ledger import Ledger, Request
from digest.flows.letters import Letters
from digest.flows.publishing import plan_edition, publish_edition
from digest.flows.services import Services
from digest.model.mailings import ClaimedDelivery, DeliveryStatus
from digest.model.messages import Fate, Message, Transmission
from digest.send.braking import Brake
from digest.send.journal import Journal, open_journal
from tests.flows.newsroom import SLUG, open_newsroom

_NOTHING = Request(outcomes=(), bounced=(), reason_to_pause="", room=10, held=())


class Seconds:
    """A clock of seconds, moved by hand."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def journal(services: Services) -> Iterator[Journal]:
    """A journal of this test's own."""
    with closing(open_journal(services.home / "journal", "worker")) as opened:
        yield opened


@pytest.fixture
def marked(services: Services) -> list[ClaimedDelivery]:
    """Two deliveries that are marked."""
    open_newsroom(services, "a@example.com", "b@example.com")
    edition = publish_edition(services, SLUG).edition
    assert edition is not None
    ledger = Ledger(services, plan_edition(services, edition).id, owner="worker")
    return next(list(turn.marked) for turn in (ledger.take_turn(_NOTHING) for _ in count()) if turn.marked)


class FailingLetters(Letters):
    """Letters of which one reader's cannot be written."""

    def write(self, delivery: ClaimedDelivery, *, now: datetime) -> Message:
        """Fail for a@example.com."""
        if delivery.address.spelling == "a@example.com":
            raise ValueError("nothing anybody thought of: a@example.com")
        return super().write(delivery, now=now)


def depart(services: Services, journal: Journal, time_s: Seconds, *, letters: type[Letters] = Letters) -> Departures:
    lanes = Lanes(services.open_pacer(), time_s=time_s)
    brake = Brake(services.brake_limits)
    desk = WritingDesk(lanes, letters(services), clock=services.clock)
    return Departures(desk, lanes, journal, brake=brake, clock=services.clock, time_s=time_s, rouse=lambda: None)


def test_a_worker_that_was_stopped_for_long_takes_nothing_more(
    services: Services, journal: Journal, marked: list[ClaimedDelivery]
) -> None:
    time_s = Seconds()
    departures = depart(services, journal, time_s)
    departures.admit(marked, until_s=300)

    time_s.now_s = 301
    taken = departures.take()
    departures.put_back_all()

    assert taken is None
    assert [one.status for one in departures.collect().outcomes] == [DeliveryStatus.QUEUED] * 2


def test_a_worker_that_was_stopped_in_mid_message_sends_no_final_dot(
    services: Services, journal: Journal, marked: list[ClaimedDelivery]
) -> None:
    time_s = Seconds()
    departures = depart(services, journal, time_s)
    departures.admit(marked, until_s=300)
    departure = departures.take()
    assert departure is not None

    time_s.now_s = 301

    with pytest.raises(JournalError):
        departures.leaving(departure.delivery_id)
    assert departures.is_closed


def test_a_message_no_session_takes_is_tried_three_times_and_then_put_off(
    services: Services, journal: Journal, marked: list[ClaimedDelivery]
) -> None:
    departures = depart(services, journal, Seconds())
    departures.admit(marked[:1], until_s=300)

    for _ in range(3):
        departure = departures.take()
        assert departure is not None
        departures.landed(Transmission(delivery_id=departure.delivery_id, fate=Fate.NOT_SENT, reply=None))

    (outcome,) = departures.collect().outcomes
    assert departures.take() is None
    assert outcome.status is DeliveryStatus.QUEUED
    assert outcome.due_at is not None
    assert outcome.due_at > services.clock.now()


def test_a_message_that_cannot_be_written_waits_and_holds_nobody_up(
    services: Services, journal: Journal, marked: list[ClaimedDelivery]
) -> None:
    departures = depart(services, journal, Seconds(), letters=FailingLetters)
    departures.admit(marked, until_s=300)

    departure = departures.take()

    (outcome,) = departures.collect().outcomes
    assert departure is not None
    assert departure.message.envelope.rcpt_to == "b@example.com"
    assert outcome.status is DeliveryStatus.DEFERRED
    assert outcome.reply is not None
    assert outcome.reply.text == "not sent: its message could not be written (ValueError)"


def test_what_could_not_be_recorded_is_held_until_it_is(
    services: Services, journal: Journal, marked: list[ClaimedDelivery]
) -> None:
    departures = depart(services, journal, Seconds())
    departures.admit(marked, until_s=300)
    departures.put_back_all()

    landed = departures.collect()
    departures.uncollect(landed)

    assert not departures.is_done
    assert departures.collect() == landed
    assert departures.is_done


def test_what_is_put_back_is_no_longer_in_our_hands(
    services: Services, journal: Journal, marked: list[ClaimedDelivery]
) -> None:
    departures = depart(services, journal, Seconds())
    departures.admit(marked, until_s=300)
    departure = departures.take()
    assert departure is not None

    departures.put_back_all()

    assert departures.held(departures.collect()) == [departure.delivery_id]
