"""The line between what is said and what carries it: octets, time and the end, with no socket in sight."""

from typing import Protocol


class Line(Protocol):
    """What carries the octets, and keeps the time."""

    @property
    def most_at_once(self) -> int:
        """How many octets the kernel takes in one write, when it holds none."""
        ...

    @property
    def is_drained(self) -> bool:
        """Whether the kernel has all that was written; once it has again, `Listener.drained` is called."""
        ...

    def write(self, octets: bytes) -> None:
        """Send octets, now or as soon as those before them are gone."""
        ...

    def wait_at_most(self, seconds: float) -> None:
        """Call `Listener.time_out` unless this is called again within so many seconds."""
        ...

    def hang_up(self) -> None:
        """Close, and drop what was written but not sent; nothing is called any more."""
        ...


class Listener(Protocol):
    """Who is told what happens on a stream."""

    def receive(self, octets: bytes) -> None:
        """Hear what the other end says."""
        ...

    def drained(self) -> None:
        """Hear that the kernel has all that was written, after it could not take it at once."""
        ...

    def time_out(self) -> None:
        """Hear that `wait_at_most` is over."""
        ...

    def closed(self, error: Exception | None) -> None:
        """Hear that the other end has hung up, or that the network, or TLS, failed."""
        ...
