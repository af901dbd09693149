"""Departures: the marked deliveries as the wire takes them, and what became of each. Lives on the loop."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import NamedTuple

from digest.clock import Clock
from digest.errors import JournalError, UnsafeMessageError
from digest.flows.desk import Desk
from digest.flows.lanes import Lanes
from digest.flows.outcomes import decide_outcome, put_back, put_off, put_off_unwritten, refuse_unsafe, sent
from digest.model.ids import DeliveryId
from digest.model.mailings import ClaimedDelivery, DeliveryStatus, Outcome
from digest.model.messages import Fate, Transmission
from digest.send.braking import Brake, Verdict, classify
from digest.send.journal import Journal
from digest.send.wire import Departure

_MAX_TRIES = 3
_AFTER_MAX_TRIES = timedelta(minutes=1)
_ENOUGH_OUTCOMES = 1000


class Landed(NamedTuple):
    """What became of deliveries and is to be recorded; of them, `bounced` went to addresses that do not exist."""

    outcomes: list[Outcome]
    bounced: list[DeliveryId]


class Departures:
    """An Outbox over one mailing. `rouse` is called when a turn of the ledger would be worth its commit.

    `reason_to_pause` is the brake's, empty while there is none; `fault` is the journal's. With either, nothing more
    departs; nor where no turn was taken for long, as in a process that was stopped: its lease may be over by then.
    `landings` counts what landed. `time_s` goes on while the machine sleeps.
    """

    def __init__(
        self,
        desk: Desk,
        lanes: Lanes,
        journal: Journal,
        *,
        brake: Brake,
        clock: Clock,
        time_s: Callable[[], float],
        rouse: Callable[[], None],
    ) -> None:
        self._desk = desk
        self._lanes = lanes
        self._journal = journal
        self._brake = brake
        self._clock = clock
        self._time_s = time_s
        self._rouse = rouse
        self._until_s = time_s()
        self._on_wire: dict[DeliveryId, ClaimedDelivery] = {}
        self._tries: dict[DeliveryId, int] = {}
        self._landed = Landed([], [])
        self._few = 0
        self._is_open = True
        self.reason_to_pause = ""
        self.fault: JournalError | None = None
        self.landings = 0

    @property
    def waiting(self) -> int:
        """How many are marked and not on the wire."""
        return self._desk.waiting

    @property
    def is_closed(self) -> bool:
        """Return whether nothing more may go."""
        return not self._is_open

    @property
    def is_done(self) -> bool:
        """Return whether nothing waits, nothing is on the wire, and nothing is left to be recorded."""
        return not (self._desk.waiting or self._on_wire or self._landed.outcomes)

    def held(self, landed: Landed) -> list[DeliveryId]:
        """Return every delivery that is in our hands, or is about to be recorded; what is put back is not ours."""
        outcomes = (*self._landed.outcomes, *landed.outcomes)
        ours = (one.delivery_id for one in outcomes if one.status is not DeliveryStatus.QUEUED)
        return [*self._on_wire, *(one.id for one in self._desk), *ours]

    def admit(self, marked: Iterable[ClaimedDelivery], *, until_s: float) -> None:
        """Let these go, too, all of them until then; ask for more when half of what now waits is gone."""
        self._until_s = until_s
        self._lanes.add(marked)
        for delivery, wait_s in self._lanes.overflow():
            self._conclude(put_back(delivery, due_at=self._clock.now() + timedelta(seconds=wait_s)))
        self._few = self._desk.waiting // 2

    def take(self) -> Departure | None:
        """Give out the next message; see Outbox. One that may not leave is refused, and another one taken."""
        if self._time_s() > self._until_s:
            self.close()
        while self._is_open and (written := self._desk.next()) is not None:
            if self._desk.waiting <= self._few:
                self._rouse()
            delivery, message = written
            if isinstance(message, Exception):
                self._lanes.give_up(delivery)
                self._conclude(self._judge(delivery, message))
                continue
            self._on_wire[delivery.id] = delivery
            return Departure(delivery.id, message)
        return None

    def leaving(self, delivery_id: DeliveryId) -> None:
        """Write down that this message's final dot goes out now; see Outbox."""
        if self._time_s() > self._until_s:
            self.close()
            raise JournalError(
                "the ledger has not been asked for too long: somebody else may hold this delivery by now"
            )
        try:
            self._journal.intend(delivery_id, self._on_wire[delivery_id].fence)
        except JournalError as error:
            self.fault = error
            self.close()
            raise

    def landed(self, transmission: Transmission) -> None:
        """Take down what became of a message; see Outbox. One that could not be sent is tried again a few times."""
        delivery = self._on_wire.pop(transmission.delivery_id)
        self._lanes.landed(delivery, transmission)
        if transmission.fate is Fate.NOT_SENT:
            self._try_again(delivery)
            return
        if self._tries:
            self._tries.pop(delivery.id, None)
        verdict = classify(transmission)
        if verdict is Verdict.TAKEN:
            self._conclude(sent(delivery, transmission.reply))
        elif verdict is Verdict.OUR_FAULT:
            self._conclude(put_off(delivery, transmission.reply, now=self._clock.now()))
        else:
            self._conclude(decide_outcome(delivery, transmission, now=self._clock.now()))
        if verdict is Verdict.HARD_BOUNCE:
            self._landed.bounced.append(delivery.id)
        reason = self._brake.saw(verdict, transmission)
        if reason:
            self.pause(reason)

    def pause(self, reason: str) -> None:
        """Let nothing more go, and have the mailing paused."""
        self.reason_to_pause = reason
        self.close()

    def close(self) -> None:
        """Let nothing more go."""
        self._is_open = False
        self._rouse()

    def put_back_all(self) -> None:
        """Have all that did not go queued again."""
        for delivery in self._desk.clear():
            self._conclude(put_back(delivery))

    def collect(self) -> Landed:
        """Return what is to be recorded, and hold it no more."""
        landed, self._landed = self._landed, Landed([], [])
        return landed

    def uncollect(self, landed: Landed) -> None:
        """Hold this again: it could not be recorded."""
        self._landed = Landed(landed.outcomes + self._landed.outcomes, landed.bounced + self._landed.bounced)

    def _judge(self, delivery: ClaimedDelivery, error: Exception) -> Outcome:
        """Return what becomes of a delivery that has no message."""
        if isinstance(error, UnsafeMessageError):
            return refuse_unsafe(delivery, error)
        return put_off_unwritten(delivery, error, now=self._clock.now())

    def _try_again(self, delivery: ClaimedDelivery) -> None:
        tries = self._tries[delivery.id] = self._tries.get(delivery.id, 0) + 1
        if self._is_open and tries < _MAX_TRIES:
            self._lanes.add_first(delivery)
        else:
            due_at = self._clock.now() + _AFTER_MAX_TRIES if tries >= _MAX_TRIES else None
            self._conclude(put_back(delivery, due_at=due_at))

    def _conclude(self, outcome: Outcome) -> None:
        self._journal.conclude(outcome)
        self._landed.outcomes.append(outcome)
        self.landings += 1
        if len(self._landed.outcomes) >= _ENOUGH_OUTCOMES or not (self._desk.waiting or self._on_wire):
            self._rouse()
