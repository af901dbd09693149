"""What a command begins with: settings read, services built, the clock stopped where `--at` says so."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from digest.bootstrap import build_services
from digest.clock import FixedClock, SystemClock
from digest.config import load_settings
from digest.flows.services import Services
from digest.logs import log_as_json, log_for_people


@contextmanager
def open_services(*, at: datetime | None = None) -> Iterator[Services]:
    """Yield the services that this command's settings mean; `at` moves the clock for this one command."""
    settings = load_settings(os.environ)
    write_log = log_as_json if settings.log_format == "json" else log_for_people
    write_log(settings.log_level)
    services = build_services(settings, clock=FixedClock(at) if at else SystemClock())
    try:
        yield services
    finally:
        services.database.close()


@contextmanager
def stop_on_signals() -> Iterator[Callable[[], bool]]:
    """Yield what says whether SIGTERM or SIGINT has come: then what runs ends in good order. A second one kills."""
    stopping = threading.Event()

    def stop(number: int, _frame: object) -> None:
        stopping.set()
        signal.signal(number, before[signal.Signals(number)])

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stopping.is_set
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
