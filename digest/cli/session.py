"""What a command begins with: settings read, services built, the clock stopped where `--at` says so."""

import os
from collections.abc import Iterator
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
