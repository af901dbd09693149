"""Lanes: what waits for the wire. One lane for all that may go, and one each for domains that must wait their turn."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from digest.model.mailings import ClaimedDelivery
from digest.model.messages import Fate, Transmission
from digest.send.pacing import Pacer

_MAX_WAITING_S = 30.0
"""What would wait for its domain longer than this goes back to the ledger, so that others come in its place."""


class Overflow(NamedTuple):
    """A delivery that cannot go for so long."""

    delivery: ClaimedDelivery
    wait_s: float


class Lanes:
    """Deliveries in the order they came, but for those whose domain is paced. `time_s` is monotonic."""

    def __init__(self, pacer: Pacer, *, time_s: Callable[[], float]) -> None:
        self._pacer = pacer
        self._time_s = time_s
        self._free: deque[ClaimedDelivery] = deque()
        self._paced: dict[str, deque[ClaimedDelivery]] = {}
        self.waiting = 0

    def add(self, deliveries: Iterable[ClaimedDelivery]) -> None:
        """Have these wait behind the others."""
        before = len(self._free)
        self._free.extend(deliveries)
        self.waiting += len(self._free) - before

    def add_first(self, delivery: ClaimedDelivery) -> None:
        """Have this one go before the others."""
        self._free.appendleft(delivery)
        self.waiting += 1

    def next(self) -> ClaimedDelivery | None:
        """Return what may go now, or None. It has a place on the wire from then on, until it landed or was given up."""
        if not self.waiting:
            return None
        if self._pacer.is_free and not self._paced:
            self.waiting -= 1
            return self._free.popleft()
        if self._pacer.hold_s(at_s=self._time_s()):
            return None
        found = (self._next_paced() if self._paced else None) or self._next_free()
        self.waiting -= found is not None
        return found

    def __iter__(self) -> Iterator[ClaimedDelivery]:
        return chain(self._free, *self._paced.values())

    def landed(self, delivery: ClaimedDelivery, transmission: Transmission) -> None:
        """Have the pace of the delivery's domain follow from what the relay said."""
        self._pacer.landed(self._group_of(delivery), transmission, at_s=self._time_s())

    def give_up(self, delivery: ClaimedDelivery) -> None:
        """Have the place free again of a delivery that did not go on the wire."""
        self.landed(delivery, Transmission(delivery_id=delivery.id, fate=Fate.NOT_SENT, reply=None))

    def overflow(self) -> Iterator[Overflow]:
        """Take out what would wait too long, and yield it."""
        for group, lane in list(self._paced.items()):
            wait_s = self._pacer.wait_s(group, len(lane))
            while lane and wait_s > _MAX_WAITING_S:
                self.waiting -= 1
                yield Overflow(lane.pop(), wait_s)
                wait_s = self._pacer.wait_s(group, len(lane))

    def clear(self) -> list[ClaimedDelivery]:
        """Take out all that waits."""
        left = list(self)
        self._free.clear()
        self._paced.clear()
        self.waiting = 0
        return left

    def _next_free(self) -> ClaimedDelivery | None:
        while self._free:
            delivery = self._free.popleft()
            group = self._group_of(delivery)
            if not self._pacer.is_limited(group) or self._may_go(group):
                return delivery
            self._paced.setdefault(group, deque()).append(delivery)
        return None

    def _next_paced(self) -> ClaimedDelivery | None:
        """Return the first of the lanes that may go; that lane is asked last the next time."""
        for group in list(self._paced):
            if self._may_go(group):
                lane = self._paced.pop(group)
                delivery = lane.popleft()
                if lane:
                    self._paced[group] = lane
                return delivery
        return None

    def _may_go(self, group: str) -> bool:
        return not self._pacer.may_go(group, at_s=self._time_s())

    def _group_of(self, delivery: ClaimedDelivery) -> str:
        return self._pacer.group_of(delivery.address.domain)
