"""Leases: a worker's hold on its deliveries of a mailing, until a time. One row, however many deliveries there are.

A row of `delivery` names its worker, and is that worker's for as long as the lease stands. Whoever ends a lease frees
its rows in the same transaction (`store/takeovers.py`).
"""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, delete, literal, select, true

from digest.model.ids import MailingId
from digest.store.bulk import insert_or_replace
from digest.store.database import Transaction
from digest.store.parameters import MAILING_ID, NOW, OWNER
from digest.store.tables import delivery, lease, mailing


class Lease(NamedTuple):
    """A worker's hold on its deliveries of one mailing, of that slot."""

    owner: str
    mailing_id: MailingId
    slot_at: datetime


def extend_lease(tx: Transaction, mailing_id: MailingId, *, owner: str, lease_until: datetime) -> None:
    """Let a worker hold deliveries of a mailing until a time."""
    columns = {
        "owner": literal(owner),
        "mailing_id": literal(mailing_id, lease.c.mailing_id.type),
        "lease_until": literal(lease_until, lease.c.lease_until.type),
    }
    tx.execute(insert_or_replace(tx, lease, columns, key=("owner", "mailing_id"), where=true()))


def has_lease() -> ColumnElement[bool]:
    """Return the condition that the worker of a statement (`store/parameters.py`) has a lease on its mailing."""
    own = select(literal(1)).where(lease.c.owner == OWNER, lease.c.mailing_id == MAILING_ID, lease.c.lease_until > NOW)
    return own.correlate(None).exists()


def is_held(by: Lease) -> ColumnElement[bool]:
    """Return the condition that a row of `delivery` is held under a lease."""
    of_mailing = and_(delivery.c.mailing_id == by.mailing_id, delivery.c.slot_at == by.slot_at)
    return and_(of_mailing, delivery.c.lease_owner == by.owner)


def list_leases(tx: Transaction, owner: str) -> list[Lease]:
    """Return a worker's leases, over or not."""
    return _read_leases(tx, lease.c.owner == owner)


def end_leases(tx: Transaction, owner: str) -> list[Lease]:
    """End a worker's leases, and return what they were on. Its rows are to be freed in this transaction."""
    return _end(tx, lease.c.owner == owner)


def end_expired_leases(tx: Transaction, *, alive: Collection[str], now: datetime) -> list[Lease]:
    """End the leases that are over by now, but those of workers that are alive, and return what they were on."""
    return _end(tx, and_(lease.c.lease_until <= now, lease.c.owner.not_in(alive)))


def _end(tx: Transaction, which: ColumnElement[bool]) -> list[Lease]:
    """End leases that are still so once they are locked: one that is renewed at this moment stands."""
    ended = _read_leases(tx, which)
    for one in ended:
        tx.execute(delete(lease).where(lease.c.owner == one.owner, lease.c.mailing_id == one.mailing_id))
    return ended


def _read_leases(tx: Transaction, which: ColumnElement[bool]) -> list[Lease]:
    query = select(lease.c.owner, lease.c.mailing_id, mailing.c.slot_at).join(
        mailing, mailing.c.id == lease.c.mailing_id
    )
    query = query.where(which).order_by(lease.c.owner, lease.c.mailing_id).with_for_update(of=lease)
    return [Lease(owner, MailingId(mailing_id), slot_at) for owner, mailing_id, slot_at in tx.execute(query)]
