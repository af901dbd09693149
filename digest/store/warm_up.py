"""The warm-up's ledger: how much of each day's allowance is taken, exact between any number of workers."""

from datetime import date

from sqlalchemy import ColumnElement, case, select, update
from sqlalchemy.dialects import postgresql, sqlite

from digest.store.database import Transaction
from digest.store.tables import warm_up_day


def take_allowance(tx: Transaction, day: date, *, wanted: int, allowance: int) -> int:
    """Take as many as are wanted of what is left of a day's allowance; return how many those are.

    Workers that come at the same time wait for one another's commit.
    """
    insert = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    tx.execute(insert(warm_up_day).values(day=day, taken=0).on_conflict_do_nothing())
    taken: int = tx.execute(select(warm_up_day.c.taken).where(warm_up_day.c.day == day).with_for_update()).scalar_one()
    granted = max(0, min(wanted, allowance - taken))
    if granted:
        _set_taken(tx, day, warm_up_day.c.taken + granted)
    return granted


def read_taken(tx: Transaction, day: date) -> int:
    """Return how much of a day's allowance is taken."""
    taken: int | None = tx.execute(select(warm_up_day.c.taken).where(warm_up_day.c.day == day)).scalar()
    return taken or 0


def return_allowance(tx: Transaction, day: date, count: int) -> None:
    """Give back what was taken of a day's allowance and not used; of nothing taken nothing is left to give back."""
    taken = warm_up_day.c.taken
    _set_taken(tx, day, case((taken > count, taken - count), else_=0))


def _set_taken(tx: Transaction, day: date, taken: ColumnElement[int]) -> None:
    tx.execute(update(warm_up_day).where(warm_up_day.c.day == day).values(taken=taken))
