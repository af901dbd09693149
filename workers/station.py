"""What one worker process has for its tasks: services that are built once, and word of when it is to end.

Tasks are in `workers/tasks.py`; each is one flow call with what stands here.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache

from celery import signals

from digest.bootstrap import build_services
from digest.clock import SystemClock
from digest.config import load_settings
from digest.errors import DigestError
from digest.flows.services import Services
from digest.logs import log_as_json, log_for_people


class Station:
    """A worker process: its services, on the machine's clock, and whether it sends and is to go on."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self._ending = threading.Event()
        self._sender = threading.Lock()
        self._sender_of_notices = threading.Lock()

    def is_ending(self) -> bool:
        """Return whether the process was told to end: then nothing new is begun."""
        return self._ending.is_set()

    def end(self) -> None:
        """Have what runs end as soon as it may. Safe in a signal handler, and any number of times."""
        self._ending.set()

    def try_to_send(self) -> AbstractContextManager[bool]:
        """Be the process's one sender for the block, which is told whether we are, at once."""
        return _try_to_hold(self._sender)

    def try_to_send_notices(self) -> AbstractContextManager[bool]:
        """Be the process's one sender of notices, beside the other, in the same way."""
        return _try_to_hold(self._sender_of_notices)


@contextmanager
def _try_to_hold(lock: threading.Lock) -> Iterator[bool]:
    is_ours = lock.acquire(blocking=False)
    try:
        yield is_ours
    finally:
        if is_ours:
            lock.release()


@cache
def station() -> Station:
    """Return this process's station. Raises SettingsError."""
    settings = load_settings(os.environ)
    write_log = log_as_json if settings.log_format == "json" else log_for_people
    write_log(settings.log_level)
    return Station(build_services(settings, clock=SystemClock()))


@signals.worker_init.connect
def _open(**_: object) -> None:
    """Build the services before any task's thread is there; a setting that cannot be used ends the worker here."""
    try:
        station()
    except DigestError as error:
        raise SystemExit(f"Error: {error}") from error


@signals.worker_shutting_down.connect
def _end(**_: object) -> None:
    station().end()


@signals.worker_shutdown.connect
def _close(**_: object) -> None:
    station().services.database.close()
