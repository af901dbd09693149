"""The rule of consent, as part of each statement that lets a message go further: planned, claimed or marked.

An active reader, not suppressed, subscribed to a topic that the mailing carries.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, literal, select

from digest.model.subscribers import SubscriberStatus, SubscriptionStatus
from digest.store.parameters import TOPIC_IDS, checked
from digest.store.tables import delivery, subscriber, subscription, suppression


def stands_at(now: datetime) -> ColumnElement[str]:
    """Return where the `subscriber` of a statement stands: `Subscriber.standing_at`, in SQL."""
    is_over = and_(subscriber.c.status == SubscriberStatus.PAUSED.value, subscriber.c.paused_until <= now)
    return case((is_over, literal(SubscriberStatus.ACTIVE.value)), else_=subscriber.c.status)


def is_reachable() -> ColumnElement[bool]:
    """Return the condition that the `subscriber` of a statement may get mail at all."""
    suppressed = select(literal(1)).where(suppression.c.key_hash == subscriber.c.key_hash).correlate(subscriber)
    return and_(subscriber.c.status == SubscriberStatus.ACTIVE.value, ~suppressed.exists())


def is_subscribed() -> ColumnElement[bool]:
    """Return the condition that the `subscription` of a statement stands."""
    return subscription.c.status == SubscriptionStatus.SUBSCRIBED.value


def is_to_topic_of_mailing() -> ColumnElement[bool]:
    """Return the condition that the `subscription` of a statement is to a topic its mailing carries.

    They never change, so that they come as a parameter and are not looked up for each row.
    """
    return checked(subscription.c.topic_id.in_(TOPIC_IDS))


def may_get() -> ColumnElement[bool]:
    """Return the condition that the reader of the `delivery` of a statement may get its mailing."""
    return (
        select(literal(1))
        .select_from(subscriber)
        .join(subscription, subscription.c.subscriber_id == subscriber.c.id)
        .where(subscriber.c.id == delivery.c.subscriber_id, is_reachable())
        .where(checked(is_subscribed()), is_to_topic_of_mailing())
        .correlate(delivery)
        .exists()
    )
