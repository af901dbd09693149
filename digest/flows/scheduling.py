"""Scheduling: what goes out in the days to come, to how many readers, and what would be in it. Keeps nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.curate.slots import slots_between
from digest.errors import InputError
from digest.flows.publishing import curate_topic, find_current
from digest.flows.services import Services
from digest.model.topics import Topic, TopicStatus
from digest.store import subscribers, topics
from digest.store.database import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingSlot:
    """A slot of a topic's schedule, in aware UTC, and the cut-off before it.

    `readers` would get it if it went out now. `headlines` are what the topic's next edition would hold if its period
    closed now, and are known of its first slot alone; where they are too few for one, `shortfall` says so.
    """

    topic: Topic
    slot_at: datetime
    closes_at: datetime
    readers: int
    headlines: tuple[str, ...] = ()
    shortfall: str = ""


def list_coming(services: Services, *, days: int) -> list[ComingSlot]:
    """Return the slots of all active topics in the days to come, the earliest first."""
    now = services.clock.now()
    with services.database.read() as tx:
        active = [one for one in topics.list_topics(tx) if one.status is TopicStatus.ACTIVE]
        readers = subscribers.count_readers(tx, now=now)
        coming = [
            slot
            for topic in active
            for slot in _slots_of(
                tx, topic, now=now, end=now + timedelta(days=days), readers=readers.get(topic.slug, 0)
            )
        ]
    return sorted(coming, key=lambda slot: (slot.slot_at, slot.topic.slug))


def _slots_of(tx: Transaction, topic: Topic, *, now: datetime, end: datetime, readers: int) -> list[ComingSlot]:
    cut_off = timedelta(minutes=topic.schedule.cut_off_minutes)
    headlines, shortfall = _next_headlines(tx, topic, now=now)
    return [
        ComingSlot(
            topic=topic,
            slot_at=slot_at,
            closes_at=slot_at - cut_off,
            readers=readers,
            headlines=() if later else headlines,
            shortfall="" if later else shortfall,
        )
        for later, slot_at in enumerate(slots_between(topic.schedule, now, end))
    ]


def _next_headlines(tx: Transaction, topic: Topic, *, now: datetime) -> tuple[tuple[str, ...], str]:
    current = find_current(tx, topic, now=now)
    if current is not None:
        return tuple(item.title for item in current.items), ""
    try:
        curated = curate_topic(tx, topic, now=now)
    except InputError as error:
        return (), str(error)
    items = curated.edition.items if curated.edition else ()
    return tuple(item.title for item in items), curated.shortfall
