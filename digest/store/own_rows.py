"""All that is kept of one reader, as they may see it (GDPR 15 and 20)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select

from digest.model.addresses import Address
from digest.model.ids import SubscriberId
from digest.model.subscribers import SubscriberStatus
from digest.store.database import Transaction
from digest.store.tables import (
    consent,
    delivery,
    edition,
    mailing_edition,
    notice,
    notice_topic,
    subscriber,
    subscription,
    suppression,
    topic,
)

_VERSION_CHARS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAddress:
    """An address by which the reader is, or was, on record, and since when."""

    id: SubscriberId
    address: Address
    added_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTopic:
    """Where the reader stands with a topic, and since when."""

    topic: str
    name: str
    status: str
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnEvidence:
    """A line of evidence; `wording_version` is short for the words that were agreed to."""

    at: datetime
    action: str
    topic: str
    wording: str
    wording_version: str
    page: str
    tags: str
    source: str
    ip: str
    proof: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnNotice:
    """A mail about the subscription. `at` is when its status was last written down."""

    made_at: datetime
    kind: str
    email: str
    lang: str
    topics: tuple[str, ...]
    status: str
    at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDelivery:
    """An edition that was planned for the reader, and what became of its mail."""

    planned_at: datetime
    subject: str
    topic: str
    status: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSuppression:
    """Why an address of the reader gets nothing, and since when."""

    reason: str
    at: datetime


def list_addresses(tx: Transaction, subscriber_id: SubscriberId) -> list[OwnAddress]:
    """Return a reader's own address, and then those of readers who became one with them and were not erased since."""
    is_kept = subscriber.c.status != SubscriberStatus.ERASED.value
    found: list[OwnAddress] = []
    wanted = [subscriber_id]
    while wanted:
        query = select(subscriber).where(subscriber.c.id.in_(wanted), is_kept).order_by(subscriber.c.id)
        found += [
            OwnAddress(
                id=SubscriberId(row["id"]),
                address=Address(spelling=row["email"], key=row["email_key"] or ""),
                added_at=row["added_at"],
            )
            for row in tx.execute(query).mappings()
        ]
        moved = select(subscriber.c.id).where(subscriber.c.moved_to_id.in_(wanted))
        wanted = [SubscriberId(one) for one in tx.execute(moved).scalars()]
    return found


def list_topics(tx: Transaction, ids: Sequence[SubscriberId]) -> list[OwnTopic]:
    """Return where these readers stand with topics."""
    query = (
        select(topic.c.slug, topic.c.name, subscription.c.status, subscription.c.changed_at)
        .join(subscription, subscription.c.topic_id == topic.c.id)
        .where(subscription.c.subscriber_id.in_(ids))
        .order_by(subscription.c.changed_at, topic.c.slug)
    )
    return [
        OwnTopic(topic=slug, name=name, status=status, changed_at=at) for slug, name, status, at in tx.execute(query)
    ]


def list_evidence(tx: Transaction, ids: Sequence[SubscriberId]) -> list[OwnEvidence]:
    """Return these readers' lines of evidence, the oldest first."""
    query = select(consent, topic.c.slug).join(topic, topic.c.id == consent.c.topic_id)
    query = query.where(consent.c.subscriber_id.in_(ids)).order_by(consent.c.at, consent.c.id)
    return [
        OwnEvidence(
            at=row["at"],
            action=row["action"],
            topic=row["slug"],
            wording=row["wording"],
            wording_version=sha256(row["wording"].encode()).hexdigest()[:_VERSION_CHARS],
            page=row["page"],
            tags=row["tags"],
            source=row["source"],
            ip=row["ip"],
            proof=row["proof"],
        )
        for row in tx.execute(query).mappings()
    ]


def list_notices(tx: Transaction, ids: Sequence[SubscriberId]) -> list[OwnNotice]:
    """Return the mails about these readers' subscriptions, the oldest first."""
    of_readers = notice.c.subscriber_id.in_(ids)
    speaks = select(notice_topic.c.notice_id, topic.c.slug).join(topic, topic.c.id == notice_topic.c.topic_id)
    speaks = speaks.join(notice, notice.c.id == notice_topic.c.notice_id).where(of_readers).order_by(topic.c.slug)
    topics: dict[int, list[str]] = {}
    for notice_id, slug in tx.execute(speaks):
        topics.setdefault(notice_id, []).append(slug)
    rows = tx.execute(select(notice).where(of_readers).order_by(notice.c.id)).mappings()
    return [
        OwnNotice(
            made_at=row["made_at"],
            kind=row["kind"],
            email=row["email"],
            lang=row["lang"],
            topics=tuple(topics.get(row["id"], ())),
            status=row["status"],
            at=row["at"],
            used_at=row["used_at"],
        )
        for row in rows
    ]


def list_deliveries(tx: Transaction, ids: Sequence[SubscriberId]) -> list[OwnDelivery]:
    """Return the editions that were planned for these readers and are not pruned yet, the oldest first."""
    query = (
        select(delivery.c.slot_at, edition.c.subject, topic.c.slug, delivery.c.status, delivery.c.at)
        .join(mailing_edition, mailing_edition.c.mailing_id == delivery.c.mailing_id)
        .join(edition, edition.c.id == mailing_edition.c.edition_id)
        .join(topic, topic.c.id == edition.c.topic_id)
        .where(delivery.c.subscriber_id.in_(ids))
        .order_by(delivery.c.slot_at, edition.c.id)
    )
    return [
        OwnDelivery(planned_at=slot_at, subject=subject, topic=slug, status=status, at=at)
        for slot_at, subject, slug, status, at in tx.execute(query)
    ]


def find_suppression(tx: Transaction, key_hashes: Sequence[str]) -> OwnSuppression | None:
    """Return why an address gets nothing, by its keyed hashes, or None where nothing stands against it."""
    query = select(suppression.c.reason, suppression.c.at).where(suppression.c.key_hash.in_(key_hashes))
    row = tx.execute(query.order_by(suppression.c.at.desc())).first()
    return OwnSuppression(reason=row.reason, at=row.at) if row else None
