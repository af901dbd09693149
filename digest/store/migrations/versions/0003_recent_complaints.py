"""Recent complaints are found without reading every suppression: a running send asks for them every few seconds."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_complaint = sa.text("reason = 'complaint'")
    op.create_index(
        "ix_suppression_complained_at",
        "suppression",
        ["at"],
        postgresql_where=is_complaint,
        sqlite_where=is_complaint,
    )
