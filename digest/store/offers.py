"""What a form to sign up can offer: topics, which of them an article's tags are about, and their latest editions."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, RowMapping, and_, func, or_, select

from digest.model.editions import EditionStatus
from digest.model.ids import TopicId
from digest.model.tags import TagKey
from digest.model.topics import Schedule, TopicStatus, Visibility, Weekday
from digest.store.database import Transaction
from digest.store.tables import edition, mailing, mailing_edition, tag, topic, topic_tag
from digest.store.tables.editions import TagUse


class Offer(NamedTuple):
    """A topic on offer. `is_about` says whether it is about the tags that were asked for."""

    id: TopicId
    slug: str
    name: str
    description: str
    lang: str
    schedule: Schedule
    is_about: bool


class LastSent(NamedTuple):
    """A topic's latest edition that readers got: its subject, when its period closed, and when it went out."""

    subject: str
    closed_at: datetime
    sent_at: datetime


def list_offers(tx: Transaction, *, slugs: Sequence[str], tags: Sequence[TagKey]) -> list[Offer]:
    """Return the topics that are public and close editions, and those that are named, by name."""
    is_open = and_(topic.c.visibility == Visibility.PUBLIC.value, topic.c.status == TopicStatus.ACTIVE.value)
    query = select(topic, _is_about(tags).label("is_about")).where(or_(is_open, topic.c.slug.in_(slugs)))
    return [_offer(row) for row in tx.execute(query.order_by(topic.c.name, topic.c.id)).mappings()]


def _is_about(tags: Sequence[TagKey]) -> ColumnElement[bool]:
    """Return the condition that a topic is about one of these tags and excludes none; an alias counts as its tag."""
    asked = select(func.coalesce(tag.c.alias_of, tag.c.id)).where(tag.c.key.in_(tags))
    use = select(topic_tag.c.tag_id).where(topic_tag.c.topic_id == topic.c.id, topic_tag.c.tag_id.in_(asked))
    about, excluded = (use.where(topic_tag.c.use == one.value).exists() for one in (TagUse.ABOUT, TagUse.EXCLUDED))
    return and_(about, ~excluded)


def _offer(row: RowMapping) -> Offer:
    return Offer(
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
        is_about=bool(row["is_about"]),
    )


def find_last_sent(tx: Transaction, topic_ids: Sequence[TopicId]) -> dict[TopicId, LastSent]:
    """Return the latest edition that readers got, of each of the topics that has one."""
    place = func.row_number().over(partition_by=edition.c.topic_id, order_by=edition.c.period_end.desc())
    sent = (
        select(edition.c.topic_id, edition.c.subject, edition.c.period_end, mailing.c.slot_at, place.label("place"))
        .join(mailing_edition, mailing_edition.c.edition_id == edition.c.id)
        .join(mailing, mailing.c.id == mailing_edition.c.mailing_id)
        .where(edition.c.topic_id.in_(topic_ids))
        .where(edition.c.status.in_([EditionStatus.SENDING.value, EditionStatus.COMPLETE.value]))
        .subquery()
    )
    rows = tx.execute(select(sent).where(sent.c.place == 1)).mappings()
    return {TopicId(row["topic_id"]): LastSent(row["subject"], row["period_end"], row["slot_at"]) for row in rows}
