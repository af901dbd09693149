"""Readers of a few topics who hold links from their mails. What tests of choosing and leaving begin with."""

from collections.abc import Sequence

from sqlalchemy import insert, select

from digest.flows.editing import add_topic
from digest.flows.services import Services
from digest.flows.subscribing import add_confirmed_subscriber, find_subscriber
from digest.model.addresses import Address, parse_address
from digest.model.ids import SubscriberId, TopicId
from digest.model.subscribers import SubscriberStatus, SuppressionReason
from digest.model.topics import Visibility
from digest.store import topics
from digest.store.tables import consent, suppression
from digest.store.topics import NewTopic
from tests.makers.stories import make_tags

TOPICS = ("harbour", "night-tram", "schools")
READER = parse_address("reader@example.com")


def open_topic(
    services: Services, slug: str, *, visibility: Visibility = Visibility.PUBLIC, sends_welcome: bool = False
) -> TopicId:
    """Add a topic that is called as its slug, capitalised."""
    new = NewTopic(
        slug=slug, name=slug.capitalize(), tags=make_tags([slug]), visibility=visibility, sends_welcome=sends_welcome
    )
    return add_topic(services, new).id


def take_in(services: Services, address: Address = READER, *, slugs: Sequence[str] = TOPICS[:2]) -> SubscriberId:
    """Add a reader who confirmed these topics, and the topics that are missing."""
    with services.database.read() as tx:
        there = {one.slug for one in topics.list_topics(tx)}
    for slug in dict.fromkeys([*TOPICS, *slugs]):
        if slug not in there:
            open_topic(services, slug)
    return add_confirmed_subscriber(services, address, slugs=slugs, name="").id


def leave_token(services: Services, subscriber_id: SubscriberId, slug: str = TOPICS[0]) -> str:
    """Return the token of the link to leave that a topic's mails bear."""
    with services.database.read() as tx:
        return services.links.unsubscribe_token(subscriber_id, topics.find_topic(tx, slug).id)


def preferences_token(services: Services, subscriber_id: SubscriberId) -> str:
    """Return the token of the preferences link that each mail bears."""
    return services.links.preferences_url(subscriber_id).rpartition("/")[2]


def stands(services: Services, address: Address = READER) -> dict[str, str]:
    """Return where a reader stands with each topic."""
    return {slug: status.value for slug, status in find_subscriber(services, address).topics}


def status_of(services: Services, address: Address = READER) -> SubscriberStatus:
    """Return where a reader stands."""
    return find_subscriber(services, address).status


def evidence(services: Services, subscriber_id: SubscriberId) -> list[tuple[str, str, str]]:
    """Return the reader's lines of evidence, the oldest first: action, topic, source."""
    with services.database.read() as tx:
        slug_of = {one.id: one.slug for one in topics.list_topics(tx)}
        query = select(consent.c.action, consent.c.topic_id, consent.c.source).order_by(consent.c.id)
        rows = tx.execute(query.where(consent.c.subscriber_id == subscriber_id))
        return [(action, slug_of[topic_id], source) for action, topic_id, source in rows]


def suppress(
    services: Services, address: Address, *, reason: SuppressionReason = SuppressionReason.HARD_BOUNCE
) -> None:
    """Suppress an address, as a bounce would."""
    row = {
        "key_hash": services.links.address_hash(address.key),
        "reason": reason.value,
        "at": services.clock.now(),
    }
    with services.database.begin() as tx:
        tx.execute(insert(suppression).values(row))
