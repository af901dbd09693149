"""Topics, the tags they are about, and an editor's picks for their editions to come."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches

from sqlalchemy import RowMapping, delete, insert, select, update

from digest.errors import AlreadyExistsError, NotFoundError
from digest.model.ids import StoryId, TagId, TopicId
from digest.model.mailings import DoubtPolicy
from digest.model.tags import Tag, TagKey
from digest.model.topics import Pick, Schedule, Theme, Topic, TopicStatus, Visibility, Weekday
from digest.store.database import Transaction
from digest.store.tables import edition_item, tag, topic, topic_pick, topic_tag
from digest.store.tables.editions import TagUse
from digest.store.tags import ensure_tags


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTopic:
    """A topic to be added; see `Topic` for what its parts mean."""

    slug: str
    name: str
    description: str = ""
    lang: str = "en"
    tags: tuple[Tag, ...]
    excluded_tags: tuple[Tag, ...] = ()
    min_stories: int = 1
    max_stories: int = 12
    schedule: Schedule = field(default_factory=Schedule)
    theme: Theme = Theme.CLASSIC
    doubt_policy: DoubtPolicy = DoubtPolicy.BY_CAUSE
    visibility: Visibility = Visibility.PUBLIC
    sends_welcome: bool = False


def add_topic(tx: Transaction, new: NewTopic, *, now: datetime) -> TopicId:
    """Add a topic with its tags. Raises AlreadyExistsError."""
    if tx.execute(select(topic.c.id).where(topic.c.slug == new.slug)).first() is not None:
        raise AlreadyExistsError("topic", new.slug, hint=f"digest topic show {new.slug} shows it")
    values = {
        "slug": new.slug,
        "name": new.name,
        "description": new.description,
        "lang": new.lang,
        "min_stories": new.min_stories,
        "max_stories": new.max_stories,
        "weekday": new.schedule.weekday.value,
        "send_at": new.schedule.at,
        "zone": new.schedule.zone,
        "cut_off_minutes": new.schedule.cut_off_minutes,
        "theme": new.theme.value,
        "status": TopicStatus.ACTIVE.value,
        "doubt_policy": new.doubt_policy.value,
        "visibility": new.visibility.value,
        "sends_welcome": new.sends_welcome,
        "added_at": now,
    }
    topic_id = TopicId(tx.execute(insert(topic).values(values).returning(topic.c.id)).scalar_one())
    about = ensure_tags(tx, new.tags)
    excluded = [tag_id for tag_id in ensure_tags(tx, new.excluded_tags) if tag_id not in about]
    _add_topic_tags(tx, topic_id, about, use=TagUse.ABOUT)
    _add_topic_tags(tx, topic_id, excluded, use=TagUse.EXCLUDED)
    return topic_id


def _add_topic_tags(tx: Transaction, topic_id: TopicId, tag_ids: Sequence[TagId], *, use: TagUse) -> None:
    rows = [{"topic_id": topic_id, "tag_id": tag_id, "use": use.value} for tag_id in tag_ids]
    if rows:
        tx.execute(insert(topic_tag), rows)


def find_topic(tx: Transaction, slug: str) -> Topic:
    """Return a topic. Raises NotFoundError, which names near ones."""
    row = tx.execute(select(topic).where(topic.c.slug == slug)).mappings().first()
    if row is None:
        slugs = list(tx.execute(select(topic.c.slug)).scalars())
        near = get_close_matches(slug, slugs, n=2)
        raise NotFoundError("topic", slug, near=near, hint="digest topic list shows them; digest topic add makes one")
    return _read_topics(tx, [row])[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicChanges:
    """What is to be changed of a topic; None leaves it as it is. A doubt policy is for earlier editions' mails too."""

    doubt_policy: DoubtPolicy | None = None
    visibility: Visibility | None = None
    sends_welcome: bool | None = None


def change_topic(tx: Transaction, topic_id: TopicId, changes: TopicChanges) -> None:
    """Change a topic. Its editions to come, and its mails still to be made, see it at once."""
    wanted = {
        "doubt_policy": changes.doubt_policy and changes.doubt_policy.value,
        "visibility": changes.visibility and changes.visibility.value,
        "sends_welcome": changes.sends_welcome,
    }
    values = {name: value for name, value in wanted.items() if value is not None}
    if values:
        tx.execute(update(topic).where(topic.c.id == topic_id).values(values))


def lock_topic(tx: Transaction, topic_id: TopicId) -> None:
    """Let no other transaction that locks this topic go on before this one ends: two may not close one period.

    What was read before may be old by then. SQLite has one writer anyway, and takes no notice.
    """
    tx.execute(select(topic.c.id).where(topic.c.id == topic_id).with_for_update())


def list_topics(tx: Transaction) -> list[Topic]:
    """Return all topics by slug."""
    return _read_topics(tx, tx.execute(select(topic).order_by(topic.c.slug)).mappings().all())


def pick_story(tx: Transaction, topic_id: TopicId, story_id: StoryId, *, pick: Pick | None, now: datetime) -> None:
    """Pin or drop a story for a topic's editions to come; None takes either back."""
    tx.execute(delete(topic_pick).filter_by(topic_id=topic_id, story_id=story_id))
    if pick is not None:
        row = {"topic_id": topic_id, "story_id": story_id, "pick": pick.value, "picked_at": now}
        tx.execute(insert(topic_pick).values(row))


def _read_topics(tx: Transaction, rows: Sequence[RowMapping]) -> list[Topic]:
    return [
        _topic(
            row,
            tags=_tags_of(tx, row["id"], use=TagUse.ABOUT),
            excluded=_tags_of(tx, row["id"], use=TagUse.EXCLUDED),
            pinned=_picks_of(tx, row["id"], pick=Pick.PINNED),
            dropped=_picks_of(tx, row["id"], pick=Pick.DROPPED),
        )
        for row in rows
    ]


def _tags_of(tx: Transaction, topic_id: TopicId, *, use: TagUse) -> frozenset[TagKey]:
    query = select(tag.c.key).join(topic_tag, tag.c.id == topic_tag.c.tag_id)
    keys = tx.execute(query.where(topic_tag.c.topic_id == topic_id, topic_tag.c.use == use.value)).scalars()
    return frozenset(TagKey(key) for key in keys)


def _picks_of(tx: Transaction, topic_id: TopicId, *, pick: Pick) -> tuple[StoryId, ...]:
    """Return the picks that no edition of the topic has taken up yet, the first picked first."""
    taken = select(edition_item.c.story_id).where(edition_item.c.topic_id == topic_id)
    query = (
        select(topic_pick.c.story_id)
        .filter_by(topic_id=topic_id, pick=pick.value)
        .where(topic_pick.c.story_id.not_in(taken))
        .order_by(topic_pick.c.picked_at, topic_pick.c.story_id)
    )
    return tuple(StoryId(story_id) for story_id in tx.execute(query).scalars())


def _topic(
    row: RowMapping,
    *,
    tags: frozenset[TagKey],
    excluded: frozenset[TagKey],
    pinned: tuple[StoryId, ...],
    dropped: tuple[StoryId, ...],
) -> Topic:
    return Topic(
        id=TopicId(row["id"]),
        slug=row["slug"],
        name=row["name"],
        description=row["description"],
        lang=row["lang"],
        tags=tags,
        excluded_tags=excluded,
        min_stories=row["min_stories"],
        max_stories=row["max_stories"],
        schedule=Schedule(
            weekday=Weekday(row["weekday"]),
            at=row["send_at"],
            zone=row["zone"],
            cut_off_minutes=row["cut_off_minutes"],
        ),
        theme=Theme(row["theme"]),
        status=TopicStatus(row["status"]),
        doubt_policy=DoubtPolicy(row["doubt_policy"]),
        visibility=Visibility(row["visibility"]),
        sends_welcome=row["sends_welcome"],
        pinned=pinned,
        dropped=frozenset(dropped),
    )
