"""Polling one source: fetch or read it, parse what came, and decide what is to be remembered. No database here."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from digest.errors import FetchError, GatherError, RejectedError, SourceGoneError
from digest.gather.documents import parse_document
from digest.gather.fetching.backoff import next_poll_at
from digest.gather.fetching.fetcher import Fetched, Fetcher, FetchOutcome
from digest.gather.files import find_files, parse_file, read_file
from digest.model.sources import ParsedDocument, Rejected, Source, SourceHealth
from digest.store.sources import Poll


class Polled(NamedTuple):
    """What a poll brought. `poll` is None where the name is no source, and nothing is to be remembered."""

    document: ParsedDocument
    error: str
    poll: Poll | None


def poll_url(fetcher: Fetcher, url: str, *, source: Source | None, now: datetime) -> Polled:
    """Fetch and read a feed or page. What goes wrong is an `error`, never raised: the round goes on."""
    try:
        fetched = fetcher.fetch(
            url, etag=source.etag if source else "", last_modified=source.last_modified if source else ""
        )
        document = _read(fetched, now=now)
    except GatherError as error:
        return _refused(ParsedDocument(stories=()), error, source=source, now=now)
    return Polled(document, "", _succeeded(source, fetched, title=document.title, now=now) if source else None)


def _read(fetched: Fetched, *, now: datetime) -> ParsedDocument:
    if fetched.outcome is FetchOutcome.NOT_MODIFIED:
        return ParsedDocument(stories=(), notes=("not modified since the last poll",))
    return parse_document(fetched.content, url=fetched.url, content_type=fetched.content_type, now=now)


def _succeeded(source: Source, fetched: Fetched, *, title: str, now: datetime) -> Poll:
    return Poll(
        url=fetched.permanent_url,
        title=source.title or title,
        etag=fetched.etag,
        last_modified=fetched.last_modified,
        error="",
        health=SourceHealth.OK,
        at=now,
        next_poll_at=next_poll_at(now, failures=0, retry_after_s=fetched.retry_after_s, source=source.url),
    )


def _failed(source: Source, error: GatherError, *, now: datetime) -> Poll:
    retry_after_s = error.retry_after_s if isinstance(error, FetchError) else None
    return Poll(
        url=source.url,
        title=source.title,
        etag=source.etag,
        last_modified=source.last_modified,
        error=str(error),
        health=SourceHealth.RETIRED if isinstance(error, SourceGoneError) else SourceHealth.FAILING,
        at=now,
        next_poll_at=next_poll_at(now, failures=source.failures + 1, retry_after_s=retry_after_s, source=source.url),
    )


def read_folder(path: Path, *, source: Source | None, now: datetime) -> Polled:
    """Read a file, or every file of a folder that can be one of ours.

    A file of a folder that cannot be read is rejected, and the others are taken. Of a file that was named by itself,
    and from which nothing can be taken, that is the `error`.
    """
    if not path.is_dir():
        return _read_alone(path, source=source, now=now)
    document = _join(_read_or_reject(file, now=now) for file in find_files(path))
    return Polled(document, "", _read_through(source, now=now) if source else None)


def _read_alone(path: Path, *, source: Source | None, now: datetime) -> Polled:
    try:
        document = _read_file(path, now=now)
    except RejectedError as error:
        return _refused(ParsedDocument(stories=()), error, source=source, now=now)
    if document.rejected and not document.stories:
        return _refused(document, RejectedError("nothing of it could be taken"), source=source, now=now)
    return Polled(document, "", _read_through(source, now=now) if source else None)


def _refused(document: ParsedDocument, error: GatherError, *, source: Source | None, now: datetime) -> Polled:
    return Polled(document, str(error), _failed(source, error, now=now) if source else None)


def _read_through(source: Source, *, now: datetime) -> Poll:
    return Poll(
        url=source.url,
        title=source.title,
        etag="",
        last_modified="",
        error="",
        health=SourceHealth.OK,
        at=now,
        next_poll_at=next_poll_at(now, failures=0, source=source.url),
    )


def _read_or_reject(path: Path, *, now: datetime) -> ParsedDocument:
    try:
        return _read_file(path, now=now)
    except RejectedError as error:
        return ParsedDocument(stories=(), rejected=(Rejected(what=path.name, why=str(error)),))


def _read_file(path: Path, *, now: datetime) -> ParsedDocument:
    document = parse_file(path.name, read_file(path), now=now)
    if len(document.stories) != 1 or document.stories[0].guid or document.stories[0].url:
        return document
    # A file that names its story in no other way is its name: so a corrected file updates the story it held.
    return replace(document, stories=(replace(document.stories[0], guid=path.resolve().as_uri()),))


def _join(documents: Iterable[ParsedDocument]) -> ParsedDocument:
    found = list(documents)
    return ParsedDocument(
        stories=tuple(story for one in found for story in one.stories),
        rejected=tuple(rejected for one in found for rejected in one.rejected),
        notes=tuple(dict.fromkeys(note for one in found for note in one.notes)),
    )
