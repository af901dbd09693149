"""What the letters of notices tell: topics by name, the reader as they stand, and the edition to welcome them with."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, literal, or_, select

from digest.model.editions import EditionStatus
from digest.model.ids import EditionId, SubscriberId, TopicId
from digest.model.notices import Notice, NoticeKind, NoticeStatus
from digest.model.subscribers import SubscriptionStatus
from digest.store.database import Transaction
from digest.store.tables import (
    delivery,
    edition,
    mailing,
    mailing_edition,
    notice,
    notice_topic,
    subscriber,
    subscription,
    topic,
)

_MAILED = (EditionStatus.SENDING.value, EditionStatus.COMPLETE.value)
_GONE_OUT = (NoticeStatus.SENT.value, NoticeStatus.IN_DOUBT.value)


class NamedTopic(NamedTuple):
    """A topic's name, and the zone it is at home in."""

    name: str
    zone: str


class NoticeReader(NamedTuple):
    """Whose subscription it is: their name, and where their mail goes now, as kept; empty where it goes nowhere."""

    name: str
    email: str


def name_topics(tx: Transaction, topic_ids: Sequence[TopicId]) -> list[NamedTopic]:
    """Return the topics' names and zones, in the order of the names."""
    query = select(topic.c.name, topic.c.zone).where(topic.c.id.in_(topic_ids)).order_by(topic.c.name)
    return [NamedTopic(name, zone) for name, zone in tx.execute(query)]


def find_reader(tx: Transaction, subscriber_id: SubscriberId) -> NoticeReader:
    """Return whose subscription a notice is about: where they became one with another reader, that one."""
    columns = (subscriber.c.name, subscriber.c.email, subscriber.c.moved_to_id)
    name, email, moved_to = tx.execute(select(*columns).where(subscriber.c.id == subscriber_id)).one()
    return NoticeReader(name, email) if moved_to is None else find_reader(tx, SubscriberId(moved_to))


def find_welcome(tx: Transaction, welcome: Notice) -> tuple[EditionId, ...]:
    """Return the latest mailed edition of each topic of a welcome that its reader is subscribed to and has not had.

    They had it where a delivery of it was planned for them, or an earlier welcome brought it.
    """
    found = [_find_unseen(tx, welcome, topic_id) for topic_id in welcome.topic_ids]
    return tuple(one for one in found if one is not None)


def _find_unseen(tx: Transaction, welcome: Notice, topic_id: TopicId) -> EditionId | None:
    latest = (
        select(edition.c.id, mailing.c.id.label("mailing_id"), mailing.c.slot_at)
        .join(mailing_edition, mailing_edition.c.edition_id == edition.c.id)
        .join(mailing, mailing.c.id == mailing_edition.c.mailing_id)
        .where(edition.c.topic_id == topic_id, edition.c.status.in_(_MAILED), mailing.c.recalled_at.is_(None))
        .order_by(edition.c.period_start.desc())
        .limit(1)
        .subquery("latest")
    )
    delivered = and_(delivery.c.mailing_id == latest.c.mailing_id, delivery.c.slot_at == latest.c.slot_at)
    was_mailed = _exists(delivered, delivery.c.subscriber_id == welcome.subscriber_id)
    was_welcomed = _exists(
        notice.c.kind == NoticeKind.WELCOME.value,
        notice.c.subscriber_id == welcome.subscriber_id,
        or_(notice.c.status.in_(_GONE_OUT), and_(_goes_out(), notice.c.id < welcome.id)),
        notice.c.at >= latest.c.slot_at,
        notice_topic.c.notice_id == notice.c.id,
        notice_topic.c.topic_id == topic_id,
    )
    is_subscribed = _exists(
        subscription.c.subscriber_id == welcome.subscriber_id,
        subscription.c.topic_id == topic_id,
        subscription.c.status == SubscriptionStatus.SUBSCRIBED.value,
    )
    found: int | None = tx.execute(select(latest.c.id).where(~was_mailed, ~was_welcomed, is_subscribed)).scalar()
    return None if found is None else EditionId(found)


def _goes_out() -> ColumnElement[bool]:
    return notice.c.status == NoticeStatus.HANDING_OVER.value


def _exists(*where: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(literal(1)).where(*where).exists()
