"""The rule of consent, as part of each statement that lets a message go further: planned, claimed or marked.

An active reader, not suppressed, subscribed to a topic that the mailing carries.
"""

from sqlalchemy import ColumnElement, and_, literal, select

from digest.model.subscribers import SubscriberStatus, SubscriptionStatus
from digest.store.tables import delivery, edition, mailing_edition, subscriber, subscription, suppression


def is_reachable() -> ColumnElement[bool]:
    """Return the condition that the `subscriber` of a statement may get mail at all."""
    suppressed = select(literal(1)).where(suppression.c.key_hash == subscriber.c.key_hash).correlate(subscriber)
    return and_(subscriber.c.status == SubscriberStatus.ACTIVE.value, ~suppressed.exists())


def is_subscribed() -> ColumnElement[bool]:
    """Return the condition that the `subscription` of a statement stands."""
    return subscription.c.status == SubscriptionStatus.SUBSCRIBED.value


def carries(mailing_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Return the condition that the `subscription` of a statement is to a topic that a mailing carries."""
    topics = select(edition.c.topic_id).join(mailing_edition, mailing_edition.c.edition_id == edition.c.id)
    return subscription.c.topic_id.in_(topics.where(mailing_edition.c.mailing_id == mailing_id))


def may_get(mailing_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Return the condition that the reader of the `delivery` of a statement may get its mailing, which is this one."""
    return (
        select(literal(1))
        .select_from(subscriber)
        .join(subscription, subscription.c.subscriber_id == subscriber.c.id)
        .where(subscriber.c.id == delivery.c.subscriber_id, is_reachable(), is_subscribed(), carries(mailing_id))
        .correlate(delivery)
        .exists()
    )
