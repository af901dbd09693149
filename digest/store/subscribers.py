"""Subscribers, their subscriptions, the evidence of their consent, and suppressions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, func, insert, select, update

from digest.errors import NotFoundError
from digest.model.addresses import Address
from digest.model.ids import SubscriberId, TopicId
from digest.model.subscribers import Bundling, Cadence, Consent, Subscriber, SubscriberStatus, SubscriptionStatus
from digest.model.topics import Weekday
from digest.store.consent import stands_at
from digest.store.database import Transaction
from digest.store.tables import consent, subscriber, subscription, suppression, topic


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSubscriber:
    """A subscriber to be added. `key_hash` is the keyed hash of the address that suppressions are known by."""

    address: Address
    key_hash: str
    name: str = ""
    lang: str = ""
    zone: str = ""
    weekday: Weekday | None = None
    hour: int | None = None
    cadence: Cadence = Cadence.WEEKLY
    bundling: Bundling = Bundling.TOGETHER
    status: SubscriberStatus


def add_subscriber(tx: Transaction, new: NewSubscriber, *, now: datetime) -> SubscriberId:
    """Add a subscriber, without topics yet. The address must not be there already."""
    values = {
        "email": new.address.spelling,
        "email_key": new.address.key,
        "key_hash": new.key_hash,
        "name": new.name,
        "lang": new.lang,
        "zone": new.zone,
        "weekday": new.weekday,
        "hour": new.hour,
        "cadence": new.cadence.value,
        "bundling": new.bundling.value,
        "status": new.status.value,
        "added_at": now,
    }
    return SubscriberId(tx.execute(insert(subscriber).values(values).returning(subscriber.c.id)).scalar_one())


def find_subscriber(tx: Transaction, address: Address) -> Subscriber | None:
    """Return the subscriber with that address, in whatever spelling, or None."""
    row = tx.execute(select(subscriber).where(subscriber.c.email_key == address.key)).mappings().first()
    return _read_subscriber(tx, row) if row else None


def lock_subscriber(tx: Transaction, address: Address) -> Subscriber | None:
    """Return the subscriber with that address itself, wherever they moved, locked as by `lock_reader`."""
    query = select(subscriber).where(subscriber.c.email_key == address.key).with_for_update(key_share=True)
    row = tx.execute(query).mappings().first()
    return _read_subscriber(tx, row) if row else None


def require_subscriber(tx: Transaction, address: Address) -> Subscriber:
    """Return the subscriber with that address. Raises NotFoundError."""
    found = find_subscriber(tx, address)
    if found is None:
        raise NotFoundError("subscriber", str(address), hint="digest subscriber add takes them in")
    return found


def find_reader(tx: Transaction, subscriber_id: SubscriberId) -> Subscriber | None:
    """Return the subscriber with this id, as a link names them; None where none is kept.

    An erased one is returned, too; their address is empty.
    """
    row = tx.execute(select(subscriber).where(subscriber.c.id == subscriber_id)).mappings().first()
    return _read_subscriber(tx, row) if row else None


def lock_reader(tx: Transaction, subscriber_id: SubscriberId) -> Subscriber | None:
    """Return the same, and let nobody else who locks them go on before this transaction ends.

    A mailing can be planned meanwhile: who left is found out when their delivery is claimed.
    """
    query = select(subscriber).where(subscriber.c.id == subscriber_id).with_for_update(key_share=True)
    row = tx.execute(query).mappings().first()
    return _read_subscriber(tx, row) if row else None


def follow_reader(tx: Transaction, subscriber_id: SubscriberId) -> Subscriber | None:
    """Return the same as `find_reader`, or the one they became one with since: who can be taken off by their links.

    Nothing more is theirs to decide there: that one may have been on record before.
    """
    row = _follow(tx, subscriber_id)
    return _read_subscriber(tx, row) if row else None


def lock_followed(tx: Transaction, subscriber_id: SubscriberId) -> Subscriber | None:
    """Return the same, locked as by `lock_reader`.

    Only the row where the way ends is locked; where it goes on while we wait, the lock is given back, for whoever waits
    with two of them.
    """
    while (seen := _follow(tx, subscriber_id)) is not None:
        savepoint = tx.begin_nested()
        query = select(subscriber).where(subscriber.c.id == seen["id"]).with_for_update(key_share=True)
        row = tx.execute(query).mappings().first()
        if row is not None and row["moved_to_id"] is None:
            savepoint.commit()
            return _read_subscriber(tx, row)
        savepoint.rollback()
    return None


def lock_readers(tx: Transaction, ids: Sequence[SubscriberId]) -> None:
    """Lock several readers as `lock_reader` does one, by their ids, so that no two who do so wait for each other."""
    those = select(subscriber.c.id).where(subscriber.c.id.in_(ids)).order_by(subscriber.c.id)
    tx.execute(those.with_for_update(key_share=True))


def _follow(tx: Transaction, subscriber_id: SubscriberId) -> RowMapping | None:
    """Return the row of a reader, or of the one they moved to since."""
    next_id: int | None = subscriber_id
    row: RowMapping | None = None
    while next_id is not None:
        row = tx.execute(select(subscriber).where(subscriber.c.id == next_id)).mappings().first()
        next_id = row["moved_to_id"] if row else None
    return row


def set_subscriber_status(
    tx: Transaction, subscriber_id: SubscriberId, *, status: SubscriberStatus, was: Sequence[SubscriberStatus]
) -> bool:
    """Change where a subscriber stands, if they stand at one of `was` and may; return whether they did.

    Who becomes active is not paused any more, and is a reader of their own again if they had moved.
    """
    allowed = [one.value for one in was if one.may_become(status)]
    query = update(subscriber).where(subscriber.c.id == subscriber_id, subscriber.c.status.in_(allowed))
    values: dict[str, str | None] = {"status": status.value}
    if status is SubscriberStatus.ACTIVE:
        values |= {"paused_until": None, "moved_to_id": None}
    return tx.execute(query.values(values)).rowcount == 1


def set_subscription(
    tx: Transaction, subscriber_id: SubscriberId, topic_id: TopicId, *, status: SubscriptionStatus, now: datetime
) -> None:
    """Let a subscription stand at `status`, adding it where it is not there."""
    values = {"status": status.value, "changed_at": now}
    key = {"subscriber_id": subscriber_id, "topic_id": topic_id}
    if tx.execute(update(subscription).filter_by(**key).values(values)).rowcount == 0:
        tx.execute(insert(subscription).values(**key, **values))


def add_consent(tx: Transaction, subscriber_id: SubscriberId, evidence: Consent) -> None:
    """Write down one line of evidence."""
    tx.execute(
        insert(consent).values(
            subscriber_id=subscriber_id,
            topic_id=evidence.topic_id,
            action=evidence.action.value,
            wording=evidence.wording,
            page=evidence.page,
            source=evidence.source,
            at=evidence.at,
            tags=evidence.tags,
            ip=evidence.ip,
            proof=evidence.proof,
        )
    )


def is_suppressed(tx: Transaction, key_hashes: Sequence[str]) -> bool:
    """Return whether the address with these keyed hashes (one for each secret) must get nothing."""
    listed = select(suppression.c.key_hash).where(suppression.c.key_hash.in_(key_hashes))
    return tx.execute(listed).first() is not None


def count_subscribers(tx: Transaction, *, now: datetime) -> dict[SubscriberStatus, int]:
    """Return how many subscribers stand where; none is left out."""
    stands = stands_at(now)
    query = select(stands, func.count()).group_by(stands)
    found = {SubscriberStatus(status): count for status, count in tx.execute(query)}
    return {status: found.get(status, 0) for status in SubscriberStatus}


def count_readers(tx: Transaction, *, now: datetime) -> dict[str, int]:
    """Return how many readers each topic has who would get its next edition, by slug."""
    query = (
        select(topic.c.slug, func.count())
        .join(subscription, subscription.c.topic_id == topic.c.id)
        .join(subscriber, subscriber.c.id == subscription.c.subscriber_id)
        .where(subscription.c.status == SubscriptionStatus.SUBSCRIBED.value)
        .where(stands_at(now) == SubscriberStatus.ACTIVE.value)
        .group_by(topic.c.slug)
    )
    return {name: count for name, count in tx.execute(query)}  # noqa: C416  # a row is no pair to dict()


def _read_subscriber(tx: Transaction, row: RowMapping) -> Subscriber:
    query = (
        select(topic.c.slug, subscription.c.status)
        .join(subscription, subscription.c.topic_id == topic.c.id)
        .where(subscription.c.subscriber_id == row["id"])
        .order_by(topic.c.slug)
    )
    return Subscriber(
        id=SubscriberId(row["id"]),
        address=Address(spelling=row["email"], key=row["email_key"] or ""),
        name=row["name"],
        lang=row["lang"],
        zone=row["zone"],
        weekday=None if row["weekday"] is None else Weekday(row["weekday"]),
        hour=row["hour"],
        cadence=Cadence(row["cadence"]),
        bundling=Bundling(row["bundling"]),
        paused_until=row["paused_until"],
        status=SubscriberStatus(row["status"]),
        topics=tuple((slug, SubscriptionStatus(status)) for slug, status in tx.execute(query)),
    )
