"""Choosing: which topics a reader gets, how often, when, and in which language. By a link from a mail, no login.

Whoever holds the link is the reader, or somebody they forwarded a mail to. So a topic more is subscribed at once while
they get mail anyway; one who left, or never confirmed, is asked by a mail to their own address.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from digest.errors import FieldsError
from digest.flows.readers import mail_limit
from digest.flows.readers.undoing import Press, make_undo_token
from digest.flows.readers.wishes import WantedChoices, read_wishes
from digest.flows.services import Services
from digest.links import Purpose
from digest.model.addresses import mask, shown
from digest.model.choices import TopicChoice
from digest.model.ids import SubscriberId
from digest.model.notices import NoticeKind
from digest.model.subscribers import (
    Bundling,
    Cadence,
    Consent,
    ConsentAction,
    Subscriber,
    SubscriberStatus,
    SubscriptionStatus,
)
from digest.model.topics import Weekday
from digest.store import asking, choices, leaving, notices, sign_ups, subscribers
from digest.store.database import Transaction

__all__ = ["Choices", "Saved", "TopicChoice", "WantedChoices", "find_choices", "leave_all_topics", "save_choices"]

_SOURCE = "preferences page"
_WORDING = "ticked the topic on the preferences page and saved it"
_IS_ASKED = (SubscriberStatus.PENDING, SubscriberStatus.LEFT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """All that a preferences page shows. `zone`, `weekday` and `hour` are empty or None for the topic's own.

    `lang` may be empty: not known. `standing` says `active` once a pause is over.
    """

    masked: str
    name: str
    lang: str
    zone: str
    weekday: Weekday | None
    hour: int | None
    cadence: Cadence
    bundling: Bundling
    paused_until: datetime | None
    standing: SubscriberStatus
    topics: tuple[TopicChoice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What saving did, with the names of topics: `joined` at once, `left`, and `asked` for by a mail to be confirmed.

    `has_to_wait` says that a mail should have gone out, but that too many went to that address lately. `undo_token`
    takes back the leaving, and is empty where nothing was left. `choices` are as they stand then.
    """

    joined: tuple[str, ...]
    left: tuple[str, ...]
    asked: tuple[str, ...]
    has_to_wait: bool
    undo_token: str
    choices: Choices


class _Changes(NamedTuple):
    """What becomes of topics: joined at once, left, or asked for by mail."""

    join: Sequence[TopicChoice]
    leave: Sequence[TopicChoice]
    ask: Sequence[TopicChoice]


def find_choices(services: Services, token: str) -> Choices | None:
    """Return what a preferences token lets its holder see, or None: cut, forged, or the reader is erased. Reads only.

    The topics are the public ones, and those the reader has or had.
    """
    grant = services.links.read_token(Purpose.PREFERENCES, token)
    if grant is None:
        return None
    now = services.clock.now()
    with services.database.read() as tx:
        reader = subscribers.find_reader(tx, grant.subscriber_id)
        return _describe(tx, services, reader, now=now) if reader and _is_kept(reader) else None


def save_choices(services: Services, token: str, wanted: WantedChoices) -> Saved | None:
    """Keep what a reader chose; None as above. A suppressed reader's topics can be left, and not joined.

    Raises FieldsError ("topics", "name", "lang", "zone", "weekday", "hour", "cadence", "bundling"); then nothing is
    kept.
    """
    grant = services.links.read_token(Purpose.PREFERENCES, token)
    if grant is None:
        return None
    wishes = read_wishes(wanted)
    now = services.clock.now()
    with services.database.begin() as tx:
        reader = _lock(tx, grant.subscriber_id)
        if reader is None or not _is_kept(reader):
            return None
        choices.keep_wishes(tx, reader.id, wishes)
        standing = _standing(tx, services, reader, now=now)
        changes = decide(choices.list_topic_choices(tx, reader.id), wanted.slugs, standing=standing)
        _join(tx, reader, changes.join, lang=wishes.lang, now=now)
        leaving.leave_topics(tx, reader.id, [one.id for one in changes.leave], source=_SOURCE, now=now)
        is_asked = _ask(tx, services, reader, changes.ask, lang=wishes.lang, now=now)
        after = subscribers.find_reader(tx, reader.id)
        assert after is not None
        return Saved(
            joined=_names(changes.join),
            left=_names(changes.leave),
            asked=_names(changes.ask) if is_asked else (),
            has_to_wait=bool(changes.ask) and not is_asked,
            undo_token=make_undo_token(services.links, Press.LEFT, reader.id, at=now) if changes.leave else "",
            choices=_describe(tx, services, after, now=now),
        )


def leave_all_topics(services: Services, token: str) -> Saved | None:
    """Take the reader of a preferences token off all topics, whatever else they chose; None as above."""
    grant = services.links.read_token(Purpose.PREFERENCES, token)
    if grant is None:
        return None
    now = services.clock.now()
    with services.database.begin() as tx:
        reader = subscribers.lock_reader(tx, grant.subscriber_id)
        if reader is None or not _is_kept(reader):
            return None
        taken = leaving.leave_topics(tx, reader.id, None, source=_SOURCE, now=now)
        after = _describe(tx, services, subscribers.find_reader(tx, reader.id) or reader, now=now)
        return Saved(
            joined=(),
            left=_names([one for one in after.topics if one.id in taken]),
            asked=(),
            has_to_wait=False,
            undo_token=make_undo_token(services.links, Press.LEFT, reader.id, at=now) if taken else "",
            choices=after,
        )


def _lock(tx: Transaction, subscriber_id: SubscriberId) -> Subscriber | None:
    """Return a reader, locked, whose mailbox is locked before: they may have to be asked by mail."""
    if seen := subscribers.find_reader(tx, subscriber_id):
        mail_limit.lock_mailboxes(tx, seen.address)
    return subscribers.lock_reader(tx, subscriber_id)


def decide(offered: Sequence[TopicChoice], slugs: Sequence[str], *, standing: SubscriberStatus) -> _Changes:
    """Return what becomes of a reader's topics, of which those in `slugs` are ticked. Pure.

    What waits to be confirmed by mail is not asked for again. Raises FieldsError ("topics") for one not offered.
    """
    unknown = sorted(set(slugs) - {one.slug for one in offered})
    if unknown:
        raise FieldsError({"topics": f'no topic "{shown(unknown[0])}" to choose'})
    had = (SubscriptionStatus.SUBSCRIBED, SubscriptionStatus.PENDING)
    ticked = [one for one in offered if one.slug in slugs]
    return _Changes(
        join=[one for one in ticked if one.status is not SubscriptionStatus.SUBSCRIBED and standing.gets_mail],
        leave=[one for one in offered if one.slug not in slugs and one.status in had],
        ask=[one for one in ticked if one.status not in had and standing in _IS_ASKED],
    )


def _join(tx: Transaction, reader: Subscriber, topics: Sequence[TopicChoice], *, lang: str, now: datetime) -> None:
    """Subscribe a reader to topics, and welcome them to those that do so."""
    for one in topics:
        subscribers.set_subscription(tx, reader.id, one.id, status=SubscriptionStatus.SUBSCRIBED, now=now)
        subscribers.add_consent(tx, reader.id, _evidence(ConsentAction.CONFIRMED, one, now=now))
    welcoming = [one for one in topics if one.sends_welcome]
    if welcoming:
        _write_to(tx, NoticeKind.WELCOME, reader, welcoming, lang=lang, now=now)


def _ask(
    tx: Transaction, services: Services, reader: Subscriber, topics: Sequence[TopicChoice], *, lang: str, now: datetime
) -> bool:
    """Ask by mail whether the reader wants these topics; return whether one goes out."""
    if not topics or not mail_limit.may_mail(tx, services, reader.address, now=now):
        return False
    asking.ask_for(tx, reader.id, [one.id for one in topics], now=now)
    for one in topics:
        subscribers.add_consent(tx, reader.id, _evidence(ConsentAction.ASKED, one, now=now))
    _write_to(tx, NoticeKind.CONFIRM, reader, topics, lang=lang, now=now)
    return True


def _write_to(
    tx: Transaction, kind: NoticeKind, reader: Subscriber, topics: Sequence[TopicChoice], *, lang: str, now: datetime
) -> None:
    notices.make_notice(
        tx,
        kind=kind,
        subscriber_id=reader.id,
        address=reader.address,
        lang=lang or topics[0].lang,
        topic_ids=[one.id for one in topics],
        now=now,
    )


def _evidence(action: ConsentAction, of: TopicChoice, *, now: datetime) -> Consent:
    return Consent(action=action, topic_id=of.id, wording=_WORDING, page="", source=_SOURCE, at=now)


def _names(topics: Sequence[TopicChoice]) -> tuple[str, ...]:
    return tuple(one.name for one in topics)


def _is_kept(reader: Subscriber) -> bool:
    return reader.status is not SubscriberStatus.ERASED


def _standing(tx: Transaction, services: Services, reader: Subscriber, *, now: datetime) -> SubscriberStatus:
    is_barred = sign_ups.is_barred(tx, services.links.address_hashes(reader.address.key))
    return SubscriberStatus.SUPPRESSED if is_barred else reader.standing_at(now)


def _describe(tx: Transaction, services: Services, reader: Subscriber, *, now: datetime) -> Choices:
    return Choices(
        masked=mask(reader.address),
        name=reader.name,
        lang=reader.lang,
        zone=reader.zone,
        weekday=reader.weekday,
        hour=reader.hour,
        cadence=reader.cadence,
        bundling=reader.bundling,
        paused_until=reader.paused_until,
        standing=_standing(tx, services, reader, now=now),
        topics=tuple(choices.list_topic_choices(tx, reader.id)),
    )
