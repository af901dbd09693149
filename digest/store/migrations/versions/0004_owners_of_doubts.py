"""A delivery in doubt names the worker whose lease ran out: its journal, read later, may tell that nothing had left."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("doubt_owner", sa.String(length=80), nullable=True))
