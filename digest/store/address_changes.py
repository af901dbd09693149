"""Readers who move to a new mail address, and what stays behind at the old one."""

from datetime import datetime

from sqlalchemy import func, literal, select, update

from digest.model.addresses import Address
from digest.model.ids import SubscriberId
from digest.model.notices import Notice, NoticeKind
from digest.store.database import Transaction
from digest.store.tables import notice, subscriber

_ASKS = notice.c.kind == NoticeKind.ADDRESS_CONFIRM.value


def count_asked(tx: Transaction, subscriber_id: SubscriberId, *, since: datetime) -> int:
    """Return how often a reader asked for a new address after a time."""
    asked = select(func.count()).where(_ASKS, notice.c.subscriber_id == subscriber_id, notice.c.made_at > since)
    return tx.execute(asked).scalar_one()


def is_superseded(tx: Transaction, asked: Notice) -> bool:
    """Return whether the reader asked for an address once more after this one."""
    later = select(literal(1)).where(_ASKS, notice.c.subscriber_id == asked.subscriber_id, notice.c.id > asked.id)
    return tx.execute(later.limit(1)).first() is not None


def readdress(tx: Transaction, subscriber_id: SubscriberId, address: Address, *, key_hash: str) -> None:
    """Give a reader a new address, that nobody else has, with its keyed hash."""
    values = {"email": address.spelling, "email_key": address.key, "key_hash": key_hash}
    tx.execute(update(subscriber).where(subscriber.c.id == subscriber_id).values(values))


def point_to(tx: Transaction, subscriber_id: SubscriberId, *, now_as: SubscriberId) -> None:
    """Let the links of a reader, who has left, be those of the other that they are now."""
    tx.execute(update(subscriber).where(subscriber.c.id == now_as).values(moved_to_id=None))
    tx.execute(update(subscriber).where(subscriber.c.id == subscriber_id).values(moved_to_id=now_as))
