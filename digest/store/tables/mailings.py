"""Tables for what goes out: the ledger. Promises 1 to 4 of docs/architecture.md are constraints here."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from digest.model.mailings import DeliveryStatus, MailingKind, MailingStatus
from digest.store.columns import BigId, UtcDateTime, status_check, status_column
from digest.store.tables.metadata import metadata

mailing = Table(
    "mailing",
    metadata,
    Column("id", BigId, primary_key=True),
    status_column("kind"),
    Column("slot_at", UtcDateTime, nullable=False),
    status_column("status"),
    Column("planned", Integer, nullable=False),
    Column("planned_at", UtcDateTime, nullable=False),
    Column("completed_at", UtcDateTime),
    status_check("kind", MailingKind),
    status_check("status", MailingStatus),
    UniqueConstraint("id", "slot_at"),
)

# An edition is carried by one mailing, once.
mailing_edition = Table(
    "mailing_edition",
    metadata,
    Column("mailing_id", ForeignKey("mailing.id", ondelete="CASCADE"), primary_key=True),
    Column("edition_id", ForeignKey("edition.id"), primary_key=True),
    UniqueConstraint("edition_id"),
)

# The big table. `slot_at` is its mailing's, so that it can be partitioned by time without another look-up.
delivery = Table(
    "delivery",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("mailing_id", BigId, nullable=False),
    Column("slot_at", UtcDateTime, nullable=False),
    Column("subscriber_id", ForeignKey("subscriber.id"), nullable=False),
    status_column("status"),
    Column("due_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("lease_owner", String(80)),
    Column("lease_until", UtcDateTime),
    Column("reply_code", Integer),
    Column("reply_enhanced", String(12)),
    Column("reply_text", Text),
    Column("is_presumed", Boolean, nullable=False, server_default=false()),
    Column("at", UtcDateTime, nullable=False),
    status_check("status", DeliveryStatus),
    CheckConstraint(
        "(status IN ('claimed', 'handing_over')) = (lease_owner IS NOT NULL AND lease_until IS NOT NULL)",
        name="leased_while_worked_on",
    ),
    UniqueConstraint("mailing_id", "subscriber_id"),
    ForeignKeyConstraint(["mailing_id", "slot_at"], ["mailing.id", "mailing.slot_at"]),
    Index(
        "ix_delivery_open",
        "due_at",
        "id",
        postgresql_where=text("status IN ('queued', 'deferred')"),
        sqlite_where=text("status IN ('queued', 'deferred')"),
    ),
    Index(
        "ix_delivery_leased",
        "lease_until",
        postgresql_where=text("lease_until IS NOT NULL"),
        sqlite_where=text("lease_until IS NOT NULL"),
    ),
    Index("ix_delivery_subscriber_id", "subscriber_id"),
)
