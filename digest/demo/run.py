"""The demo: the whole main job on the sample newsroom, in a home of its own, from feeds to a mailbox."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from ipaddress import IPv4Network
from pathlib import Path

from digest.bootstrap import MAILDIR, build_services
from digest.clock import FixedClock
from digest.config import Settings
from digest.demo.masthead import COURIER, DOMAIN, POSTAL_ADDRESS
from digest.demo.newsroom import LOOPBACK, Newsroom
from digest.demo.pictures import write_preview
from digest.demo.readers import READERS
from digest.demo.topics import TOPICS, DemoTopic
from digest.errors import InputError
from digest.flows.editing import add_topic
from digest.flows.gathering import SourceReport, add_source, gather_due, gather_these
from digest.flows.maintaining import set_up
from digest.flows.previewing import preview_edition
from digest.flows.sending import Bar, send_topic
from digest.flows.services import Services
from digest.flows.subscribing import add_confirmed_subscriber
from digest.gather.fetching.fetcher import Fetcher
from digest.model.addresses import parse_address
from digest.model.tags import Tag, make_tag
from digest.model.topics import Schedule
from digest.store.topics import NewTopic

_MARK = "this-is-the-demo"
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoEdition:
    """What the demo sent for one topic."""

    name: str
    subject: str
    stories: int
    sent: int
    preview: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoResult:
    """What the demo did, and where to look."""

    home: Path
    mailbox: Path
    gathered: tuple[SourceReport, ...]
    editions: tuple[DemoEdition, ...]
    readers: int


def run_demo(home: Path, *, now: datetime, say: Callable[[str], None], bar: Bar) -> DemoResult:
    """Run the demo in the folder `home`, which it empties first if it is an earlier demo's.

    Raises InputError where the folder holds anything else. `now` is aware UTC; the sample stories are of the two
    weeks before. `say` is told what is being done.
    """
    clock = FixedClock(now - _WEEK)
    _empty_home(home)
    with Newsroom(clock, anchored_at=now) as newsroom, _open_services(home, clock, newsroom) as services:
        set_up(services)
        say(f"{COURIER.name}, a sample newsroom, serves feeds, pages and files on {LOOPBACK}:{newsroom.port}.")
        gathered = _gather_two_weeks(services, clock, newsroom, folder=home / "exports", bar=bar)
        for topic in TOPICS:
            add_topic(services, _new_topic(topic))
        for reader in READERS:
            add_confirmed_subscriber(services, parse_address(reader.email), slugs=reader.topics, name=reader.name)
        say(f"{len(TOPICS)} topics and {len(READERS)} readers are set up; closing the week and sending.")
        editions = tuple(_send(services, topic, folder=home / "previews", bar=bar) for topic in TOPICS)
    return DemoResult(home=home, mailbox=home / MAILDIR, gathered=gathered, editions=editions, readers=len(READERS))


def _empty_home(home: Path) -> None:
    if home.exists() and any(home.iterdir()):
        if not (home / _MARK).exists():
            raise InputError(f"{home} is not empty and no earlier demo's; set DIGEST_HOME to another folder")
        shutil.rmtree(home)
    home.mkdir(parents=True, exist_ok=True)
    (home / _MARK).touch()


@contextmanager
def _open_services(home: Path, clock: FixedClock, newsroom: Newsroom) -> Iterator[Services]:
    """Yield services that know nothing of the operator's own settings, and find the newsroom by its names."""
    settings = Settings.model_validate(
        {
            "home": home,
            "base_url": "http://localhost:8000",
            "from": f"{COURIER.name} <news@{DOMAIN}>",
            "postal_address": POSTAL_ADDRESS,
            "allow_networks": [IPv4Network(LOOPBACK)],
        }
    )

    def open_fetcher() -> Fetcher:
        return Fetcher(
            clock=clock,
            user_agent="Digest demo",
            allow_networks=settings.allow_networks,
            resolve=newsroom.resolve,
        )

    services = replace(build_services(settings, clock=clock), open_fetcher=open_fetcher)
    with closing(services.database):
        yield services


def _gather_two_weeks(
    services: Services, clock: FixedClock, newsroom: Newsroom, *, folder: Path, bar: Bar
) -> tuple[SourceReport, ...]:
    """Gather as a newsroom would have: once when the first week was out, and again a week later."""
    newsroom.write_folder(folder)
    for name in (*newsroom.feed_urls(), str(folder)):
        add_source(services, name, weight=1.0)
    with bar("Gathering the first week", len(newsroom.sources(folder))) as progress:
        gather_due(services, progress=progress)
        gather_these(services, newsroom.page_urls(), progress=progress)
    clock.advance(days=_WEEK.days)
    newsroom.write_folder(folder)
    with bar("Gathering the second week", len(newsroom.sources(folder))) as progress:
        feeds = gather_due(services, progress=progress)
        pages = gather_these(services, newsroom.page_urls(), progress=progress)
    clock.advance(minutes=1)
    return (*feeds, *pages)


def _new_topic(topic: DemoTopic) -> NewTopic:
    return NewTopic(
        slug=topic.slug,
        name=topic.name,
        description=topic.description,
        lang=topic.lang,
        tags=_tags(topic.tags),
        excluded_tags=_tags(topic.excluded_tags),
        min_stories=topic.min_stories,
        max_stories=topic.max_stories,
        schedule=Schedule(weekday=topic.weekday, at=topic.at, zone=topic.zone),
        theme=topic.theme,
    )


def _tags(labels: tuple[str, ...]) -> tuple[Tag, ...]:
    return tuple(tag for tag in map(make_tag, labels) if tag)


def _never() -> bool:
    return False


def _send(services: Services, topic: DemoTopic, *, folder: Path, bar: Bar) -> DemoEdition:
    sent = send_topic(services, topic.slug, bar=bar, stop=_never)
    reader = next(one for one in READERS if topic.slug in one.topics)
    shown = preview_edition(services, topic.slug, reader=parse_address(reader.email))
    if sent.delivered is None or shown.mail is None or shown.edition is None:
        raise InputError(f"the demo has no edition of {topic.name}: {sent.shortfall}")
    return DemoEdition(
        name=topic.name,
        subject=shown.mail.subject,
        stories=len(shown.edition.items),
        sent=sent.delivered.totals.sent,
        preview=write_preview(shown.mail.html, folder, name=f"{topic.slug}.html"),
    )
