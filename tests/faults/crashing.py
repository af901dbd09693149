"""A worker that ends itself at a named point: `main([POINT, NTH, SLUG])`, in a process of its own.

It is the program as `digest send SLUG` runs it, but for its database and its wire, which are wrapped: at the NTH time
that the point is reached, the process is over, with no goodbye (`os._exit`). The program knows nothing of it.
"""

import asyncio
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from enum import StrEnum
from typing import NoReturn

from sqlalchemy import event

from digest.bootstrap import build_services
from digest.clock import SystemClock
from digest.config import load_settings
from digest.errors import RelayError
from digest.flows.sending import send_topic
from digest.flows.services import Services
from digest.logs import log_for_people
from digest.model.ids import DeliveryId
from digest.model.messages import Transmission
from digest.send.wire import Departure, Outbox, Wire
from digest.store.database import Database, Transaction

CRASHED = 86


class Point(StrEnum):
    """Where a worker can end. A commit is known by what its transaction wrote."""

    BEFORE_PLAN = "before the commit that plans"
    AFTER_PLAN = "after the commit that plans"
    BEFORE_CLAIM = "before the commit that claims"
    AFTER_CLAIM = "after the commit that claims"
    BEFORE_MARK = "before the commit that marks"
    AFTER_MARK = "after the commit that marks"
    BEFORE_TAKING = "before a message is written"
    BEFORE_INTENT = "before the intent"
    AFTER_INTENT = "after the intent, before the dot"
    AFTER_DOT = "after the dot"
    BEFORE_OUTCOME = "after the reply, before the outcome is in the journal"
    AFTER_OUTCOME = "after the outcome is in the journal"
    BEFORE_RECORD = "before the commit that records"
    AFTER_RECORD = "after the commit that records"
    BEFORE_COMPLETION = "before the commit that completes the mailing"
    AFTER_COMPLETION = "after the commit that completes the mailing"
    BEFORE_TAKE_OVER = "before the commit that takes a dead worker's rows over"
    AFTER_TAKE_OVER = "after the commit that takes over, before its journal is removed"


COMMITS = {
    "plan": (Point.BEFORE_PLAN, Point.AFTER_PLAN),
    "claim": (Point.BEFORE_CLAIM, Point.AFTER_CLAIM),
    "mark": (Point.BEFORE_MARK, Point.AFTER_MARK),
    "record": (Point.BEFORE_RECORD, Point.AFTER_RECORD),
    "completion": (Point.BEFORE_COMPLETION, Point.AFTER_COMPLETION),
    "take-over": (Point.BEFORE_TAKE_OVER, Point.AFTER_TAKE_OVER),
}


class Crash:
    """The one crash that is to come: at the `nth` time that `point` is reached."""

    def __init__(self, point: Point, nth: int) -> None:
        self._point = point
        self._left = nth

    def reach(self, point: Point) -> None:
        """Be at a point; perhaps for ever."""
        if point is self._point:
            self._left -= 1
            if not self._left:
                end()


def end() -> NoReturn:
    os._exit(CRASHED)


class CrashingDatabase(Database):
    """A database whose transactions may be the last thing that happens."""

    def __init__(self, url: str, crash: Crash) -> None:
        super().__init__(url)
        self._crash = crash
        self._written = threading.local()
        event.listen(self._engine, "before_cursor_execute", self._note)

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        self._written.kinds = set()
        with super().begin() as tx:
            yield tx
            kinds: Sequence[str] = sorted(self._written.kinds)
            for kind in kinds:
                self._crash.reach(COMMITS[kind][0])
        for kind in kinds:
            self._crash.reach(COMMITS[kind][1])

    def _note(self, _connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        kind = kind_of(" ".join(statement.split()), str(parameters))
        if kind and hasattr(self._written, "kinds"):
            self._written.kinds.add(kind)


def kind_of(statement: str, parameters: str) -> str | None:
    """Return which commit of the ledger a statement belongs to, if any."""
    changes = statement.partition(" WHERE ")[0]
    if statement.startswith("INSERT INTO delivery"):
        return "plan"
    if statement.startswith("UPDATE mailing SET") and "completed_at" in changes:
        return "completion"
    if statement.startswith("DELETE FROM lease"):
        return "take-over"
    if not statement.startswith("UPDATE delivery SET"):
        return None
    if "fence=" in changes:
        return "claim"
    if "reply_code=" in changes:
        return "record"
    return "mark" if "'handing_over'" in parameters else None


class CrashingWire:
    """A wire whose outbox may be asked for the last time."""

    def __init__(self, wire: Wire, crash: Crash) -> None:
        self._wire = wire
        self._crash = crash

    async def open(self, outbox: Outbox) -> None:
        await self._wire.open(CrashingOutbox(outbox, self._crash))

    def wake(self) -> None:
        self._wire.wake()

    @property
    def fault(self) -> RelayError | None:
        return self._wire.fault

    async def close(self, *, within_s: float) -> None:
        await self._wire.close(within_s=within_s)


class CrashingOutbox:
    """An outbox, with the points at which a message is between us and the relay."""

    def __init__(self, outbox: Outbox, crash: Crash) -> None:
        self._outbox = outbox
        self._crash = crash

    def take(self) -> Departure | None:
        self._crash.reach(Point.BEFORE_TAKING)
        return self._outbox.take()

    def leaving(self, delivery_id: DeliveryId) -> None:
        self._crash.reach(Point.BEFORE_INTENT)
        self._outbox.leaving(delivery_id)
        self._crash.reach(Point.AFTER_INTENT)
        asyncio.get_running_loop().call_soon(self._crash.reach, Point.AFTER_DOT)  # by then it is written

    def landed(self, transmission: Transmission) -> None:
        self._crash.reach(Point.BEFORE_OUTCOME)
        self._outbox.landed(transmission)
        self._crash.reach(Point.AFTER_OUTCOME)


def main(args: Sequence[str]) -> None:
    """Send a topic's edition until the point is reached, or to the end."""
    point, nth, slug = args
    settings = load_settings(os.environ)
    log_for_people(settings.log_level)
    services = build_services(settings, clock=SystemClock())
    crash = Crash(Point(point), int(nth))
    send_topic(wrap_services(services, settings.database_url.get_secret_value(), crash), slug, bar=_no_bar, stop=_never)


def wrap_services(services: Services, database_url: str, crash: Crash) -> Services:
    """Return services that may end the process."""
    open_wire = services.open_wire
    return replace(
        services,
        database=CrashingDatabase(database_url, crash),
        open_wire=lambda: CrashingWire(open_wire(), crash),
    )


def _no_bar(_title: str, _deliveries: int) -> nullcontext[Callable[[int], None]]:
    return nullcontext(lambda _: None)


def _never() -> bool:
    return False
