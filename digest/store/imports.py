"""Readers in bulk: who stands where, and what an import makes of them, a few statements for thousands of readers."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, literal, select, text, update

from digest.model.ids import SubscriberId, TopicId
from digest.model.subscribers import ConsentAction, SubscriberStatus, SubscriptionStatus
from digest.store.bulk import Cell, Columns, Rows, insert_new, insert_or_replace, time_cell
from digest.store.columns import UtcDateTime
from digest.store.database import Transaction
from digest.store.subscribers import NewSubscriber
from digest.store.tables import consent, subscriber, subscription, suppression, topic


class Standing(NamedTuple):
    """Where a reader stands, and with each topic. `id` is None for one who is still to be added.

    `paused_until` is when a pause ends that an import brings; of readers who are on record it is not looked at.
    """

    id: SubscriberId | None
    status: SubscriberStatus
    topics: Mapping[TopicId, SubscriptionStatus]
    paused_until: datetime | None = None


class Change(NamedTuple):
    """What an import makes of the reader with this address: where they stood, and where they stand then.

    `new` is what is added of somebody who is not on record, and so has no `before`.
    """

    key: str
    new: NewSubscriber | None
    before: Standing | None
    after: Standing


class Evidence(NamedTuple):
    """The newsroom's word that the reader with this address confirmed a topic, and where the evidence is."""

    key: str
    topic_id: TopicId
    at: datetime
    source: str


def learn_sizes(tx: Transaction) -> None:
    """Let PostgreSQL see at once how many readers there are now; a send may follow before it notices by itself."""
    if tx.dialect.name != "sqlite":
        tx.execute(text("ANALYZE subscriber, subscription"))


def list_topic_ids(tx: Transaction) -> list[tuple[str, TopicId]]:
    """Return each topic's slug and id."""
    return [(slug, TopicId(topic_id)) for slug, topic_id in tx.execute(select(topic.c.slug, topic.c.id))]


def find_suppressed(tx: Transaction, key_hashes: Collection[str]) -> set[str]:
    """Return those keyed hashes that must get nothing."""
    asked = Rows(tx, [(key_hash,) for key_hash in key_hashes])
    query = select(suppression.c.key_hash).where(suppression.c.key_hash.in_(select(asked.text(0))))
    return set(tx.execute(query).scalars())


def find_standings(tx: Transaction, keys: Collection[str]) -> dict[str, Standing]:
    """Return where the readers with these addresses stand, by address; who is not on record is left out."""
    return _read_standings(tx, _standings(tx, keys))


def lock_standings(tx: Transaction, keys: Collection[str]) -> dict[str, Standing]:
    """Return the same, and let nobody change those readers before this transaction ends."""
    return _read_standings(tx, _standings(tx, keys).order_by(subscriber.c.id).with_for_update(of=subscriber))


def _standings(tx: Transaction, keys: Collection[str]) -> Select[tuple[object, ...]]:
    asked = Rows(tx, [(key,) for key in keys])
    return (
        select(
            subscriber.c.email_key,
            subscriber.c.id,
            subscriber.c.status,
            subscription.c.topic_id,
            subscription.c.status.label("topic_status"),
        )
        .outerjoin(subscription, subscription.c.subscriber_id == subscriber.c.id)
        .where(subscriber.c.email_key.in_(select(asked.text(0))))
    )


def _read_standings(tx: Transaction, query: Select[tuple[object, ...]]) -> dict[str, Standing]:
    standings: dict[str, Standing] = {}
    topics: dict[str, dict[TopicId, SubscriptionStatus]] = {}
    for row in tx.execute(query).mappings():
        of_reader = topics.setdefault(row["email_key"], {})
        standings[row["email_key"]] = Standing(SubscriberId(row["id"]), SubscriberStatus(row["status"]), of_reader)
        if row["topic_id"] is not None:
            of_reader[TopicId(row["topic_id"])] = SubscriptionStatus(row["topic_status"])
    return standings


def apply_changes(
    tx: Transaction, changes: Sequence[Change], evidence: Sequence[Evidence], *, wording: str, now: datetime
) -> set[str]:
    """Write down what an import makes of readers whose standings were locked in this transaction.

    Returns the addresses that somebody else added meanwhile: nothing was written for those; look where they stand
    now, and decide anew.
    """
    ids = {change.key: change.before.id for change in changes if change.before and change.before.id}
    ids |= _add_readers(tx, [change for change in changes if change.before is None], now=now)
    overtaken = {change.key for change in changes} - ids.keys()
    ours = [(ids[change.key], change) for change in changes if change.key not in overtaken]
    _set_statuses(tx, ours)
    _set_subscriptions(tx, ours, now=now)
    _add_evidence(tx, [(ids[one.key], one) for one in evidence if one.key not in overtaken], wording=wording)
    return overtaken


def _add_readers(tx: Transaction, changes: Sequence[Change], *, now: datetime) -> dict[str, SubscriberId]:
    """Add readers; return the ids of those that were not there."""
    rows = Rows(tx, [_reader_cells(change.new, change.after) for change in changes if change.new])
    columns: Columns = {
        "email": rows.text(0),
        "email_key": rows.text(1),
        "key_hash": rows.text(2),
        "name": rows.text(3),
        "lang": rows.text(4),
        "zone": rows.text(5),
        "weekday": rows.number(6),
        "hour": rows.number(7),
        "cadence": rows.text(8),
        "bundling": rows.text(9),
        "status": rows.text(10),
        "paused_until": rows.time(11),
        "added_at": literal(now, UtcDateTime),
    }
    adding = insert_new(tx, subscriber, columns).returning(subscriber.c.email_key, subscriber.c.id)
    return {key: SubscriberId(reader_id) for key, reader_id in tx.execute(adding)}


def _reader_cells(new: NewSubscriber, after: Standing) -> Sequence[Cell]:
    address = new.address
    who = address.spelling, address.key, new.key_hash, new.name, new.lang
    when = new.zone, new.weekday, new.hour, new.cadence.value, new.bundling.value
    paused_until = time_cell(after.paused_until) if after.paused_until else None
    return *who, *when, after.status.value, paused_until


def _set_statuses(tx: Transaction, changes: Sequence[tuple[SubscriberId, Change]]) -> None:
    """Move readers who were pending, and are no more."""
    moved: dict[tuple[SubscriberStatus, datetime | None], list[tuple[SubscriberId]]] = {}
    for reader_id, change in changes:
        if change.before and change.before.status is not change.after.status:
            moved.setdefault((change.after.status, change.after.paused_until), []).append((reader_id,))
    for (status, paused_until), ids in moved.items():
        query = update(subscriber).where(subscriber.c.id.in_(select(Rows(tx, ids).number(0))))
        query = query.where(subscriber.c.status == SubscriberStatus.PENDING.value)
        tx.execute(query.values(status=status.value, paused_until=paused_until))


def _set_subscriptions(tx: Transaction, changes: Sequence[tuple[SubscriberId, Change]], *, now: datetime) -> None:
    """Add subscriptions, and move those that were pending; no other is touched, whatever was decided."""
    rows = Rows(
        tx,
        [
            (reader_id, topic_id, status.value)
            for reader_id, change in changes
            for topic_id, status in change.after.topics.items()
            if change.before is None or change.before.topics.get(topic_id) is not status
        ],
    )
    columns: Columns = {
        "subscriber_id": rows.number(0),
        "topic_id": rows.number(1),
        "status": rows.text(2),
        "changed_at": literal(now, UtcDateTime),
    }
    was_pending = subscription.c.status == SubscriptionStatus.PENDING.value
    key = ("subscriber_id", "topic_id")
    tx.execute(insert_or_replace(tx, subscription, columns, key=key, where=was_pending))


def _add_evidence(tx: Transaction, evidence: Sequence[tuple[SubscriberId, Evidence]], *, wording: str) -> None:
    rows = Rows(tx, [(reader_id, one.topic_id, one.source, time_cell(one.at)) for reader_id, one in evidence])
    columns: Columns = {
        "subscriber_id": rows.number(0),
        "topic_id": rows.number(1),
        "action": literal(ConsentAction.CONFIRMED.value),
        "wording": literal(wording),
        "page": literal(""),
        "source": rows.text(2),
        "at": rows.time(3),
    }
    tx.execute(insert_new(tx, consent, columns))
