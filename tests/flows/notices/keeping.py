"""Notices in a newsroom, and how they stand, for tests of their way to the relay."""

from collections.abc import Sequence

from digest.flows.notices.delivering import deliver_notices
from digest.flows.services import Services
from digest.model.addresses import parse_address
from digest.model.ids import NoticeId
from digest.model.notices import Notice, NoticeKind
from digest.model.subscribers import SubscriberStatus, SubscriptionStatus
from digest.store import notices, subscribers, topics
from digest.store.subscribers import NewSubscriber

READER = "reader@example.com"


def keep_notice(
    services: Services,
    kind: NoticeKind = NoticeKind.CONFIRM,
    *,
    reader: str = READER,
    to: str = "",
    slugs: Sequence[str] = ("syrias-war",),
    lang: str = "en",
) -> NoticeId:
    """Keep a notice to a reader of topics that are there; the reader is pending for a `confirm`, else active."""
    is_asked = kind is NoticeKind.CONFIRM
    status = SubscriberStatus.PENDING if is_asked else SubscriberStatus.ACTIVE
    subscribed = SubscriptionStatus.PENDING if is_asked else SubscriptionStatus.SUBSCRIBED
    now, address = services.clock.now(), parse_address(reader)
    with services.database.begin() as tx:
        found = subscribers.find_subscriber(tx, address)
        new = NewSubscriber(
            address=address, key_hash=services.links.address_hash(address.key), name="Ada", status=status
        )
        subscriber_id = found.id if found else subscribers.add_subscriber(tx, new, now=now)
        topic_ids = [topics.find_topic(tx, slug).id for slug in slugs]
        for topic_id in topic_ids:
            subscribers.set_subscription(tx, subscriber_id, topic_id, status=subscribed, now=now)
        return notices.make_notice(
            tx,
            kind=kind,
            subscriber_id=subscriber_id,
            address=parse_address(to or reader),
            lang=lang,
            topic_ids=topic_ids,
            now=now,
        )


def find(services: Services, notice_id: NoticeId) -> Notice:
    with services.database.read() as tx:
        found = notices.find_notice(tx, notice_id)
    assert found is not None
    return found


def deliver(services: Services) -> int:
    return deliver_notices(services, stop=lambda: False)
