"""Gathering: fetch sources side by side, read what came, keep its stories; one transaction a source.

One bad story never stops its feed; one bad feed never stops the round.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from digest.errors import InputError, StoreError
from digest.flows.polling import Polled, poll_url, read_folder
from digest.flows.services import Services
from digest.gather.documents import kind_of, parse_document
from digest.gather.fetching.fetcher import Fetcher
from digest.model.ids import SourceId
from digest.model.sources import ParsedDocument, Rejected, Source, SourceKind
from digest.model.stories import Change, ParsedStory
from digest.store import sources, stories
from digest.store.database import Transaction

_FETCHES_AT_ONCE = 8

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """What one source, URL, file or folder brought. An `error` says why it brought nothing."""

    name: str
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: tuple[Rejected, ...] = ()
    notes: tuple[str, ...] = ()
    error: str = ""


Progress = Callable[[int], None]
"""Told each time a source is done."""


@dataclass(frozen=True, slots=True)
class _Target:
    """One thing to gather from: a known source, or a URL or path given by hand."""

    name: str
    source: Source | None


def gather_due(services: Services, *, progress: Progress) -> list[SourceReport]:
    """Gather from every source that is due; return a report for each."""
    with services.database.read() as tx:
        due = sources.list_due_sources(tx, now=services.clock.now())
    return _gather(services, [_Target(source.url, source) for source in due], progress)


def gather_these(services: Services, names: Sequence[str], *, progress: Progress) -> list[SourceReport]:
    """Gather from these URLs, files and folders, due or not; those that are no sources are read this once.

    Raises InputError for a name that is neither an http(s) URL nor a path that is there.
    """
    wanted = list(dict.fromkeys(normal_name(name) for name in names))
    with services.database.read() as tx:
        targets = [_Target(name, sources.find_source(tx, name)) for name in wanted]
    return _gather(services, targets, progress)


def normal_name(name: str) -> str:
    """Return how a source is known: a URL as it is, a path made absolute. Raises InputError for anything else."""
    if is_url(name):
        return name
    path = Path(name).expanduser()
    if not path.exists():
        raise InputError(f'"{name}" is neither an http(s) URL nor a file or folder that is there')
    return str(path.resolve())


def is_url(name: str) -> bool:
    """Return whether a source's name is a URL, and not a path."""
    return name.lower().startswith(("http://", "https://"))


def _gather(services: Services, targets: Sequence[_Target], progress: Progress) -> list[SourceReport]:
    reports: dict[str, SourceReport] = {}
    with services.open_fetcher() as fetcher, ThreadPoolExecutor(_FETCHES_AT_ONCE) as pool:
        waiting = {pool.submit(_poll, services, fetcher, target): target for target in targets}
        for done in as_completed(waiting):
            report = _finish(services, waiting[done], done)
            reports[report.name] = report
            progress(1)
    return [reports[target.name] for target in targets]


def _poll(services: Services, fetcher: Fetcher, target: _Target) -> Polled:
    now = services.clock.now()
    if is_url(target.name):
        return poll_url(fetcher, target.name, source=target.source, now=now)
    return read_folder(Path(target.name), source=target.source, now=now)


def _finish(services: Services, target: _Target, polled: Future[Polled]) -> SourceReport:
    try:
        return _keep(services, target, polled.result())
    except Exception as error:  # one bad feed never stops the round, whatever is wrong with it
        log.exception("source.broken", source_id=target.source.id if target.source else None)
        return SourceReport(name=target.name, error=f"a fault in Digest itself ({type(error).__name__}); see the log")


def _keep(services: Services, target: _Target, polled: Polled) -> SourceReport:
    """Keep what a poll brought, together with what is to be remembered of the poll."""
    source_id = target.source.id if target.source else None
    with services.database.begin() as tx:
        stories.lock_stories(tx)
        counts, refused = _save(tx, polled.document.stories, source_id=source_id, now=services.clock.now())
        if source_id is not None and polled.poll is not None:
            sources.record_poll(tx, source_id, polled.poll)
    log.info("source.gathered", source_id=source_id, new=counts[Change.NEW], updated=counts[Change.UPDATED])
    return SourceReport(
        name=target.name,
        new=counts[Change.NEW],
        updated=counts[Change.UPDATED],
        unchanged=counts[Change.UNCHANGED],
        rejected=(*polled.document.rejected, *refused),
        notes=_notes_of(polled.document),
        error=polled.error,
    )


def _save(
    tx: Transaction, parsed: Sequence[ParsedStory], *, source_id: SourceId | None, now: datetime
) -> tuple[Counter[Change], list[Rejected]]:
    counts: Counter[Change] = Counter()
    refused: list[Rejected] = []
    for story in parsed:
        try:
            counts[stories.save_story(tx, story, source_id=source_id, now=now)] += 1
        except StoreError as error:
            refused.append(Rejected(what=story.title, why=str(error)))
    return counts, refused


def _notes_of(document: ParsedDocument) -> tuple[str, ...]:
    """Return the document's notes and its stories', each once with how many stories it is true of."""
    of_stories = Counter(note for story in document.stories for note in story.notes)
    return (*document.notes, *(f"{note} ({count})" if count > 1 else note for note, count in of_stories.items()))


def add_source(services: Services, name: str, *, weight: float) -> Source:
    """Add a URL or folder as a source, after trying it. Raises GatherError, InputError and AlreadyExistsError."""
    now = services.clock.now()
    known_as = normal_name(name)
    kind, title = SourceKind.FOLDER, Path(known_as).name
    if is_url(known_as):
        with services.open_fetcher() as fetcher:
            fetched = fetcher.fetch(known_as)
        kind = kind_of(fetched.content, fetched.content_type)
        title = parse_document(fetched.content, url=fetched.url, content_type=fetched.content_type, now=now).title
    with services.database.begin() as tx:
        return sources.add_source(tx, known_as, kind=kind, title=title, weight=weight, now=now)


def list_sources(services: Services) -> list[Source]:
    """Return all sources, the oldest first."""
    with services.database.read() as tx:
        return sources.list_sources(tx)


def remove_source(services: Services, name: str) -> None:
    """Forget a source; its stories stay. Raises NotFoundError."""
    known_as = name if is_url(name) else str(Path(name).expanduser().resolve())
    with services.database.begin() as tx:
        sources.remove_source(tx, known_as)


def check_source(services: Services, name: str) -> Polled:
    """Read a URL, file or folder and return what it would bring, keeping nothing. Raises InputError."""
    with services.open_fetcher() as fetcher:
        return _poll(services, fetcher, _Target(normal_name(name), None))
