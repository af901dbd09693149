"""Counts for monitors, each one statement: open deliveries, and the sign-ups of late.

What a person asks for, mailing by mailing, `digest.store.mailings` counts; notices, `digest.store.notices`.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from digest.store.database import Transaction
from digest.store.tables import delivery, sign_up


class SignUpCount(NamedTuple):
    """How many sign-ups there were, by whether a mail went out for them."""

    mailed: int
    unmailed: int


class OpenDeliveries(NamedTuple):
    """How many deliveries wait to be sent, and how many are in doubt; from the two indices that hold no others."""

    waiting: int
    in_doubt: int


def count_sign_ups_since(tx: Transaction, since: datetime) -> SignUpCount:
    """Return how many sign-ups there were after a time."""
    query = select(sign_up.c.is_mailed, func.count()).where(sign_up.c.at > since).group_by(sign_up.c.is_mailed)
    found: dict[bool, int] = {is_mailed: count for is_mailed, count in tx.execute(query)}  # noqa: C416  # a row is no pair to dict()
    return SignUpCount(mailed=found.get(True, 0), unmailed=found.get(False, 0))


def count_open_deliveries(tx: Transaction) -> OpenDeliveries:
    """Return how many deliveries are open, of all mailings."""
    waiting = select(func.count()).where(delivery.c.due_at.is_not(None)).scalar_subquery()
    in_doubt = select(func.count()).where(delivery.c.doubt.is_not(None)).scalar_subquery()
    return OpenDeliveries(*tx.execute(select(waiting, in_doubt)).one())
