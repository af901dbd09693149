"""What the ledger's statements share: parameters for a mailing, a worker and the time, and how rows are found.

A mailing changes the status of a million rows in minutes, so PostgreSQL's statistics of them are always out of date.
Left to itself it reads whole tables for a few hundred rows; told to go by key, it takes a microsecond a row.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, case, false, text, true

from digest.model.ids import TopicId
from digest.model.mailings import Mailing
from digest.store.columns import BigId, UtcDateTime
from digest.store.database import Transaction
from digest.store.tables import delivery

MAILING_ID = bindparam("this_mailing", type_=BigId)
SLOT_AT = bindparam("this_slot", type_=UtcDateTime())
TOPIC_IDS = bindparam("these_topics", type_=BigId, expanding=True)
OWNER = bindparam("this_owner", type_=delivery.c.lease_owner.type)
NOW = bindparam("this_moment", type_=UtcDateTime())

IN_SLOT = delivery.c.slot_at == SLOT_AT
"""Lets PostgreSQL look at one partition only."""

IN_MAILING = and_(delivery.c.mailing_id == MAILING_ID, IN_SLOT)

Parameters = dict[str, int | str | datetime | tuple[TopicId, ...]]


def go_by_key(tx: Transaction) -> None:
    """Let PostgreSQL look rows up one by one, until the transaction ends."""
    if tx.dialect.name == "postgresql":
        tx.execute(_GOING_BY_KEY)


_GOING_BY_KEY = text("SELECT set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)")


def checked(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return a condition that is checked of rows found by key, and not taken for a way to find them."""
    return case((condition, true()), else_=false())


def parameters_of(of: Mailing, *, now: datetime, owner: str = "") -> Parameters:
    """Return the values of the parameters above."""
    return {
        "this_mailing": of.id,
        "this_slot": of.slot_at,
        "these_topics": of.topic_ids,
        "this_owner": owner,
        "this_moment": now,
    }
