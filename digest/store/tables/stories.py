"""Tables for what was gathered: sources, stories with their earlier texts, tags."""

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from digest.model.sources import SourceHealth, SourceKind
from digest.model.stories import Direction
from digest.store.columns import BigId, UtcDateTime, status_check, status_column
from digest.store.tables.metadata import metadata

source = Table(
    "source",
    metadata,
    Column("id", BigId, primary_key=True),
    status_column("kind"),
    Column("url", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("weight", Float, nullable=False),
    Column("etag", Text, nullable=False),
    Column("last_modified", Text, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Column("next_poll_at", UtcDateTime, nullable=False),
    Column("last_polled_at", UtcDateTime),
    Column("failures", Integer, nullable=False),
    Column("last_error", Text, nullable=False),
    status_column("health"),
    status_check("kind", SourceKind),
    status_check("health", SourceHealth),
    Index("ix_source_next_poll_at", "next_poll_at"),
)

story = Table(
    "story",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("canonical_url", Text, unique=True),
    Column("guid", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("dek", Text, nullable=False),
    Column("body_html", Text, nullable=False),
    Column("body_text", Text, nullable=False),
    Column("byline", Text, nullable=False),
    Column("publisher", Text, nullable=False),
    Column("image_url", Text, nullable=False),
    Column("image_alt", Text, nullable=False),
    Column("image_credit", Text, nullable=False),
    Column("image_width", Integer),
    Column("image_height", Integer),
    Column("credit", Text, nullable=False),
    Column("lang", String(35), nullable=False),
    status_column("dir"),
    Column("published_at", UtcDateTime),
    Column("updated_at", UtcDateTime),
    Column("first_seen_at", UtcDateTime, nullable=False),
    Column("retracted_at", UtcDateTime),
    Column("content_hash", String(64), nullable=False),
    Column("word_count", Integer, nullable=False),
    status_check("dir", Direction),
    Index("ix_story_first_seen_at", "first_seen_at"),
    Index("ix_story_published_at", "published_at"),
)

# What a story may be recognised by: its URL, its guid, its text. The first source to name one owns it.
story_identity = Table(
    "story_identity",
    metadata,
    Column("kind", String(4), primary_key=True),
    Column("value", Text, primary_key=True),
    Column("story_id", ForeignKey("story.id", ondelete="CASCADE"), nullable=False, index=True),
)

story_revision = Table(
    "story_revision",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("story_id", ForeignKey("story.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("content_hash", String(64), nullable=False),
    Column("title", Text, nullable=False),
    Column("dek", Text, nullable=False),
    Column("body_html", Text, nullable=False),
    Column("byline", Text, nullable=False),
    Column("replaced_at", UtcDateTime, nullable=False),
)

story_source = Table(
    "story_source",
    metadata,
    Column("story_id", ForeignKey("story.id", ondelete="CASCADE"), primary_key=True),
    Column("source_id", ForeignKey("source.id", ondelete="CASCADE"), primary_key=True, index=True),
)

tag = Table(
    "tag",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("label", Text, nullable=False),
    Column("alias_of", ForeignKey("tag.id"), index=True),
)

story_tag = Table(
    "story_tag",
    metadata,
    Column("story_id", ForeignKey("story.id", ondelete="CASCADE"), primary_key=True),
    Column("tag_id", ForeignKey("tag.id"), primary_key=True),
    Column("position", Integer, nullable=False),
    UniqueConstraint("tag_id", "story_id"),
)
