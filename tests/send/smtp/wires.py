"""An outbox that gives out again what was not sent, and how the tests of this folder send what is in it over a wire."""

import asyncio
from collections import deque
from collections.abc import Callable

from digest.model.ids import DeliveryId
from digest.model.messages import Fate, Message, Transmission
from digest.send.relay import Relay, Tls
from digest.send.smtp.pool import SmtpWire
from digest.send.wire import Departure
from tests.makers.mail import make_message, numbered
from tests.servers.smtp import EXTENSIONS, ScriptedSmtp

PIPELINING = (*EXTENSIONS, "PIPELINING")
AT_MOST_S = 20


class PatientOutbox:
    """Gives messages out in order, and those that were not sent again, up to `tries` times each.

    `changed` is set at each message that is taken or lands.
    """

    def __init__(self, messages: list[Message], *, tries: int = 5) -> None:
        self.waiting = deque(Departure(number, message) for number, message in numbered(messages))
        self.on_wire: dict[DeliveryId, Departure] = {}
        self.tries = tries * len(messages)
        self.landings: list[Transmission] = []
        self.changed = asyncio.Event()

    @property
    def fates(self) -> list[Fate]:
        return [one.fate for one in sorted(self.landings, key=lambda one: one.delivery_id)]

    @property
    def is_done(self) -> bool:
        return not (self.waiting or self.on_wire)

    def take(self) -> Departure | None:
        if not self.waiting:
            return None
        departure = self.waiting.popleft()
        self.on_wire[departure.delivery_id] = departure
        self.changed.set()
        return departure

    def leaving(self, delivery_id: DeliveryId) -> None:
        assert delivery_id in self.on_wire

    def landed(self, transmission: Transmission) -> None:
        departure = self.on_wire.pop(transmission.delivery_id)
        self.changed.set()
        if transmission.fate is Fate.NOT_SENT and self.tries:
            self.tries -= 1
            self.waiting.appendleft(departure)
        else:
            self.landings.append(transmission)


async def until(outbox: PatientOutbox, is_so: Callable[[], bool], wire: SmtpWire) -> None:
    """Wait until it is so, and wake the wire meanwhile as a worker does, a few times a second."""
    async with asyncio.timeout(AT_MOST_S):
        while not is_so():
            outbox.changed.clear()
            wire.wake()
            try:
                await asyncio.wait_for(outbox.changed.wait(), 0.05)
            except TimeoutError:
                continue


async def send(wire: SmtpWire, outbox: PatientOutbox) -> None:
    """Send all that is in the outbox, or as much as can be."""
    await wire.open(outbox)
    await until(outbox, lambda: outbox.is_done or wire.fault is not None, wire)
    await wire.close(within_s=2)


def relay_at(port: int, *, connections: int = 4, messages: int = 1000, seconds: int = 300, weight: int = 1) -> Relay:
    return Relay(
        host="127.0.0.1",
        port=port,
        tls=Tls.OFF,
        connections=connections,
        messages=messages,
        seconds=seconds,
        weight=weight,
    )


def many(count: int) -> list[Message]:
    return [make_message(to=f"reader{number}@example.com") for number in range(count)]


def recipients(*servers: ScriptedSmtp) -> list[str]:
    return sorted(one.rcpt_to for server in servers for one in server.inbox)
