"""Tables for what is curated: topics, an editor's picks, editions with the stories in them and left out."""

from enum import StrEnum

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    String,
    Table,
    Text,
    Time,
    UniqueConstraint,
    false,
)

from digest.model.editions import EditionStatus, Reason
from digest.model.mailings import DoubtPolicy
from digest.model.topics import Pick, Theme, TopicStatus, Visibility
from digest.store.columns import BigId, UtcDateTime, status_check, status_column
from digest.store.tables.metadata import metadata


class TagUse(StrEnum):
    """What a tag means to a topic."""

    ABOUT = "about"
    EXCLUDED = "excluded"


topic = Table(
    "topic",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("slug", String(60), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("lang", String(35), nullable=False),
    Column("min_stories", Integer, nullable=False),
    Column("max_stories", Integer, nullable=False),
    Column("weekday", Integer, nullable=False),
    Column("send_at", Time, nullable=False),
    Column("zone", String(60), nullable=False),
    Column("cut_off_minutes", Integer, nullable=False),
    status_column("theme"),
    status_column("status"),
    Column("added_at", UtcDateTime, nullable=False),
    Column("doubt_policy", String(32), nullable=False, server_default=DoubtPolicy.BY_CAUSE.value),
    Column("visibility", String(32), nullable=False, server_default=Visibility.PUBLIC.value),
    Column("sends_welcome", Boolean, nullable=False, server_default=false()),
    status_check("theme", Theme),
    status_check("status", TopicStatus),
    status_check("visibility", Visibility),
    status_check("doubt_policy", DoubtPolicy),
    CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_known"),
    CheckConstraint("min_stories >= 1 AND max_stories >= min_stories", name="size_possible"),
)

topic_tag = Table(
    "topic_tag",
    metadata,
    Column("topic_id", ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True),
    Column("tag_id", ForeignKey("tag.id"), primary_key=True, index=True),
    status_column("use"),
    status_check("use", TagUse),
)

topic_pick = Table(
    "topic_pick",
    metadata,
    Column("topic_id", ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True),
    Column("story_id", ForeignKey("story.id", ondelete="CASCADE"), primary_key=True),
    status_column("pick"),
    Column("picked_at", UtcDateTime, nullable=False),
    status_check("pick", Pick),
)

edition = Table(
    "edition",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("topic_id", ForeignKey("topic.id"), nullable=False),
    Column("period_start", UtcDateTime, nullable=False),
    Column("period_end", UtcDateTime, nullable=False),
    status_column("status"),
    Column("subject", Text, nullable=False),
    Column("preheader", Text, nullable=False),
    Column("intro", Text, nullable=False),
    Column("snapshot", JSON, nullable=False),
    Column("built_at", UtcDateTime, nullable=False),
    status_check("status", EditionStatus),
    CheckConstraint("period_start < period_end", name="period_forward"),
    UniqueConstraint("topic_id", "period_start"),
    UniqueConstraint("id", "topic_id"),
)

# `snapshot` is the story as it was. The topic stands here too, so that no story can be in two of its editions.
edition_item = Table(
    "edition_item",
    metadata,
    Column("edition_id", BigId, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("topic_id", BigId, nullable=False),
    Column("story_id", ForeignKey("story.id"), nullable=False),
    status_column("reason"),
    Column("score", Float, nullable=False),
    Column("snapshot", JSON, nullable=False),
    status_check("reason", Reason),
    UniqueConstraint("topic_id", "story_id"),
    ForeignKeyConstraint(["edition_id", "topic_id"], ["edition.id", "edition.topic_id"]),
)

# Why each considered story is in or out, for `edition show`. Near-equal stories name the one that stands for them.
edition_verdict = Table(
    "edition_verdict",
    metadata,
    Column("edition_id", ForeignKey("edition.id", ondelete="CASCADE"), primary_key=True),
    Column("story_id", ForeignKey("story.id"), primary_key=True),
    Column("place", Integer, nullable=False),
    status_column("reason"),
    Column("score", Float, nullable=False),
    Column("detail", Text, nullable=False),
    Column("same_as", ForeignKey("story.id")),
    status_check("reason", Reason),
)
