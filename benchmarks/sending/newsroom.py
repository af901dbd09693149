"""A newsroom with one topic, many readers, and an edition whose mail has some 40 KB: real tables, real templates."""

import random
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, Text, cast, func, insert, literal, select, text, true

from benchmarks.closing import made_up_story
from digest.bootstrap import build_services
from digest.clock import SystemClock
from digest.config import load_settings
from digest.flows.editing import add_topic
from digest.flows.publishing import plan_edition, publish_edition
from digest.flows.services import Services
from digest.model.editions import Edition
from digest.model.mailings import Mailing
from digest.model.subscribers import Cadence, SubscriberStatus, SubscriptionStatus
from digest.model.tags import make_tag
from digest.store import stories
from digest.store.database import Transaction
from digest.store.migrate import upgrade
from digest.store.tables import subscriber, subscription, topic
from digest.store.topics import NewTopic

SLUG, LABEL = "harbour", "Harbour"
STORIES = 17  # make a mail of 41 KB
DOMAINS = 97
PROGRAM = Path(sys.executable).with_name("digest")


@dataclass(frozen=True, slots=True, kw_only=True)
class Newsroom:
    """A newsroom in a folder and a database. `environ` is what a command of the program needs to work on it."""

    home: Path
    url: str
    services: Services

    @property
    def environ(self) -> Mapping[str, str]:
        return {"DIGEST_HOME": str(self.home), "DIGEST_DATABASE_URL": self.url}

    def publish(self) -> Edition:
        """Close the week."""
        edition = publish_edition(self.services, SLUG).edition
        assert edition is not None
        return edition

    def plan(self, edition: Edition) -> Mailing:
        """Plan the edition's mailing."""
        return plan_edition(self.services, edition)

    def sample_message(self) -> bytes:
        """Return the mail as one reader gets it, CRLF at each line's end and no line stuffed."""
        path = self.home / "sample.eml"
        command: list[str | Path] = [PROGRAM, "preview", SLUG, "--eml", path]
        subprocess.run(command, check=True, env=self.environ, stdout=subprocess.DEVNULL)
        return path.read_bytes()


def make_newsroom(home: Path, url: str, *, readers: int) -> Newsroom:
    """Migrate a new database and fill it: stories of this week, and readers of one topic, each confirmed."""
    settings = load_settings({"DIGEST_HOME": str(home), "DIGEST_DATABASE_URL": url})
    services = build_services(settings, clock=SystemClock())
    upgrade(services.database)
    write_stories(services)
    with services.database.begin() as tx:
        insert_readers(tx, services, count=readers)
    if not services.database.is_sqlite:
        with services.database.begin() as tx:
            tx.execute(text("ANALYZE"))  # as autovacuum would have done by the time a list is that long
    return Newsroom(home=home, url=url, services=services)


def write_stories(services: Services) -> None:
    """Keep a topic and as many stories of its week as its edition takes."""
    chance, now = random.Random(7), services.clock.now()
    tag = make_tag(LABEL)
    assert tag is not None
    add_topic(services, NewTopic(slug=SLUG, name="The harbour", tags=(tag,), max_stories=STORIES))
    with services.database.begin() as tx:
        for _ in range(STORIES):
            seen_at = now - timedelta(hours=chance.randrange(1, 150))
            stories.save_story(tx, made_up_story(chance, LABEL, published_at=seen_at), source_id=None, now=seen_at)


def insert_readers(tx: Transaction, services: Services, *, count: int) -> None:
    """Insert so many readers of the topic, without the evidence that an import would keep; two statements in all."""
    now = services.clock.now()
    first = select(literal(1).label("n")).cte("numbers", recursive=True)
    numbers = first.union_all(select(first.c.n + 1).where(first.c.n < count))
    number = cast(numbers.c.n, Text)
    email = literal("first.last") + number + "@mail" + cast(numbers.c.n % DOMAINS, Text) + ".example.com"
    readers = {
        "email": email,
        "email_key": email,
        "key_hash": random_hash(number, is_sqlite=services.database.is_sqlite),
        "name": literal("First Last ") + number,
        "lang": literal("en"),
        "zone": literal("Europe/London"),
        "cadence": literal(Cadence.WEEKLY.value),
        "status": literal(SubscriberStatus.ACTIVE.value),
        "added_at": literal(now, subscriber.c.added_at.type),
    }
    tx.execute(insert(subscriber).from_select([*readers], select(*readers.values())))
    subscribed = literal(SubscriptionStatus.SUBSCRIBED.value)
    changed_at = literal(now, subscription.c.changed_at.type)
    subscribing = (
        select(subscriber.c.id, topic.c.id, subscribed, changed_at).select_from(subscriber).join(topic, true())
    )
    columns = ["subscriber_id", "topic_id", "status", "changed_at"]
    tx.execute(insert(subscription).from_select(columns, subscribing))


def random_hash(number: ColumnElement[str], *, is_sqlite: bool) -> ColumnElement[str]:
    """Return 64 digits without order, as the keyed hash of an address is."""
    if is_sqlite:
        return func.lower(func.hex(func.randomblob(32)))
    return func.md5(number, type_=Text) + func.md5(literal("more") + number, type_=Text)
