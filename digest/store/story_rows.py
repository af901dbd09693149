"""Story rows to records and back: which column holds what."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import RowMapping, func, select

from digest.model.ids import StoryId
from digest.model.stories import Direction, Image, ParsedStory, Story
from digest.model.tags import Tag, TagKey
from digest.store.database import Transaction
from digest.store.tables import source, story_source, story_tag, tag

_IDS_A_STATEMENT = 500


StoryColumn = str | int | datetime | None
"""What a column of `story` may hold."""


def content_of(parsed: ParsedStory) -> dict[str, StoryColumn]:
    """Return the columns that a source decides, by name."""
    image = parsed.image or Image(url="")
    return {
        "title": parsed.title,
        "dek": parsed.dek,
        "body_html": parsed.body_html,
        "body_text": parsed.body_text,
        "byline": parsed.byline,
        "publisher": parsed.publisher,
        "image_url": image.url,
        "image_alt": image.alt,
        "image_credit": image.credit,
        "image_width": image.width,
        "image_height": image.height,
        "credit": parsed.credit,
        "lang": parsed.lang,
        "dir": parsed.direction.value,
        "published_at": parsed.published_at,
        "updated_at": parsed.updated_at,
        "content_hash": parsed.content_hash,
        "word_count": parsed.word_count,
    }


def read_stories(tx: Transaction, rows: Sequence[RowMapping]) -> list[Story]:
    """Return the records of `story` rows, in order, each with its tags and its best source's weight."""
    ids = [StoryId(row["id"]) for row in rows]
    tags = _tags_of(tx, ids)
    weights = _weights_of(tx, ids)
    return [_story(row, tags=tags.get(row["id"], ()), weight=weights.get(row["id"], 1.0)) for row in rows]


def _tags_of(tx: Transaction, ids: Sequence[StoryId]) -> dict[int, tuple[Tag, ...]]:
    found: dict[int, list[Tag]] = {}
    for some in in_batches(ids):
        query = (
            select(story_tag.c.story_id, tag.c.key, tag.c.label)
            .join(tag, tag.c.id == story_tag.c.tag_id)
            .where(story_tag.c.story_id.in_(some))
            .order_by(story_tag.c.story_id, story_tag.c.position, tag.c.id)
        )
        for story_id, key, label in tx.execute(query):
            found.setdefault(story_id, []).append(Tag(TagKey(key), label))
    return {story_id: tuple(tags) for story_id, tags in found.items()}


def _weights_of(tx: Transaction, ids: Sequence[StoryId]) -> dict[int, float]:
    found: dict[int, float] = {}
    for some in in_batches(ids):
        query = (
            select(story_source.c.story_id, func.max(source.c.weight))
            .join(source, source.c.id == story_source.c.source_id)
            .where(story_source.c.story_id.in_(some))
            .group_by(story_source.c.story_id)
        )
        found.update((story_id, weight) for story_id, weight in tx.execute(query))
    return found


def in_batches(ids: Sequence[StoryId]) -> Iterable[Sequence[StoryId]]:
    """Yield the ids in pieces small enough for one statement's parameters."""
    return (ids[start : start + _IDS_A_STATEMENT] for start in range(0, len(ids), _IDS_A_STATEMENT))


def _story(row: RowMapping, *, tags: tuple[Tag, ...], weight: float) -> Story:
    return Story(
        id=StoryId(row["id"]),
        canonical_url=row["canonical_url"] or "",
        guid=row["guid"],
        title=row["title"],
        dek=row["dek"],
        body_html=row["body_html"],
        body_text=row["body_text"],
        byline=row["byline"],
        publisher=row["publisher"],
        image=_image(row) if row["image_url"] else None,
        credit=row["credit"],
        tags=tags,
        lang=row["lang"],
        direction=Direction(row["dir"]),
        published_at=row["published_at"],
        updated_at=row["updated_at"],
        first_seen_at=row["first_seen_at"],
        retracted_at=row["retracted_at"],
        content_hash=row["content_hash"],
        word_count=row["word_count"],
        weight=weight,
    )


def _image(row: RowMapping) -> Image:
    return Image(
        url=row["image_url"],
        alt=row["image_alt"],
        credit=row["image_credit"],
        width=row["image_width"],
        height=row["image_height"],
    )
