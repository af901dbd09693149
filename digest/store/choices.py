"""What readers choose for themselves: topics to choose from, how their mails come, and pauses."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, or_, select, update

from digest.model.choices import TopicChoice, Wishes
from digest.model.ids import SubscriberId, TopicId
from digest.model.subscribers import Cadence, SubscriberStatus, SubscriptionStatus
from digest.model.topics import Schedule, Visibility, Weekday
from digest.store.database import Transaction
from digest.store.tables import subscriber, subscription, topic

_MAY_PAUSE = (SubscriberStatus.ACTIVE.value, SubscriberStatus.PAUSED.value)


class TopicNames(NamedTuple):
    """What a page calls a topic, and in which language; all empty where there is no such topic."""

    slug: str
    name: str
    lang: str


def name_topic(tx: Transaction, topic_id: TopicId) -> TopicNames:
    """Return what a page calls a topic. There is none in the links of a test copy of a mail."""
    row = tx.execute(select(topic.c.slug, topic.c.name, topic.c.lang).where(topic.c.id == topic_id)).first()
    return TopicNames(*row) if row else TopicNames("", "", "")


def list_topic_choices(tx: Transaction, subscriber_id: SubscriberId) -> list[TopicChoice]:
    """Return the topics that a reader may choose, by name: the public ones, and those they have or had."""
    of_reader = and_(subscription.c.topic_id == topic.c.id, subscription.c.subscriber_id == subscriber_id)
    query = select(topic, subscription.c.status.label("standing")).outerjoin(subscription, of_reader)
    query = query.where(or_(topic.c.visibility == Visibility.PUBLIC.value, subscription.c.id.is_not(None)))
    rows = tx.execute(query.order_by(topic.c.name, topic.c.id)).mappings()
    return [
        TopicChoice(
            id=TopicId(row["id"]),
            slug=row["slug"],
            name=row["name"],
            description=row["description"],
            lang=row["lang"],
            schedule=Schedule(
                weekday=Weekday(row["weekday"]),
                at=row["send_at"],
                zone=row["zone"],
                cut_off_minutes=row["cut_off_minutes"],
            ),
            sends_welcome=row["sends_welcome"],
            status=SubscriptionStatus(row["standing"]) if row["standing"] else None,
        )
        for row in rows
    ]


def keep_wishes(tx: Transaction, subscriber_id: SubscriberId, wishes: Wishes) -> None:
    """Keep how a reader wants their mails."""
    values = {
        "name": wishes.name,
        "lang": wishes.lang,
        "zone": wishes.zone,
        "weekday": wishes.weekday,
        "hour": wishes.hour,
        "cadence": wishes.cadence.value,
        "bundling": wishes.bundling.value,
    }
    tx.execute(update(subscriber).where(subscriber.c.id == subscriber_id).values(values))


def set_cadence(tx: Transaction, subscriber_id: SubscriberId, *, cadence: Cadence, was: Cadence) -> bool:
    """Change how often a reader gets mail, if it is `was`; return whether it was."""
    query = update(subscriber).where(subscriber.c.id == subscriber_id, subscriber.c.cadence == was.value)
    return tx.execute(query.values(cadence=cadence.value)).rowcount == 1


def keep_pause(tx: Transaction, subscriber_id: SubscriberId, *, until: datetime) -> bool:
    """Pause a reader who is active, or paused already; return whether they were."""
    query = update(subscriber).where(subscriber.c.id == subscriber_id, subscriber.c.status.in_(_MAY_PAUSE))
    return tx.execute(query.values(status=SubscriberStatus.PAUSED.value, paused_until=until)).rowcount == 1


def end_pauses(tx: Transaction, *, now: datetime) -> int:
    """Let readers whose pause is over be active again; return how many."""
    over = update(subscriber).where(
        subscriber.c.paused_until <= now, subscriber.c.status == SubscriberStatus.PAUSED.value
    )
    return tx.execute(over.values(status=SubscriberStatus.ACTIVE.value, paused_until=None)).rowcount
