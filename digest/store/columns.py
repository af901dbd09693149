"""Column types that mean the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    Integer,
    PrimaryKeyConstraint,
    String,
    TypeDecorator,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import DDLCompiler

BigId = BigInteger().with_variant(Integer, "sqlite")
"""A 64-bit key. SQLite counts up by itself only in a column that is called INTEGER."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, kept in UTC. A naive one is a mistake and is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a stored time must be aware, not {value.isoformat()}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def status_column(name: str) -> Column[str]:
    """Return a text column for one of an enum's values; `status_check` holds it to them."""
    return Column(name, String(32), nullable=False)


def status_check(name: str, values: type[StrEnum]) -> CheckConstraint:
    """Return the constraint that keeps a column within an enum's values."""
    listed = ", ".join("'{}'".format(one.value.replace("'", "''")) for one in values)
    return CheckConstraint(f"{name} IN ({listed})", name=f"{name}_known")


class PartitionedKey(PrimaryKeyConstraint):
    """A primary key that takes in the column its table is partitioned by, as PostgreSQL asks for.

    SQLite has no partitions, and counts up by itself only in a key of one column: there it is the first alone.
    """


@compiles(PartitionedKey, "sqlite")
def _write_first_column_alone(key: PartitionedKey, compiler: DDLCompiler, **_options: object) -> str:
    name = compiler.preparer.format_constraint(key)
    return f"CONSTRAINT {name} PRIMARY KEY ({compiler.preparer.quote(key.columns[0].name)})"
