"""Duties of a web process beside serving: to send the mails around a subscription, and forget who never confirmed.

Each has a thread. Several processes may do the same, here and in workers: what is due is found in the database, and
marked by who takes it.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from threading import Event, Thread

import structlog

from digest.errors import DigestError
from digest.flows.notices.delivering import deliver_notices
from digest.flows.readers.purging import purge_unconfirmed
from digest.flows.services import Services
from digest.logs import describe_bug

log = structlog.get_logger()

_AFTER_A_FAULT_S = 60.0
"""A relay that refuses our login is not asked again each second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Duty:
    """Something to do again and again; `act` is told what says that it is time to end."""

    name: str
    act: Callable[[Services, Callable[[], bool]], object]
    every_s: float


def _deliver(services: Services, stop: Callable[[], bool]) -> int:
    return deliver_notices(services, stop=stop)


def _purge(services: Services, _stop: Callable[[], bool]) -> int:
    return purge_unconfirmed(services)


_DUTIES = (
    _Duty(name="deliver_notices", act=_deliver, every_s=1.0),
    _Duty(name="purge_unconfirmed", act=_purge, every_s=3600.0),
)


@contextmanager
def doing_duties(services: Services) -> Iterator[None]:
    """Do them while the block runs, and end with it: what is on the wire by then is seen through."""
    ending = Event()
    with ExitStack() as running:
        for duty in _DUTIES:
            thread = Thread(target=_do_until, args=(duty, services, ending), name=duty.name)
            thread.start()
            running.callback(thread.join)
        running.callback(ending.set)
        yield


def _do_until(duty: _Duty, services: Services, ending: Event) -> None:
    pause_s = min(duty.every_s, 1.0)
    while not ending.wait(pause_s):
        pause_s = duty.every_s if _do(duty, services, ending) else max(duty.every_s, _AFTER_A_FAULT_S)


def _do(duty: _Duty, services: Services, ending: Event) -> bool:
    """Return whether all went well. Whatever goes wrong, nothing is lost, and it is tried again."""
    try:
        duty.act(services, ending.is_set)
    except DigestError as error:
        log.error("duty.failed", duty=duty.name, why=str(error))  # noqa: TRY400  # a sentence, and no bug to trace
        return False
    except Exception as error:  # noqa: BLE001  # the top of a task: a thread that ends would end all that follows
        log.error("duty.failed", duty=duty.name, why=describe_bug(error))  # noqa: TRY400  # its words may hold an address
        return False
    return True
