"""An outbox that keeps what it is told, and how the tests of this folder send what is in it over one connection."""

import asyncio
import ssl
from collections import deque
from collections.abc import Iterable

from digest.errors import JournalError
from digest.model.ids import DeliveryId
from digest.model.messages import Fate, Message, Transmission
from digest.send.relay import Relay
from digest.send.smtp.connection import Connection
from digest.send.smtp.endings import ConnectionLimits, Ending, Timeouts
from digest.send.wire import Departure
from tests.makers.mail import numbered

MANY = ConnectionLimits(messages=1000, seconds=3600)


class KeepingOutbox:
    """Gives each message out once, in order. `settled` is set when the last one was taken, and all have landed.

    The journal has no space left for message `full_at`.
    """

    def __init__(self, messages: Iterable[Message], *, full_at: int | None = None) -> None:
        self.waiting = deque(Departure(number, message) for number, message in numbered(messages))
        self.taken: list[DeliveryId] = []
        self.left: list[DeliveryId] = []
        self.landings: list[Transmission] = []
        self.full_at = full_at
        self.settled = asyncio.Event()

    @property
    def fates(self) -> list[Fate]:
        return [one.fate for one in self.landings]

    def take(self) -> Departure | None:
        if not self.waiting:
            if len(self.taken) == len(self.landings):
                self.settled.set()
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


async def send_over_one(
    relay: Relay,
    outbox: KeepingOutbox,
    *,
    tls: ssl.SSLContext | None = None,
    timeouts: Timeouts | None = None,
    limits: ConnectionLimits = MANY,
) -> Ending:
    """Send what is in the outbox until it is empty or the connection ends; return how it ended."""
    ended: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()
    connection = await Connection.open(
        relay,
        outbox=outbox,
        tls=tls or ssl.create_default_context(),
        timeouts=timeouts or Timeouts(),
        limits=limits,
        on_end=lambda _, ending: ended.set_result(ending),
    )
    connection.wake()
    ended.add_done_callback(lambda _: outbox.settled.set())
    await outbox.settled.wait()
    connection.retire()
    return await ended
