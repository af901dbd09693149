"""A worker whose clock is wrong: `main([HOURS])` sends what is due so many hours ahead of the others."""

import os
from collections.abc import Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.bootstrap import build_services
from digest.cli.session import stop_on_signals
from digest.clock import SystemClock
from digest.config import load_settings
from digest.flows.sending import send_due
from digest.logs import log_for_people


@dataclass(frozen=True, slots=True)
class DisplacedClock:
    """The machine's clock, but for a fixed error."""

    error: timedelta

    def now(self) -> datetime:
        return SystemClock().now() + self.error


def main(args: Sequence[str]) -> None:
    """Go on with every mailing, at the wrong time: what `digest send --due` does."""
    (hours,) = args
    settings = load_settings(os.environ)
    log_for_people(settings.log_level)
    services = build_services(settings, clock=DisplacedClock(timedelta(hours=float(hours))))
    with closing(services.database), stop_on_signals() as stop:
        send_due(services, bar=lambda *_: nullcontext(lambda *_: None), stop=stop)
