"""Desks: where the messages of marked deliveries are written, each when it is asked for, or some ahead of that.

A message is written as late as may be, so that few of them are in memory. Where a signature takes longer than all the
rest of it, some are written ahead in threads: signing leaves the interpreter to the others.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain, islice
from typing import NamedTuple, Protocol

import structlog

from digest.clock import Clock
from digest.errors import UnsafeMessageError
from digest.flows.lanes import Lanes
from digest.flows.letters import Letters
from digest.model.mailings import ClaimedDelivery
from digest.model.messages import Message

log = structlog.get_logger()

_THREADS = 2
_GROUP = 8
_AHEAD = 64


class Written(NamedTuple):
    """A delivery with its message, or with why there is none."""

    delivery: ClaimedDelivery
    message: Message | Exception


class Desk(Protocol):
    """Where messages are written. Iterating gives the deliveries that wait, in whatever state."""

    def __iter__(self) -> Iterator[ClaimedDelivery]: ...

    @property
    def waiting(self) -> int:
        """How many deliveries wait."""
        ...

    def next(self) -> Written | None:
        """Return what may go now, or None."""
        ...

    def clear(self) -> list[ClaimedDelivery]:
        """Take out all that waits, and write nothing more."""
        ...


class WritingDesk:
    """Writes each message when it is asked for."""

    def __init__(self, lanes: Lanes, letters: Letters, *, clock: Clock) -> None:
        self._lanes = lanes
        self._letters = letters
        self._clock = clock

    def __iter__(self) -> Iterator[ClaimedDelivery]:
        return iter(self._lanes)

    @property
    def waiting(self) -> int:
        """How many deliveries wait."""
        return self._lanes.waiting

    def next(self) -> Written | None:
        """Write the next message, or return None where none may go."""
        delivery = self._lanes.next()
        return None if delivery is None else _write(self._letters, delivery, clock=self._clock)

    def clear(self) -> list[ClaimedDelivery]:
        """Take out all that waits."""
        return self._lanes.clear()


class SigningDesk:
    """Has some messages written ahead, in groups, by threads. `is_ready` is called when there are more."""

    def __init__(self, lanes: Lanes, letters: Letters, *, clock: Clock, is_ready: Callable[[], None]) -> None:
        self._lanes = lanes
        self._letters = letters
        self._clock = clock
        self._is_ready = is_ready
        self._threads = ThreadPoolExecutor(_THREADS, "signing")
        self._groups: list[Sequence[ClaimedDelivery]] = []
        self._written: deque[Written] = deque()
        self._is_open = True

    def __iter__(self) -> Iterator[ClaimedDelivery]:
        return chain((one.delivery for one in self._written), *self._groups, self._lanes)

    @property
    def waiting(self) -> int:
        """How many deliveries wait."""
        return self._lanes.waiting + self._ahead

    def next(self) -> Written | None:
        """Return a message that is written, or None, and have more written."""
        while self._ahead < _AHEAD and (group := list(islice(iter(self._lanes.next, None), _GROUP))):
            self._groups.append(group)
            work = asyncio.get_running_loop().run_in_executor(self._threads, self._write_all, group)
            work.add_done_callback(partial(self._take_in, group))
        return self._written.popleft() if self._written else None

    def clear(self) -> list[ClaimedDelivery]:
        """Take out all that waits; what is being written is thrown away."""
        self._is_open = False
        self._threads.shutdown(wait=False, cancel_futures=True)
        left = [*self]
        for delivery in left[: len(left) - self._lanes.waiting]:
            self._lanes.give_up(delivery)
        self._written.clear()
        self._groups.clear()
        self._lanes.clear()
        return left

    @property
    def _ahead(self) -> int:
        return len(self._written) + sum(map(len, self._groups))

    def _write_all(self, group: Sequence[ClaimedDelivery]) -> list[Written]:
        return [_write(self._letters, one, clock=self._clock) for one in group]

    def _take_in(self, group: Sequence[ClaimedDelivery], done: "asyncio.Future[list[Written]]") -> None:
        if self._is_open:
            self._groups.remove(group)
            self._written.extend(done.result())
            self._is_ready()


def _write(letters: Letters, delivery: ClaimedDelivery, *, clock: Clock) -> Written:
    """Write a message. What is wrong with one reader's holds up nobody else; a value in an error is not logged."""
    try:
        return Written(delivery, letters.write(delivery, now=clock.now()))
    except UnsafeMessageError as error:
        return Written(delivery, error)
    except Exception as error:  # noqa: BLE001  # whatever it is, the others' mail must not wait for it
        log.error("letter.failed", delivery_id=delivery.id, error=type(error).__name__)  # noqa: TRY400
        return Written(delivery, error)
