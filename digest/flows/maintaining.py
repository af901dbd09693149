"""Maintaining: set the database up, say where everything stands, and prove that the ledger adds up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from digest.flows import fencing
from digest.flows.services import Services
from digest.model.ids import MailingId
from digest.model.mailings import Mailing, MailingStatus, MailingTotals, ReplyCount
from digest.model.notices import NoticeStatus
from digest.model.sources import Source
from digest.model.subscribers import SubscriberStatus
from digest.store import editions, mailings, migrate, notices, sources, stories, subscribers, topics
from digest.store.database import Transaction

_LATEST = 10


def set_up(services: Services) -> None:
    """Create or upgrade the database. Running it again changes nothing."""
    migrate.upgrade(services.database)
    fencing.adopt_new(services)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailingStanding:
    """A mailing with its totals, and the topic it is of."""

    mailing: Mailing
    totals: MailingTotals
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where everything stands at one moment. `hold` says why this machine sends nothing; empty where it may."""

    at: datetime
    database: str
    hold: str
    sources: tuple[Source, ...]
    stories: int
    last_story_at: datetime | None
    readers: Mapping[str, int]
    subscribers: Mapping[SubscriberStatus, int]
    mailings: tuple[MailingStanding, ...]
    notices: Mapping[NoticeStatus, int]


def describe_standing(services: Services) -> Standing:
    """Return where everything stands, from one moment of the database."""
    now = services.clock.now()
    hold = fencing.describe_hold(services)
    with services.database.read() as tx:
        counted, last_story_at = stories.count_stories(tx)
        return Standing(
            at=now,
            database=services.database.shown_url,
            hold=hold,
            sources=tuple(sources.list_sources(tx)),
            stories=counted,
            last_story_at=last_story_at,
            readers={topic.slug: 0 for topic in topics.list_topics(tx)} | subscribers.count_readers(tx, now=now),
            subscribers=subscribers.count_subscribers(tx, now=now),
            mailings=tuple(
                MailingStanding(
                    mailing=one,
                    totals=mailings.count_deliveries(tx, one.id),
                    title=name_mailing(tx, one),
                )
                for one in mailings.list_mailings(tx, limit=_LATEST)
            ),
            notices=notices.count_notices(tx),
        )


def name_mailing(tx: Transaction, mailing: Mailing) -> str:
    """Return what a person calls a mailing: the topics whose editions it carries."""
    return ", ".join(editions.find_edition(tx, one).topic.name for one in mailing.edition_ids)


def verify_ledger(services: Services, mailing_id: MailingId | None) -> list[MailingTotals]:
    """Return the totals of one mailing, or of all, the newest first (promise 3). Raises NotFoundError."""
    with services.database.read() as tx:
        if mailing_id is None:
            return mailings.count_all_deliveries(tx)
        return [mailings.count_deliveries(tx, mailing_id)]


def list_paused(services: Services) -> list[Mailing]:
    """Return the mailings that are paused, the oldest first."""
    with services.database.read() as tx:
        return [one for one in mailings.list_under_way(tx) if one.status is MailingStatus.PAUSED]


def count_replies(services: Services, mailing_id: MailingId) -> list[ReplyCount]:
    """Return what the relay said to a mailing's deliveries, the most frequent first. Raises NotFoundError."""
    with services.database.read() as tx:
        return mailings.count_replies(tx, mailing_id)
