"""The tasks: each may be lost, late, or run twice at once; each is one flow call, and none is told more than an id.

Neither carries work: a nudge says that there may be some, and the flows find it in the database.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import structlog
from celery import signals
from kombu.exceptions import OperationalError

from digest.errors import DigestError
from digest.flows.notices.delivering import deliver_notices, has_due_notices
from digest.flows.sending import deliver_due
from digest.flows.sweeping import sweep_ledger
from workers.app import app
from workers.schedule import SWEEP_EVERY_S
from workers.station import station

log = structlog.get_logger()


@app.task(throws=(DigestError,))
def deliver() -> None:
    """Send until nothing is due. Every worker process gets the nudge; one that sends already lets it pass."""
    here = station()
    with here.try_to_send() as is_ours, _reported("deliver"):
        if is_ours:
            deliver_due(here.services, stop=here.is_ending)


@app.task(throws=(DigestError,))
def notices() -> None:
    """Send the notices that are due; theirs is a queue of their own, for who signs up is not to wait for an edition.

    A process that does so already lets it pass: neither is an edition, nor a sweep, to wait for many notices.
    """
    here = station()
    with here.try_to_send_notices() as is_ours, _reported("notices"):
        if is_ours:
            deliver_notices(here.services, stop=here.is_ending)


@app.task(throws=(DigestError,))
def sweep() -> None:
    """Settle what dead workers left, and nudge every worker where there is work."""
    services = station().services
    with _reported("sweep"):
        if has_due_notices(services):
            notices.apply_async(expires=SWEEP_EVERY_S)
        if sweep_ledger(services):
            deliver.delay()


@contextmanager
def _reported(task: str) -> Iterator[None]:
    """Say in one line what went wrong on our side or the relay's; all stays queued, and the next sweep tries again."""
    try:
        yield
    except DigestError as error:
        log.error("task.failed", task=task, why=str(error))  # noqa: TRY400  # a sentence, and no bug to trace
        raise


@signals.worker_ready.connect
@signals.beat_init.connect
def _sweep_at_once(**_: object) -> None:
    """Begin without waiting for the next tick: what is due may have waited for just this process to start."""
    with suppress(OperationalError):  # where Redis is away, the tick that comes once it is back does as well
        sweep.apply_async(expires=SWEEP_EVERY_S)
