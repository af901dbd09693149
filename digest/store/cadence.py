"""How often a reader wants mail, as part of the statement that plans a mailing. What consent asks is in `consent`."""

from datetime import datetime

from sqlalchemy import ColumnElement, literal, or_, select

from digest.model.mailings import DeliveryStatus
from digest.model.subscribers import Cadence
from digest.store.partitions import month_of, next_month
from digest.store.tables import delivery, edition, mailing_edition, subscriber, subscription

_NEVER_ARRIVED = (DeliveryStatus.WITHDRAWN.value, DeliveryStatus.REFUSED.value)


def wants_one_at(slot_at: datetime) -> ColumnElement[bool]:
    """Return the condition that the `subscriber` of a statement wants an edition then, of their `subscription`'s topic.

    Who chose `monthly` gets a topic once in a calendar month (UTC). All others get each edition: a topic has one a
    week, and a second one only by an editor's hand.
    """
    month = month_of(slot_at)
    had_one = (
        select(literal(1))
        .select_from(delivery)
        .join(mailing_edition, mailing_edition.c.mailing_id == delivery.c.mailing_id)
        .join(edition, edition.c.id == mailing_edition.c.edition_id)
        .where(delivery.c.subscriber_id == subscriber.c.id, edition.c.topic_id == subscription.c.topic_id)
        .where(delivery.c.slot_at >= month, delivery.c.slot_at < next_month(month))
        .where(delivery.c.status.not_in(_NEVER_ARRIVED))
        .correlate(subscriber, subscription)
        .exists()
    )
    return or_(subscriber.c.cadence != Cadence.MONTHLY.value, ~had_one)
