"""Editions: kept with their stories as they were, and with the reason of each story that was looked at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import RowMapping, func, insert, select, update

from digest.errors import NotFoundError
from digest.model.editions import Edition, EditionItem, EditionStatus, Period, Reason, TopicAsSent, Verdict
from digest.model.ids import EditionId, StoryId, TopicId
from digest.store.database import Transaction
from digest.store.tables import edition, edition_item, edition_verdict, story, topic

_ITEM = TypeAdapter(EditionItem)
_TOPIC = TypeAdapter(TopicAsSent)


def save_edition(tx: Transaction, built: Edition, *, subject: str, verdicts: Sequence[Verdict]) -> Edition:
    """Keep an edition with its stories and verdicts; return it with its id.

    One topic and period has one edition, and a story stands in one edition of a topic: the tables refuse more.
    """
    values = {
        "topic_id": built.topic_id,
        "period_start": built.period.start,
        "period_end": built.period.end,
        "status": built.status.value,
        "subject": subject,
        "preheader": built.preheader,
        "intro": built.intro,
        "snapshot": _TOPIC.dump_python(built.topic, mode="json"),
        "built_at": built.built_at,
    }
    edition_id = EditionId(tx.execute(insert(edition).values(values).returning(edition.c.id)).scalar_one())
    tx.execute(insert(edition_item), [_item_row(one, edition_id, built.topic_id) for one in built.items])
    if verdicts:
        rows = [_verdict_row(one, edition_id, place) for place, one in enumerate(verdicts)]
        tx.execute(insert(edition_verdict), rows)
    return replace(built, id=edition_id)


def _item_row(item: EditionItem, edition_id: EditionId, topic_id: TopicId) -> dict[str, object]:
    return {
        "edition_id": edition_id,
        "position": item.position,
        "topic_id": topic_id,
        "story_id": item.story_id,
        "reason": item.reason.value,
        "score": item.score,
        "snapshot": _ITEM.dump_python(item, mode="json"),
    }


def _verdict_row(verdict: Verdict, edition_id: EditionId, place: int) -> dict[str, object]:
    return {
        "edition_id": edition_id,
        "story_id": verdict.story_id,
        "place": place,
        "reason": verdict.reason.value,
        "score": verdict.score,
        "detail": verdict.detail,
        "same_as": verdict.same_as,
    }


def find_edition(tx: Transaction, edition_id: EditionId) -> Edition:
    """Return an edition. Raises NotFoundError."""
    row = tx.execute(select(edition).where(edition.c.id == edition_id)).mappings().first()
    if row is None:
        raise NotFoundError("edition", str(edition_id), hint="digest edition list shows them with their numbers")
    return read_editions(tx, [row])[0]


def last_edition(tx: Transaction, topic_id: TopicId) -> Edition | None:
    """Return the topic's edition with the latest period, whatever became of it, or None before the first."""
    query = select(edition).where(edition.c.topic_id == topic_id).order_by(edition.c.period_start.desc()).limit(1)
    row = tx.execute(query).mappings().first()
    return read_editions(tx, [row])[0] if row else None


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionLine:
    """One edition as a list shows it."""

    id: EditionId
    slug: str
    period: Period
    status: EditionStatus
    subject: str
    stories: int
    built_at: datetime


def list_editions(tx: Transaction, *, slug: str | None, limit: int) -> list[EditionLine]:
    """Return the latest editions, at most `limit`, of one topic if `slug` says so."""
    stories = select(func.count()).where(edition_item.c.edition_id == edition.c.id).scalar_subquery()
    query = select(edition, topic.c.slug, stories.label("stories")).join(topic, topic.c.id == edition.c.topic_id)
    if slug is not None:
        query = query.where(topic.c.slug == slug)
    rows = tx.execute(query.order_by(edition.c.period_end.desc(), edition.c.id.desc()).limit(limit)).mappings().all()
    return [
        EditionLine(
            id=EditionId(row["id"]),
            slug=row["slug"],
            period=Period(row["period_start"], row["period_end"]),
            status=EditionStatus(row["status"]),
            subject=row["subject"],
            stories=row["stories"],
            built_at=row["built_at"],
        )
        for row in rows
    ]


def list_verdicts(tx: Transaction, edition_id: EditionId) -> list[Verdict]:
    """Return why each considered story is in the edition or not, in the order in which it was decided."""
    query = (
        select(edition_verdict, story.c.title)
        .join(story, story.c.id == edition_verdict.c.story_id)
        .where(edition_verdict.c.edition_id == edition_id)
        .order_by(edition_verdict.c.place)
    )
    return [
        Verdict(
            story_id=StoryId(row["story_id"]),
            title=row["title"],
            reason=Reason(row["reason"]),
            score=row["score"],
            detail=row["detail"],
            same_as=row["same_as"] and StoryId(row["same_as"]),
        )
        for row in tx.execute(query).mappings()
    ]


def used_stories(tx: Transaction, topic_id: TopicId) -> frozenset[StoryId]:
    """Return the stories that stood in any edition of the topic, as entries or as other reports of one."""
    entries = select(edition_item.c.story_id).where(edition_item.c.topic_id == topic_id)
    others = (
        select(edition_verdict.c.story_id)
        .join(edition, edition.c.id == edition_verdict.c.edition_id)
        .where(edition.c.topic_id == topic_id, edition_verdict.c.reason == Reason.SAME_AS.value)
    )
    return frozenset(StoryId(story_id) for story_id in tx.execute(entries.union(others)).scalars())


def move_edition(tx: Transaction, edition_id: EditionId, *, to: EditionStatus) -> bool:
    """Change an edition's status where that is allowed; return whether it was. One compare-and-set."""
    allowed = [one.value for one in EditionStatus if one.may_become(to)]
    query = update(edition).where(edition.c.id == edition_id, edition.c.status.in_(allowed)).values(status=to.value)
    return tx.execute(query).rowcount == 1


def read_editions(tx: Transaction, rows: Sequence[RowMapping]) -> list[Edition]:
    """Return the editions of these rows of their table, in this order. Their stories take one statement for all."""
    items = _items_of(tx, [EditionId(row["id"]) for row in rows])
    return [
        Edition(
            id=EditionId(row["id"]),
            topic_id=TopicId(row["topic_id"]),
            topic=_TOPIC.validate_python(row["snapshot"]),
            period=Period(row["period_start"], row["period_end"]),
            status=EditionStatus(row["status"]),
            items=tuple(items[row["id"]]),
            preheader=row["preheader"],
            intro=row["intro"],
            built_at=row["built_at"],
        )
        for row in rows
    ]


def _items_of(tx: Transaction, edition_ids: Sequence[EditionId]) -> Mapping[int, list[EditionItem]]:
    query = select(edition_item.c.edition_id, edition_item.c.snapshot).where(edition_item.c.edition_id.in_(edition_ids))
    items: dict[int, list[EditionItem]] = {edition_id: [] for edition_id in edition_ids}
    for edition_id, snapshot in tx.execute(query.order_by(edition_item.c.edition_id, edition_item.c.position)):
        items[edition_id].append(_ITEM.validate_python(snapshot))
    return items
