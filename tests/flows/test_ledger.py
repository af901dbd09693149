"""The ledger of a run: what its turns take of a warm-up's days, and give back to them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from digest.clock import FixedClock
from digest.flows.ledger import Ledger, Request, Turn
from digest.flows.services import Services
from digest.model.mailings import DeliveryStatus, Outcome
from digest.send.warm_up import WarmUp
from digest.store.warm_up import read_taken
from tests.makers.ledger import keep_mailing, make_outcome

TODAY, TOMORROW = date(2026, 11, 22), date(2026, 11, 23)


def take_turn(ledger: Ledger, *, room: int, outcomes: Sequence[Outcome] = ()) -> Turn:
    return ledger.take_turn(Request(outcomes=outcomes, bounced=(), reason_to_pause="", room=room, held=()))


def taken(services: Services) -> tuple[int, int]:
    with services.database.read() as tx:
        return read_taken(tx, TODAY), read_taken(tx, TOMORROW)


def test_what_comes_back_after_midnight_is_given_back_to_the_day_it_was_taken_of(
    services: Services, clock: FixedClock
) -> None:
    warming = replace(services, warm_up=WarmUp(TODAY, (10, 10)))
    with services.database.begin() as tx:
        mailing = keep_mailing(tx, [f"{number}@example.com" for number in range(5)])
    clock.advance(hours=10, minutes=55)
    ledger = Ledger(warming, mailing.id, owner="one")
    take_turn(ledger, room=3)  # claims; the next ones mark
    marked = take_turn(ledger, room=3).marked
    before_midnight = taken(services)
    clock.advance(minutes=10)
    take_turn(ledger, room=2)

    put_back = [make_outcome(one, DeliveryStatus.QUEUED) for one in marked]
    take_turn(ledger, room=0, outcomes=put_back)

    assert before_midnight == (3, 0)
    assert taken(services) == (0, 2)
