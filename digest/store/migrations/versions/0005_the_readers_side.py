"""What a reader can choose, the mails around a subscription, richer evidence, and who signed up lately.

Columns are added with defaults and tables are new, so that the version before goes on beside it.
"""

import sqlalchemy as sa
from alembic import op

from digest.store.columns import BigId, UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, column in (
        ("subscriber", "weekday INTEGER CONSTRAINT ck_subscriber_weekday_known CHECK (weekday BETWEEN 0 AND 6)"),
        ("subscriber", _choice("subscriber", "bundling", "together", "apart")),
        ("topic", _choice("topic", "visibility", "public", "unlisted")),
    ):
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
    op.add_column("topic", sa.Column("sends_welcome", sa.Boolean(), nullable=False, server_default=sa.false()))
    for added in (sa.Column("tags", sa.Text()), sa.Column("ip", sa.String(length=45)), sa.Column("proof", sa.Text())):
        added.nullable, added.server_default = False, sa.DefaultClause("")
        op.add_column("consent", added)
    is_paused = sa.text("paused_until IS NOT NULL")
    op.create_index(
        "ix_subscriber_paused_until", "subscriber", ["paused_until"], postgresql_where=is_paused, sqlite_where=is_paused
    )
    _create_notices()
    _create_sign_ups()


def _choice(table: str, name: str, first: str, second: str) -> str:
    known = f"CONSTRAINT ck_{table}_{name}_known CHECK ({name} IN ('{first}', '{second}'))"
    return f"{name} VARCHAR(32) DEFAULT '{first}' NOT NULL {known}"


def _create_notices() -> None:
    op.create_table(
        "notice",
        sa.Column("id", BigId, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subscriber_id", BigId, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(length=35), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("reply_code", sa.Integer(), nullable=True),
        sa.Column("reply_enhanced", sa.String(length=12), nullable=True),
        sa.Column("reply_text", sa.Text(), nullable=True),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('confirm', 'known', 'welcome', 'address_confirm', 'address_changed')",
            name=op.f("ck_notice_kind_known"),
        ),
        sa.CheckConstraint(
            "status IN ('queued', 'handing_over', 'sent', 'refused', 'withdrawn', 'in_doubt')",
            name=op.f("ck_notice_status_known"),
        ),
        sa.CheckConstraint("(status = 'queued') = (due_at IS NOT NULL)", name=op.f("ck_notice_due_while_waiting")),
        sa.ForeignKeyConstraint(["subscriber_id"], ["subscriber.id"], name=op.f("fk_notice_subscriber_id_subscriber")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index(op.f("ix_notice_subscriber_id"), "notice", ["subscriber_id"])
    is_waiting, is_leaving = sa.text("due_at IS NOT NULL"), sa.text("status = 'handing_over'")
    op.create_index("ix_notice_due_at", "notice", ["due_at"], postgresql_where=is_waiting, sqlite_where=is_waiting)
    op.create_index("ix_notice_handing_over", "notice", ["at"], postgresql_where=is_leaving, sqlite_where=is_leaving)
    op.create_table(
        "notice_topic",
        sa.Column("notice_id", BigId, nullable=False),
        sa.Column("topic_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_notice_topic_notice_id_notice"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_notice_topic_topic_id_topic")),
        sa.PrimaryKeyConstraint("notice_id", "topic_id", name=op.f("pk_notice_topic")),
    )


def _create_sign_ups() -> None:
    op.create_table(
        "sign_up",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("is_mailed", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_up")),
    )
    op.create_index(op.f("ix_sign_up_at"), "sign_up", ["at"])
    op.create_index("ix_sign_up_key_hash_at", "sign_up", ["key_hash", "at"])
    op.create_table(
        "parting",
        sa.Column("id", BigId, nullable=False),
        sa.Column("topic_id", BigId, nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "reason IN ('too many mails', 'not what I hoped for', 'I never signed up', 'another reason')",
            name=op.f("ck_parting_reason_known"),
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_parting_topic_id_topic")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parting")),
    )
    op.create_index(op.f("ix_parting_topic_id"), "parting", ["topic_id"])
