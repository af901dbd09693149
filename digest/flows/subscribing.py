"""Subscribing: take a reader in, by hand for now; never against what the reader or a suppression says."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from digest.errors import InputError
from digest.flows.services import Services
from digest.model.addresses import Address
from digest.model.ids import SubscriberId
from digest.model.names import parse_name
from digest.model.subscribers import Consent, ConsentAction, Subscriber, SubscriberStatus, SubscriptionStatus
from digest.store import subscribers, topics
from digest.store.database import Transaction
from digest.store.subscribers import NewSubscriber

_WORDING = "added by hand by the newsroom"
_MAY_BE_ASKED = (SubscriberStatus.PENDING, SubscriberStatus.ACTIVE, SubscriberStatus.PAUSED)


def add_confirmed_subscriber(services: Services, address: Address, *, slugs: Sequence[str], name: str) -> Subscriber:
    """Subscribe an address to topics on the newsroom's word that the reader confirmed. Running it again is fine.

    Raises NotFoundError for a topic, and InputError for a name with control characters in it, and for an address that
    left, is suppressed or was erased.
    """
    return _add(services, address, slugs=slugs, name=name, action=ConsentAction.CONFIRMED)


def add_pending_subscriber(services: Services, address: Address, *, slugs: Sequence[str], name: str) -> Subscriber:
    """Take an address in for topics; it gets nothing until the reader confirms. Raises as above."""
    return _add(services, address, slugs=slugs, name=name, action=ConsentAction.ASKED)


def _add(services: Services, address: Address, *, slugs: Sequence[str], name: str, action: ConsentAction) -> Subscriber:
    now = services.clock.now()
    name = parse_name(name)
    is_confirmed = action is ConsentAction.CONFIRMED
    with services.database.begin() as tx:
        wanted = [topics.find_topic(tx, slug) for slug in dict.fromkeys(slugs)]
        key_hash = services.links.address_hash(address.key)
        if subscribers.is_suppressed(tx, services.links.address_hashes(address.key)):
            raise InputError(f"{address} is suppressed (bounce, complaint or erasure) and gets nothing")
        subscriber_id = _find_or_add(tx, address, key_hash=key_hash, name=name, now=now)
        if is_confirmed:
            subscribers.set_subscriber_status(
                tx, subscriber_id, status=SubscriberStatus.ACTIVE, was=[SubscriberStatus.PENDING]
            )
        known = dict(subscribers.require_subscriber(tx, address).topics)
        for topic in wanted:
            if known.get(topic.slug) is SubscriptionStatus.LEFT:
                raise InputError(f"{address} left {topic.slug}; only the reader can come back, on the sign-up page")
            if known.get(topic.slug) is SubscriptionStatus.SUBSCRIBED:
                continue
            status = SubscriptionStatus.SUBSCRIBED if is_confirmed else SubscriptionStatus.PENDING
            subscribers.set_subscription(tx, subscriber_id, topic.id, status=status, now=now)
            evidence = Consent(
                action=action, topic_id=topic.id, wording=_WORDING, page="", source="digest subscriber add", at=now
            )
            subscribers.add_consent(tx, subscriber_id, evidence)
        return subscribers.require_subscriber(tx, address)


def _find_or_add(tx: Transaction, address: Address, *, key_hash: str, name: str, now: datetime) -> SubscriberId:
    found = subscribers.find_subscriber(tx, address)
    if found is None:
        new = NewSubscriber(address=address, key_hash=key_hash, name=name, status=SubscriberStatus.PENDING)
        return subscribers.add_subscriber(tx, new, now=now)
    if found.status not in _MAY_BE_ASKED:
        raise InputError(f"{address} is {found.status.value}; only the reader can come back, on the sign-up page")
    return found.id


def find_subscriber(services: Services, address: Address) -> Subscriber:
    """Return the subscriber with that address, in whatever spelling. Raises NotFoundError.

    A pause that is over is none any more, though it is written down only as mail is planned.
    """
    now = services.clock.now()
    with services.database.read() as tx:
        found = subscribers.require_subscriber(tx, address)
    if found.standing_at(now) is found.status:
        return found
    return replace(found, status=found.standing_at(now), paused_until=None)
