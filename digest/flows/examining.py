"""Examining: what keeps an installation from sending, found before it should send. What `digest doctor` does."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from digest.errors import StoreError
from digest.flows import fencing
from digest.flows.services import Services
from digest.flows.working import JOURNAL_FOLDER
from digest.store import migrate


class Finding(NamedTuple):
    """What was looked at, and what is wrong with it; `fault` is empty where nothing is."""

    what: str
    fault: str


def examine(services: Services) -> list[Finding]:
    """Look at the database, its revision, the epoch and the journal's folder. Changes nothing but a folder's being."""
    looks: tuple[tuple[str, Callable[[Services], str]], ...] = (
        ("database", _examine_revision),
        ("epoch", fencing.describe_hold),
        ("journal", _examine_journal),
    )
    return [Finding(what, _say_fault(look, services)) for what, look in looks]


def examine_readiness(services: Services) -> list[Finding]:
    """Look at what serving readers takes: the database; and at the epoch, which holds up mail alone."""
    return [
        Finding("database", _say_fault(_examine_revision, services)),
        Finding("epoch", _say_fault(fencing.describe_hold, services)),
    ]


def _say_fault(look: Callable[[Services], str], services: Services) -> str:
    try:
        return look(services)
    except StoreError as error:
        return str(error)


def _examine_revision(services: Services) -> str:
    gap = migrate.revision_gap(services.database)
    if gap is None:
        return ""
    found, needed = gap
    return f"the database is at revision {found or 'none'}, and this program needs {needed}; run: digest init"


def _examine_journal(services: Services) -> str:
    folder: Path = services.home / JOURNAL_FOLDER
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(4096))
            file.flush()
    except OSError as error:
        return f"{folder} cannot be written: {error.strerror}; without a journal nothing is sent"
    return ""
