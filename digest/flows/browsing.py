"""Browsing: the editions that readers got, for anybody to read: lists, pages, feeds, what search engines may know.

Changes nothing. Held, unsent and recalled editions are not shown; topics that are not public are shown to who knows
their name, and listed nowhere.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache, lru_cache
from threading import Lock

from digest.flows.services import Services
from digest.model.editions import Edition, SentEdition
from digest.model.topics import TopicHeading
from digest.render.browser import BrowserPage, browser_page
from digest.render.feeds import Feed, feed_entry, feed_id
from digest.render.prepare import one_line, read_edition_key
from digest.store import archive
from digest.store.archive import SentPeriod, TopicDates

TOPICS_A_PAGE = 50
EDITIONS_A_PAGE = 20
SITEMAP_EDITIONS = 10_000
"""How many a file of the sitemap lists: 50,000 are allowed (sitemaps.org, 0.9), and take seconds to answer with."""

_SHELVED_PAGES = 64


class Absence(StrEnum):
    """Why there is nothing to show: it never was there for everybody, or it was taken back."""

    UNKNOWN = "unknown"
    RECALLED = "recalled"


class Shelf:
    """The pages of editions, compiled and ready; those asked for lately are kept, `size` of them at most.

    One serves a whole process. `opened_at` is since when templates and settings are what they are.
    """

    def __init__(self, services: Services, *, size: int = _SHELVED_PAGES) -> None:
        self.opened_at = services.clock.now()
        self._base_url = services.publication.base_url
        self._compiler = cache(services.open_compiler)
        self._one_at_a_time = Lock()
        self.page_of: Callable[[Edition], BrowserPage] = lru_cache(maxsize=size)(self._make_page)

    def _make_page(self, edition: Edition) -> BrowserPage:
        with self._one_at_a_time:  # inlining keeps things of the whole process
            compiled = self._compiler().compile_whole(edition)
        return browser_page(compiled, sign_up_url=f"{self._base_url}/subscribe?topic={edition.topic.slug}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedTopic:
    """A public topic, and its latest edition that readers got, if there is one."""

    topic: TopicHeading
    latest: SentEdition | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicsPage:
    """One page of the public topics, by slug; pages are numbered from 1, and there is at least one."""

    topics: tuple[ListedTopic, ...]
    number: int
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivePage:
    """One page of a topic's editions, the latest first; pages are numbered from 1, and there is at least one."""

    topic: TopicHeading
    dates: TopicDates
    editions: tuple[SentEdition, ...]
    number: int
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownEdition:
    """An edition with its neighbours, and when what leads to it last changed, aware UTC."""

    topic: TopicHeading
    sent: SentEdition
    earlier: SentEdition | None
    later: SentEdition | None
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """What search engines may know: one file of it, counted from 1, with the public topics' slugs in the first."""

    number: int
    slugs: tuple[str, ...]
    editions: tuple[SentPeriod, ...]


def list_archive(services: Services, *, number: int) -> TopicsPage | None:
    """Return a page of the public topics, each with its latest edition, or None where there is no such page."""
    with services.database.read() as tx:
        pages = _pages(archive.count_topics(tx), size=TOPICS_A_PAGE)
        if not 1 <= number <= pages:
            return None
        topics = archive.list_topics(tx, limit=TOPICS_A_PAGE, offset=(number - 1) * TOPICS_A_PAGE)
        latest = archive.list_latest(tx, [topic.id for topic in topics])
    listed = (ListedTopic(topic=topic, latest=latest.get(topic.id)) for topic in topics)
    return TopicsPage(topics=tuple(listed), number=number, pages=pages)


def find_archive(services: Services, slug: str, *, number: int) -> ArchivePage | None:
    """Return a page of a topic's editions, or None where there is no such topic, or no such page of it."""
    with services.database.read() as tx:
        topic = archive.find_topic(tx, slug)
        pages = _pages(archive.count_sent(tx, topic.id), size=EDITIONS_A_PAGE) if topic else 0
        if topic is None or not 1 <= number <= pages:
            return None
        first = (number - 1) * EDITIONS_A_PAGE
        editions = archive.list_sent(tx, topic.id, limit=EDITIONS_A_PAGE, offset=first)
        dates = archive.read_dates(tx, topic.id)
    return ArchivePage(topic=topic, dates=dates, editions=tuple(editions), number=number, pages=pages)


def find_shown(services: Services, slug: str, *, key: str) -> ShownEdition | Absence:
    """Return the edition of a topic with this key, with its neighbours, or why there is none."""
    closed_at = read_edition_key(key)
    with services.database.read() as tx:
        topic = archive.find_topic(tx, slug)
        if topic is None or closed_at is None:
            return Absence.UNKNOWN
        sent = archive.find_sent(tx, topic.id, closed_at=closed_at)
        if sent is None:
            was_recalled = archive.is_recalled(tx, topic.id, closed_at=closed_at)
            return Absence.RECALLED if was_recalled else Absence.UNKNOWN
        return ShownEdition(
            topic=topic,
            sent=sent,
            earlier=archive.find_earlier(tx, sent.edition),
            later=archive.find_later(tx, sent.edition),
            changed_at=archive.read_dates(tx, topic.id).changed_at,
        )


def read_feed(services: Services, slug: str) -> tuple[TopicHeading, Feed] | None:
    """Return a topic's latest editions as a feed, or None where there is no such topic."""
    found = find_archive(services, slug, number=1)
    if found is None:
        return None
    publication, domain = services.publication, services.sender.message_id_domain
    feed = Feed(
        id=feed_id(found.topic.id, domain=domain, added_at=found.dates.added_at),
        title=f"{one_line(found.topic.name)} · {one_line(publication.name)}",
        description=one_line(found.topic.description),
        lang=found.topic.lang,
        author=one_line(publication.name),
        author_url=publication.base_url,
        page_url=f"{publication.base_url}/editions/{found.topic.slug}",
        changed_at=found.dates.changed_at,
        entries=tuple(
            feed_entry(sent.edition, publication, subject=sent.subject, sent_at=sent.sent_at, domain=domain)
            for sent in found.editions
        ),
    )
    return found.topic, feed


def count_sitemaps(services: Services, *, size: int = SITEMAP_EDITIONS) -> int:
    """Return how many files the sitemap has, of `size` editions each; there is at least one."""
    with services.database.read() as tx:
        return _pages(archive.count_public(tx), size=size)


def read_sitemap(services: Services, *, number: int, size: int = SITEMAP_EDITIONS) -> Sitemap | None:
    """Return a file of the sitemap, or None beyond the last."""
    if not 1 <= number <= count_sitemaps(services, size=size):
        return None
    with services.database.read() as tx:
        editions = archive.list_public(tx, limit=size, offset=(number - 1) * size)
        slugs = archive.list_slugs(tx) if number == 1 else []
    return Sitemap(number=number, slugs=tuple(slugs), editions=tuple(editions))


def _pages(count: int, *, size: int) -> int:
    return max(1, -(-count // size))
