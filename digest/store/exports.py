"""Readers as they are handed out: page by page, each with their topics and the evidence of their consent."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, RowMapping, case, exists, select

from digest.model.ids import SubscriberId, TopicId
from digest.model.subscribers import Bundling, Cadence, ConsentAction, SubscriberStatus, SubscriptionStatus
from digest.model.topics import Weekday
from digest.store.bulk import Rows
from digest.store.consent import stands_at
from digest.store.database import Transaction
from digest.store.tables import consent, subscriber, subscription, suppression, topic


class KeptTopic(NamedTuple):
    """A topic that a reader has not left, and when and where they confirmed it, as far as there is evidence."""

    slug: str
    status: SubscriptionStatus
    confirmed_at: datetime | None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptReader:
    """A reader as kept. `status` is `suppressed` for whom there is a suppression, whatever else is on record.

    `paused_until` is aware UTC, and there for a paused one alone.
    """

    id: SubscriberId
    email: str
    name: str
    lang: str
    zone: str
    weekday: Weekday | None
    hour: int | None
    cadence: Cadence
    bundling: Bundling
    status: SubscriberStatus
    paused_until: datetime | None
    topics: tuple[KeptTopic, ...]


def list_readers(
    tx: Transaction,
    *,
    after: SubscriberId,
    limit: int,
    topic_id: TopicId | None,
    statuses: Collection[SubscriberStatus],
    now: datetime,
) -> list[KeptReader]:
    """Return the next readers by id, at most `limit`; of one topic where `topic_id` is given, and then with it alone.

    Of any status where `statuses` is empty, but never erased ones: nothing is left of them to hand out.
    """
    suppressed = exists().where(suppression.c.key_hash == subscriber.c.key_hash)
    status = case((suppressed, SubscriberStatus.SUPPRESSED.value), else_=stands_at(now))
    query = select(subscriber, status.label("effective")).where(subscriber.c.id > after)
    query = query.where(subscriber.c.status != SubscriberStatus.ERASED.value).order_by(subscriber.c.id).limit(limit)
    if statuses:
        query = query.where(status.in_([one.value for one in statuses]))
    if topic_id is not None:
        query = query.where(exists().where(subscription.c.subscriber_id == subscriber.c.id, *_is_kept(topic_id)))
    rows = tx.execute(query).mappings().all()
    topics = _topics(tx, [SubscriberId(row["id"]) for row in rows], topic_id=topic_id)
    return [_reader(row, topics.get(row["id"], ())) for row in rows]


def _is_kept(topic_id: TopicId | None) -> Sequence[ColumnElement[bool]]:
    kept = subscription.c.status != SubscriptionStatus.LEFT.value
    return (kept,) if topic_id is None else (kept, subscription.c.topic_id == topic_id)


def _topics(
    tx: Transaction, ids: Sequence[SubscriberId], *, topic_id: TopicId | None
) -> Mapping[int, Sequence[KeptTopic]]:
    evidence = _evidence(tx, ids)
    asked = Rows(tx, [(one,) for one in ids])
    query = (
        select(subscription, topic.c.slug)
        .join(topic, topic.c.id == subscription.c.topic_id)
        .where(subscription.c.subscriber_id.in_(select(asked.number(0))), *_is_kept(topic_id))
        .order_by(topic.c.slug)
    )
    topics: dict[int, list[KeptTopic]] = {}
    for row in tx.execute(query).mappings():
        at, source = evidence.get((row["subscriber_id"], row["topic_id"]), (None, ""))
        kept = KeptTopic(row["slug"], SubscriptionStatus(row["status"]), at, source)
        topics.setdefault(row["subscriber_id"], []).append(kept)
    return topics


def _evidence(tx: Transaction, ids: Sequence[SubscriberId]) -> Mapping[tuple[int, int], tuple[datetime, str]]:
    """Return when and where each reader last confirmed each topic."""
    asked = Rows(tx, [(one,) for one in ids])
    query = (
        select(consent)
        .where(consent.c.subscriber_id.in_(select(asked.number(0))))
        .where(consent.c.action == ConsentAction.CONFIRMED.value)
        .order_by(consent.c.at, consent.c.id)
    )
    rows = tx.execute(query).mappings()
    return {(row["subscriber_id"], row["topic_id"]): (row["at"], row["source"]) for row in rows}


def _reader(row: RowMapping, topics: Sequence[KeptTopic]) -> KeptReader:
    status = SubscriberStatus(row["effective"])
    return KeptReader(
        id=SubscriberId(row["id"]),
        email=row["email"],
        name=row["name"],
        lang=row["lang"],
        zone=row["zone"],
        weekday=None if row["weekday"] is None else Weekday(row["weekday"]),
        hour=row["hour"],
        cadence=Cadence(row["cadence"]),
        bundling=Bundling(row["bundling"]),
        status=status,
        paused_until=row["paused_until"] if status is SubscriberStatus.PAUSED else None,
        topics=tuple(topics),
    )
