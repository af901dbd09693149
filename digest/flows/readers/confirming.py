"""Confirming: the reader of a confirm mail says yes on the page that its link opens. Only that subscribes anybody.

The link ends after a week. Pressed again, it says that it is done, as long as that stands; who left since is not
brought back by an old mail.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from digest.flows.services import Services
from digest.links import Purpose
from digest.model.addresses import mask
from digest.model.ids import NoticeId, TopicId
from digest.model.notices import LINK_LASTS, Notice, NoticeKind
from digest.model.subscribers import Consent, ConsentAction, SubscriberStatus, SubscriptionStatus
from digest.store import asking, notices, sign_ups, subscribers
from digest.store.asking import AskedTopic, Asker
from digest.store.database import Transaction

_WORDING = "pressed the button of the page that the confirm mail's link opens"
_SOURCE = "link in the confirm mail"


class ConfirmStanding(StrEnum):
    """Where a confirm link stands.

    open        its button subscribes
    done        it was confirmed, and the subscription stands
    ended       it is more than a week old, or the address is no longer the reader's, or must get nothing
    left since  what it asks for was left after it was sent
    unknown     it is cut, forged, or asks for something of which nothing is kept
    """

    OPEN = "open"
    DONE = "done"
    ENDED = "ended"
    LEFT_SINCE = "left since"
    UNKNOWN = "unknown"


class ConfirmedTopic(NamedTuple):
    """A topic that a confirm link speaks of."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """What the page of a confirm link shows. All but `standing` is empty where that is unknown."""

    standing: ConfirmStanding
    topics: tuple[ConfirmedTopic, ...] = ()
    masked: str = ""
    lang: str = ""


class _Press(NamedTuple):
    """The press that confirms. `proof` is the Message-ID of the mail whose link opened the page."""

    page: str
    ip: str
    proof: str
    at: datetime

    def evidence(self, topic_id: TopicId) -> Consent:
        """Return the line of evidence for a topic that is subscribed by it."""
        return Consent(
            action=ConsentAction.CONFIRMED,
            topic_id=topic_id,
            wording=_WORDING,
            page=self.page,
            source=_SOURCE,
            at=self.at,
            ip=self.ip,
            proof=self.proof,
        )


class _Question(NamedTuple):
    """A confirm mail, who got it, and how they stand to each topic it asks about."""

    notice: Notice
    asker: Asker
    topics: Sequence[AskedTopic]
    is_barred: bool


def find_confirmation(services: Services, token: str) -> Confirmation:
    """Return what the page of a confirm link shows. Reads only."""
    with services.database.read() as tx:
        return _describe(_find_question(tx, services, token), now=services.clock.now())


def confirm(services: Services, token: str, *, page: str, ip: str, shown: Collection[str] = ()) -> Confirmation:
    """Subscribe the reader of a confirm link to what it asks; return where that stands then.

    `shown` are the slugs that stood on the page whose button was pressed, where it says so: what joined the question
    after that, nobody has agreed to yet. Pressing it again changes nothing. `page` and `ip` go into the evidence, `ip`
    only where the operator keeps it.
    """
    now = services.clock.now()
    with services.database.begin() as tx:
        if seen := _find_notice(tx, services, token):
            asking.lock_asker(tx, seen.subscriber_id)
        question = _find_question(tx, services, token)
        if question is None or _stand(question, now=now) is not ConfirmStanding.OPEN:
            return _describe(question, now=now)
        if shown:
            question = question._replace(topics=[one for one in question.topics if one.slug in shown])
        proof = services.links.proven_message_id(Purpose.CONFIRM, token, domain=services.sender.message_id_domain)
        press = _Press(page=page, ip=ip if services.sign_up_rules.keeps_ips else "", proof=proof, at=now)
        _subscribe(tx, services, question, press=press)
        return _describe(_find_question(tx, services, token), now=now)


def _find_notice(tx: Transaction, services: Services, token: str) -> Notice | None:
    """Return the confirm mail of a link's token, if it is kept. A row whose id was taken anew is told by its time."""
    grant = services.links.read_timed(Purpose.CONFIRM, token)
    notice = notices.find_notice(tx, NoticeId(grant.id)) if grant else None
    if grant is None or notice is None or (notice.kind, notice.made_at) != (NoticeKind.CONFIRM, grant.at):
        return None
    return notice


def _find_question(tx: Transaction, services: Services, token: str) -> _Question | None:
    """Return what a link's token asks, or None where nothing is left of it or of its reader."""
    notice = _find_notice(tx, services, token)
    asker = asking.find_asker(tx, notice.subscriber_id) if notice else None
    if notice is None or asker is None or asker.status is SubscriberStatus.ERASED:
        return None
    return _Question(
        notice=notice,
        asker=asker,
        topics=asking.list_asked(tx, notice),
        is_barred=sign_ups.is_barred(tx, services.links.address_hashes(notice.address.key)),
    )


def _stand(question: _Question, *, now: datetime) -> ConfirmStanding:
    notice, asker = question.notice, question.asker
    if notice.address.key != asker.address.key:
        return ConfirmStanding.ENDED
    stands = [one.status is SubscriptionStatus.SUBSCRIBED for one in question.topics]
    if asker.status.gets_mail and (all(stands) or (notice.used_at and any(stands))):
        return ConfirmStanding.DONE
    if notice.used_at or all(_was_left_since(one, notice.made_at) for one in question.topics):
        return ConfirmStanding.LEFT_SINCE
    is_barred = question.is_barred or asker.status is SubscriberStatus.SUPPRESSED
    is_late = now - notice.made_at > LINK_LASTS
    return ConfirmStanding.ENDED if is_late or is_barred else ConfirmStanding.OPEN


def _was_left_since(topic: AskedTopic, asked_at: datetime) -> bool:
    return topic.status is SubscriptionStatus.LEFT and topic.changed_at is not None and topic.changed_at >= asked_at


def _subscribe(tx: Transaction, services: Services, question: _Question, *, press: _Press) -> None:
    notice, now = question.notice, press.at
    notices.mark_used(tx, notice.id, now=now)
    may_begin = (SubscriberStatus.PENDING, SubscriberStatus.LEFT)
    if subscribers.set_subscriber_status(tx, notice.subscriber_id, status=SubscriberStatus.ACTIVE, was=may_begin):
        asking.keep_spelling(tx, notice.subscriber_id, notice.address)
    agreed = [one.id for one in question.topics]
    joined = asking.subscribe(tx, notice.subscriber_id, agreed, asked_at=notice.made_at, now=now)
    asking.lift_erasure(tx, services.links.address_hashes(notice.address.key))
    asking.add_evidence(tx, notice.subscriber_id, [press.evidence(topic_id) for topic_id in sorted(joined)])
    _welcome(tx, notice, [one.id for one in question.topics if one.sends_welcome and one.id in joined], now=now)


def _welcome(tx: Transaction, confirmed: Notice, topic_ids: Sequence[TopicId], *, now: datetime) -> None:
    if topic_ids:
        notices.make_notice(
            tx,
            kind=NoticeKind.WELCOME,
            subscriber_id=confirmed.subscriber_id,
            address=confirmed.address,
            lang=confirmed.lang,
            topic_ids=topic_ids,
            now=now,
        )


def _describe(question: _Question | None, *, now: datetime) -> Confirmation:
    if question is None:
        return Confirmation(standing=ConfirmStanding.UNKNOWN)
    return Confirmation(
        standing=_stand(question, now=now),
        topics=tuple(ConfirmedTopic(one.slug, one.name) for one in question.topics),
        masked=mask(question.notice.address),
        lang=question.notice.lang,
    )
