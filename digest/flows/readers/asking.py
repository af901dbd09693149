"""Asking: somebody types an address into a form, and its reader gets a mail that asks whether they want this.

Double opt-in: nothing that is done here subscribes anybody. Whoever asks learns nothing of the address: the answer is
the same whether it is new, pending, subscribed, barred or was written to often enough, and so are the statements, since
what must not be is done all the same and taken back.
"""

from collections.abc import Sequence
from datetime import datetime

from digest.errors import NotFoundError
from digest.flows.readers import guarding, mail_limit
from digest.flows.readers.attempts import Asked, Attempt, SignUpSource, read_attempt
from digest.flows.readers.guarding import Answer, SignedUp
from digest.flows.readers.mail_limit import MailLimit
from digest.flows.services import Services
from digest.model.addresses import shown
from digest.model.ids import TopicId
from digest.model.notices import Notice, NoticeKind
from digest.model.subscribers import Consent, ConsentAction, SubscriberStatus
from digest.store import asking, notices, sign_ups
from digest.store.asking import NamedTopic
from digest.store.database import Transaction
from digest.store.subscribers import NewSubscriber

__all__ = ["Answer", "Attempt", "SignUpSource", "SignedUp", "sign_up"]


def sign_up(services: Services, attempt: Attempt) -> SignedUp:
    """Ask the reader of an address by mail whether they want these topics; a known one is told that they get them.

    Raises FieldsError for what cannot be an address or a name, where no topic is ticked, and for an address that the
    operator does not take; NotFoundError for a topic that is not there.
    """
    now = services.clock.now()
    if turned_away := guarding.turn_away(services, attempt, now=now):
        return turned_away
    asked = read_attempt(attempt, services.sign_up_rules)
    if held_back := guarding.hold_back(services, attempt, domain=asked.address.domain, now=now):
        return held_back
    with services.database.begin() as tx:
        wanted = _find_topics(tx, asked.slugs)
        mail_limit.lock_mailboxes(tx, asked.address)
        limit = mail_limit.spend_mail(tx, services, asked.address, now=now)
        waiting = notices.find_open_question(tx, asked.address, now=now)
        joins = waiting if limit is MailLimit.CLOSED else None
        adds = joins is not None and any(one.id not in joins.topic_ids for one in wanted)
        with sign_ups.attempt(tx, is_kept=limit is MailLimit.OPEN or adds):
            _ask(tx, services, attempt, asked, wanted=wanted, joins=joins, now=now)
    return SignedUp(Answer.ASKED)


def _find_topics(tx: Transaction, slugs: Sequence[str]) -> list[NamedTopic]:
    """Return the topics in the order in which they were named. Raises NotFoundError, which names no other topic."""
    found = {one.slug: one for one in asking.find_topics(tx, slugs)}
    for slug in slugs:
        if slug not in found:
            raise NotFoundError("topic", shown(slug), hint="the sign-up page lists those that are open")
    return [found[slug] for slug in slugs]


def _ask(
    tx: Transaction,
    services: Services,
    attempt: Attempt,
    asked: Asked,
    *,
    wanted: Sequence[NamedTopic],
    joins: Notice | None,
    now: datetime,
) -> None:
    """Keep what was asked and by which form, and make the notice that asks back, or let it join one that waits.

    The topics that join one stand on the page of its link before its button is pressed.
    """
    new = NewSubscriber(
        address=asked.address,
        key_hash=services.links.address_hash(asked.address.key),
        name=asked.name,
        lang=asked.lang,
        status=SubscriberStatus.PENDING,
    )
    asker = asking.take_in(tx, new, now=now)
    topic_ids = [one.id for one in wanted]
    subscribed = asking.ask_for(tx, asker.id, topic_ids, now=now)
    new_ids = [one for one in topic_ids if joins is None or one not in joins.topic_ids] or topic_ids
    asking.add_evidence(tx, asker.id, [_evidence(attempt, asked, one, services, now=now) for one in new_ids])
    unconfirmed = [one for one in topic_ids if not asker.status.gets_mail or one not in subscribed]
    with sign_ups.attempt(tx, is_kept=joins is None):
        made = notices.make_notice(
            tx,
            kind=NoticeKind.CONFIRM if unconfirmed else NoticeKind.KNOWN,
            subscriber_id=asker.id,
            address=asker.address,
            lang=asked.lang or wanted[0].lang,
            topic_ids=(),
            now=now,
        )
    notices.add_topics(tx, joins.id if joins else made, unconfirmed or topic_ids)


def _evidence(attempt: Attempt, asked: Asked, topic_id: TopicId, services: Services, *, now: datetime) -> Consent:
    return Consent(
        action=ConsentAction.ASKED,
        topic_id=topic_id,
        wording=attempt.wording,
        page=asked.page,
        source=attempt.source.value,
        at=now,
        tags=asked.tags,
        ip=attempt.ip if services.sign_up_rules.keeps_ips else "",
    )
