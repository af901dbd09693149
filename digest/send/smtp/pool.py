"""The wire over SMTP: connections to one relay or several, opened as there is mail for them, replaced when they end.

What is said over a connection lives in connection.py, and how each relay stands, in standing.py.
"""

import asyncio
import ssl
from collections.abc import Sequence
from contextlib import suppress

import structlog

from digest.errors import RelayError
from digest.model.ids import DeliveryId
from digest.model.messages import Fate, Transmission
from digest.send.relay import Relay
from digest.send.smtp.connection import Connection
from digest.send.smtp.endings import ConnectionLimits, Ending, EndReason, Timeouts
from digest.send.smtp.standing import AS_ASKED, Standing, choose
from digest.send.wire import Departure, Outbox

log = structlog.get_logger()


class SmtpWire:
    """Hands messages to relays; see Wire. `tls` judges certificates: by default the machine's authorities and the name.

    At the start, a relay that is not reached in `head_start_s` has the next one tried beside it. After `patience_s`
    without any session, where there was one before, the wire gives up. A connection that was idle for `idle_s` to twice
    that is closed.
    """

    def __init__(
        self,
        relays: Sequence[Relay],
        *,
        tls: ssl.SSLContext | None = None,
        timeouts: Timeouts | None = None,
        head_start_s: float = 2.0,
        patience_s: float = 30.0,
        idle_s: float = 10.0,
    ) -> None:
        self._standings = [Standing(relay) for relay in relays]
        self._tls = tls
        self._timeouts = timeouts or Timeouts()
        self._head_start_s = head_start_s
        self._patience_s = patience_s
        self._idle_s = idle_s
        self._connections: dict[Connection, _Tap] = {}
        self._openings: set[asyncio.Task[None]] = set()
        self._idle_before: set[Connection] = set()
        self._lost_at_s: float | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._sweep: asyncio.TimerHandle | None = None
        self._is_settled = asyncio.Event()  # a relay was reached, or none can be
        self._all_ended = asyncio.Event()
        self._all_ended.set()
        self._is_closing = False
        self._fault: RelayError | None = None
        self.is_dry = False
        """Whether the outbox had nothing more when it was asked last."""
        self.may_grow = False
        """Whether things have changed since it was last seen whether one more connection may be opened."""

    @property
    def fault(self) -> RelayError | None:
        """Why no relay can be used any more, once that is so; all that was taken has landed by then."""
        return self._fault

    async def open(self, outbox: Outbox) -> None:
        """Reach a relay, and take messages from then on. Raises RelayError when none can be used."""
        self._loop = asyncio.get_running_loop()
        self._outbox = outbox
        self._trusted = self._tls or ssl.create_default_context()
        while not self._is_settled.is_set():
            self.grow()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._head_start_s):
                    await self._is_settled.wait()
        if self._fault:
            raise self._fault
        self._sweep = self._loop.call_later(self._idle_s, self._close_idle)

    def wake(self) -> None:
        """Hear that the outbox may have more messages."""
        self.is_dry = False
        idle = [connection for connection in self._connections if connection.is_idle]
        for connection in idle:
            connection.wake()
        if not idle:
            self._go_on()

    async def close(self, *, within_s: float) -> None:
        """Take nothing more, wait at most so long for what is on the wire, and end politely."""
        self._is_closing = True
        self._stop_opening()
        if self._sweep:
            self._sweep.cancel()
        for connection in list(self._connections):
            connection.retire()
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._all_ended.wait()
        for connection in list(self._connections):
            connection.abort()
        await asyncio.gather(*self._openings, return_exceptions=True)

    def grow(self) -> None:
        """Open one more connection, if there may be more mail than those that are open can take now."""
        self.may_grow = False
        is_over = self._is_closing or self._fault is not None
        if is_over or self.is_dry or any(connection.is_idle for connection in self._connections):
            return
        standing = choose(self._standings, self._loop.time())
        if standing is not None:
            standing.begin()
            opening = self._loop.create_task(self._open_one(standing))
            self._openings.add(opening)
            opening.add_done_callback(self._openings.discard)

    async def _open_one(self, standing: Standing) -> None:
        relay = standing.relay
        tap = _Tap(self, self._outbox, standing=standing)
        try:
            connection = await Connection.open(
                relay,
                outbox=tap,
                tls=self._trusted,
                timeouts=self._timeouts,
                limits=ConnectionLimits(messages=relay.messages, seconds=relay.seconds),
                on_end=self._hear_end,
            )
        except RelayError as error:
            self._hear_failure(standing, error)
        except Exception as error:
            self._hear_failure(standing, RelayError(str(relay), f"cannot be used: {error}"))
            raise
        else:
            self._hear_open(connection, tap)

    def _hear_failure(self, standing: Standing, error: RelayError) -> None:
        note = log.warning if len(self._standings) > 1 else log.info  # of the only one, whoever sends hears by an error
        note("relay.unreachable", relay=error.relay, why=str(error))
        standing.fail(error, self._loop.time())
        self._go_on()

    def _hear_open(self, connection: Connection, tap: "_Tap") -> None:
        tap.opened_at_s = self._loop.time()
        tap.standing.succeed()
        self._lost_at_s = None
        self._connections[connection] = tap
        self._all_ended.clear()
        self._is_settled.set()
        self.may_grow = True
        if tap.standing.is_barred:  # another connection to it found out meanwhile
            connection.retire()
        else:
            connection.wake()

    def _hear_end(self, connection: Connection, ending: Ending) -> None:
        tap = self._connections.pop(connection)
        if ending.reason not in AS_ASKED:
            log.info(
                "relay.session_ended", relay=str(tap.standing.relay), reason=ending.reason.value, served=ending.served
            )
        tap.standing.end(ending, was_asked=tap.was_asked, opened_at_s=tap.opened_at_s, at_s=self._loop.time())
        if ending.reason is EndReason.UNUSABLE:
            for other, its_tap in list(self._connections.items()):
                if its_tap.standing is tap.standing:
                    other.retire()
        if not self._connections:
            self._all_ended.set()
        self._go_on()

    def _go_on(self) -> None:
        """Open what may be opened; with nothing open, give up or look again in time."""
        if not (self._connections or self._is_closing or self._fault):
            self._judge()
        self.grow()
        self.may_grow = True
        self._set_alarm()

    def _judge(self) -> None:
        """Give up where there is mail, and no relay is of any hope or patience is at its end."""
        if self.is_dry:
            self._lost_at_s = None
            return
        at_s = self._loop.time()
        self._lost_at_s = at_s if self._lost_at_s is None else self._lost_at_s
        is_hopeless = all(standing.is_hopeless for standing in self._standings)
        is_too_long = self._is_settled.is_set() and at_s >= self._lost_at_s + self._patience_s
        if is_hopeless or is_too_long:
            first = self._standings[0]
            self._fault = first.trouble or RelayError(str(first.relay), "it has not answered for too long")
            self._stop_opening()
            self._is_settled.set()

    def _set_alarm(self) -> None:
        """Look again when the next relay may be tried, or when patience ends."""
        if self._alarm:
            self._alarm.cancel()
        at_s = self._loop.time()
        moments = [standing.retry_at_s for standing in self._standings if standing.trouble]
        if self._lost_at_s is not None:
            moments.append(self._lost_at_s + self._patience_s)
        coming = [moment for moment in moments if moment > at_s]
        if coming and not (self._fault or self._is_closing):
            self._alarm = self._loop.call_at(min(coming), self._go_on)

    def _stop_opening(self) -> None:
        if self._alarm:
            self._alarm.cancel()
        for opening in self._openings:
            opening.cancel()

    def _close_idle(self) -> None:
        idle = {connection for connection in self._connections if connection.is_idle}
        for connection in idle & self._idle_before:
            connection.retire()
        self._idle_before = idle
        self._sweep = self._loop.call_later(self._idle_s, self._close_idle)


class _Tap:
    """The outbox, as one connection sees it; what flows through it tells the wire of demand, and of the relay."""

    def __init__(self, wire: SmtpWire, outbox: Outbox, *, standing: Standing) -> None:
        self._wire = wire
        self._outbox = outbox
        self.standing = standing
        self.was_asked = False
        self.opened_at_s = 0.0

    def take(self) -> Departure | None:
        departure = self._outbox.take()
        if departure is None:
            self._wire.is_dry = True
        elif self._wire.may_grow and self.was_asked:
            self._wire.grow()
        self.was_asked |= departure is not None
        return departure

    def leaving(self, delivery_id: DeliveryId) -> None:
        self._outbox.leaving(delivery_id)

    def landed(self, transmission: Transmission) -> None:
        if transmission.fate is Fate.NOT_SENT:
            self._wire.is_dry = False
        elif self.standing.is_on_trial and transmission.fate is Fate.TAKEN:
            self.standing.acquit()
        self._outbox.landed(transmission)
