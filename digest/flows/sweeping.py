"""Sweeping: what makes sure, every few seconds, that no row and no mailing waits for somebody who is gone.

Any number of sweeps may run at once, on any hosts: each statement is safe to repeat.
"""

from datetime import datetime

from digest.flows import warming
from digest.flows.controlling import withdraw_unsent
from digest.flows.fencing import require_epoch
from digest.flows.services import Services
from digest.flows.settling import settle_doubts
from digest.flows.working import take_over_dead
from digest.model.ids import MailingId
from digest.model.mailings import Mailing, MailingStatus
from digest.store import deliveries, mailings
from digest.store.database import Transaction


def sweep_ledger(services: Services) -> bool:
    """Bring the ledger in order, and return whether any worker has something to do. Raises as `settle_ledger` does."""
    under_way = settle_ledger(services)
    now = services.clock.now()
    with services.database.read() as tx:
        if warming.next_allowed_at(tx, services, now=now) > now:
            return False
        return any(_has_work(tx, one.id, now=now) for one in under_way if one.status is MailingStatus.OPEN)


def settle_ledger(services: Services) -> list[Mailing]:
    """Free what dead workers held, settle what can be settled, and complete each mailing of which nothing is left.

    Returns the mailings that are open or paused after that, the oldest first. Raises EpochError for a database that is
    not the one this machine sent from last, and StoreError.
    """
    require_epoch(services)
    take_over_dead(services)
    now = services.clock.now()
    with services.database.begin() as tx:
        settle_doubts(tx, None, now=now)
        under_way = mailings.list_under_way(tx)
    return [one for one in under_way if not _is_complete(services, one, now=now)]


def _is_complete(services: Services, mailing: Mailing, *, now: datetime) -> bool:
    """Complete a mailing if nothing of it is left: whoever sent the last of it may have ended before it could."""
    if mailing.recalled_at is not None:
        withdraw_unsent(services, mailing, now=now)
    with services.database.begin() as tx:
        return mailings.complete_mailing(tx, mailing.id, now=now)


def _has_work(tx: Transaction, mailing_id: MailingId, *, now: datetime) -> bool:
    """Return whether a mailing has rows that are due, or held: by somebody who sends, and others may join in, or died.

    The rows of a worker that died are best known on its own host, and who delivers there looks after them first.
    """
    due_at = deliveries.next_due_at(tx, mailing_id)
    return bool((due_at and due_at <= now) or deliveries.count_held(tx, mailing_id))
