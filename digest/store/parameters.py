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

SLOT = SLOT_AT.label("slot_at")
"""The slot as a column of a batch."""

IN_MAILING = and_(delivery.c.mailing_id == MAILING_ID, IN_SLOT)

Parameters = dict[str, int | str | datetime | tuple[TopicId, ...]]


_WAYS_NOT_TO_GO = ("enable_hashjoin", "enable_mergejoin", "enable_seqscan", "enable_bitmapscan", "enable_material")
_GOING_BY_KEY = text(
    "SELECT set_config('plan_cache_mode', 'force_custom_plan', true), "
    + ", ".join(f"set_config('{one}', 'off', true)" for one in _WAYS_NOT_TO_GO)
)
_GOES_BY_KEY = "goes_by_key"
"""Under which a connection keeps the transaction that was last told so."""


def go_by_key(tx: Transaction) -> None:
    """Let PostgreSQL look rows up one by one, by index, until the transaction ends.

    Each plan is made anew: one that the connection keeps was made for a small mailing, and the next may be a large one.
    """
    if tx.dialect.name != "postgresql" or tx.info.get(_GOES_BY_KEY) is tx.get_transaction():
        return
    tx.execute(_GOING_BY_KEY)
    tx.info[_GOES_BY_KEY] = tx.get_transaction()


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
