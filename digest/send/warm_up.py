"""Warming up: how many messages may go on each of a new sending address's first days. A table, told the day."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from digest.errors import InputError

_MAX_DAYS = 366
_MAX_ALLOWANCE = 1_000_000_000


class WarmUp(NamedTuple):
    """A warm-up: how many messages may go on its first day, and on each of those after it."""

    first_day: date
    table: Sequence[int]

    def allowance_on(self, day: date) -> int | None:
        """Return how many messages may go on a day, or None for as many as there are.

        Beyond the table there is no limit. Before the first day, what is for the first day may go.
        """
        number = max(0, (day - self.first_day).days)
        return self.table[number] if number < len(self.table) else None


def parse_allowances(typed: str) -> tuple[int, ...]:
    """Return the table that a text like `50 100 500 1000 5000` writes, a day after the other; raise InputError."""
    table = typed.replace(",", " ").split()
    wrong = [one for one in table if not (one.isascii() and one.isdecimal() and len(one) <= 10)]
    if wrong or any(int(one) > _MAX_ALLOWANCE for one in table):
        raise InputError(
            f'"{(wrong or [max(table, key=int)])[0]}" is no number of messages; write 50 100 500 1000 5000'
        )
    if len(table) > _MAX_DAYS:
        raise InputError(f"{len(table)} days are more than a year; a warm-up takes some weeks")
    return tuple(map(int, table))
