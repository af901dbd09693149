"""The wire: what a flow asks of whatever carries its messages, and what that asks of the flow.

Both live on one asyncio loop. A wire takes the next message only when a connection is ready for it, and says of each
message it took what became of it, once.
"""

from typing import NamedTuple, Protocol

from digest.errors import RelayError
from digest.model.ids import DeliveryId
from digest.model.messages import Message, Transmission


class Departure(NamedTuple):
    """A message that may go now."""

    delivery_id: DeliveryId
    message: Message


class Outbox(Protocol):
    """Where a wire takes messages from and reports to. It calls from the loop; no call waits for anything."""

    def take(self) -> Departure | None:
        """Return the next message that may go now, or None; `Wire.wake` says when to ask again."""
        ...

    def leaving(self, delivery_id: DeliveryId) -> None:
        """Hear that the octets that end with this message's final dot are written next.

        Raises JournalError where that cannot be kept: then the wire must not write them, and ends the session.
        """
        ...

    def landed(self, transmission: Transmission) -> None:
        """Hear what became of a message that was taken; once for each."""
        ...


class Wire(Protocol):
    """Somewhere to hand messages over. One that was closed is not used again."""

    async def open(self, outbox: Outbox) -> None:
        """Reach a relay, and take messages from then on. Raises RelayError when none can be used."""
        ...

    def wake(self) -> None:
        """Hear that the outbox may have more messages."""
        ...

    @property
    def fault(self) -> RelayError | None:
        """Why no relay can be used any more, once that is so; all that was taken has landed by then."""
        ...

    async def close(self, *, within_s: float) -> None:
        """Take nothing more, wait at most so long for what is on the wire, and end politely.

        By the return, each message that was taken has landed: without a reply as `not sent`, or as `unknown` where its
        final dot was written.
        """
        ...
