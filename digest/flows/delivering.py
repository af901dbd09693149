"""Delivering: a mailing's rows go through the ledger's turns and over the wire until nothing more is due.

The ledger works in a thread, the wire on an asyncio loop; between the two stand the departures. No transaction is open
while mail is on the wire. If a turn cannot be committed, nothing more is marked, and so nothing more goes out.
"""

import asyncio
import gc
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import NamedTuple

import structlog

from digest.clock import Clock
from digest.errors import StoreError
from digest.flows import warming
from digest.flows.controlling import withdraw_unsent
from digest.flows.departures import Departures, Landed
from digest.flows.desk import Desk, SigningDesk, WritingDesk
from digest.flows.fencing import advance_epoch, require_epoch
from digest.flows.headway import Headway
from digest.flows.lanes import Lanes
from digest.flows.ledger import LEASE, Ledger, Request, Turn
from digest.flows.letters import Letters
from digest.flows.services import Services
from digest.flows.working import Worker, start_working
from digest.model.ids import MailingId
from digest.model.mailings import DeliveryStatus, Mailing, MailingTotals, Outcome
from digest.send.braking import Brake
from digest.send.loops import open_loop
from digest.store import deliveries, mailings

_TURN_EVERY_S = 0.25
"""A pause, a recall or a stop is seen no later than this."""

_TRUST_TURN_S = LEASE.total_seconds() / 3
"""A turn's answer is good for so long, well within its lease."""

_DRAIN_S = 7.0
_STORE_WAITS_S = (0.2, 0.5, 1.0, 2.0, *[5.0] * 60)

Progress = Callable[[int], None]
"""Told how many more deliveries were tried."""

Stop = Callable[[], bool]
"""Asked whether to end as soon as what is on the wire has landed."""

log = structlog.get_logger()


class Delivered(NamedTuple):
    """Where a mailing stands when nothing is due any more, after `tried` deliveries of this run.

    `next_due_at` is None where nothing waits. `held` are in the hands of another worker, which goes on.
    """

    mailing: Mailing
    totals: MailingTotals
    next_due_at: datetime | None
    tried: int
    held: int


def deliver_mailing(services: Services, mailing_id: MailingId, *, progress: Progress, stop: Stop) -> Delivered:
    """Send a mailing's due deliveries, and say where it stands then. Running it again, or many at once, is safe.

    Once `stop` says so, what is on the wire lands, at most for 7 s; the rest is queued again. Raises RelayError when no
    relay can be used, PreflightError for an edition that must not go out, EpochError for a database that this machine
    did not send from last, JournalError and StoreError; what was not sent stays queued.
    """
    require_epoch(services)
    advance_epoch(services)
    try:
        with (
            start_working(services) as worker,
            _few_to_look_through(),
            asyncio.Runner(loop_factory=open_loop) as runner,
        ):
            tried = runner.run(_Run(services, mailing_id, worker, progress=progress, stop=stop).go())
    finally:
        advance_epoch(services)  # so that a dump made in mid-send is known as older
    return _describe(services, mailing_id, tried=tried)


def _describe(services: Services, mailing_id: MailingId, *, tried: int) -> Delivered:
    """Complete the mailing if nothing is left of it, and return where it stands."""
    now = services.clock.now()
    with services.database.read() as tx:
        mailing = mailings.require_mailing(tx, mailing_id)
    if mailing.recalled_at is not None:
        withdraw_unsent(services, mailing, now=now)
    with services.database.begin() as tx:
        mailings.complete_mailing(tx, mailing_id, now=now)
        due_at = deliveries.next_due_at(tx, mailing_id)
        return Delivered(
            mailing=mailings.require_mailing(tx, mailing_id),
            totals=mailings.count_deliveries(tx, mailing_id),
            next_due_at=due_at and max(due_at, warming.next_allowed_at(tx, services, now=now)),
            tried=tried,
            held=deliveries.count_held(tx, mailing_id),
        )


@contextmanager
def _few_to_look_through() -> Iterator[None]:
    """Have the garbage collector leave alone what is there already: modules and statements, nearly all of it.

    To look through that takes a tenth of a second each time, in which nothing goes over the wire.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _time_s() -> float:
    """Return a monotonic time that goes on while the process is stopped or the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class _Run:
    """One worker's work on one mailing."""

    def __init__(
        self, services: Services, mailing_id: MailingId, worker: Worker, *, progress: Progress, stop: Stop
    ) -> None:
        self._letters = Letters(services)
        self._pacer = services.open_pacer()
        self._worth_a_turn = asyncio.Event()
        self._wire = services.open_wire()
        self._opening: asyncio.Task[None] | None = None
        self._ledger = Ledger(services, mailing_id, owner=worker.owner)
        lanes = Lanes(self._pacer, time_s=_time_s)
        self._departures = Departures(
            self._open_desk(lanes, clock=services.clock),
            lanes,
            worker.journal,
            brake=Brake(services.brake_limits),
            clock=services.clock,
            time_s=_time_s,
            rouse=self._worth_a_turn.set,
        )
        self._journal = worker.journal
        self._progress = progress
        self._stop = stop
        self._thread = ThreadPoolExecutor(1, "ledger")
        self._headway = Headway(at_s=_time_s())
        self._tried = 0

    def _open_desk(self, lanes: Lanes, *, clock: Clock) -> Desk:
        if self._letters.are_signed:
            return SigningDesk(lanes, self._letters, clock=clock, is_ready=self._wire.wake)
        return WritingDesk(lanes, self._letters, clock=clock)

    async def go(self) -> int:
        """Take turns until nothing more is due, or something ends the run; return how many were tried."""
        try:
            while await self._go_on():
                await self._until_worth_a_turn()
        finally:
            await self._end()
        fault = self._departures.fault or self._wire.fault
        if fault is not None:
            raise fault
        return self._tried

    async def _go_on(self) -> bool:
        """Take a turn, and return whether another one has anything to do."""
        departures = self._departures
        asked_at_s = _time_s()
        room = self._headway.room(departures.waiting, departures.landings, at_s=asked_at_s)
        turn = await self._turn(room=room)
        departures.admit(turn.marked, until_s=asked_at_s + _TRUST_TURN_S)
        self._wake_wire(turn)
        if not turn.is_dry and not departures.waiting:
            self._worth_a_turn.set()
        is_over = self._stop() or not turn.is_open or departures.is_closed or self._wire.fault is not None
        return not (is_over or (turn.is_dry and departures.is_done))

    def _wake_wire(self, turn: Turn) -> None:
        """Begin to reach a relay once there is something for it; turns go on meanwhile. Raises RelayError."""
        if self._opening is None:
            if turn.marked:
                self._opening = asyncio.get_running_loop().create_task(self._wire.open(self._departures))
                self._opening.add_done_callback(lambda _: self._worth_a_turn.set())
        elif self._opening.done():
            self._opening.result()
            self._wire.wake()

    async def _end(self) -> None:
        """Wait for what is on the wire, queue again what did not go, and record it all."""
        try:
            if self._opening is not None:
                await self._wire.close(within_s=_DRAIN_S)
                self._opening.cancel()
                await asyncio.wait([self._opening])
            self._departures.close()
            self._departures.put_back_all()
            await self._turn(room=0)
        finally:
            self._thread.shutdown(wait=False)

    async def _turn(self, *, room: int) -> Turn:
        """Have the ledger take a turn; where the database fails, hold everything and try again for some minutes."""
        waits_s = iter(_STORE_WAITS_S)
        while True:
            self._worth_a_turn.clear()
            landed = self._departures.collect()
            request = self._request(landed, room=room)
            try:
                turn = await asyncio.get_running_loop().run_in_executor(self._thread, self._work, request)
            except BaseException as error:
                self._departures.uncollect(landed)
                if not isinstance(error, StoreError):
                    raise
                wait_s = next(waits_s, None)
                if wait_s is None or self._stop():
                    raise
                log.warning("ledger.waits", seconds=wait_s)
                await asyncio.sleep(wait_s)
                continue
            self._count(landed.outcomes)
            return turn

    def _request(self, landed: Landed, *, room: int) -> Request:
        return Request(
            outcomes=landed.outcomes,
            bounced=landed.bounced,
            reason_to_pause=self._departures.reason_to_pause,
            room=room,
            held=() if self._ledger.is_sure else self._departures.held(landed),
        )

    def _work(self, request: Request) -> Turn:
        """Do what takes a moment, in the thread: compile what is met first, take the turn, ask for tokens."""
        for edition_ids in self._ledger.coming_editions(request.room):
            self._letters.prepare(edition_ids)
        turn = self._ledger.take_turn(request)
        self._pacer.refresh(at_s=_time_s())
        return turn

    def _count(self, outcomes: Sequence[Outcome]) -> None:
        """Take note that the database has these."""
        self._journal.forget([one.delivery_id for one in outcomes])
        tried = sum(one.status is not DeliveryStatus.QUEUED for one in outcomes)
        self._tried += tried
        self._progress(tried)

    async def _until_worth_a_turn(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_TURN_EVERY_S):
                await self._worth_a_turn.wait()
