"""Delivering notices: what is due goes over one wire, a few at a time, until nothing more is due.

Each is marked, and that is committed, before its first octet is written; what became of it is recorded after. A mark
that nobody recorded within a quarter of an hour is a doubt: its process is gone, and it is not sent again.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import TypeVar

import structlog

from digest.errors import StoreError
from digest.flows.delivering import Stop
from digest.flows.fencing import advance_epoch, require_epoch
from digest.flows.notices.postbox import MARK_LASTS_S, Postbox, Posted
from digest.flows.notices.turns import Landed, Turns
from digest.flows.services import Services
from digest.model.messages import Fate
from digest.model.notices import Notice
from digest.send.loops import open_loop
from digest.store import notices

_STALE = timedelta(minutes=15)
_TURN_EVERY_S = 0.25
_DRAIN_S = 7.0
_STORE_WAITS_S = (0.2, 0.5, 1.0, 2.0, 5.0, 5.0, 5.0)

Result = TypeVar("Result")

log = structlog.get_logger()


def deliver_notices(services: Services, *, stop: Stop) -> int:
    """Send every notice that is due, and return how many were tried. Any number of processes may do so at once.

    Once `stop` says so, what is on the wire lands, at most for 7 s; the rest waits again. Raises RelayError when no
    relay can be used, EpochError for a database that this machine did not send from last, and StoreError; what was not
    sent stays queued.
    """
    if not has_due_notices(services):
        return 0
    require_epoch(services)
    _doubt_stale(services)
    advance_epoch(services)
    try:
        with asyncio.Runner(loop_factory=open_loop) as runner:
            return runner.run(_Round(services, stop=stop).go())
    finally:
        advance_epoch(services)  # so that a dump made in mid-send is known as older


def has_due_notices(services: Services) -> bool:
    """Return whether a notice is due, or was marked by a process that is gone."""
    now = services.clock.now()
    with services.database.read() as tx:
        return notices.is_any_due(tx, now=now) or notices.is_any_stale(tx, marked_before=now - _STALE)


def _doubt_stale(services: Services) -> None:
    now = services.clock.now()
    with services.database.begin() as tx:
        doubted = notices.doubt_stale(tx, marked_before=now - _STALE, now=now)
    if doubted:
        log.warning("notices.in_doubt", notices=doubted)


def _time_s() -> float:
    """Return a monotonic time that goes on while the process is stopped or the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class _Round:
    """One process's round: turns of the database in a thread, the wire on the loop."""

    def __init__(self, services: Services, *, stop: Stop) -> None:
        self._turns = Turns(services)
        self._wire = services.open_wire()
        self._stop = stop
        self._worth_a_turn = asyncio.Event()
        self._postbox = Postbox(time_s=_time_s, rouse=self._worth_a_turn.set)
        self._opening: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "notices")
        self._tried = 0

    async def go(self) -> int:
        """Take turns until nothing more is due; return how many were tried."""
        try:
            while await self._go_on():
                with suppress(TimeoutError):
                    async with asyncio.timeout(_TURN_EVERY_S):
                        await self._worth_a_turn.wait()
        finally:
            await self._end()
        if self._wire.fault is not None:
            raise self._wire.fault
        return self._tried

    async def _go_on(self) -> bool:
        """Record what landed, mark what goes next, and return whether there is more to do."""
        self._worth_a_turn.clear()
        await self._record(self._postbox.collect())
        if self._stop() or self._wire.fault is not None:
            return False
        is_dry = not self._postbox.room or await self._post_next()
        self._wake_wire()
        return not (is_dry and self._postbox.is_empty)

    async def _post_next(self) -> bool:
        """Mark as many as there is room for; return whether that was all that is due."""
        until_s = _time_s() + MARK_LASTS_S
        marked = await self._in_thread(partial(self._turns.mark_next, room=self._postbox.room))
        self._postbox.post(Posted(notice, message, until_s) for notice, message in marked.messages)
        if not marked.is_dry:
            self._worth_a_turn.set()
        return marked.is_dry

    def _wake_wire(self) -> None:
        """Begin to reach a relay once there is something for it. Raises RelayError."""
        if self._opening is None:
            if not self._postbox.is_empty:
                self._opening = asyncio.get_running_loop().create_task(self._wire.open(self._postbox))
                self._opening.add_done_callback(lambda _: self._worth_a_turn.set())
        elif self._opening.done():
            self._opening.result()
            self._wire.wake()

    async def _end(self) -> None:
        """Wait for what is on the wire, and record it all; what no wire took waits again."""
        try:
            if self._opening is not None:
                await self._wire.close(within_s=_DRAIN_S)
                self._opening.cancel()
                await asyncio.wait([self._opening])
            await self._record(self._postbox.collect(), left=self._postbox.take_back())
        finally:
            self._thread.shutdown(wait=False)

    async def _record(self, landed: list[Landed], *, left: Sequence[Notice] = ()) -> None:
        """Write down what landed; where the database fails, try again for half a minute."""
        self._tried += sum(transmission.fate is not Fate.NOT_SENT for _, transmission in landed)
        waits_s = iter(_STORE_WAITS_S)
        while landed or left:
            try:
                await self._in_thread(partial(self._turns.record, landed, left=left))
            except StoreError:
                wait_s = next(waits_s, None)
                if wait_s is None:
                    raise
                log.warning("notices.wait_for_database", seconds=wait_s)
                await asyncio.sleep(wait_s)
            else:
                return

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)
