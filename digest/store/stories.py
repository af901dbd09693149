"""Stories: kept once however many sources bring them, with their earlier texts and the union of their tags."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import RowMapping, func, insert, or_, select, update
from sqlalchemy.exc import DBAPIError

from digest.errors import NotFoundError, StoreError
from digest.model.editions import Period
from digest.model.ids import SourceId, StoryId
from digest.model.stories import Change, ParsedStory, Story
from digest.model.tags import Tag, TagKey
from digest.store.database import Transaction
from digest.store.identities import claim_identities, find_identity
from digest.store.merging import fill_gaps, merge, replaces
from digest.store.story_rows import content_of, in_batches, read_stories
from digest.store.tables import story, story_revision, story_source, story_tag, tag
from digest.store.tags import ensure_tags

_MARGIN = timedelta(days=7)
_KEEPING_LOCK = 0x0D19E58


def lock_stories(tx: Transaction) -> None:
    """Let no other transaction that locks the stories go on before this one ends: two may not both find one new.

    SQLite has one writer anyway.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(select(func.pg_advisory_xact_lock(_KEEPING_LOCK)))


def save_story(tx: Transaction, parsed: ParsedStory, *, source_id: SourceId | None, now: datetime) -> Change:
    """Keep a story that was gathered, and return what that changed.

    A story known by its URL, guid or text is the same story: it takes the new text when that differs (the old one
    becomes a revision) and adds the new tags to its own. Its dates are filled in, never emptied. Raises StoreError
    for a story that the database refuses; the transaction goes on without it.
    """
    try:
        with tx.begin_nested():
            return _save(tx, parsed, source_id=source_id, now=now)
    except (DBAPIError, UnicodeError) as error:
        raise StoreError("the database refused it; gather it again, and tell us if that does not help") from error


def _save(tx: Transaction, parsed: ParsedStory, *, source_id: SourceId | None, now: datetime) -> Change:
    found = find_identity(tx, parsed)
    if found is None:
        _add_story(tx, parsed, source_id=source_id, now=now)
        return Change.NEW
    changed_text = _update_text(tx, found, parsed, now=now)
    changed_tags = add_tags(tx, found, parsed.tags)
    claim_identities(tx, parsed, story_id=found)
    _note_source(tx, found, source_id)
    return Change.UPDATED if changed_text or changed_tags else Change.UNCHANGED


def _add_story(tx: Transaction, parsed: ParsedStory, *, source_id: SourceId | None, now: datetime) -> None:
    values = {"canonical_url": parsed.url or None, "guid": parsed.guid, "first_seen_at": now, **content_of(parsed)}
    story_id = StoryId(tx.execute(insert(story).values(values).returning(story.c.id)).scalar_one())
    claim_identities(tx, parsed, story_id=story_id)
    add_tags(tx, story_id, parsed.tags)
    _note_source(tx, story_id, source_id)


def _update_text(tx: Transaction, story_id: StoryId, parsed: ParsedStory, *, now: datetime) -> bool:
    """Take the copy's text where it replaces the kept one, else what the kept one lacks; return whether either was."""
    row = tx.execute(select(story).where(story.c.id == story_id).with_for_update()).mappings().one()
    if replaces(parsed, row, was_replaced=_was_replaced(tx, story_id, parsed)):
        _keep_revision(tx, row, now=now)
        changes = merge(row, parsed)
    else:
        changes = fill_gaps(row, parsed)
    if changes:
        tx.execute(update(story).where(story.c.id == story_id).values(changes))
    return bool(changes)


def _was_replaced(tx: Transaction, story_id: StoryId, parsed: ParsedStory) -> bool:
    earlier = select(story_revision.c.id).where(
        story_revision.c.story_id == story_id, story_revision.c.content_hash == parsed.content_hash
    )
    return tx.execute(earlier.limit(1)).first() is not None


def _keep_revision(tx: Transaction, row: RowMapping, *, now: datetime) -> None:
    kept = {column: row[column] for column in ("content_hash", "title", "dek", "body_html", "byline")}
    tx.execute(insert(story_revision).values(story_id=row["id"], replaced_at=now, **kept))


def _note_source(tx: Transaction, story_id: StoryId, source_id: SourceId | None) -> None:
    if source_id is None:
        return
    row = {"story_id": story_id, "source_id": source_id}
    if tx.execute(select(story_source).filter_by(**row)).first() is None:
        tx.execute(insert(story_source).values(row))


def add_tags(tx: Transaction, story_id: StoryId, tags: Iterable[Tag]) -> bool:
    """Add tags to a story; return whether it lacked any of them."""
    borne = set(tx.execute(select(story_tag.c.tag_id).where(story_tag.c.story_id == story_id)).scalars())
    missing = [tag_id for tag_id in ensure_tags(tx, tags) if tag_id not in borne]
    rows = [
        {"story_id": story_id, "tag_id": tag_id, "position": place} for place, tag_id in enumerate(missing, len(borne))
    ]
    if rows:
        tx.execute(insert(story_tag), rows)
    return bool(rows)


def find_story(tx: Transaction, story_id: StoryId) -> Story:
    """Return a story. Raises NotFoundError."""
    row = tx.execute(select(story).where(story.c.id == story_id)).mappings().first()
    if row is None:
        raise NotFoundError("story", str(story_id), hint="digest story list shows them with their numbers")
    return read_stories(tx, [row])[0]


def list_stories(tx: Transaction, *, tag_key: TagKey | None = None, limit: int) -> list[Story]:
    """Return the newest stories, at most `limit`, of one tag if `tag_key` says so."""
    newest = func.coalesce(story.c.published_at, story.c.first_seen_at).desc()
    query = select(story).order_by(newest, story.c.id.desc()).limit(limit)
    if tag_key is not None:
        meant = select(func.coalesce(tag.c.alias_of, tag.c.id)).where(tag.c.key == tag_key)
        query = query.where(story.c.id.in_(select(story_tag.c.story_id).where(story_tag.c.tag_id.in_(meant))))
    return read_stories(tx, tx.execute(query).mappings().all())


def list_candidates(
    tx: Transaction, tags: Iterable[TagKey], *, period: Period, also: Sequence[StoryId] = ()
) -> list[Story]:
    """Return the stories that bear any of the tags and count in the period, or within a week of it.

    The margin is there so that an editor is told why a story they look for is out. `also` asks for more by id.
    """
    bearing = select(story_tag.c.story_id).join(tag, tag.c.id == story_tag.c.tag_id).where(tag.c.key.in_(list(tags)))
    earliest, latest = period.start - _MARGIN, period.end + _MARGIN
    counts = or_(story.c.first_seen_at >= earliest, story.c.published_at >= earliest)
    query = select(story).where(story.c.id.in_(bearing), counts, story.c.first_seen_at < latest)
    rows = {row["id"]: row for row in tx.execute(query).mappings()}
    for some in in_batches([one for one in also if one not in rows]):
        found = tx.execute(select(story).where(story.c.id.in_(some), story.c.id.in_(bearing))).mappings()
        rows.update((row["id"], row) for row in found)
    return read_stories(tx, [rows[story_id] for story_id in sorted(rows)])


def count_stories(tx: Transaction) -> tuple[int, datetime | None]:
    """Return how many stories there are, and when the latest was first seen."""
    count, latest = tx.execute(select(func.count(), func.max(story.c.first_seen_at)).select_from(story)).one()
    return count, latest


def retract_story(tx: Transaction, story_id: StoryId, *, now: datetime) -> bool:
    """Mark a story as retracted; return whether it was not so already. Raises NotFoundError."""
    find_story(tx, story_id)
    query = update(story).where(story.c.id == story_id, story.c.retracted_at.is_(None)).values(retracted_at=now)
    return tx.execute(query).rowcount == 1
