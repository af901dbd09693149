"""The postbox: marked notices as the wire takes them, and what became of each. Lives on the loop."""

from collections import deque
from collections.abc import Callable, Iterable
from typing import NamedTuple

from digest.errors import JournalError
from digest.model.ids import DeliveryId
from digest.model.messages import Message, Transmission
from digest.model.notices import Notice
from digest.send.wire import Departure

AT_ONCE = 8
"""How many are marked and not recorded at any time, and so how many a crash can leave in doubt: one a connection."""

MARK_LASTS_S = 240.0
"""How long after its mark a notice's final dot may be written. Ten minutes more and any reply to it has been heard."""


class Posted(NamedTuple):
    """A notice ready to go; `until_s` is when its mark is too old."""

    notice: Notice
    message: Message
    until_s: float


class Postbox:
    """An Outbox of notices. `rouse` is called when something landed; `time_s` goes on while the machine sleeps."""

    def __init__(self, *, time_s: Callable[[], float], rouse: Callable[[], None]) -> None:
        self._time_s = time_s
        self._rouse = rouse
        self._waiting: deque[Posted] = deque()
        self._on_wire: dict[DeliveryId, Posted] = {}
        self._landed: list[tuple[Notice, Transmission]] = []
        self._window = 1

    @property
    def room(self) -> int:
        """How many more may be marked: one at first, and for each that landed one more at once, so that few wait."""
        return self._window - len(self._waiting) - len(self._on_wire) - len(self._landed)

    @property
    def is_empty(self) -> bool:
        """Return whether nothing waits, nothing is on the wire, and nothing is left to be recorded."""
        return not (self._waiting or self._on_wire or self._landed)

    def post(self, posted: Iterable[Posted]) -> None:
        """Let these go, too."""
        self._waiting.extend(posted)

    def take(self) -> Departure | None:
        """Give out the next message; see Outbox."""
        if not self._waiting:
            return None
        posted = self._waiting.popleft()
        delivery_id = DeliveryId(posted.notice.id)
        self._on_wire[delivery_id] = posted
        return Departure(delivery_id, posted.message)

    def leaving(self, delivery_id: DeliveryId) -> None:
        """Make sure that the mark of what leaves still stands; see Outbox."""
        if self._time_s() > self._on_wire[delivery_id].until_s:
            raise JournalError("this notice was marked too long ago: it may be taken for lost by now")

    def landed(self, transmission: Transmission) -> None:
        """Take down what became of a message; see Outbox."""
        self._landed.append((self._on_wire.pop(transmission.delivery_id).notice, transmission))
        self._window = min(self._window + 1, AT_ONCE)
        self._rouse()

    def collect(self) -> list[tuple[Notice, Transmission]]:
        """Return what landed, and hold it no more."""
        landed, self._landed = self._landed, []
        return landed

    def take_back(self) -> list[Notice]:
        """Return what no wire took, and let it go no more."""
        left = [posted.notice for posted in self._waiting]
        self._waiting.clear()
        return left
