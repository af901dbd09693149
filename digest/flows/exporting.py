"""Exporting readers as CSV (RFC 4180), in the columns that an import reads, so that one can be made of the other.

An import of an export grants nobody more than they have: topics that were left are not in it, topics not confirmed
stand in a row without evidence, and `status` keeps those out who must get nothing.
"""

import csv
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import TextIO

from digest.flows.cells import guard
from digest.flows.reader_file import Column
from digest.flows.services import Services
from digest.model.ids import SubscriberId
from digest.model.subscribers import SubscriberStatus, SubscriptionStatus
from digest.store import exports, topics
from digest.store.exports import KeptReader, KeptTopic

_PAGE = 1000
_Evidence = tuple[datetime | None, str]


def export_readers(
    services: Services, file: TextIO, *, slug: str | None, statuses: Collection[SubscriberStatus]
) -> None:
    """Write the readers to a text file, the oldest first; of one topic, or of some statuses, where these say so.

    Cells are guarded, so that a spreadsheet takes none for a formula. Raises NotFoundError for the topic.
    """
    writer = csv.writer(file, lineterminator="\n")
    after, now = SubscriberId(0), services.clock.now()
    with services.database.read() as tx:
        topic_id = topics.find_topic(tx, slug).id if slug else None
        writer.writerow([column.value for column in Column])
        while page := exports.list_readers(tx, after=after, limit=_PAGE, topic_id=topic_id, statuses=statuses, now=now):
            for reader in page:
                writer.writerows([guard(cell) for cell in row] for row in _rows(reader))
            after = page[-1].id


def _rows(reader: KeptReader) -> Iterator[Sequence[str]]:
    """Yield a row for each piece of evidence, with the topics that it covers: nearly always just one."""
    covered: dict[_Evidence, list[str]] = {}
    for topic in reader.topics:
        covered.setdefault(_evidence(topic), []).append(topic.slug)
    for (confirmed_at, source), slugs in covered.items() or [((None, ""), [])]:
        cells = {
            Column.EMAIL: reader.email,
            Column.NAME: reader.name,
            Column.TOPICS: ";".join(slugs),
            Column.LANG: reader.lang,
            Column.ZONE: reader.zone,
            Column.HOUR: "" if reader.hour is None else str(reader.hour),
            Column.CONFIRMED_AT: _write_time(confirmed_at),
            Column.CONSENT_SOURCE: source,
            Column.STATUS: reader.status.value,
            Column.PAUSED_UNTIL: _write_time(reader.paused_until),
            Column.WEEKDAY: "" if reader.weekday is None else reader.weekday.name.lower(),
            Column.CADENCE: reader.cadence.value,
            Column.BUNDLING: reader.bundling.value,
        }
        yield [cells[column] for column in Column]


def _write_time(at: datetime | None) -> str:
    return at.isoformat().replace("+00:00", "Z") if at else ""


def _evidence(topic: KeptTopic) -> _Evidence:
    if topic.status is SubscriptionStatus.PENDING or topic.confirmed_at is None:
        return None, ""
    return topic.confirmed_at, topic.source
