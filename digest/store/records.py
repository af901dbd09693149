"""Records: what became of deliveries, written down under the fence they were claimed with."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, Integer, Update, and_, case, cast, or_, update

from digest.model.ids import DeliveryId
from digest.model.mailings import WAITING, DeliveryStatus, Doubt, Mailing, MailingStatus, Outcome
from digest.store.batches import Batch, Cell, Kind
from digest.store.database import Transaction
from digest.store.mailings import reopen_mailing
from digest.store.parameters import NOW, SLOT, checked, go_by_key, parameters_of
from digest.store.tables import delivery


def record_outcomes(
    tx: Transaction, of: Mailing, outcomes: Sequence[Outcome], *, now: datetime
) -> frozenset[DeliveryId]:
    """Write down what became of deliveries of a mailing, in one statement; return those that were ours to write.

    That is those still worked on under the outcome's fence, and those in doubt since: evidence that comes late heals
    a doubt, and has a complete mailing go on where the row waits by it; where it is a doubt itself, it takes the place
    of that of a lease that ran out, and the journal need not keep it. A row that was queued again or settled meanwhile
    is not touched, so that a repetition changes nothing. An attempt counts when the relay said anything, or
    may have. What waits again without a `due_at` is due now.
    """
    if not outcomes:
        return frozenset()
    go_by_key(tx)
    recording, batch = _recording(tx.dialect.name)
    rows = [_row(one, now) for one in outcomes]
    parameters = {**parameters_of(of, now=now), **batch.parameters(rows)}
    ours = frozenset(tx.execute(recording, parameters).scalars().all())
    if of.status is MailingStatus.COMPLETE and any(
        one.status in WAITING and one.delivery_id in ours for one in outcomes
    ):
        reopen_mailing(tx, of)
    return ours


def _row(outcome: Outcome, now: datetime) -> tuple[Cell, ...]:
    status, reply = outcome.status, outcome.reply
    said = (str(reply.code), reply.enhanced, reply.text) if reply else (None, None, None)
    due_at = (outcome.due_at or now) if status in WAITING else None
    doubt = (outcome.doubt or Doubt.WE_ENDED) if status is DeliveryStatus.IN_DOUBT else None
    return (outcome.delivery_id, outcome.fence, status, *said, due_at, doubt)


@cache
def _recording(dialect: str) -> tuple[Update, Batch]:
    batch = Batch(
        dialect,
        SLOT,
        id=Kind.NUMBER,
        fence=Kind.NUMBER,
        status=Kind.TEXT,
        code=Kind.TEXT,
        enhanced=Kind.TEXT,
        text=Kind.TEXT,
        due_at=Kind.TIME,
        doubt=Kind.TEXT,
    )
    row = batch.rows.c
    is_same = and_(batch.finds(delivery.c.id, delivery.c.slot_at), delivery.c.fence == row.fence)
    is_news = or_(delivery.c.doubt.is_distinct_from(row.doubt), delivery.c.doubt_owner.is_not(None))
    is_healed = and_(delivery.c.doubt.is_not(None), is_news)
    recording = update(delivery).where(is_same, checked(or_(delivery.c.lease_owner.is_not(None), is_healed)))
    values = {
        "status": row.status,
        "attempts": delivery.c.attempts + _tried(row.status),
        "due_at": row.due_at,
        "lease_owner": None,
        "reply_code": cast(row.code, Integer),
        "reply_enhanced": row.enhanced,
        "reply_text": row.text,
        "doubt": row.doubt,
        "doubt_owner": None,
        "at": NOW,
    }
    return recording.values(values).returning(delivery.c.id), batch


def _tried(status: ColumnElement[str]) -> ColumnElement[int]:
    """Return 1 for a try; one in doubt counted when it came in doubt."""
    return case((or_(status == DeliveryStatus.QUEUED.value, delivery.c.doubt.is_not(None)), 0), else_=1)
