"""Rows that travel as parameters of a statement which is built once, and run many times a second.

PostgreSQL takes them column by column: numbers as arrays, texts as JSON, a fifth faster there than row by row. SQLite
has no arrays, and takes JSON rows. For statements that are run now and then there is the plainer `store/bulk.py`.
"""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from enum import Enum

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Label,
    Text,
    and_,
    bindparam,
    cast,
    column,
    func,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSON

from digest.store.bulk import time_cell
from digest.store.columns import UtcDateTime

Cell = str | int | datetime | None


class Kind(Enum):
    """What a column of a batch holds. Numbers are never missing; texts and times may be."""

    NUMBER = BigInteger()
    TEXT = Text()
    TIME = UtcDateTime()


class Batch:
    """The columns of a batch, by name, as a database of this dialect (its SQLAlchemy name) takes them.

    `same` are further columns, in which all rows are the same: labelled parameters of the statement.
    """

    def __init__(self, dialect: str, *same: Label[datetime], **columns: Kind) -> None:
        self._is_sqlite = dialect == "sqlite"
        self._same = same
        self._columns = columns
        self.rows = self._json_rows() if self._is_sqlite else self._arrays()

    def _json_rows(self) -> FromClause:  # type: ignore[explicit-any]  # its columns are of any type
        row = func.json_each(bindparam("batch_rows")).table_valued(column("value"), name="each_row").c.value
        cells = [
            type_coerce(func.json_extract(row, f"$[{place}]"), kind.value).label(name)
            for place, (name, kind) in enumerate(self._columns.items())
        ]
        return select(*cells, *self._same).subquery("batch")

    def _arrays(self) -> FromClause:  # type: ignore[explicit-any]  # its columns are of any type
        cells = [_expand(name, kind).label(name) for name, kind in self._columns.items()]
        return select(*cells, *self._same).subquery("batch")

    def finds(self, *key: ColumnElement[object]) -> ColumnElement[bool]:
        """Return the condition that a table's key is that of a row here, where it has the same columns.

        Of its whole key PostgreSQL knows that it leads to one row, however old its statistics are. For less than that,
        or where a part of the key is compared with a parameter, it may read a whole mailing to find a few rows.
        """
        return and_(*(column == self.rows.c[column.name] for column in key))

    def parameters(self, rows: Sequence[Sequence[Cell]]) -> dict[str, str]:
        """Return rows as parameters for a statement that reads them."""
        if self._is_sqlite:
            return {"batch_rows": json.dumps(rows, default=time_cell)}
        by_column = list(zip(*rows, strict=True)) or [()] * len(self._columns)
        columns = zip(self._columns.items(), by_column, strict=True)
        return {f"batch_{name}": _as_text(kind, cells) for (name, kind), cells in columns}


def _expand(name: str, kind: Kind) -> ColumnElement[object]:
    parameter = bindparam(f"batch_{name}", type_=Text())
    if kind is Kind.NUMBER:
        return func.unnest(cast(parameter, ARRAY(BigInteger)))
    return cast(func.json_array_elements_text(cast(parameter, JSON)), kind.value)


def _as_text(kind: Kind, cells: Collection[Cell]) -> str:
    if kind is Kind.NUMBER:
        return f"{{{','.join(map(str, cells))}}}"
    return json.dumps(cells, default=datetime.isoformat)
