"""Leaving, and undoing it: what one press takes from a reader, and what of that it can give back.

Each change leaves its line of evidence. A press is known by its moment: what it took was `changed_at` then.
"""

from collections.abc import Sequence
from datetime import datetime, time

from sqlalchemy import ColumnElement, Update, and_, func, insert, literal, select, true, update

from digest.model.ids import SubscriberId, TopicId
from digest.model.subscribers import Consent, ConsentAction, LeavingReason, SubscriberStatus, SubscriptionStatus
from digest.store.database import Transaction
from digest.store.subscribers import add_consent, set_subscription
from digest.store.tables import consent, parting, subscriber, subscription

_MAY_LEAVE = [one.value for one in SubscriberStatus if one.may_become(SubscriberStatus.LEFT)]


def leave_topics(
    tx: Transaction, subscriber_id: SubscriberId, topic_ids: Sequence[TopicId] | None, *, source: str, now: datetime
) -> list[TopicId]:
    """Take a reader, locked in this transaction, off topics (None: off all); return those they had until now, by id.

    Who has none left after it has left altogether.
    """
    which = true() if topic_ids is None else subscription.c.topic_id.in_(topic_ids)
    leaving = update(subscription).where(_is_had_by(subscriber_id), which)
    values = {"status": SubscriptionStatus.LEFT.value, "changed_at": now, "has_given_reason": False}
    found = tx.execute(leaving.values(values).returning(subscription.c.topic_id)).scalars()
    taken = sorted(TopicId(one) for one in found)
    wording = "leave everything" if topic_ids is None else "leave a topic"
    for topic_id in taken:
        left = Consent(action=ConsentAction.LEFT, topic_id=topic_id, wording=wording, page="", source=source, at=now)
        add_consent(tx, subscriber_id, left)
    if taken or topic_ids is None:
        tx.execute(_leaving_altogether(subscriber_id))
    return taken


def _leaving_altogether(subscriber_id: SubscriberId) -> Update:
    has_any = select(literal(1)).where(_is_had_by(subscriber_id)).exists()
    whole = update(subscriber).where(subscriber.c.id == subscriber_id, subscriber.c.status.in_(_MAY_LEAVE), ~has_any)
    return whole.values(status=SubscriberStatus.LEFT.value)


def _is_had_by(subscriber_id: SubscriberId) -> ColumnElement[bool]:
    return and_(subscription.c.subscriber_id == subscriber_id, subscription.c.status != SubscriptionStatus.LEFT.value)


def give_back_topics(
    tx: Transaction, subscriber_id: SubscriberId, *, left_at: datetime, source: str, now: datetime
) -> bool:
    """Give a reader, locked in this transaction, back what they left at that moment; return whether that was anything.

    What they had confirmed is subscribed again, what they had only asked for is pending again. Where nothing of it was
    confirmed, nothing is given back: nobody gets mail by undoing who got none before.
    """
    taken = select(subscription.c.topic_id).where(_is_left(subscriber_id), subscription.c.changed_at == left_at)
    topic_ids = [TopicId(one) for one in tx.execute(taken.order_by(subscription.c.topic_id)).scalars()]
    confirmed = [one for one in topic_ids if _was_confirmed(tx, subscriber_id, one)]
    if not confirmed:
        return False
    for topic_id in topic_ids:
        is_confirmed = topic_id in confirmed
        status = SubscriptionStatus.SUBSCRIBED if is_confirmed else SubscriptionStatus.PENDING
        action = ConsentAction.CONFIRMED if is_confirmed else ConsentAction.ASKED
        set_subscription(tx, subscriber_id, topic_id, status=status, now=now)
        again = Consent(action=action, topic_id=topic_id, wording="undo leaving", page="", source=source, at=now)
        add_consent(tx, subscriber_id, again)
    return True


def _was_confirmed(tx: Transaction, subscriber_id: SubscriberId, topic_id: TopicId) -> bool:
    """Return whether what the reader did last before leaving, by the evidence, was to confirm."""
    decided = consent.c.action.in_([ConsentAction.CONFIRMED.value, ConsentAction.LEFT.value])
    query = select(consent.c.action).where(decided).filter_by(subscriber_id=subscriber_id, topic_id=topic_id)
    last = tx.execute(query.order_by(consent.c.id.desc()).limit(2)).scalars().all()
    return list(last) == [ConsentAction.LEFT.value, ConsentAction.CONFIRMED.value]


def has_left_since(tx: Transaction, subscriber_id: SubscriberId, moment: datetime) -> bool:
    """Return whether the reader left a topic after a moment."""
    left = _is_left(subscriber_id)
    return tx.execute(select(literal(1)).where(left, subscription.c.changed_at > moment).limit(1)).first() is not None


def _is_left(subscriber_id: SubscriberId) -> ColumnElement[bool]:
    return and_(subscription.c.subscriber_id == subscriber_id, subscription.c.status == SubscriptionStatus.LEFT.value)


def count_reason(
    tx: Transaction, subscriber_id: SubscriberId, topic_id: TopicId, *, reason: LeavingReason, now: datetime
) -> bool:
    """Count why a reader left a topic; return False where they have not left it, or gave a reason already.

    Of when it was, only the day is kept, so that no row can be told by its time.
    """
    giving = update(subscription).where(_is_left(subscriber_id), subscription.c.topic_id == topic_id)
    giving = giving.where(~subscription.c.has_given_reason)
    if tx.execute(giving.values(has_given_reason=True)).rowcount == 0:
        return False
    day = datetime.combine(now.date(), time.min, tzinfo=now.tzinfo)
    tx.execute(insert(parting).values(topic_id=topic_id, reason=reason.value, at=day))
    return True


def count_partings(tx: Transaction, topic_id: TopicId) -> dict[LeavingReason, int]:
    """Return why readers left a topic, of those who said so, the most frequent first."""
    count = func.count()
    query = select(parting.c.reason, count).where(parting.c.topic_id == topic_id).group_by(parting.c.reason)
    return {LeavingReason(reason): said for reason, said in tx.execute(query.order_by(count.desc(), parting.c.reason))}
