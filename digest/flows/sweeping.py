"""Sweeping: what makes sure, every few seconds, that no row waits for somebody who is gone.

Any number of sweeps may run at once, on any hosts: each statement is safe to repeat.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from digest.flows.delivering import Progress
from digest.flows.sending import send_due
from digest.flows.services import Services
from digest.model.mailings import MailingStatus
from digest.store import deliveries, mailings


def sweep_ledger(services: Services) -> bool:
    """Free what dead workers held, settle what can be settled, and return whether any worker has something to do.

    What another worker holds counts too: where that one died on another host, a worker there must look after its rows.
    """
    now = services.clock.now()
    with services.database.read() as tx:
        for mailing_id in mailings.list_mailing_ids(tx, status=MailingStatus.OPEN):
            due_at = deliveries.next_due_at(tx, mailing_id)
            if (due_at and due_at <= now) or deliveries.count_held(tx, mailing_id):
                return True
    return False


class _Stopped(BaseException):
    pass


def deliver_due(services: Services, *, stop: Callable[[], bool]) -> None:
    """Go on with every open mailing until nothing is due."""

    def look() -> None:
        if stop():
            raise _Stopped

    def bar(_title: str, _total: int) -> AbstractContextManager[Progress]:
        return nullcontext(look)

    try:
        send_due(services, bar=bar)
    except _Stopped:
        return
