"""Tables for the mails around a subscription, who asked for one lately, and why readers left."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text, false, text

from digest.model.notices import NoticeKind, NoticeStatus
from digest.model.subscribers import LeavingReason
from digest.store.columns import BigId, UtcDateTime, status_check, status_column
from digest.store.tables.metadata import metadata

# `email` is where it goes, and is emptied with the reader's erasure; `due_at` is set while it waits.
notice = Table(
    "notice",
    metadata,
    Column("id", BigId, primary_key=True),
    status_column("kind"),
    Column("subscriber_id", ForeignKey("subscriber.id"), nullable=False, index=True),
    Column("email", Text, nullable=False),
    Column("lang", String(35), nullable=False),
    status_column("status"),
    Column("made_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("reply_code", Integer),
    Column("reply_enhanced", String(12)),
    Column("reply_text", Text),
    Column("used_at", UtcDateTime),
    Column("at", UtcDateTime, nullable=False),
    status_check("kind", NoticeKind),
    status_check("status", NoticeStatus),
    CheckConstraint("(status = 'queued') = (due_at IS NOT NULL)", name="due_while_waiting"),
    Index(
        "ix_notice_due_at",
        "due_at",
        postgresql_where=text("due_at IS NOT NULL"),
        sqlite_where=text("due_at IS NOT NULL"),
    ),
    Index(
        "ix_notice_handing_over",
        "at",
        postgresql_where=text("status = 'handing_over'"),
        sqlite_where=text("status = 'handing_over'"),
    ),
)

# The topics that a notice speaks of.
notice_topic = Table(
    "notice_topic",
    metadata,
    Column("notice_id", ForeignKey("notice.id", ondelete="CASCADE"), primary_key=True),
    Column("topic_id", ForeignKey("topic.id"), primary_key=True),
)

# Who asked for mail, by keyed hash, and whether a mail went out for it: what bounds how often a stranger can be written
# to, and how many sign-ups are usual. Rows go with pending readers (30 days).
sign_up = Table(
    "sign_up",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("key_hash", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("is_mailed", Boolean, nullable=False, server_default=false()),
    Index("ix_sign_up_key_hash_at", "key_hash", "at"),
)

# Why readers left a topic, of those who said so. It names nobody.
parting = Table(
    "parting",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("topic_id", ForeignKey("topic.id"), nullable=False, index=True),
    status_column("reason"),
    Column("at", UtcDateTime, nullable=False),
    status_check("reason", LeavingReason),
)
