"""One message over a wire of its own: for test copies, beside the ledger."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from digest.model.ids import DeliveryId
from digest.model.messages import Message, Transmission
from digest.send.wire import Departure, Wire

_NO_DELIVERY = DeliveryId(0)
_LOOK_EVERY_S = 0.25
_CLOSE_WITHIN_S = 10.0


def hand_over(message: Message, *, open_wire: Callable[[], Wire]) -> Transmission:
    """Hand one message over and return what became of it. Raises RelayError when no relay can be used."""
    return asyncio.run(_hand_over(message, open_wire()))


async def _hand_over(message: Message, wire: Wire) -> Transmission:
    outbox = _SingleOutbox(message)
    try:
        await wire.open(outbox)
        while not outbox.is_done.is_set() and wire.fault is None:
            with suppress(TimeoutError):
                await asyncio.wait_for(outbox.is_done.wait(), _LOOK_EVERY_S)
    finally:
        await wire.close(within_s=_CLOSE_WITHIN_S)
    if wire.fault is not None:
        raise wire.fault
    assert outbox.transmission is not None, "every message that was taken has landed by now"
    return outbox.transmission


class _SingleOutbox:
    """An outbox of one message, which goes once."""

    def __init__(self, message: Message) -> None:
        self._message: Message | None = message
        self.transmission: Transmission | None = None
        self.is_done = asyncio.Event()

    def take(self) -> Departure | None:
        message, self._message = self._message, None
        return Departure(_NO_DELIVERY, message) if message else None

    def leaving(self, delivery_id: DeliveryId) -> None:
        """Keep nothing: of a test copy there is no ledger."""

    def landed(self, transmission: Transmission) -> None:
        self.transmission = transmission
        self.is_done.set()
