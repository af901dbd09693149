"""A line without a socket, and the outbox at its other end: what happened on both, in order."""

import math
from collections import deque
from collections.abc import Sequence

from digest.errors import JournalError
from digest.model.ids import DeliveryId
from digest.model.messages import Fate, Message, Transmission
from digest.send.smtp.endings import ConnectionLimits, Ending, Timeouts
from digest.send.smtp.offers import Offers
from digest.send.smtp.transactions import Transactions
from digest.send.wire import Departure
from tests.makers.mail import numbered

PIPELINING = Offers(pipelining=True, size=True)
STEP_BY_STEP = Offers(size=True)
FULL_ENVELOPE = b"250 sender\r\n250 recipient\r\n354 go\r\n"
"""What a relay says to an envelope that it accepts."""


class Wiretap:
    """Transactions with a line and an outbox that write down what they are told.

    The kernel of this line holds everything, unless `most_at_once` is less than a message: then it holds nothing until
    `drain`. The journal is full at the message `full_at`.
    """

    def __init__(
        self,
        messages: Sequence[Message],
        *,
        offers: Offers = PIPELINING,
        most_at_once: int = 1 << 20,
        full_at: int | None = None,
        limit: int = 1000,
    ) -> None:
        self.waiting = deque(Departure(number, message) for number, message in numbered(messages))
        self.taken: list[DeliveryId] = []
        self.left: list[DeliveryId] = []
        self.landings: list[Transmission] = []
        self.endings: list[Ending] = []
        self.writes: list[bytes] = []
        self.wait_s = math.inf
        self.most_at_once = most_at_once
        self.is_drained = True
        self.is_hung_up = False
        self.full_at = full_at
        self.transactions = Transactions(
            self,
            outbox=self,
            offers=offers,
            timeouts=Timeouts(),
            limits=ConnectionLimits(messages=limit, seconds=3600),
            on_end=self.endings.append,
        )

    @property
    def said(self) -> bytes:
        return b"".join(self.writes)

    @property
    def fates(self) -> dict[int, Fate]:
        return {one.delivery_id: one.fate for one in self.landings}

    def hear(self, *chunks: bytes) -> None:
        for chunk in chunks:
            if not self.is_hung_up:
                self.transactions.receive(chunk)

    def drain(self) -> None:
        if not self.is_drained and not self.is_hung_up:
            self.is_drained = True
            self.transactions.drained()

    def write(self, octets: bytes) -> None:
        assert not self.is_hung_up
        self.writes.append(octets)
        self.is_drained = self.is_drained and len(octets) <= self.most_at_once

    def wait_at_most(self, seconds: float) -> None:
        self.wait_s = seconds

    def hang_up(self) -> None:
        assert not self.is_hung_up
        self.is_hung_up = True

    def take(self) -> Departure | None:
        if not self.waiting:
            return None
        departure = self.waiting.popleft()
        self.taken.append(departure.delivery_id)
        return departure

    def leaving(self, delivery_id: DeliveryId) -> None:
        if delivery_id == self.full_at:
            raise JournalError("no space left")
        self.left.append(delivery_id)

    def landed(self, transmission: Transmission) -> None:
        self.landings.append(transmission)
