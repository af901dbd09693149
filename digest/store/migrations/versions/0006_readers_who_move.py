"""Where a reader went who took up an address that had a reader already, and whether a reason was given for leaving.

Columns are added with defaults, so that the version before goes on beside it.
"""

import sqlalchemy as sa
from alembic import op

from digest.store.columns import BigId

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("subscriber", sa.Column("moved_to_id", BigId, nullable=True))
    has_moved = sa.text("moved_to_id IS NOT NULL")
    op.create_index(
        "ix_subscriber_moved_to_id", "subscriber", ["moved_to_id"], postgresql_where=has_moved, sqlite_where=has_moved
    )
    op.add_column(
        "subscription", sa.Column("has_given_reason", sa.Boolean(), nullable=False, server_default=sa.false())
    )
