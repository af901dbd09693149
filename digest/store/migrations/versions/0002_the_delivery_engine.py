"""What the delivery engine needs: leases, doubts, pauses, totals that outlive their rows, and monthly partitions.

The ledger's rows are moved into new tables, with the table locked, in the one transaction of the upgrade. A worker
of the version before, left running, can claim and record nothing afterwards; its rows are taken over as those of any
worker that ended.
"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

from digest.store.columns import BigId, PartitionedKey, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute(
        "ALTER TABLE topic ADD COLUMN doubt_policy VARCHAR(32) DEFAULT 'by_cause' NOT NULL "
        "CONSTRAINT ck_topic_doubt_policy_known CHECK (doubt_policy IN ('by_cause', 'resend', 'never'))"
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_setting")),
    )
    op.create_table(
        "warm_up_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_warm_up_day")),
    )
    _set_deliveries_aside(is_sqlite=is_sqlite)
    if is_sqlite:
        _rebuild_mailings()
    else:
        _alter_mailings()
    op.create_table(
        "lease",
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("mailing_id", BigId, nullable=False),
        sa.Column("lease_until", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailing.id"], name=op.f("fk_lease_mailing_id_mailing")),
        sa.PrimaryKeyConstraint("owner", "mailing_id", name=op.f("pk_lease")),
    )
    _create_deliveries()
    _move_deliveries(is_sqlite=is_sqlite)
    op.drop_table("delivery_0001")
    if is_sqlite:  # children first: dropping a table deletes its rows, and those that hang on them
        op.drop_table("mailing_edition_0001")
        op.drop_table("mailing_0001")


def _set_deliveries_aside(*, is_sqlite: bool) -> None:
    """Take the old table out of the way, with all names that the new one has too."""
    for index in ("ix_delivery_leased", "ix_delivery_open", "ix_delivery_subscriber_id"):
        op.drop_index(index, "delivery")
    if not is_sqlite:
        op.execute("LOCK TABLE delivery IN ACCESS EXCLUSIVE MODE")
        op.execute("ALTER TABLE delivery DROP CONSTRAINT pk_delivery")
        op.execute("ALTER SEQUENCE delivery_id_seq OWNED BY NONE")
    op.rename_table("delivery", "delivery_0001")


def _alter_mailings() -> None:
    for column in _new_mailing_columns():
        op.add_column("mailing", column)
    op.execute("ALTER TABLE mailing DROP CONSTRAINT ck_mailing_status_known")
    for name, condition in _new_mailing_checks():
        op.create_check_constraint(op.f(name), "mailing", condition)


def _new_mailing_columns() -> tuple[sa.Column[str], sa.Column[datetime], sa.Column[datetime], sa.Column[object]]:
    return (
        sa.Column("pause_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("recalled_at", UtcDateTime(), nullable=True),
        sa.Column("pruned_at", UtcDateTime(), nullable=True),
        sa.Column("kept_totals", sa.JSON(), nullable=True),
    )


def _new_mailing_checks() -> tuple[tuple[str, str], ...]:
    return (
        ("ck_mailing_status_known", "status IN ('open', 'paused', 'complete')"),
        ("ck_mailing_totals_kept_when_pruned", "(pruned_at IS NULL) = (kept_totals IS NULL)"),
    )


def _rebuild_mailings() -> None:
    """SQLite can change a check in no other way. The tables that refer to it are moved with it."""
    op.rename_table("mailing_edition", "mailing_edition_0001")
    op.rename_table("mailing", "mailing_0001")
    op.create_table(
        "mailing",
        sa.Column("id", BigId, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("slot_at", UtcDateTime(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("planned", sa.Integer(), nullable=False),
        sa.Column("planned_at", UtcDateTime(), nullable=False),
        sa.Column("completed_at", UtcDateTime(), nullable=True),
        *_new_mailing_columns(),
        sa.CheckConstraint("kind IN ('edition')", name=op.f("ck_mailing_kind_known")),
        *(sa.CheckConstraint(condition, name=op.f(name)) for name, condition in _new_mailing_checks()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailing")),
        sa.UniqueConstraint("id", "slot_at", name=op.f("uq_mailing_id_slot_at")),
    )
    op.create_table(
        "mailing_edition",
        sa.Column("mailing_id", BigId, nullable=False),
        sa.Column("edition_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_mailing_edition_edition_id_edition")),
        sa.ForeignKeyConstraint(
            ["mailing_id"], ["mailing.id"], name=op.f("fk_mailing_edition_mailing_id_mailing"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("mailing_id", "edition_id", name=op.f("pk_mailing_edition")),
        sa.UniqueConstraint("edition_id", name=op.f("uq_mailing_edition_edition_id")),
    )
    op.execute(
        "INSERT INTO mailing (id, kind, slot_at, status, planned, planned_at, completed_at) "
        "SELECT id, kind, slot_at, status, planned, planned_at, completed_at FROM mailing_0001"
    )
    op.execute("INSERT INTO mailing_edition SELECT mailing_id, edition_id FROM mailing_edition_0001")


def _create_deliveries() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", BigId, nullable=False),
        sa.Column("mailing_id", BigId, nullable=False),
        sa.Column("slot_at", UtcDateTime(), nullable=False),
        sa.Column("subscriber_id", BigId, nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("resends", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(length=80), nullable=True),
        sa.Column("reply_code", sa.Integer(), nullable=True),
        sa.Column("reply_enhanced", sa.String(length=12), nullable=True),
        sa.Column("reply_text", sa.Text(), nullable=True),
        sa.Column("doubt", sa.String(length=32), nullable=True),
        sa.Column("is_presumed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "status IN ('queued', 'claimed', 'handing_over', 'sent', 'deferred', 'refused', 'withdrawn', 'in_doubt')",
            name=op.f("ck_delivery_status_known"),
        ),
        sa.CheckConstraint("doubt IN ('we_ended', 'relay_cut')", name=op.f("ck_delivery_doubt_known")),
        sa.CheckConstraint(
            "(status IN ('queued', 'deferred')) = (due_at IS NOT NULL)", name=op.f("ck_delivery_due_while_waiting")
        ),
        sa.CheckConstraint(
            "(status IN ('claimed', 'handing_over')) = (lease_owner IS NOT NULL)",
            name=op.f("ck_delivery_leased_while_worked_on"),
        ),
        sa.CheckConstraint("(status = 'in_doubt') = (doubt IS NOT NULL)", name=op.f("ck_delivery_doubt_has_a_cause")),
        sa.ForeignKeyConstraint(
            ["mailing_id", "slot_at"], ["mailing.id", "mailing.slot_at"], name=op.f("fk_delivery_mailing_id_mailing")
        ),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscriber.id"], name=op.f("fk_delivery_subscriber_id_subscriber")
        ),
        PartitionedKey("id", "slot_at", name=op.f("pk_delivery")),
        sa.UniqueConstraint(
            "subscriber_id", "mailing_id", "slot_at", name=op.f("uq_delivery_subscriber_id_mailing_id_slot_at")
        ),
        postgresql_partition_by="RANGE (slot_at)",
    )
    for name, columns, where in (
        ("ix_delivery_waiting", ["mailing_id", "due_at", "id"], sa.text("due_at IS NOT NULL")),
        ("ix_delivery_in_doubt", ["mailing_id", "id"], sa.text("doubt IS NOT NULL")),
    ):
        op.create_index(name, "delivery", columns, postgresql_where=where, sqlite_where=where)
    op.create_index("ix_delivery_mailing_id", "delivery", ["mailing_id"], postgresql_using="brin")


def _move_deliveries(*, is_sqlite: bool) -> None:
    if not is_sqlite:
        _create_partitions()
    op.execute("""
        INSERT INTO delivery (
            id, mailing_id, slot_at, subscriber_id, status, due_at, attempts, fence,
            lease_owner, reply_code, reply_enhanced, reply_text, doubt, is_presumed, at
        )
        SELECT
            id, mailing_id, slot_at, subscriber_id, status, CASE WHEN status IN ('queued', 'deferred') THEN due_at END,
            attempts, fence, lease_owner, reply_code, reply_enhanced, reply_text,
            CASE WHEN status = 'in_doubt' THEN 'we_ended' END, is_presumed, at
        FROM delivery_0001 ORDER BY id
    """)
    op.execute(
        "INSERT INTO lease (owner, mailing_id, lease_until) SELECT lease_owner, mailing_id, max(lease_until) "
        "FROM delivery_0001 WHERE lease_owner IS NOT NULL GROUP BY lease_owner, mailing_id"
    )


def _create_partitions() -> None:
    """One for each month that has rows; those to come are made as they are planned for."""
    op.execute("""
        DO $$
        DECLARE month timestamp;
        BEGIN
            FOR month IN SELECT DISTINCT date_trunc('month', slot_at AT TIME ZONE 'UTC') FROM delivery_0001 LOOP
                EXECUTE format(
                    'CREATE TABLE %I PARTITION OF delivery FOR VALUES FROM (%L) TO (%L) WITH (fillfactor = 50)',
                    to_char(month, '"delivery_"YYYY_MM'),
                    month AT TIME ZONE 'UTC',
                    (month + interval '1 month') AT TIME ZONE 'UTC'
                );
            END LOOP;
        END $$
    """)
