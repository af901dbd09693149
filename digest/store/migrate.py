"""Bring a database to this program's revision, with Alembic. Migrations are in `migrations/versions`."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from digest.store.database import Database

_FOLDER = Path(__file__).parent / "migrations"
_UPGRADE_LOCK = 0x0D19E57


def upgrade(database: Database) -> None:
    """Create or upgrade the tables, in one transaction. Running it again changes nothing. Raises StoreError."""
    with database.begin() as tx:
        if not database.is_sqlite:
            tx.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _UPGRADE_LOCK})
        config = Config()
        config.set_main_option("script_location", str(_FOLDER))
        config.attributes["connection"] = tx
        command.upgrade(config, "head")


def revision_gap(database: Database) -> tuple[str, str] | None:
    """Return (revision found, revision needed) where they differ, else None. "" is an empty database."""
    needed = ScriptDirectory(str(_FOLDER)).get_current_head() or ""
    with database.read() as tx:
        found = MigrationContext.configure(tx).get_current_revision() or ""
    return None if found == needed else (found, needed)
