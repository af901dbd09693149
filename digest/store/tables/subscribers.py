"""Tables for readers: who they are, what they asked for, the evidence, and who must get nothing."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from digest.model.subscribers import (
    Bundling,
    Cadence,
    ConsentAction,
    SubscriberStatus,
    SubscriptionStatus,
    SuppressionReason,
)
from digest.store.columns import BigId, UtcDateTime, status_check, status_column
from digest.store.tables.metadata import metadata

# An erased subscriber keeps its row and id, with an empty address and no keys. Who moved to an address that had a
# reader already keeps a row, too, for the links in old mails: it has left, and `moved_to_id` says whose they are now.
subscriber = Table(
    "subscriber",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("email", Text, nullable=False),
    Column("email_key", Text, unique=True),
    Column("key_hash", String(64), unique=True),
    Column("name", Text, nullable=False),
    Column("lang", String(35), nullable=False),
    Column("zone", String(60), nullable=False),
    Column("weekday", Integer),
    Column("hour", Integer),
    status_column("cadence"),
    Column("bundling", String(32), nullable=False, server_default=Bundling.TOGETHER.value),
    Column("paused_until", UtcDateTime),
    status_column("status"),
    Column("added_at", UtcDateTime, nullable=False),
    Column("moved_to_id", BigId),
    status_check("cadence", Cadence),
    status_check("status", SubscriberStatus),
    status_check("bundling", Bundling),
    CheckConstraint("hour BETWEEN 0 AND 23", name="hour_known"),
    CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_known"),
    Index(
        "ix_subscriber_paused_until",
        "paused_until",
        postgresql_where=text("paused_until IS NOT NULL"),
        sqlite_where=text("paused_until IS NOT NULL"),
    ),
    Index(
        "ix_subscriber_moved_to_id",
        "moved_to_id",
        postgresql_where=text("moved_to_id IS NOT NULL"),
        sqlite_where=text("moved_to_id IS NOT NULL"),
    ),
)

# `has_given_reason` says that a reader said why they left, and not what: that is counted in `parting`.
subscription = Table(
    "subscription",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("subscriber_id", ForeignKey("subscriber.id"), nullable=False),
    Column("topic_id", ForeignKey("topic.id"), nullable=False),
    status_column("status"),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("has_given_reason", Boolean, nullable=False, server_default=false()),
    status_check("status", SubscriptionStatus),
    UniqueConstraint("subscriber_id", "topic_id"),
    Index("ix_subscription_topic_id_status", "topic_id", "status"),
)

# Append-only: no statement of ours updates or deletes a row here, but with its reader (erased, or never confirmed), and
# for blanking `ip` in time (store/retention.py).
consent = Table(
    "consent",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("subscriber_id", ForeignKey("subscriber.id"), nullable=False, index=True),
    Column("topic_id", ForeignKey("topic.id"), nullable=False),
    status_column("action"),
    Column("wording", Text, nullable=False),
    Column("page", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("tags", Text, nullable=False, server_default=""),
    Column("ip", String(45), nullable=False, server_default=""),
    Column("proof", Text, nullable=False, server_default=""),
    status_check("action", ConsentAction),
)

# Keyed hashes only: it outlives erasure and names nobody.
suppression = Table(
    "suppression",
    metadata,
    Column("key_hash", String(64), primary_key=True),
    status_column("reason"),
    Column("at", UtcDateTime, nullable=False),
    status_check("reason", SuppressionReason),
    Index(
        "ix_suppression_complained_at",
        "at",
        postgresql_where=text("reason = 'complaint'"),
        sqlite_where=text("reason = 'complaint'"),
    ),
)
