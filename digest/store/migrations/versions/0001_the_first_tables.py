"""The first tables."""

import sqlalchemy as sa
from alembic import op

from digest.store.columns import BigId, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mailing",
        sa.Column("id", BigId, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("slot_at", UtcDateTime(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("planned", sa.Integer(), nullable=False),
        sa.Column("planned_at", UtcDateTime(), nullable=False),
        sa.Column("completed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("kind IN ('edition')", name=op.f("ck_mailing_kind_known")),
        sa.CheckConstraint("status IN ('open', 'complete')", name=op.f("ck_mailing_status_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailing")),
        sa.UniqueConstraint("id", "slot_at", name=op.f("uq_mailing_id_slot_at")),
    )
    op.create_table(
        "source",
        sa.Column("id", BigId, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("last_modified", sa.Text(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("next_poll_at", UtcDateTime(), nullable=False),
        sa.Column("last_polled_at", UtcDateTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("health", sa.String(length=32), nullable=False),
        sa.CheckConstraint("health IN ('ok', 'failing', 'retired')", name=op.f("ck_source_health_known")),
        sa.CheckConstraint("kind IN ('feed', 'page', 'folder')", name=op.f("ck_source_kind_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("url", name=op.f("uq_source_url")),
    )
    op.create_index("ix_source_next_poll_at", "source", ["next_poll_at"], unique=False)
    op.create_table(
        "story",
        sa.Column("id", BigId, nullable=False),
        sa.Column("canonical_url", sa.Text(), nullable=True),
        sa.Column("guid", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("dek", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("body_text", sa.Text(), nullable=False),
        sa.Column("byline", sa.Text(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("image_url", sa.Text(), nullable=False),
        sa.Column("image_alt", sa.Text(), nullable=False),
        sa.Column("image_credit", sa.Text(), nullable=False),
        sa.Column("image_width", sa.Integer(), nullable=True),
        sa.Column("image_height", sa.Integer(), nullable=True),
        sa.Column("credit", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(length=35), nullable=False),
        sa.Column("dir", sa.String(length=32), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.Column("first_seen_at", UtcDateTime(), nullable=False),
        sa.Column("retracted_at", UtcDateTime(), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("word_count", sa.Integer(), nullable=False),
        sa.CheckConstraint("dir IN ('ltr', 'rtl')", name=op.f("ck_story_dir_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story")),
        sa.UniqueConstraint("canonical_url", name=op.f("uq_story_canonical_url")),
    )
    op.create_index("ix_story_first_seen_at", "story", ["first_seen_at"], unique=False)
    op.create_index("ix_story_published_at", "story", ["published_at"], unique=False)
    op.create_table(
        "subscriber",
        sa.Column("id", BigId, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=True),
        sa.Column("key_hash", sa.String(length=64), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(length=35), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=True),
        sa.Column("cadence", sa.String(length=32), nullable=False),
        sa.Column("paused_until", UtcDateTime(), nullable=True),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("cadence IN ('daily', 'weekly', 'monthly')", name=op.f("ck_subscriber_cadence_known")),
        sa.CheckConstraint(
            "status IN ('pending', 'active', 'paused', 'left', 'suppressed', 'erased')",
            name=op.f("ck_subscriber_status_known"),
        ),
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name=op.f("ck_subscriber_hour_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriber")),
        sa.UniqueConstraint("email_key", name=op.f("uq_subscriber_email_key")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_subscriber_key_hash")),
    )
    op.create_table(
        "suppression",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "reason IN ('hard bounce', 'complaint', 'erased', 'by hand')", name=op.f("ck_suppression_reason_known")
        ),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_suppression")),
    )
    op.create_table(
        "tag",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("alias_of", BigId, nullable=True),
        sa.ForeignKeyConstraint(["alias_of"], ["tag.id"], name=op.f("fk_tag_alias_of_tag")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint("key", name=op.f("uq_tag_key")),
    )
    op.create_index(op.f("ix_tag_alias_of"), "tag", ["alias_of"], unique=False)
    op.create_table(
        "topic",
        sa.Column("id", BigId, nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(length=35), nullable=False),
        sa.Column("min_stories", sa.Integer(), nullable=False),
        sa.Column("max_stories", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("send_at", sa.Time(), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("cut_off_minutes", sa.Integer(), nullable=False),
        sa.Column("theme", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("status IN ('active', 'paused')", name=op.f("ck_topic_status_known")),
        sa.CheckConstraint("theme IN ('classic', 'compact')", name=op.f("ck_topic_theme_known")),
        sa.CheckConstraint("min_stories >= 1 AND max_stories >= min_stories", name=op.f("ck_topic_size_possible")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_topic_weekday_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic")),
        sa.UniqueConstraint("slug", name=op.f("uq_topic_slug")),
    )
    op.create_table(
        "consent",
        sa.Column("id", BigId, nullable=False),
        sa.Column("subscriber_id", BigId, nullable=False),
        sa.Column("topic_id", BigId, nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("action IN ('asked', 'confirmed', 'left')", name=op.f("ck_consent_action_known")),
        sa.ForeignKeyConstraint(["subscriber_id"], ["subscriber.id"], name=op.f("fk_consent_subscriber_id_subscriber")),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_consent_topic_id_topic")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_subscriber_id"), "consent", ["subscriber_id"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("id", BigId, nullable=False),
        sa.Column("mailing_id", BigId, nullable=False),
        sa.Column("slot_at", UtcDateTime(), nullable=False),
        sa.Column("subscriber_id", BigId, nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(length=80), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("reply_code", sa.Integer(), nullable=True),
        sa.Column("reply_enhanced", sa.String(length=12), nullable=True),
        sa.Column("reply_text", sa.Text(), nullable=True),
        sa.Column("is_presumed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "(status IN ('claimed', 'handing_over')) = (lease_owner IS NOT NULL AND lease_until IS NOT NULL)",
            name=op.f("ck_delivery_leased_while_worked_on"),
        ),
        sa.CheckConstraint(
            "status IN ('queued', 'claimed', 'handing_over', 'sent', 'deferred', 'refused', 'withdrawn', 'in_doubt')",
            name=op.f("ck_delivery_status_known"),
        ),
        sa.ForeignKeyConstraint(
            ["mailing_id", "slot_at"], ["mailing.id", "mailing.slot_at"], name=op.f("fk_delivery_mailing_id_mailing")
        ),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscriber.id"], name=op.f("fk_delivery_subscriber_id_subscriber")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("mailing_id", "subscriber_id", name=op.f("uq_delivery_mailing_id_subscriber_id")),
    )
    op.create_index(
        "ix_delivery_leased",
        "delivery",
        ["lease_until"],
        unique=False,
        postgresql_where=sa.text("lease_until IS NOT NULL"),
        sqlite_where=sa.text("lease_until IS NOT NULL"),
    )
    op.create_index(
        "ix_delivery_open",
        "delivery",
        ["due_at", "id"],
        unique=False,
        postgresql_where=sa.text("status IN ('queued', 'deferred')"),
        sqlite_where=sa.text("status IN ('queued', 'deferred')"),
    )
    op.create_index("ix_delivery_subscriber_id", "delivery", ["subscriber_id"], unique=False)
    op.create_table(
        "edition",
        sa.Column("id", BigId, nullable=False),
        sa.Column("topic_id", BigId, nullable=False),
        sa.Column("period_start", UtcDateTime(), nullable=False),
        sa.Column("period_end", UtcDateTime(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("preheader", sa.Text(), nullable=False),
        sa.Column("intro", sa.Text(), nullable=False),
        sa.Column("snapshot", sa.JSON(), nullable=False),
        sa.Column("built_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "status IN ('built', 'held', 'sending', 'complete', 'recalled')", name=op.f("ck_edition_status_known")
        ),
        sa.CheckConstraint("period_start < period_end", name=op.f("ck_edition_period_forward")),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_edition_topic_id_topic")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
        sa.UniqueConstraint("id", "topic_id", name=op.f("uq_edition_id_topic_id")),
        sa.UniqueConstraint("topic_id", "period_start", name=op.f("uq_edition_topic_id_period_start")),
    )
    op.create_table(
        "story_identity",
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("story_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_story_identity_story_id_story"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("kind", "value", name=op.f("pk_story_identity")),
    )
    op.create_index(op.f("ix_story_identity_story_id"), "story_identity", ["story_id"], unique=False)
    op.create_table(
        "story_revision",
        sa.Column("id", BigId, nullable=False),
        sa.Column("story_id", BigId, nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("dek", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("byline", sa.Text(), nullable=False),
        sa.Column("replaced_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_story_revision_story_id_story"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story_revision")),
    )
    op.create_index(op.f("ix_story_revision_story_id"), "story_revision", ["story_id"], unique=False)
    op.create_table(
        "story_source",
        sa.Column("story_id", BigId, nullable=False),
        sa.Column("source_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name=op.f("fk_story_source_source_id_source"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_story_source_story_id_story"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("story_id", "source_id", name=op.f("pk_story_source")),
    )
    op.create_index(op.f("ix_story_source_source_id"), "story_source", ["source_id"], unique=False)
    op.create_table(
        "story_tag",
        sa.Column("story_id", BigId, nullable=False),
        sa.Column("tag_id", BigId, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_story_tag_story_id_story"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_story_tag_tag_id_tag")),
        sa.PrimaryKeyConstraint("story_id", "tag_id", name=op.f("pk_story_tag")),
        sa.UniqueConstraint("tag_id", "story_id", name=op.f("uq_story_tag_tag_id_story_id")),
    )
    op.create_table(
        "subscription",
        sa.Column("id", BigId, nullable=False),
        sa.Column("subscriber_id", BigId, nullable=False),
        sa.Column("topic_id", BigId, nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("status IN ('pending', 'subscribed', 'left')", name=op.f("ck_subscription_status_known")),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscriber.id"], name=op.f("fk_subscription_subscriber_id_subscriber")
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_subscription_topic_id_topic")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
        sa.UniqueConstraint("subscriber_id", "topic_id", name=op.f("uq_subscription_subscriber_id_topic_id")),
    )
    op.create_index("ix_subscription_topic_id_status", "subscription", ["topic_id", "status"], unique=False)
    op.create_table(
        "topic_pick",
        sa.Column("topic_id", BigId, nullable=False),
        sa.Column("story_id", BigId, nullable=False),
        sa.Column("pick", sa.String(length=32), nullable=False),
        sa.Column("picked_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("pick IN ('pinned', 'dropped')", name=op.f("ck_topic_pick_pick_known")),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_topic_pick_story_id_story"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topic.id"], name=op.f("fk_topic_pick_topic_id_topic"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("topic_id", "story_id", name=op.f("pk_topic_pick")),
    )
    op.create_table(
        "topic_tag",
        sa.Column("topic_id", BigId, nullable=False),
        sa.Column("tag_id", BigId, nullable=False),
        sa.Column("use", sa.String(length=32), nullable=False),
        sa.CheckConstraint("use IN ('about', 'excluded')", name=op.f("ck_topic_tag_use_known")),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_topic_tag_tag_id_tag")),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topic.id"], name=op.f("fk_topic_tag_topic_id_topic"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("topic_id", "tag_id", name=op.f("pk_topic_tag")),
    )
    op.create_index(op.f("ix_topic_tag_tag_id"), "topic_tag", ["tag_id"], unique=False)
    op.create_table(
        "edition_item",
        sa.Column("edition_id", BigId, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("topic_id", BigId, nullable=False),
        sa.Column("story_id", BigId, nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("snapshot", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "reason IN ('pinned', 'ranked', 'same as', 'over the maximum', 'dropped by an editor', 'bears an excluded tag', 'retracted', 'before the period', 'after the period', 'in an earlier edition')",
            name=op.f("ck_edition_item_reason_known"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id", "topic_id"],
            ["edition.id", "edition.topic_id"],
            name=op.f("fk_edition_item_edition_id_edition"),
        ),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_edition_item_story_id_story")),
        sa.PrimaryKeyConstraint("edition_id", "position", name=op.f("pk_edition_item")),
        sa.UniqueConstraint("topic_id", "story_id", name=op.f("uq_edition_item_topic_id_story_id")),
    )
    op.create_table(
        "edition_verdict",
        sa.Column("edition_id", BigId, nullable=False),
        sa.Column("story_id", BigId, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("same_as", BigId, nullable=True),
        sa.CheckConstraint(
            "reason IN ('pinned', 'ranked', 'same as', 'over the maximum', 'dropped by an editor', 'bears an excluded tag', 'retracted', 'before the period', 'after the period', 'in an earlier edition')",
            name=op.f("ck_edition_verdict_reason_known"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["edition.id"], name=op.f("fk_edition_verdict_edition_id_edition"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["same_as"], ["story.id"], name=op.f("fk_edition_verdict_same_as_story")),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_edition_verdict_story_id_story")),
        sa.PrimaryKeyConstraint("edition_id", "story_id", name=op.f("pk_edition_verdict")),
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
