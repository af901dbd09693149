"""A mailing's rows put where a test needs them, and read back."""

from datetime import datetime

from sqlalchemy import select, update

from digest.model.ids import DeliveryId
from digest.model.mailings import DeliveryStatus, Doubt, Mailing
from digest.store.database import Transaction
from digest.store.tables import delivery
from tests.makers.ledger import NOW


def delivery_ids(tx: Transaction, of: Mailing) -> list[DeliveryId]:
    """Return a mailing's deliveries in the order they were planned."""
    query = select(delivery.c.id).where(delivery.c.mailing_id == of.id).order_by(delivery.c.id)
    return [DeliveryId(one) for one in tx.execute(query).scalars()]


def put(tx: Transaction, *ids: DeliveryId, status: DeliveryStatus, at: datetime = NOW, resends: int = 0) -> None:
    """Put deliveries into a status that needs no more than its name."""
    waits = status in {DeliveryStatus.QUEUED, DeliveryStatus.DEFERRED}
    works = status in {DeliveryStatus.CLAIMED, DeliveryStatus.HANDING_OVER}
    values = {
        "status": status.value,
        "due_at": at if waits else None,
        "lease_owner": "somebody" if works else None,
        "doubt": Doubt.WE_ENDED.value if status is DeliveryStatus.IN_DOUBT else None,
        "resends": resends,
        "at": at,
    }
    tx.execute(update(delivery).where(delivery.c.id.in_(ids)).values(values))


def put_in_doubt(tx: Transaction, *ids: DeliveryId, doubt: Doubt, at: datetime = NOW, resends: int = 0) -> None:
    """Put deliveries in doubt, for a cause."""
    put(tx, *ids, status=DeliveryStatus.IN_DOUBT, at=at, resends=resends)
    tx.execute(update(delivery).where(delivery.c.id.in_(ids)).values(doubt=doubt.value))


def statuses(tx: Transaction, of: Mailing) -> list[str]:
    """Return where a mailing's deliveries stand, in the order they were planned; presumed ones say so."""
    query = select(delivery.c.status, delivery.c.is_presumed).where(delivery.c.mailing_id == of.id)
    return [f"presumed {one}" if presumed else one for one, presumed in tx.execute(query.order_by(delivery.c.id))]
