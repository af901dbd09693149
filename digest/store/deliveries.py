"""Deliveries: what is held and what is due, and a delivery at a time through the ledger.

Claims, marks and records of many are in `store/claims.py` and `store/records.py`.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from digest.model.ids import MailingId
from digest.model.mailings import ClaimedDelivery, Outcome
from digest.store import claims, leases, records, takeovers
from digest.store.database import Transaction
from digest.store.mailings import require_mailing
from digest.store.tables import delivery, lease, mailing


def count_held(tx: Transaction, mailing_id: MailingId) -> int:
    """Return how many of a mailing's deliveries a worker holds. Looks at none of them where there is no lease."""
    slot_at = select(mailing.c.slot_at).where(mailing.c.id == mailing_id).scalar_subquery()
    is_leased = select(lease.c.owner).where(lease.c.mailing_id == mailing_id).exists()
    held = (delivery.c.mailing_id == mailing_id, delivery.c.slot_at == slot_at, delivery.c.lease_owner.is_not(None))
    return tx.execute(select(func.count()).select_from(delivery).where(is_leased, *held)).scalar_one()


def next_due_at(tx: Transaction, mailing_id: MailingId) -> datetime | None:
    """Return when the next waiting delivery of a mailing is due, or None when none waits."""
    return tx.execute(select(func.min(delivery.c.due_at)).where(delivery.c.mailing_id == mailing_id)).scalar()


def list_owners(tx: Transaction) -> list[str]:
    """Return the workers that hold a lease, over or not."""
    return leases.list_owners(tx)


def claim_due(
    tx: Transaction, mailing_id: MailingId, *, owner: str, now: datetime, lease_until: datetime, limit: int
) -> list[ClaimedDelivery]:
    """Claim deliveries of a mailing by its id."""
    of = require_mailing(tx, mailing_id)
    return claims.claim_due(tx, of, owner=owner, now=now, lease_until=lease_until, limit=limit).claimed


def mark_handing_over(tx: Transaction, claimed: ClaimedDelivery, *, now: datetime) -> bool:
    """Mark one claimed delivery; return whether it may go."""
    owner: str | None = tx.execute(select(delivery.c.lease_owner).where(delivery.c.id == claimed.id)).scalar()
    of = require_mailing(tx, claimed.mailing_id)
    marked = claims.mark_handing_over(tx, of, [claimed], owner=owner or "", now=now)
    return claimed.id in marked.may_go


def record_outcome(tx: Transaction, outcome: Outcome, *, now: datetime) -> bool:
    """Record one outcome; return whether the row was still ours to write."""
    mailing_id = tx.execute(select(delivery.c.mailing_id).where(delivery.c.id == outcome.delivery_id)).scalar_one()
    return bool(records.record_outcomes(tx, require_mailing(tx, mailing_id), [outcome], now=now))


def take_over(tx: Transaction, *, dead: Sequence[str], now: datetime) -> int:
    """Free the rows of workers that are done for or whose lease is over; return how many rows."""
    freed = sum(takeovers.take_over(tx, owner=one, evidence=None, now=now) for one in dead)
    return freed + takeovers.expire_leases(tx, alive=[], now=now)
