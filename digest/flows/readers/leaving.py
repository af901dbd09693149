"""Leaving: one press takes a reader off a topic, or off everything, whenever they press and however often.

A link to leave never ends (RFC 8058), and finds its reader after a new address, too. What a press took can be undone
for an hour; that is in `undoing.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.errors import TooOftenError
from digest.flows.readers.undoing import Press, make_undo_token
from digest.flows.services import Services
from digest.links import Grant, Purpose
from digest.model.addresses import Address, mask
from digest.model.ids import TopicId
from digest.model.subscribers import Cadence, LeavingReason, Subscriber, SubscriberStatus, SubscriptionStatus
from digest.store import choices, leaving, plain_wishes, subscribers, topics
from digest.store.choices import TopicNames

_PLAIN_WISHES, _TEN_MINUTES = 20, timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """What a page to leave shows: whose subscription it is (`masked`), to what, and where it stands.

    `masked` is empty for an erased reader. `other_topics` counts those they get besides. `lang` is the reader's, or
    the topic's where theirs is not known; `zone` is empty where that is not.
    """

    masked: str
    topic_slug: str
    topic_name: str
    lang: str
    is_subscribed: bool
    other_topics: int
    standing: SubscriberStatus
    cadence: Cadence
    paused_until: datetime | None
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What a press did. `topics` are the names of what it took; `undo_token` is empty where nothing changed."""

    masked: str
    topic_slug: str
    topic_name: str
    lang: str
    topics: tuple[str, ...]
    undo_token: str


def find_leaving(services: Services, token: str) -> Leaving | None:
    """Return what the page of an unsubscribe token shows, or None for a token that is cut or forged. Reads only."""
    grant = services.links.read_token(Purpose.UNSUBSCRIBE, token)
    if grant is None:
        return None
    with services.database.read() as tx:
        found = subscribers.follow_reader(tx, grant.subscriber_id)
        return describe_leaving(found, choices.name_topic(tx, grant.topic_id), now=services.clock.now())


def describe_leaving(reader: Subscriber | None, topic: TopicNames, *, now: datetime) -> Leaving:
    """Return how a reader stands with a topic. One who is not kept any more is shown as an erased one."""
    topics = reader.topics if reader else ()
    subscribed = {slug for slug, status in topics if status is SubscriptionStatus.SUBSCRIBED}
    return Leaving(
        masked=mask(reader.address) if reader else "",
        topic_slug=topic.slug,
        topic_name=topic.name,
        lang=(reader.lang if reader else "") or topic.lang,
        is_subscribed=topic.slug in subscribed,
        other_topics=len(subscribed - {topic.slug}),
        standing=reader.standing_at(now) if reader else SubscriberStatus.ERASED,
        cadence=reader.cadence if reader else Cadence.WEEKLY,
        paused_until=reader.paused_until if reader else None,
        zone=reader.zone if reader else "",
    )


def leave_topic(services: Services, token: str, *, source: str) -> Left | None:
    """Take the reader off the token's topic, at once; None for a token that is cut or forged.

    `source` goes into the evidence: how it was asked. The second press, and one for an erased reader, succeed too.
    """
    grant = services.links.read_token(Purpose.UNSUBSCRIBE, token)
    return _leave(services, grant, [grant.topic_id], source=source) if grant else None


def leave_everything(services: Services, token: str, *, source: str) -> Left | None:
    """Take the reader of an unsubscribe token off all topics; else as `leave_topic`."""
    grant = services.links.read_token(Purpose.UNSUBSCRIBE, token)
    return _leave(services, grant, None, source=source) if grant else None


def _leave(services: Services, grant: Grant, topic_ids: Sequence[TopicId] | None, *, source: str) -> Left:
    now = services.clock.now()
    with services.database.begin() as tx:
        topic = choices.name_topic(tx, grant.topic_id)
        reader = subscribers.lock_followed(tx, grant.subscriber_id)
        taken = leaving.leave_topics(tx, reader.id, topic_ids, source=source, now=now) if reader else []
        names = tuple((topic if one == grant.topic_id else choices.name_topic(tx, one)).name for one in taken)
    return Left(
        masked=mask(reader.address) if reader else "",
        topic_slug=topic.slug,
        topic_name=topic.name,
        lang=(reader.lang if reader else "") or topic.lang,
        topics=names,
        undo_token=make_undo_token(services.links, Press.LEFT, reader.id, at=now) if reader and taken else "",
    )


def leave_by_address(services: Services, address: Address, *, source: str) -> bool:
    """Take the reader with that address off all topics; return whether anything is kept under it.

    Who moved to another address is not followed there: whoever has this one now may not speak for them. Raises
    TooOftenError where twenty readers left like this in ten minutes, as when somebody forges mails of theirs.
    """
    now = services.clock.now()
    with services.database.begin() as tx:
        reader = subscribers.lock_subscriber(tx, address)
        taken = leaving.leave_topics(tx, reader.id, None, source=source, now=now) if reader else []
        if taken and not plain_wishes.spend(tx, capacity=_PLAIN_WISHES, period=_TEN_MINUTES, now=now):
            raise TooOftenError("too many readers left by plain words lately; the next may in half a minute")
    return reader is not None


def give_reason(services: Services, token: str, reason: LeavingReason) -> None:
    """Count why a reader left the token's topic, once a press at most, kept apart from who they are."""
    grant = services.links.read_token(Purpose.UNSUBSCRIBE, token)
    if grant is None:
        return
    now = services.clock.now()
    with services.database.begin() as tx:
        reader = subscribers.lock_followed(tx, grant.subscriber_id)
        if reader:
            leaving.count_reason(tx, reader.id, grant.topic_id, reason=reason, now=now)


def count_partings(services: Services, slug: str) -> Mapping[LeavingReason, int]:
    """Return why readers left a topic, of those who said so, the most frequent first. Raises NotFoundError."""
    with services.database.read() as tx:
        return leaving.count_partings(tx, topics.find_topic(tx, slug).id)
