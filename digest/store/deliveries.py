"""Deliveries: how many of a mailing are held, and when the next one is due.

Claims, marks and records are in `store/claims.py` and `store/records.py`.
"""

from datetime import datetime

from sqlalchemy import func, select

from digest.model.ids import MailingId
from digest.store.database import Transaction
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
