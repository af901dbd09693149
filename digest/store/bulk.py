"""Many rows in one statement: they travel as one JSON text, which the database takes apart itself.

Two to three times as fast as a row at a time, on SQLite and on PostgreSQL, with no limit on how many there are.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Insert,
    Select,
    Table,
    Text,
    cast,
    column,
    func,
    literal,
    select,
    true,
    type_coerce,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.roles import ColumnsClauseRole

from digest.store.columns import UtcDateTime
from digest.store.database import Transaction

Cell = str | int | None
Columns = Mapping[str, ColumnsClauseRole]
"""What to insert, by the column it goes to: cells of `Rows`, and literals."""


class Rows:
    """Rows to select from. Their cells are taken by place, from 0, each as what it is."""

    def __init__(self, tx: Transaction, rows: Sequence[Sequence[Cell]]) -> None:
        self._is_sqlite = _is_sqlite(tx)
        each = func.json_each if self._is_sqlite else func.json_array_elements
        self._row = each(literal(rows, JSON())).table_valued(column("value", JSON()), name="each_row").c.value

    def text(self, place: int) -> ColumnElement[str]:
        return cast(self._row[place].as_string(), Text)

    def number(self, place: int) -> ColumnElement[int]:
        return cast(self._row[place].as_string(), BigInteger)

    def time(self, place: int) -> ColumnElement[datetime]:
        """Return the time that `time_cell` wrote there."""
        if self._is_sqlite:  # where a time is kept as just this text
            return type_coerce(self.text(place), UtcDateTime)
        return cast(self.text(place).concat("+00"), UtcDateTime)


@lru_cache(maxsize=64)  # the topics of one reader were confirmed at one time
def time_cell(at: datetime) -> str:
    """Return an aware time as a cell for `Rows.time`."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def insert_new(  # type: ignore[explicit-any]  # Table's own
    tx: Transaction, table: Table, columns: Columns, *, of: ColumnElement[bool] | None = None
) -> Insert:
    """Return an insert that passes over rows which any constraint of the table takes for known.

    Where the columns are another table's, `of` says which of its rows.
    """
    selected = _cells(columns) if of is None else _cells(columns).where(of)
    if _is_sqlite(tx):
        return sqlite.insert(table).from_select([*columns], selected).on_conflict_do_nothing()
    return postgresql.insert(table).from_select([*columns], selected).on_conflict_do_nothing()


def insert_or_replace(  # type: ignore[explicit-any]  # Table's own
    tx: Transaction, table: Table, columns: Columns, *, key: Sequence[str], where: ColumnElement[bool]
) -> Insert:
    """Return an insert that writes over rows known by their unique `key`, of which `where` holds."""
    adding = sqlite.insert(table) if _is_sqlite(tx) else postgresql.insert(table)
    replaced = {name: adding.excluded[name] for name in columns if name not in key}
    selected = adding.from_select([*columns], _cells(columns))
    return selected.on_conflict_do_update(index_elements=key, set_=replaced, where=where)


def _cells(columns: Columns) -> Select[tuple[object, ...]]:
    return select(*columns.values()).where(true())  # without a WHERE, SQLite takes ON CONFLICT for a join's ON


def _is_sqlite(tx: Transaction) -> bool:
    return tx.dialect.name == "sqlite"
