"""Importing readers from a file: read a batch of rows, look where their readers stand, decide, write; and again.

A file of a million rows takes the memory of one batch. Each batch is one transaction, so an import that was
interrupted can be run again and ends the same. A rehearsal takes the same decisions, and writes nothing.
"""

import gc
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

from digest.errors import InputError
from digest.flows.admitting import Decision, RowOutcome, decide_all
from digest.flows.reader_file import Column, ReaderFile, open_reader_file
from digest.flows.reader_rows import ReaderRow, RowReader, TopicRef
from digest.flows.rejections import Reject, open_rejections, rejected_path
from digest.flows.services import Services
from digest.model.addresses import shown
from digest.model.subscribers import SubscriberStatus
from digest.store import imports, rehearsals, topics
from digest.store.database import Transaction

MAX_REMARKS = 1000
_BATCH = 5000
_MANY_ROWS = 1000

Progress = Callable[[int], None]
"""Told how many octets of the file were read so far."""


class Remark(NamedTuple):
    """Why a row was not taken in, or not for all its topics."""

    line: int
    outcome: RowOutcome
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import did, or a rehearsal found that it would do.

    `outcomes` counts the rows, each once. Of the readers added, `pending` get nothing until they confirm; `joined`
    counts the topics that readers who were there already have got beside theirs. `remarks` are the first MAX_REMARKS
    of `remarked`, by line. `rejected` is the file of the invalid rows, None where all were valid.
    """

    outcomes: Mapping[RowOutcome, int]
    pending: int
    joined: int
    remarked: int
    remarks: tuple[Remark, ...]
    notes: tuple[str, ...]
    rejected: Path | None

    @property
    def rows(self) -> int:
        return sum(self.outcomes.values())


def import_readers(services: Services, path: Path, *, slugs: Sequence[str], progress: Progress) -> ImportReport:
    """Take in the readers of a file; rows that name no topic count for the topics `slugs`.

    Raises InputError for a file that cannot be read, and NotFoundError for a slug. Running it again changes nothing.
    """
    now = services.clock.now()

    def admit(rows: Sequence[ReaderRow]) -> Sequence[Decision]:
        with services.database.begin() as tx:
            return _admit(tx, rows, wording=f"imported from {shown(path.name)}", now=now)

    report = _read_through(services, path, slugs=slugs, admit=admit, progress=progress, now=now)
    if report.rows >= _MANY_ROWS:
        with services.database.begin() as tx:
            imports.learn_sizes(tx)
    return report


def rehearse_import(services: Services, path: Path, *, slugs: Sequence[str], progress: Progress) -> ImportReport:
    """Return what `import_readers` would report now, and leave the database as it is. Raises as above."""
    now = services.clock.now()
    with services.database.read() as tx, rehearsals.rehearsal(tx):
        return _read_through(services, path, slugs=slugs, admit=partial(_suppose, tx), progress=progress, now=now)


_Admit = Callable[[Sequence[ReaderRow]], Sequence[Decision]]


def _read_through(
    services: Services, path: Path, *, slugs: Sequence[str], admit: _Admit, progress: Progress, now: datetime
) -> ImportReport:
    with open_reader_file(path) as file:
        reader = _row_reader(services, file, slugs=slugs, now=now)
        tally = _Tally()
        beside = rejected_path(path)
        with open_rejections(beside, file.header) as reject, _nothing_old_collected():
            for rows in _batches(file, reader, tally=tally, reject=reject):
                tally.count(rows, admit(rows))
                progress(file.octets_read)
        return tally.report(notes=file.notes(), beside=beside)


@contextmanager
def _nothing_old_collected() -> Iterator[None]:
    """Let the garbage collector look at new objects alone; going over the whole program again costs a sixth more."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _row_reader(services: Services, file: ReaderFile, *, slugs: Sequence[str], now: datetime) -> RowReader:
    with services.database.read() as tx:
        defaults = [topics.find_topic(tx, slug) for slug in dict.fromkeys(slugs)]
        known = {slug: TopicRef(slug, topic_id) for slug, topic_id in imports.list_topic_ids(tx)}
    if Column.TOPICS not in file.header.columns and not slugs:
        raise InputError(f'{file.name} has no column "topics"; say what the readers get with --topic SLUG')
    return RowReader(
        columns=file.header.columns,
        width=len(file.header.names),
        topics=known,
        default_topics=tuple(known[topic.slug] for topic in defaults),
        address_hashes=services.links.address_hashes,
        now=now,
    )


def _batches(file: ReaderFile, reader: RowReader, *, tally: "_Tally", reject: Reject) -> Iterator[Sequence[ReaderRow]]:
    """Yield the usable rows, some thousands at a time; reject the others as they come."""
    usable: list[ReaderRow] = []
    for count, raw in enumerate(file.rows(), start=1):
        try:
            usable.append(reader.read(raw))
        except InputError as error:
            reject(raw, str(error))
            tally.count_invalid(raw.line, str(error))
        if count % _BATCH == 0:
            yield usable
            usable = []
    yield usable


def _admit(tx: Transaction, rows: Sequence[ReaderRow], *, wording: str, now: datetime) -> Sequence[Decision]:
    """Decide on rows and write what comes of it. Who signs up in the same moment is decided on as they stand then."""
    decided: dict[int, Decision] = {}
    while rows_left := [row for row in rows if row.line not in decided]:
        standings = imports.lock_standings(tx, {row.address.key for row in rows_left})
        suppressed = imports.find_suppressed(tx, _hashes(rows_left))
        found = decide_all(rows_left, standings, suppressed=suppressed)
        overtaken = imports.apply_changes(tx, found.changes, found.evidence, wording=wording, now=now)
        both = zip(rows_left, found.decisions, strict=True)
        decided |= {row.line: decision for row, decision in both if row.address.key not in overtaken}
    return [decided[row.line] for row in rows]


def _suppose(tx: Transaction, rows: Sequence[ReaderRow]) -> Sequence[Decision]:
    """Decide on rows as `_admit` does, and suppose what would come of it."""
    standings = rehearsals.find_supposed(tx, {row.address.key for row in rows})
    suppressed = imports.find_suppressed(tx, _hashes(rows))
    found = decide_all(rows, standings, suppressed=suppressed)
    rehearsals.suppose(tx, found.changes)
    return found.decisions


def _hashes(rows: Sequence[ReaderRow]) -> set[str]:
    return {key_hash for row in rows for key_hash in row.key_hashes}


@dataclass(slots=True)
class _Tally:
    """The counts of an import under way."""

    outcomes: Counter[RowOutcome] = field(default_factory=Counter)
    pending: int = 0
    joined: int = 0
    remarked: int = 0
    remarks: list[Remark] = field(default_factory=list)

    def count(self, rows: Sequence[ReaderRow], decisions: Sequence[Decision]) -> None:
        for row, decision in zip(rows, decisions, strict=True):
            self.outcomes[decision.outcome] += 1
            if decision.outcome is not RowOutcome.ADDED:
                self.joined += len(decision.moved)
            elif row.status is SubscriberStatus.PENDING:
                self.pending += 1
            if decision.why:
                self._remark(row.line, decision.outcome, decision.why)

    def count_invalid(self, line: int, why: str) -> None:
        self.outcomes[RowOutcome.INVALID] += 1
        self._remark(line, RowOutcome.INVALID, why)

    def _remark(self, line: int, outcome: RowOutcome, why: str) -> None:
        self.remarked += 1
        if len(self.remarks) < MAX_REMARKS:
            self.remarks.append(Remark(line, outcome, why))

    def report(self, *, notes: Sequence[str], beside: Path) -> ImportReport:
        return ImportReport(
            outcomes={outcome: self.outcomes[outcome] for outcome in RowOutcome},
            pending=self.pending,
            joined=self.joined,
            remarked=self.remarked,
            remarks=tuple(sorted(self.remarks)),
            notes=tuple(notes),
            rejected=beside if self.outcomes[RowOutcome.INVALID] else None,
        )
