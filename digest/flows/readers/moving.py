"""Moving a reader to another address: in one transaction, with evidence, and with word to the old one."""

from datetime import datetime
from typing import NamedTuple

from digest.links import Links
from digest.model.addresses import Address
from digest.model.choices import TopicChoice
from digest.model.ids import TopicId
from digest.model.notices import NoticeKind
from digest.model.subscribers import Consent, ConsentAction, Subscriber, SubscriberStatus, SubscriptionStatus
from digest.store import address_changes, asking, choices, erasure, leaving, notices, subscribers
from digest.store.database import Transaction

_COMES_BACK = (SubscriberStatus.PENDING, SubscriberStatus.LEFT)


class Press(NamedTuple):
    """The press that moves a reader. `proof` is the Message-ID of the mail whose link opened the page."""

    page: str
    ip: str
    proof: str
    at: datetime

    def evidence(self, topic_id: TopicId) -> Consent:
        """Return the line of evidence for a topic that is read at the new address."""
        return Consent(
            action=ConsentAction.CONFIRMED,
            topic_id=topic_id,
            wording="pressed the button of the page that the link to the new address opens",
            page=self.page,
            source="link to a new address",
            at=self.at,
            ip=self.ip,
            proof=self.proof,
        )


def move_reader(tx: Transaction, links: Links, reader: Subscriber, to: Address, *, press: Press) -> None:
    """Let a reader be at that address, and tell the one they had. Both mailboxes and readers are locked.

    Where it has a reader already, that one gets the topics, and this one leaves everything.
    """
    asking.lift_erasure(tx, links.address_hashes(to.key))
    there = subscribers.find_subscriber(tx, to)
    if there is None:
        _take_along(tx, links, reader, to, press=press)
    else:
        _become(tx, reader, there, press=press)
    notices.make_notice(
        tx,
        kind=NoticeKind.ADDRESS_CHANGED,
        subscriber_id=reader.id,
        address=reader.address,
        lang=reader.lang,
        topic_ids=(),
        now=press.at,
    )


def _take_along(tx: Transaction, links: Links, reader: Subscriber, to: Address, *, press: Press) -> None:
    """Move the reader's row. No import of an old list brings anybody to the old address."""
    address_changes.readdress(tx, reader.id, to, key_hash=links.address_hash(to.key))
    erasure.keep_away(tx, links.address_hashes(reader.address.key), now=press.at)
    for one in _subscribed(tx, reader):
        subscribers.add_consent(tx, reader.id, press.evidence(one.id))


def _become(tx: Transaction, reader: Subscriber, there: Subscriber, *, press: Press) -> None:
    """Move the reader's topics to the reader who is there, whose other topics and wishes stay as they are."""
    subscribed = SubscriptionStatus.SUBSCRIBED
    has = {slug for slug, status in there.topics if status is subscribed}
    moved = [one for one in _subscribed(tx, reader) if one.slug not in has]
    for one in moved:
        subscribers.set_subscription(tx, there.id, one.id, status=subscribed, now=press.at)
        subscribers.add_consent(tx, there.id, press.evidence(one.id))
    if moved:
        subscribers.set_subscriber_status(tx, there.id, status=SubscriberStatus.ACTIVE, was=_COMES_BACK)
    leaving.leave_topics(tx, reader.id, None, source="moved to another address", now=press.at)
    address_changes.point_to(tx, reader.id, now_as=there.id)


def _subscribed(tx: Transaction, reader: Subscriber) -> list[TopicChoice]:
    offered = choices.list_topic_choices(tx, reader.id)
    return [one for one in offered if one.status is SubscriptionStatus.SUBSCRIBED]
