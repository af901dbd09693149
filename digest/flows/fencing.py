"""Fencing: nothing is sent from a database that is not the one this machine sent from last.

A dump that is restored knows nothing of what was sent after it was made, and would send it again; so would a copied
machine. The database counts an epoch up whenever a mailing is planned or delivered, and each machine keeps the highest
it has seen in a file of its home, which must therefore not go into a backup of the database.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from uuid import uuid4

from digest.errors import EpochError
from digest.flows.services import Services
from digest.store import epoch
from digest.store.database import Transaction
from digest.store.epoch import StoredEpoch

_FILE, _LOCK = "epoch", "epoch.lock"
_MACHINE_ID = Path("/etc/machine-id")
_NEXT_STEP = (
    "Nothing is sent. If this database is the right one, and what it holds unsent shall go out: "
    "digest doctor --accept-epoch"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenEpoch:
    """What a machine has seen: the database's lineage, the highest counter, and its own machine id if it has one."""

    lineage: str
    counter: int
    machine: str


def adopt_new(services: Services) -> None:
    """Take in a database that never sent anything; leave any other as it is."""
    with _lock_home(services) as home:
        seen, stored = _read_both(services, home)
        if _is_new(stored, seen):
            _adopt(services, home)


def require_epoch(services: Services) -> None:
    """Make sure that this machine may send from this database. Raises EpochError, which says why not and what to do.

    A database that never sent anything is taken in without a word.
    """
    with _lock_home(services) as home:
        seen, stored = _read_both(services, home)
        if _is_new(stored, seen):
            _adopt(services, home)
            return
        reason = explain_mismatch(stored, seen, machine=_machine_id())
        if reason:
            raise EpochError(f"{reason}. {_NEXT_STEP}")
        _remember(home, stored.lineage, stored.counter)


def advance_epoch(services: Services) -> None:
    """Count the epoch up, and keep it on this machine. Call it when a run begins, now and then in it, and at its end.

    A dump that was made in between is known by it. Raises EpochError as `require_epoch` does.
    """
    require_epoch(services)
    with services.database.begin() as tx:
        counter = epoch.advance_counter(tx)
        lineage = epoch.read_epoch(tx).lineage
    with _lock_home(services) as home:
        _remember(home, lineage, counter)


def describe_hold(services: Services) -> str:
    """Return why nothing is sent from this database by this machine; empty where nothing speaks against it."""
    try:
        seen, stored = _read_both(services, services.home)
    except EpochError as error:
        return str(error)
    return "" if _is_new(stored, seen) else explain_mismatch(stored, seen, machine=_machine_id())


def accept_epoch(services: Services) -> int:
    """Let this machine send from this database from now on; return the epoch that begins with it.

    It is higher than what either has seen, so that another machine that has seen more still holds.
    """
    with _lock_home(services) as home:
        highest = _highest_seen(home)
        with services.database.begin() as tx:
            lineage = _ensure_lineage(tx)
            counter = epoch.advance_counter(tx, beyond=highest)
        _write_seen(home, SeenEpoch(lineage=lineage, counter=counter, machine=_machine_id()))
        return counter


def explain_mismatch(stored: StoredEpoch, seen: SeenEpoch | None, *, machine: str) -> str:
    """Return why a machine with this id that has seen `seen` must not send from a database; empty where it may."""
    if seen is None:
        return "this machine has never sent from this database, which others have sent from"
    if stored.lineage != seen.lineage:
        return "this is another database than the one that this machine sent from last"
    if stored.counter < seen.counter:
        return (
            f"the database is older than what this machine has seen of it (epoch {stored.counter}, not {seen.counter}):"
            " it was restored from a backup"
        )
    if machine and seen.machine and machine != seen.machine:
        return "the home is another machine's: this one is a copy of it"
    return ""


def _is_new(stored: StoredEpoch, seen: SeenEpoch | None) -> bool:
    """Return whether nobody can have sent from the database under an epoch yet."""
    if seen is None:
        return not stored.lineage or not (stored.is_used or stored.counter)
    return not (stored.is_used or stored.counter) and stored.lineage != seen.lineage


def _adopt(services: Services, home: Path) -> None:
    with services.database.begin() as tx:
        lineage = _ensure_lineage(tx)
        counter = epoch.read_epoch(tx).counter
    _write_seen(home, SeenEpoch(lineage=lineage, counter=counter, machine=_machine_id()))


def _ensure_lineage(tx: Transaction) -> str:
    epoch.begin_lineage(tx, str(uuid4()))
    return epoch.read_epoch(tx).lineage


def _read_both(services: Services, home: Path) -> tuple[SeenEpoch | None, StoredEpoch]:
    """Return what this machine has seen, and then the database's epoch, which meanwhile can only have grown."""
    seen = _read_seen(home)
    with services.database.read() as tx:
        return seen, epoch.read_epoch(tx)


@contextmanager
def _lock_home(services: Services) -> Iterator[Path]:
    """Yield the home, in which no other process of this machine touches the epoch meanwhile."""
    with open(services.home / _LOCK, "a", opener=partial(os.open, mode=0o600)) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield services.home


def _remember(home: Path, lineage: str, counter: int) -> None:
    seen = _read_seen(home)
    if seen is None or counter > seen.counter:
        _write_seen(home, SeenEpoch(lineage=lineage, counter=counter, machine=seen.machine if seen else _machine_id()))


def _write_seen(home: Path, seen: SeenEpoch) -> None:
    unfinished = home / f"{_FILE}.new"
    with open(unfinished, "w", opener=partial(os.open, mode=0o600), encoding="utf-8") as file:
        json.dump(asdict(seen), file)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(home / _FILE)
    folder = os.open(home, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _read_seen(home: Path) -> SeenEpoch | None:
    """Return what this machine has seen, None where it has no record. Raises EpochError where that is unreadable."""
    path = home / _FILE
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
        return SeenEpoch(lineage=str(read["lineage"]), counter=int(read["counter"]), machine=str(read["machine"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EpochError(f"{path} cannot be read ({error}). {_NEXT_STEP}") from error


def _highest_seen(home: Path) -> int:
    try:
        seen = _read_seen(home)
    except EpochError:
        return 0
    return seen.counter if seen else 0


def _machine_id() -> str:
    try:
        return _MACHINE_ID.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""
