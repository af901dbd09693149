"""Take-overs: the rows of workers that are gone, freed by what is known of each.

What was only claimed is queued again: no dot was sent. What was at the wire goes by its worker's journal, where there
is one; else it is in doubt, since one may have been.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Update, and_, or_, select, update

from digest.model.evidence import Evidence
from digest.model.ids import DeliveryId, MailingId
from digest.model.mailings import DeliveryStatus, Doubt, Outcome
from digest.store.batches import Batch, Kind
from digest.store.database import Transaction
from digest.store.leases import Lease, end_expired_leases, end_leases, is_held
from digest.store.mailings import lock_mailing, reopen_mailing, require_mailing
from digest.store.records import record_outcomes
from digest.store.tables import delivery


def take_over(tx: Transaction, *, owner: str, evidence: Evidence | None, now: datetime) -> int:
    """End a worker's leases and free its rows; return how many rows changed. Running it again changes nothing.

    Evidence of outcomes is recorded, also where a row came in doubt since its lease was over. Where the evidence is
    whole, what was at the wire without an intent is queued again, and what came in doubt so likewise.
    """
    leases = end_leases(tx, owner)
    recorded = _record(tx, evidence.outcomes, now=now) if evidence else 0
    intended = evidence.intended if evidence and evidence.is_whole else None
    freed = sum(_free(tx, one, intended, now=now) for one in leases)
    return recorded + freed + (0 if intended is None else _clear_doubts(tx, owner, intended, now=now))


def expire_leases(tx: Transaction, *, alive: Collection[str], now: datetime) -> int:
    """Free the rows of workers whose leases are over, but for those known to be alive; return how many rows."""
    return sum(_free(tx, one, None, now=now) for one in end_expired_leases(tx, alive=alive, now=now))


def _record(tx: Transaction, outcomes: Mapping[DeliveryId, Outcome], *, now: datetime) -> int:
    batch = Batch(tx.dialect.name, id=Kind.NUMBER)
    query = select(delivery.c.id, delivery.c.mailing_id).join(batch.rows, batch.rows.c.id == delivery.c.id)
    by_mailing: dict[int, list[Outcome]] = {}
    for delivery_id, mailing_id in tx.execute(query, batch.parameters([(one,) for one in outcomes])):
        by_mailing.setdefault(mailing_id, []).append(outcomes[DeliveryId(delivery_id)])
    return sum(
        len(record_outcomes(tx, require_mailing(tx, MailingId(mailing_id)), of_one, now=now))
        for mailing_id, of_one in by_mailing.items()
    )


def _free(tx: Transaction, lease: Lease, intended: Mapping[DeliveryId, int] | None, *, now: datetime) -> int:
    """Free a worker's rows of one mailing. `intended` has the fences of what may have left; None: anything may have."""
    batch = Batch(tx.dialect.name, id=Kind.NUMBER, fence=Kind.NUMBER)
    unsent = delivery.c.status == DeliveryStatus.CLAIMED.value
    if intended is not None:
        unsent = or_(unsent, ~_is_in(batch))
    held = update(delivery).where(is_held(lease))
    again = {"status": DeliveryStatus.QUEUED.value, "due_at": delivery.c.slot_at, "lease_owner": None, "at": now}
    queued = tx.execute(held.where(unsent).values(again), batch.parameters(list((intended or {}).items()))).rowcount
    doubtful = {
        "status": DeliveryStatus.IN_DOUBT.value,
        "doubt": Doubt.WE_ENDED.value,
        "doubt_owner": lease.owner if intended is None else None,
        "attempts": delivery.c.attempts + 1,
        "lease_owner": None,
        "at": now,
    }
    return queued + tx.execute(held.values(doubtful)).rowcount


def _clear_doubts(tx: Transaction, owner: str, intended: Mapping[DeliveryId, int], *, now: datetime) -> int:
    """Queue again what came in doubt as a worker's lease ran out, and of which its whole journal has no intent."""
    batch = Batch(tx.dialect.name, id=Kind.NUMBER, fence=Kind.NUMBER)
    is_its = and_(delivery.c.doubt.is_not(None), delivery.c.doubt_owner == owner)
    again = {
        "status": DeliveryStatus.QUEUED.value,
        "doubt": None,
        "doubt_owner": None,
        "due_at": delivery.c.slot_at,
        "attempts": delivery.c.attempts - 1,
        "at": now,
    }
    clearing = update(delivery).where(is_its, ~_is_in(batch)).values(again)
    parameters = batch.parameters(list(intended.items()))
    doubtful = select(delivery.c.mailing_id).where(is_its).distinct().order_by(delivery.c.mailing_id)
    ids = tx.execute(doubtful).scalars().all()
    return sum(_clear(tx, MailingId(one), clearing, parameters) for one in ids)


def _clear(tx: Transaction, mailing_id: MailingId, clearing: Update, parameters: Mapping[str, str]) -> int:
    of = require_mailing(tx, mailing_id)
    lock_mailing(tx, of.id)
    of_mailing = and_(delivery.c.mailing_id == of.id, delivery.c.slot_at == of.slot_at)
    cleared = tx.execute(clearing.where(of_mailing), parameters).rowcount
    if cleared:
        reopen_mailing(tx, of)
    return cleared


def _is_in(batch: Batch) -> ColumnElement[bool]:
    row = batch.rows.c
    return select(row.id).where(row.id == delivery.c.id, row.fence == delivery.c.fence).correlate(delivery).exists()
