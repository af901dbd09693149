"""Working: a worker's place on its host: its name, its journal, and the rows of those that died before it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog

from digest.flows.services import Services
from digest.send import presence
from digest.send.journal import Journal, open_journal, read_journal, remove_journal
from digest.store import takeovers

_PRESENCE_FOLDER = "workers"
JOURNAL_FOLDER = "journal"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker under its own name, with the journal that its host keeps of it."""

    owner: str
    journal: Journal


@contextmanager
def start_working(services: Services) -> Iterator[Worker]:
    """Work under a name of our own: take over what dead workers held before, and free what we hold after.

    Where the rows cannot be freed (the database is gone), our name and our journal stay, for whoever comes next.
    Raises JournalError where no journal can be kept, and StoreError.
    """
    take_over_dead(services)
    workers, journals = _folders(services)
    with presence.announce(workers) as owner:
        journal = open_journal(journals, owner)
        try:
            yield Worker(owner, journal)
        finally:
            try:
                _free(services, owner)
            finally:
                journal.close()
            _forget(services, owner)


def take_over_dead(services: Services) -> int:
    """Free the rows of workers that are gone, by what their journals say of each; return how many rows.

    Of another host's worker nothing is known: its rows are freed when its lease ends.
    """
    workers, _ = _folders(services)
    freed = 0
    for owner in presence.list_dead(workers):
        freed += _free(services, owner)
        _forget(services, owner)
    with services.database.begin() as tx:
        freed += takeovers.expire_leases(tx, alive=presence.list_alive(workers), now=services.clock.now())
    if freed:
        log.warning("worker.taken_over", deliveries=freed)
    return freed


def _free(services: Services, owner: str) -> int:
    """Free a worker's rows by its journal. What has an intent there and no outcome is in doubt."""
    _, journals = _folders(services)
    evidence = read_journal(journals, owner)
    with services.database.begin() as tx:
        return takeovers.take_over(tx, owner=owner, evidence=evidence, now=services.clock.now())


def _forget(services: Services, owner: str) -> None:
    workers, journals = _folders(services)
    remove_journal(journals, owner)
    presence.forget(workers, [owner])


def _folders(services: Services) -> tuple[Path, Path]:
    return services.home / _PRESENCE_FOLDER, services.home / JOURNAL_FOLDER
