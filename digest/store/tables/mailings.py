"""Tables for what goes out: the ledger. Promises 1 to 4 of docs/architecture.md are constraints here."""

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Sequence,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from digest.model.mailings import DeliveryStatus, Doubt, MailingKind, MailingStatus
from digest.store.columns import BigId, PartitionedKey, UtcDateTime, status_check, status_column
from digest.store.tables.metadata import metadata

# `kept_totals` is what its deliveries came to, once they are pruned.
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
    Column("pause_reason", Text, nullable=False, server_default=""),
    Column("recalled_at", UtcDateTime),
    Column("pruned_at", UtcDateTime),
    Column("kept_totals", JSON(none_as_null=True)),
    status_check("kind", MailingKind),
    status_check("status", MailingStatus),
    CheckConstraint("(pruned_at IS NULL) = (kept_totals IS NULL)", name="totals_kept_when_pruned"),
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

# A worker's hold on its deliveries of a mailing: one row to renew, however many they are.
lease = Table(
    "lease",
    metadata,
    Column("owner", String(80), primary_key=True),
    Column("mailing_id", ForeignKey("mailing.id"), primary_key=True),
    Column("lease_until", UtcDateTime, nullable=False),
)

# The big table, written three times a delivery. Its columns that change most (status, owner, reply) are in no index
# and no index's condition, so that PostgreSQL marks and records a row without touching one (a heap-only update).
# `due_at` is set while a delivery waits, `lease_owner` while it is worked on, `doubt` while it is in doubt.
# `doubt_owner` is whose it was, where it is in doubt because a lease ran out, and its worker was not heard.
# `slot_at` is its mailing's: a month of them is a partition, so that pruning is a DROP (store/partitions.py).
delivery = Table(
    "delivery",
    metadata,
    Column("id", BigId, Sequence("delivery_id_seq", metadata=metadata)),
    Column("mailing_id", BigId, nullable=False),
    Column("slot_at", UtcDateTime, nullable=False),
    Column("subscriber_id", ForeignKey("subscriber.id"), nullable=False),
    status_column("status"),
    Column("due_at", UtcDateTime),
    Column("attempts", Integer, nullable=False),
    Column("resends", Integer, nullable=False, server_default=text("0")),
    Column("fence", Integer, nullable=False),
    Column("lease_owner", String(80)),
    Column("reply_code", Integer),
    Column("reply_enhanced", String(12)),
    Column("reply_text", Text),
    Column("doubt", String(32)),
    Column("doubt_owner", String(80)),
    Column("is_presumed", Boolean, nullable=False, server_default=false()),
    Column("at", UtcDateTime, nullable=False),
    status_check("status", DeliveryStatus),
    status_check("doubt", Doubt),
    CheckConstraint("(status IN ('queued', 'deferred')) = (due_at IS NOT NULL)", name="due_while_waiting"),
    CheckConstraint(
        "(status IN ('claimed', 'handing_over')) = (lease_owner IS NOT NULL)", name="leased_while_worked_on"
    ),
    CheckConstraint("(status = 'in_doubt') = (doubt IS NOT NULL)", name="doubt_has_a_cause"),
    PartitionedKey("id", "slot_at"),
    UniqueConstraint("subscriber_id", "mailing_id", "slot_at"),
    ForeignKeyConstraint(["mailing_id", "slot_at"], ["mailing.id", "mailing.slot_at"]),
    Index(
        "ix_delivery_waiting",
        "mailing_id",
        "due_at",
        "id",
        postgresql_where=text("due_at IS NOT NULL"),
        sqlite_where=text("due_at IS NOT NULL"),
    ),
    Index(
        "ix_delivery_in_doubt",
        "mailing_id",
        "id",
        postgresql_where=text("doubt IS NOT NULL"),
        sqlite_where=text("doubt IS NOT NULL"),
    ),
    Index("ix_delivery_mailing_id", "mailing_id", postgresql_using="brin"),
    postgresql_partition_by="RANGE (slot_at)",
)
