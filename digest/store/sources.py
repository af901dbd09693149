"""Sources: which there are, which are due, and how each fared."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, delete, insert, select, update

from digest.errors import AlreadyExistsError, NotFoundError
from digest.model.ids import SourceId
from digest.model.sources import Source, SourceHealth, SourceKind
from digest.store.database import Transaction
from digest.store.tables import source


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """What a poll of a source ended with, as it is to be remembered. An empty `error` is a success.

    `url` differs from the source's own where it moved for good (301); `title` may be empty.
    """

    url: str
    title: str
    etag: str
    last_modified: str
    error: str
    health: SourceHealth
    at: datetime
    next_poll_at: datetime


def add_source(tx: Transaction, url: str, *, kind: SourceKind, title: str, weight: float, now: datetime) -> Source:
    """Add a source, due at once. Raises AlreadyExistsError."""
    if find_source(tx, url) is not None:
        raise AlreadyExistsError("source", url, hint="digest gather reads it")
    values = {
        "kind": kind.value,
        "url": url,
        "title": title,
        "weight": weight,
        "etag": "",
        "last_modified": "",
        "added_at": now,
        "next_poll_at": now,
        "failures": 0,
        "last_error": "",
        "health": SourceHealth.OK.value,
    }
    return _source(tx.execute(insert(source).values(values).returning(source)).mappings().one())


def find_source(tx: Transaction, url: str) -> Source | None:
    """Return the source at that URL (or folder), or None."""
    row = tx.execute(select(source).where(source.c.url == url)).mappings().first()
    return _source(row) if row else None


def list_sources(tx: Transaction) -> list[Source]:
    """Return all sources, the oldest first."""
    return [_source(row) for row in tx.execute(select(source).order_by(source.c.id)).mappings()]


def list_due_sources(tx: Transaction, *, now: datetime) -> list[Source]:
    """Return the sources whose time to be polled has come; a retired one's never does."""
    due = select(source).where(source.c.next_poll_at <= now, source.c.health != SourceHealth.RETIRED.value)
    return [_source(row) for row in tx.execute(due.order_by(source.c.next_poll_at, source.c.id)).mappings()]


def remove_source(tx: Transaction, url: str) -> None:
    """Forget a source; its stories stay. Raises NotFoundError."""
    if tx.execute(delete(source).where(source.c.url == url)).rowcount == 0:
        raise NotFoundError("source", url, hint="digest source list shows them")


def record_poll(tx: Transaction, source_id: SourceId, poll: Poll) -> None:
    """Remember what a poll ended with; failures count up from the last success."""
    values: dict[str, str | datetime | int | object] = {
        "last_error": poll.error,
        "health": poll.health.value,
        "last_polled_at": poll.at,
        "next_poll_at": poll.next_poll_at,
        "failures": source.c.failures + 1 if poll.error else 0,
    }
    if not poll.error:
        values |= {"etag": poll.etag, "last_modified": poll.last_modified}
    if poll.title:
        values["title"] = poll.title
    taken = select(source.c.id).where(source.c.url == poll.url, source.c.id != source_id)
    if tx.execute(taken).first() is None:
        values["url"] = poll.url
    tx.execute(update(source).where(source.c.id == source_id).values(values))


def _source(row: RowMapping) -> Source:
    return Source(
        id=SourceId(row["id"]),
        kind=SourceKind(row["kind"]),
        url=row["url"],
        title=row["title"],
        weight=row["weight"],
        etag=row["etag"],
        last_modified=row["last_modified"],
        next_poll_at=row["next_poll_at"],
        last_polled_at=row["last_polled_at"],
        failures=row["failures"],
        last_error=row["last_error"],
        health=SourceHealth(row["health"]),
    )
