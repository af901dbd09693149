"""All migrations together make the tables that the program is written for, on SQLite and on PostgreSQL."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect

from digest.store.database import Database, sqlite_url
from digest.store.migrate import revision_gap, upgrade
from digest.store.tables import metadata
from tests.servers.postgres import PostgresServer

Shape = dict[str, list[str]]


@pytest.fixture
def empty_database(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> Iterator[Database]:
    """A second database of the same kind, without a table."""
    if database.is_sqlite:
        with closing(Database(sqlite_url(tmp_path / "empty.db"))) as opened:
            yield opened
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with closing(Database(server.create("empty"))) as opened:
        yield opened
    server.drop("empty")


def shape(connection: Connection) -> Shape:
    """Return what each table is made of, as the database itself tells it, in a form that compares."""
    inspector = inspect(connection)
    inspector.clear_cache()
    asked = (
        inspector.get_columns,
        inspector.get_foreign_keys,
        inspector.get_unique_constraints,
        inspector.get_check_constraints,
        inspector.get_indexes,
        lambda table: [inspector.get_pk_constraint(table)],
    )
    return {
        table: sorted(_in_words(part) for ask in asked for part in ask(table))
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


def _in_words(part: Mapping[str, object]) -> str:
    """Return a column or constraint as text: its types and conditions are objects that are equal only to themselves."""
    options = part.get("dialect_options")
    conditions = {key: str(value) for key, value in options.items()} if isinstance(options, dict) else {}
    return str(sorted({key: str(value) for key, value in {**part, "dialect_options": conditions}.items()}.items()))


def test_migrations_make_the_tables(database: Database, empty_database: Database) -> None:
    with empty_database.begin() as tx:
        metadata.create_all(tx)
        written = shape(tx)

    with database.read() as tx:
        migrated = shape(tx)

    assert migrated == written


def test_migrating_again_changes_nothing(database: Database) -> None:
    with database.read() as tx:
        before = shape(tx)

    upgrade(database)

    with database.read() as tx:
        assert shape(tx) == before
    assert revision_gap(database) is None


def test_an_empty_database_is_told_from_a_migrated_one(empty_database: Database) -> None:
    gap = revision_gap(empty_database)

    assert gap is not None
    assert gap[0] == ""
