"""Rehearsals: what an import would make of readers, kept in a table of this connection alone while it lasts.

No other connection sees it, nothing in it reaches the database, and no writer waits for it. It is a table, and no
dict, so that a file of a million readers is rehearsed in the memory that a short one takes.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Column, MetaData, Table, Text, select, true
from sqlalchemy.schema import CreateTable, DropTable

from digest.model.ids import TopicId
from digest.model.subscribers import SubscriberStatus, SubscriptionStatus
from digest.store.bulk import Columns, Rows, insert_or_replace
from digest.store.database import Transaction
from digest.store.imports import Change, Standing, find_standings

_supposed = Table(
    "supposed_reader",
    MetaData(),
    Column("email_key", Text, primary_key=True),
    Column("status", Text, nullable=False),
    Column("topics", Text, nullable=False),
    prefixes=["TEMPORARY"],
)


@contextmanager
def rehearsal(tx: Transaction) -> Iterator[None]:
    """Let changes be supposed in this transaction, until the block ends."""
    tx.execute(CreateTable(_supposed))
    yield
    tx.execute(DropTable(_supposed))


def find_supposed(tx: Transaction, keys: Collection[str]) -> dict[str, Standing]:
    """Return where readers would stand, by address: as supposed, else as they do. Who is not there is left out."""
    asked = Rows(tx, [(key,) for key in keys])
    query = select(_supposed).where(_supposed.c.email_key.in_(select(asked.text(0))))
    supposed = {row["email_key"]: _standing(row["status"], row["topics"]) for row in tx.execute(query).mappings()}
    return find_standings(tx, keys) | supposed


def suppose(tx: Transaction, changes: Sequence[Change]) -> None:
    """Suppose that these changes were made."""
    rows = Rows(tx, [(change.key, change.after.status.value, _topics_cell(change.after)) for change in changes])
    columns: Columns = {"email_key": rows.text(0), "status": rows.text(1), "topics": rows.text(2)}
    tx.execute(insert_or_replace(tx, _supposed, columns, key=("email_key",), where=true()))


def _topics_cell(standing: Standing) -> str:
    return json.dumps(standing.topics)


def _standing(status: str, topics_cell: str) -> Standing:
    topics = {TopicId(int(topic_id)): SubscriptionStatus(said) for topic_id, said in json.loads(topics_cell).items()}
    return Standing(None, SubscriberStatus(status), topics)
