"""Sign-ups: who asked for mail lately, by keyed hash, and whether a mail went out for it.

What bounds how often a stranger can be written to, whoever asks and however often the program restarts.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import pairwise

from sqlalchemy import and_, delete, func, insert, select, text

from digest.model.notices import NoticeKind
from digest.model.subscribers import SuppressionReason
from digest.store.database import Transaction
from digest.store.tables import notice, sign_up, suppression

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


def lock_sign_ups(tx: Transaction, name: str) -> None:
    """Let no other transaction that locks this name go on before this one ends: two may not pass one limit.

    SQLite has one writer anyway, and takes no notice.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(_LOCK, {"name": f"sign_up {name}"})


def is_barred(tx: Transaction, key_hashes: Sequence[str]) -> bool:
    """Return whether an address must get nothing, whatever its reader asks for now.

    A bounce, a complaint or the newsroom's hand bars it. An erasure does not: it keeps others from bringing the reader
    back, and not the reader.
    """
    found = select(suppression.c.key_hash).where(
        suppression.c.key_hash.in_(key_hashes), suppression.c.reason != SuppressionReason.ERASED.value
    )
    return tx.execute(found).first() is not None


def list_mailed(tx: Transaction, key_hashes: Sequence[str], *, since: datetime) -> list[datetime]:
    """Return when mails went out to an address, by its hashes under each secret, after a time."""
    mailed = select(sign_up.c.at).where(sign_up.c.key_hash.in_(key_hashes), sign_up.c.is_mailed, sign_up.c.at > since)
    return list(tx.execute(mailed).scalars())


def add_sign_up(tx: Transaction, key_hash: str, *, is_mailed: bool, now: datetime) -> None:
    """Write down that somebody asked for mail to an address, and whether one goes out."""
    tx.execute(insert(sign_up).values(key_hash=key_hash, is_mailed=is_mailed, at=now))


def count_sign_ups(tx: Transaction, *, since: datetime, until: datetime) -> int:
    """Return how many sign-ups there were after a time, up to another, mailed or not."""
    return tx.execute(select(func.count()).where(sign_up.c.at > since, sign_up.c.at <= until)).scalar_one()


def count_confirmed(tx: Transaction, bounds: Sequence[datetime]) -> list[int]:
    """Return how many readers pressed a confirm mail's button in each span between these times (half-open)."""
    used_at = notice.c.used_at
    spans = [and_(used_at >= since, used_at < until) for since, until in pairwise(bounds)]
    counted = select(*(func.count().filter(span) for span in spans)).where(
        notice.c.kind == NoticeKind.CONFIRM.value, used_at >= bounds[0]
    )
    return [int(count) for count in tx.execute(counted).one()]


def delete_sign_ups(tx: Transaction, *, before: datetime) -> int:
    """Delete the sign-ups before a time; return how many."""
    return tx.execute(delete(sign_up).where(sign_up.c.at < before)).rowcount


@contextmanager
def attempt(tx: Transaction, *, is_kept: bool) -> Iterator[None]:
    """Run the block's statements, and take them back at its end unless they are to be kept."""
    savepoint = tx.begin_nested()
    yield
    if is_kept:
        savepoint.commit()
    else:
        savepoint.rollback()
