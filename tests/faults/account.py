"""The account of a mailing: the ledger's rows beside the judge's notes. It reads the tables by SQL of its own."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import text

from digest.store.database import Database
from tests.faults.judge import Copy

_ROWS = """
    SELECT email, CASE WHEN is_presumed THEN 'presumed' ELSE delivery.status END, doubt, resends FROM delivery
    JOIN subscriber ON subscriber.id = delivery.subscriber_id
"""
_PLANNED = "SELECT sum(planned) FROM mailing"
OVER = ("sent", "presumed", "refused", "withdrawn", "in_doubt")
UNSENT = frozenset({"refused", "withdrawn"})
DOUBTED = frozenset({"in_doubt", "presumed"})


class Row(NamedTuple):
    """One reader's delivery."""

    email: str
    status: str
    doubt: str | None
    resends: int


@dataclass(frozen=True, kw_only=True, repr=False)
class Account:
    """What a mailing came to; each list has addresses.

    lost        the ledger says sent and the judge never took it, or nothing at all became of it
    doubled     more copies than one, and one for each time it was sent again on purpose, out of doubt
    resent      more copies than one, each out of doubt
    unwanted    the reader had left, or was refused, and the judge took a copy that was never in doubt
    withdrawn   the reader had left
    in_doubt    nobody knows, also where it was closed as presumed sent; the judge has `doubted_and_taken` of them
    """

    planned: int
    rows: int
    statuses: Counter[str]
    copies: int
    lost: Sequence[str]
    doubled: Sequence[str]
    resent: Sequence[str]
    unwanted: Sequence[str]
    withdrawn: Sequence[str]
    in_doubt: Sequence[str]
    doubted_and_taken: int

    @property
    def adds_up(self) -> bool:
        """Return whether every planned row is there and has come to an end."""
        return self.planned == self.rows == sum(self.statuses[each] for each in OVER)

    @property
    def is_clean(self) -> bool:
        """Return whether nothing is lost, nothing doubled but out of doubt, nothing unwanted, and the rows add up."""
        return self.adds_up and not (self.lost or self.doubled or self.unwanted)

    def __repr__(self) -> str:
        statuses = ", ".join(f"{count} {status}" for status, count in sorted(self.statuses.items()))
        return f"{self.planned} planned: {statuses}; {self.copies} copies" + "".join(
            f"; {name}: {' '.join(each[:5])}"
            for name in ("lost", "doubled", "unwanted")
            if (each := getattr(self, name))
        )


def read_rows(database: Database) -> list[Row]:
    """Return the deliveries as they stand."""
    with database.read() as tx:
        return [Row(*each) for each in tx.execute(text(_ROWS))]


def make_account(database: Database, copies: Iterable[Copy]) -> Account:
    """Compare the one mailing's rows with the copies that were taken."""
    with database.read() as tx:
        planned = int(tx.execute(text(_PLANNED)).scalar_one() or 0)
    rows = read_rows(database)
    taken = Counter(copy.rcpt_to for copy in copies)
    return Account(
        planned=planned,
        rows=len(rows),
        statuses=Counter(row.status for row in rows),
        copies=taken.total(),
        lost=[row.email for row in rows if _is_lost(row, taken[row.email])],
        doubled=[row.email for row in rows if taken[row.email] > 1 + row.resends],
        resent=[row.email for row in rows if 1 < taken[row.email] <= 1 + row.resends],
        unwanted=[row.email for row in rows if row.status in UNSENT and taken[row.email] > row.resends],
        withdrawn=[row.email for row in rows if row.status == "withdrawn"],
        in_doubt=[row.email for row in rows if row.status in DOUBTED],
        doubted_and_taken=sum(row.status in DOUBTED and taken[row.email] > 0 for row in rows),
    )


def _is_lost(row: Row, copies: int) -> bool:
    return row.status not in OVER or (row.status == "sent" and not copies)
