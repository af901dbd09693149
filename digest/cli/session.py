"""What a command begins with: settings read, services built, the clock stopped where `--at` says so."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from digest.bootstrap import build_services
from digest.clock import FixedClock, SystemClock
from digest.config import load_settings
from digest.flows.services import Services
from digest.logs import configure_logs


@contextmanager
def open_services(*, at: datetime | None = None) -> Iterator[Services]:
    """Yield the services that this command's settings mean; `at` moves the clock for this one command."""
    settings = load_settings(os.environ)
    configure_logs(form=settings.log_format, level=settings.log_level)
    services = build_services(settings, clock=FixedClock(at) if at else SystemClock())
    try:
        yield services
    finally:
        services.database.close()
