"""The archive: editions that readers got, to be read by anybody. What is held, unsent or recalled is not in it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, RowMapping, Select, func, select

from digest.model.editions import Edition, EditionStatus, SentEdition
from digest.model.ids import TopicId
from digest.model.topics import Schedule, TopicHeading, Visibility, Weekday
from digest.store.database import Transaction
from digest.store.editions import read_editions
from digest.store.tables import edition, mailing, mailing_edition, topic

_IS_PUBLIC = topic.c.visibility == Visibility.PUBLIC.value


class SentPeriod(NamedTuple):
    """An edition of a public topic by what its address is made of, and when it was sent, aware UTC."""

    slug: str
    closed_at: datetime
    sent_at: datetime


class TopicDates(NamedTuple):
    """Since when a topic is there, and when its archive last changed (an edition sent, or recalled), aware UTC."""

    added_at: datetime
    changed_at: datetime


def find_topic(tx: Transaction, slug: str) -> TopicHeading | None:
    """Return the topic of this slug, public or not, or None."""
    row = tx.execute(select(topic).where(topic.c.slug == slug)).mappings().first()
    return _heading(row) if row else None


def count_topics(tx: Transaction) -> int:
    """Return how many topics are public."""
    return tx.execute(select(func.count()).select_from(topic).where(_IS_PUBLIC)).scalar_one()


def list_topics(tx: Transaction, *, limit: int, offset: int) -> list[TopicHeading]:
    """Return public topics by slug."""
    by_slug = select(topic).where(_IS_PUBLIC).order_by(topic.c.slug)
    return [_heading(row) for row in tx.execute(by_slug.limit(limit).offset(offset)).mappings()]


def list_slugs(tx: Transaction) -> list[str]:
    """Return the slugs of all public topics, in order."""
    return list(tx.execute(select(topic.c.slug).where(_IS_PUBLIC).order_by(topic.c.slug)).scalars())


def list_sent(tx: Transaction, topic_id: TopicId, *, limit: int, offset: int = 0) -> list[SentEdition]:
    """Return a topic's sent editions, the latest first."""
    latest_first = _sent().where(edition.c.topic_id == topic_id).order_by(edition.c.period_end.desc())
    return _read(tx, latest_first.limit(limit).offset(offset))


def count_sent(tx: Transaction, topic_id: TopicId) -> int:
    """Return how many of a topic's editions were sent."""
    of_topic = _sent().where(edition.c.topic_id == topic_id).subquery()
    return tx.execute(select(func.count()).select_from(of_topic)).scalar_one()


def find_sent(tx: Transaction, topic_id: TopicId, *, closed_at: datetime) -> SentEdition | None:
    """Return a topic's sent edition whose period closed within that second, or None."""
    found = _read(tx, _sent().where(*_closed(topic_id, at=closed_at)).limit(1))
    return found[0] if found else None


def is_recalled(tx: Transaction, topic_id: TopicId, *, closed_at: datetime) -> bool:
    """Return whether the topic's edition whose period closed within that second was recalled."""
    recalled = edition.c.status == EditionStatus.RECALLED.value
    query = select(edition.c.id).where(*_closed(topic_id, at=closed_at), recalled)
    return tx.execute(query.limit(1)).first() is not None


def find_earlier(tx: Transaction, of: Edition) -> SentEdition | None:
    """Return the topic's sent edition before this one, or None."""
    earlier = edition.c.topic_id == of.topic_id, edition.c.period_end < of.period.end
    found = _read(tx, _sent().where(*earlier).order_by(edition.c.period_end.desc()).limit(1))
    return found[0] if found else None


def find_later(tx: Transaction, of: Edition) -> SentEdition | None:
    """Return the topic's sent edition after this one, or None."""
    later = edition.c.topic_id == of.topic_id, edition.c.period_end > of.period.end
    found = _read(tx, _sent().where(*later).order_by(edition.c.period_end).limit(1))
    return found[0] if found else None


def list_latest(tx: Transaction, topic_ids: Sequence[TopicId]) -> dict[TopicId, SentEdition]:
    """Return the latest sent edition of each of these topics that has one."""
    of_topics = _sent().where(edition.c.topic_id.in_(topic_ids))
    place = func.row_number().over(partition_by=edition.c.topic_id, order_by=edition.c.period_end.desc())
    placed = of_topics.with_only_columns(edition.c.id, place.label("place")).subquery()
    latest = of_topics.where(edition.c.id.in_(select(placed.c.id).where(placed.c.place == 1)))
    return {one.edition.topic_id: one for one in _read(tx, latest)}


def read_dates(tx: Transaction, topic_id: TopicId) -> TopicDates:
    """Return a topic's dates. It changed last when it was added, where nothing of it was sent yet."""
    query = (
        select(topic.c.added_at, func.max(mailing.c.slot_at), func.max(mailing.c.recalled_at))
        .outerjoin(edition, edition.c.topic_id == topic.c.id)
        .outerjoin(mailing_edition, mailing_edition.c.edition_id == edition.c.id)
        .outerjoin(mailing, mailing.c.id == mailing_edition.c.mailing_id)
        .where(topic.c.id == topic_id)
        .group_by(topic.c.added_at)
    )
    dates = tx.execute(query).one()
    return TopicDates(dates[0], max(at for at in dates if at is not None))


def count_public(tx: Transaction) -> int:
    """Return how many editions of public topics were sent."""
    return tx.execute(select(func.count()).select_from(_public().subquery())).scalar_one()


def list_public(tx: Transaction, *, limit: int, offset: int) -> list[SentPeriod]:
    """Return the sent editions of public topics, in the order in which they were built."""
    rows = tx.execute(_public().order_by(edition.c.id).limit(limit).offset(offset))
    return [SentPeriod(*row) for row in rows]


def _sent() -> Select[tuple[object, ...]]:
    return (
        select(edition, mailing.c.slot_at)
        .join(mailing_edition, mailing_edition.c.edition_id == edition.c.id)
        .join(mailing, mailing.c.id == mailing_edition.c.mailing_id)
        .where(edition.c.status.in_([EditionStatus.SENDING.value, EditionStatus.COMPLETE.value]))
    )


def _public() -> Select[str, datetime, datetime]:
    of_public_topic = _sent().join(topic, topic.c.id == edition.c.topic_id)
    listed = of_public_topic.where(_IS_PUBLIC)
    return listed.with_only_columns(topic.c.slug, edition.c.period_end, mailing.c.slot_at)


def _closed(topic_id: TopicId, *, at: datetime) -> tuple[ColumnElement[bool], ...]:
    return edition.c.topic_id == topic_id, edition.c.period_end.between(at, at.replace(microsecond=999_999))


def _read(tx: Transaction, query: Select[tuple[object, ...]]) -> list[SentEdition]:
    rows = tx.execute(query).mappings().all()
    return [
        SentEdition(edition=one, subject=row["subject"], sent_at=row["slot_at"])
        for one, row in zip(read_editions(tx, rows), rows, strict=True)
    ]


def _heading(row: RowMapping) -> TopicHeading:
    return TopicHeading(
        id=TopicId(row["id"]),
        slug=row["slug"],
        name=row["name"],
        description=row["description"],
        lang=row["lang"],
        schedule=Schedule(
            weekday=Weekday(row["weekday"]),
            at=row["send_at"],
            zone=row["zone"],
            cut_off_minutes=row["cut_off_minutes"],
        ),
        is_public=row["visibility"] == Visibility.PUBLIC.value,
    )
