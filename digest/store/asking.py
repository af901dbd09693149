"""Readers who ask for topics on a form, and those of them who confirm.

Asking changes nothing that a reader decided: who left stays away until they confirm, and of who is known, no stranger's
form changes a name, a language or the way an address is spelt.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from digest.model.addresses import Address
from digest.model.ids import SubscriberId, TopicId
from digest.model.notices import Notice
from digest.model.subscribers import Cadence, Consent, SubscriberStatus, SubscriptionStatus, SuppressionReason
from digest.store.database import Transaction
from digest.store.subscribers import NewSubscriber
from digest.store.tables import consent, subscriber, subscription, suppression, topic


class Asker(NamedTuple):
    """Who asked, as kept. `address` is where mail to them goes: as they typed it when they were known by it first."""

    id: SubscriberId
    address: Address
    status: SubscriberStatus


def take_in(tx: Transaction, new: NewSubscriber, *, now: datetime) -> Asker:
    """Add who asks, if they are not known; a pending reader gets the name, language and spelling given last."""
    values = {
        "email": new.address.spelling,
        "email_key": new.address.key,
        "key_hash": new.key_hash,
        "name": new.name,
        "lang": new.lang,
        "zone": new.zone,
        "cadence": Cadence.WEEKLY.value,
        "status": SubscriberStatus.PENDING.value,
        "added_at": now,
    }
    adding = sqlite.insert(subscriber) if tx.dialect.name == "sqlite" else postgresql.insert(subscriber)
    given = adding.excluded
    latest = {
        "email": given.email,
        "name": func.coalesce(func.nullif(given.name, ""), subscriber.c.name),
        "lang": func.coalesce(func.nullif(given.lang, ""), subscriber.c.lang),
    }
    is_pending = subscriber.c.status == SubscriberStatus.PENDING.value
    tx.execute(adding.values(values).on_conflict_do_update(index_elements=["email_key"], set_=latest, where=is_pending))
    row = tx.execute(select(subscriber).where(subscriber.c.email_key == new.address.key)).mappings().one()
    address = Address(spelling=row["email"], key=row["email_key"])
    return Asker(SubscriberId(row["id"]), address, SubscriberStatus(row["status"]))


def ask_for(
    tx: Transaction, subscriber_id: SubscriberId, topic_ids: Sequence[TopicId], *, now: datetime
) -> frozenset[TopicId]:
    """Keep that a reader asked for topics, as pending where nothing is kept yet; return those they get already."""
    pending = {"subscriber_id": subscriber_id, "status": SubscriptionStatus.PENDING.value, "changed_at": now}
    adding = sqlite.insert(subscription) if tx.dialect.name == "sqlite" else postgresql.insert(subscription)
    rows = [{**pending, "topic_id": topic_id} for topic_id in topic_ids]
    tx.execute(adding.values(rows).on_conflict_do_nothing(index_elements=["subscriber_id", "topic_id"]))
    got = select(subscription.c.topic_id).where(
        subscription.c.subscriber_id == subscriber_id,
        subscription.c.topic_id.in_(topic_ids),
        subscription.c.status == SubscriptionStatus.SUBSCRIBED.value,
    )
    return frozenset(TopicId(one) for one in tx.execute(got).scalars())


def add_evidence(tx: Transaction, subscriber_id: SubscriberId, lines: Sequence[Consent]) -> None:
    """Write down lines of evidence, in one statement."""
    rows = [
        {
            "subscriber_id": subscriber_id,
            "topic_id": one.topic_id,
            "action": one.action.value,
            "wording": one.wording,
            "page": one.page,
            "source": one.source,
            "at": one.at,
            "tags": one.tags,
            "ip": one.ip,
            "proof": one.proof,
        }
        for one in lines
    ]
    if rows:
        tx.execute(insert(consent).inline(), rows)  # one line reads as several do


class NamedTopic(NamedTuple):
    """A topic that a form names."""

    id: TopicId
    slug: str
    lang: str


def find_topics(tx: Transaction, slugs: Sequence[str]) -> list[NamedTopic]:
    """Return those of the named topics that are there."""
    query = select(topic.c.id, topic.c.slug, topic.c.lang).where(topic.c.slug.in_(slugs))
    return [NamedTopic(TopicId(topic_id), slug, lang) for topic_id, slug, lang in tx.execute(query)]


class AskedTopic(NamedTuple):
    """A topic that a notice asks about, and how its reader stands to it; None where nothing is kept of that."""

    id: TopicId
    slug: str
    name: str
    sends_welcome: bool
    status: SubscriptionStatus | None
    changed_at: datetime | None


def find_asker(tx: Transaction, subscriber_id: SubscriberId) -> Asker:
    """Return the reader of a notice; an erased one has an empty address."""
    row = tx.execute(select(subscriber).where(subscriber.c.id == subscriber_id)).mappings().one()
    address = Address(spelling=row["email"], key=row["email_key"] or "")
    return Asker(SubscriberId(row["id"]), address, SubscriberStatus(row["status"]))


def lock_asker(tx: Transaction, subscriber_id: SubscriberId) -> None:
    """Let nobody else who changes how a reader stands go on before this transaction ends."""
    tx.execute(select(subscriber.c.id).where(subscriber.c.id == subscriber_id).with_for_update(key_share=True))


def list_asked(tx: Transaction, of: Notice) -> list[AskedTopic]:
    """Return the topics that a notice asks about, by name."""
    is_readers = and_(subscription.c.topic_id == topic.c.id, subscription.c.subscriber_id == of.subscriber_id)
    query = (
        select(topic, subscription.c.status.label("stands"), subscription.c.changed_at)
        .outerjoin(subscription, is_readers)
        .where(topic.c.id.in_(of.topic_ids))
        .order_by(topic.c.name, topic.c.id)
    )
    return [
        AskedTopic(
            id=TopicId(row["id"]),
            slug=row["slug"],
            name=row["name"],
            sends_welcome=row["sends_welcome"],
            status=SubscriptionStatus(row["stands"]) if row["stands"] else None,
            changed_at=row["changed_at"],
        )
        for row in tx.execute(query).mappings()
    ]


def keep_spelling(tx: Transaction, subscriber_id: SubscriberId, address: Address) -> None:
    """Write a reader's address as it was written to when they confirmed.

    For whoever typed it differently since then did not show that it is theirs.
    """
    tx.execute(update(subscriber).where(subscriber.c.id == subscriber_id).values(email=address.spelling))


def subscribe(
    tx: Transaction, subscriber_id: SubscriberId, topic_ids: Sequence[TopicId], *, asked_at: datetime, now: datetime
) -> frozenset[TopicId]:
    """Subscribe a reader who confirms what was asked at `asked_at`; return the topics for which that is new.

    A topic that they left after that stays left: an old mail brings nobody back.
    """
    confirmed = {"subscriber_id": subscriber_id, "status": SubscriptionStatus.SUBSCRIBED.value, "changed_at": now}
    adding = sqlite.insert(subscription) if tx.dialect.name == "sqlite" else postgresql.insert(subscription)
    may_be_brought_back = or_(
        subscription.c.status == SubscriptionStatus.PENDING.value,
        and_(subscription.c.status == SubscriptionStatus.LEFT.value, subscription.c.changed_at < asked_at),
    )
    query = adding.values([{**confirmed, "topic_id": topic_id} for topic_id in topic_ids]).on_conflict_do_update(
        index_elements=["subscriber_id", "topic_id"],
        set_={"status": adding.excluded.status, "changed_at": adding.excluded.changed_at},
        where=may_be_brought_back,
    )
    return frozenset(TopicId(one) for one in tx.execute(query.returning(subscription.c.topic_id)).scalars())


def lift_erasure(tx: Transaction, key_hashes: Sequence[str]) -> None:
    """Let a reader who was erased, and asked anew, get mail again."""
    erased = suppression.c.reason == SuppressionReason.ERASED.value
    tx.execute(delete(suppression).where(suppression.c.key_hash.in_(key_hashes), erased))
