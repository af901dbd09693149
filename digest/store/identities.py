"""What a story is recognised by: canonical URL, then guid, then a hash of its text.

One text under two URLs is two stories (wire copy). One text, once without a URL and once with, is one story.
"""

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from digest.model.ids import StoryId
from digest.model.stories import ParsedStory
from digest.store.database import Transaction
from digest.store.tables import story, story_identity


def identities_of(parsed: ParsedStory) -> list[tuple[str, str]]:
    """Return (kind, value) pairs, the strongest first."""
    found = [("url", parsed.url), ("guid", parsed.guid), ("hash", parsed.content_hash)]
    return [(kind, value) for kind, value in found if value]


def find_identity(tx: Transaction, parsed: ParsedStory) -> StoryId | None:
    """Return the story that this one is, or None for a new one."""
    for kind, value in identities_of(parsed):
        query = select(story_identity.c.story_id).filter_by(kind=kind, value=value)
        if kind == "hash" and parsed.url:
            query = query.join(story, story.c.id == story_identity.c.story_id).where(story.c.canonical_url.is_(None))
        found: int | None = tx.execute(query).scalar()
        if found is not None:
            return StoryId(found)
    return None


def claim_identities(tx: Transaction, parsed: ParsedStory, *, story_id: StoryId) -> None:
    """Let the story be known by all that this copy of it bears. What another story owns stays with that one."""
    insert = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    rows = [{"kind": kind, "value": value, "story_id": story_id} for kind, value in identities_of(parsed)]
    tx.execute(insert(story_identity).on_conflict_do_nothing(index_elements=["kind", "value"]), rows)
