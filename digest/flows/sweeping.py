"""Sweeping: what makes sure, every few seconds, that no row waits for somebody who is gone.

Any number of sweeps may run at once, on any hosts: each statement is safe to repeat.
"""

from datetime import datetime

from digest.flows import warming
from digest.flows.fencing import require_epoch
from digest.flows.services import Services
from digest.flows.settling import settle_doubts
from digest.flows.working import take_over_dead
from digest.model.ids import MailingId
from digest.model.mailings import MailingStatus
from digest.store import deliveries, mailings
from digest.store.database import Transaction


def sweep_ledger(services: Services) -> bool:
    """Free what dead workers held, settle what can be settled, and return whether any worker has something to do.

    Raises EpochError for a database that is not the one this machine sent from last, and StoreError.
    """
    require_epoch(services)
    take_over_dead(services)
    now = services.clock.now()
    with services.database.begin() as tx:
        settle_doubts(tx, None, now=now)
    with services.database.read() as tx:
        if warming.next_allowed_at(tx, services, now=now) > now:
            return False
        open_ones = mailings.list_mailing_ids(tx, status=MailingStatus.OPEN)
        return any(_has_work(tx, one, now=now) for one in open_ones)


def _has_work(tx: Transaction, mailing_id: MailingId, *, now: datetime) -> bool:
    """Return whether a mailing has rows that are due, or held: by somebody who sends, and others may join in, or died.

    The rows of a worker that died are best known on its own host, and who delivers there looks after them first.
    """
    due_at = deliveries.next_due_at(tx, mailing_id)
    return bool((due_at and due_at <= now) or deliveries.count_held(tx, mailing_id))
