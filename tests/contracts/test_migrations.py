"""All migrations together make the tables that the program is written for, on SQLite and on PostgreSQL."""

from collections.abc import Mapping

from sqlalchemy import Connection, inspect, text

from digest.store.database import Database
from digest.store.migrate import revision_gap, upgrade
from digest.store.tables import metadata

Shape = dict[str, list[str]]


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
    tables = {
        table: sorted(_in_words(part) for ask in asked for part in ask(table))
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }
    return tables if connection.dialect.name == "sqlite" else tables | _beside_tables(connection)


def _beside_tables(connection: Connection) -> Shape:
    """Return the sequences, by what the partitioned tables are parted, and the partitions there are."""
    keys = connection.execute(
        text("SELECT partrelid::regclass, pg_get_partkeydef(partrelid) FROM pg_partitioned_table")
    )
    parts = connection.execute(text("SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r'"))
    return {
        "sequences": sorted(inspect(connection).get_sequence_names()),
        "partitioned": [f"{table} by {key}" for table, key in keys],
        "partitions": sorted(parts.scalars()),
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
    assert database.is_sqlite or migrated["partitioned"] == ["delivery by RANGE (slot_at)"]


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
