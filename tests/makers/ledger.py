"""A topic with readers, an edition and its mailing in a database, and a worker's steps, for tests of the ledger."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from digest.model.addresses import parse_address
from digest.model.editions import Edition, EditionItem, EditionStatus, Period, Reason, TopicAsSent
from digest.model.ids import DeliveryId, StoryId, SubscriberId, TopicId
from digest.model.mailings import ClaimedDelivery, DeliveryStatus, Doubt, Mailing, Outcome
from digest.model.messages import Reply
from digest.model.stories import Direction
from digest.model.subscribers import SubscriberStatus, SubscriptionStatus
from digest.model.topics import Schedule, Theme
from digest.store import claims, editions, mailings, records, stories, subscribers, topics
from digest.store.database import Database, Transaction
from digest.store.subscribers import NewSubscriber
from digest.store.tables import delivery
from digest.store.topics import NewTopic
from tests.makers.parsed import make_parsed
from tests.makers.stories import make_tags

NOW = datetime(2026, 11, 22, 13, tzinfo=UTC)
LEASE = timedelta(minutes=15)
TAKEN = Reply(code=250, enhanced="2.0.0", text="queued")


def keep_topic(tx: Transaction, slug: str = "syrias-war") -> TopicId:
    """Add a topic about the tag of `make_parsed`."""
    new = NewTopic(slug=slug, name="Syria's War", tags=make_tags(["Syria's War"]), schedule=Schedule())
    return topics.add_topic(tx, new, now=NOW)


def keep_reader(
    tx: Transaction,
    topic_id: TopicId,
    email: str,
    *,
    status: SubscriberStatus = SubscriberStatus.ACTIVE,
    subscribed: SubscriptionStatus = SubscriptionStatus.SUBSCRIBED,
) -> SubscriberId:
    """Add a reader of a topic. The keyed hash of the address is the address itself here."""
    address = parse_address(email)
    new = NewSubscriber(address=address, key_hash=address.key, status=status)
    subscriber_id = subscribers.add_subscriber(tx, new, now=NOW)
    subscribers.set_subscription(tx, subscriber_id, topic_id, status=subscribed, now=NOW)
    return subscriber_id


def keep_edition(tx: Transaction, topic_id: TopicId, *, end: datetime = NOW) -> Edition:
    """Keep an edition of one story that stood in none before."""
    url = f"https://news.example/{end:%Y%m%d%H%M%S}"
    stories.save_story(tx, make_parsed(url=url, title=f"Told on {end:%d %B}"), source_id=None, now=end)
    newest = max(stories.list_stories(tx, limit=99), key=lambda story: story.id)
    return editions.save_edition(tx, make_kept(topic_id, newest.id, end=end), subject="News", verdicts=[])


def make_kept(topic_id: TopicId, story_id: StoryId, *, end: datetime = NOW) -> Edition:
    """Return an edition of one story, ready to be kept."""
    return Edition(
        id=None,
        topic_id=topic_id,
        topic=TopicAsSent(
            slug="syrias-war", name="Syria's War", description="", lang="en", theme=Theme.CLASSIC, zone="UTC"
        ),
        period=Period(end - timedelta(days=7), end),
        status=EditionStatus.BUILT,
        items=(make_kept_item(story_id),),
        preheader="",
        intro="",
        built_at=end,
    )


def make_kept_item(story_id: StoryId) -> EditionItem:
    """Return the first entry of an edition."""
    return EditionItem(
        story_id=story_id,
        position=1,
        reason=Reason.RANKED,
        score=1.0,
        title="Harbour reopens after storm",
        dek="",
        excerpt="The harbour reopened on Friday.",
        url="https://news.example/harbour-reopens",
        byline="",
        publisher="The Daily Example",
        image=None,
        credit="",
        lang="en",
        direction=Direction.LTR,
        published_at=end_of_week(),
    )


def end_of_week() -> datetime:
    """Return a time in the week before NOW."""
    return NOW - timedelta(days=2)


def keep_mailing(tx: Transaction, emails: Iterable[str]) -> Mailing:
    """Keep a topic with these readers, an edition, and its mailing, planned at NOW."""
    topic_id = keep_topic(tx)
    for email in emails:
        keep_reader(tx, topic_id, email)
    edition = keep_edition(tx, topic_id)
    assert edition.id is not None
    editions.move_edition(tx, edition.id, to=EditionStatus.SENDING)
    return mailings.plan_mailing(tx, edition.id, slot_at=NOW, now=NOW)


def plan(database: Database, *emails: str) -> Mailing:
    """Plan a mailing for these readers, at NOW."""
    with database.begin() as tx:
        return keep_mailing(tx, emails)


def claim(
    database: Database, of: Mailing, *, owner: str = "one", now: datetime = NOW, limit: int = 10
) -> list[ClaimedDelivery]:
    """Claim what is due of a mailing, until LEASE from then."""
    with database.begin() as tx:
        return claims.claim_due(tx, of, owner=owner, now=now, lease_until=now + LEASE, limit=limit).claimed


def hand_over(
    database: Database, of: Mailing, claimed: Sequence[ClaimedDelivery], *, owner: str = "one", now: datetime = NOW
) -> claims.Marked:
    """Mark claimed deliveries as about to go on the wire."""
    with database.begin() as tx:
        return claims.mark_handing_over(tx, of, claimed, owner=owner, now=now)


def record(database: Database, of: Mailing, *outcomes: Outcome, now: datetime = NOW) -> frozenset[DeliveryId]:
    """Record outcomes; return those that were still ours to write."""
    with database.begin() as tx:
        return records.record_outcomes(tx, of, outcomes, now=now)


def make_outcome(
    of: ClaimedDelivery,
    status: DeliveryStatus = DeliveryStatus.SENT,
    *,
    due_at: datetime | None = None,
    doubt: Doubt | None = None,
) -> Outcome:
    """Return an outcome of a claimed delivery, with the relay's reply where it gave one."""
    reply = None if status in {DeliveryStatus.QUEUED, DeliveryStatus.IN_DOUBT} else TAKEN
    return Outcome(delivery_id=of.id, fence=of.fence, status=status, reply=reply, due_at=due_at, doubt=doubt)


def status_of(database: Database, claimed: ClaimedDelivery) -> DeliveryStatus:
    """Return where a delivery stands."""
    with database.read() as tx:
        return DeliveryStatus(tx.execute(select(delivery.c.status).where(delivery.c.id == claimed.id)).scalar_one())
