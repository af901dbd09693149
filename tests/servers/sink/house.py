"""What all sessions of a sink share: its orders, its counts, and the log of what it took."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from tests.servers.sink.orders import Orders


@dataclass(slots=True, kw_only=True)
class House:
    """A sink's state. `log` is an open file, by its number, or None; `latency_s` is how far away it is."""

    chance: Random
    log: int | None = None
    latency_s: float = 0.0
    orders: Orders = field(default_factory=Orders)
    messages: int = 0
    octets: int = 0
    sessions: int = 0

    @property
    def delay_s(self) -> float:
        """How long after a command its answer goes out."""
        return self.latency_s + self.orders.slow_s

    def happens(self, probability: float) -> bool:
        """Return whether something of this probability happens now."""
        return probability > 0 and self.chance.random() < probability

    def note(self, lines: Sequence[bytes]) -> None:
        """Write lines to the log, whole: in one call, to a file that is open for appending."""
        if self.log is not None and lines:
            os.write(self.log, b"".join(lines))
