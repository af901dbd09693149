"""The epoch: what tells this database from a copy, and now from before. Kept beside the settings.

`lineage` names the database for good; `counter` only ever counts up. What a machine makes of them is decided in
`digest/flows/fencing.py`.
"""

from dataclasses import dataclass

from sqlalchemy import BigInteger, Text, cast, func, literal, select, update

from digest.store.bulk import insert_new
from digest.store.database import Transaction
from digest.store.tables import mailing, setting

_LINEAGE = "epoch.lineage"
_COUNTER = "epoch.counter"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEpoch:
    """A database's epoch; the lineage is empty until one is made. `is_used` once a mailing was planned in it."""

    lineage: str
    counter: int
    is_used: bool


def read_epoch(tx: Transaction) -> StoredEpoch:
    """Return the database's epoch."""
    query = select(setting.c.name, setting.c.value).where(setting.c.name.in_([_LINEAGE, _COUNTER]))
    values: dict[str, str] = {name: value for name, value in tx.execute(query)}  # noqa: C416  # a row is no pair to dict()
    is_used = tx.execute(select(select(literal(1)).select_from(mailing).exists())).scalar_one()
    return StoredEpoch(lineage=values.get(_LINEAGE, ""), counter=int(values.get(_COUNTER, "0")), is_used=bool(is_used))


def begin_lineage(tx: Transaction, lineage: str) -> None:
    """Name a database, unless it has a name: of two machines that begin at once, the first one's stays."""
    for name, value in ((_LINEAGE, lineage), (_COUNTER, "0")):
        tx.execute(insert_new(tx, setting, {"name": literal(name), "value": literal(value)}))


def advance_counter(tx: Transaction, *, beyond: int = 0) -> int:
    """Count up by one, or to one more than `beyond` where that is higher; return what it is then."""
    counter = cast(setting.c.value, BigInteger)
    higher = func.greatest if tx.dialect.name != "sqlite" else func.max
    counting = update(setting).where(setting.c.name == _COUNTER)
    counting = counting.values(value=cast(higher(counter, beyond) + 1, Text))
    return int(tx.execute(counting.returning(setting.c.value)).scalar_one())
