"""Files of readers, and what becomes of them in a database. What tests of imports and exports begin with."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import insert, select

from digest.flows.importing import ImportReport, import_readers, rehearse_import
from digest.flows.services import Services
from digest.flows.subscribing import add_confirmed_subscriber, find_subscriber
from digest.model.addresses import parse_address
from digest.model.subscribers import SubscriberStatus, SubscriptionStatus, SuppressionReason
from digest.store import subscribers, topics
from digest.store.database import Transaction
from digest.store.tables import consent, subscriber, subscription, suppression
from tests.makers.ledger import NOW, keep_topic

HEAD = "email,name,topics,lang,zone,hour,confirmed_at,consent_source\n"
CONFIRMED = "2026-11-01T08:00:00Z,sign-up form"


def open_topics(services: Services) -> Services:
    """Add the topics syrias-war and night-tram."""
    with services.database.begin() as tx:
        keep_topic(tx)
        keep_topic(tx, "night-tram")
    return services


def write_mixed(services: Services, folder: Path) -> Path:
    """Take in some readers, and write a file with a row of each kind; return its path."""
    suppress(services, "bounced@example.com")
    add_confirmed_subscriber(services, parse_address("there@example.com"), slugs=["syrias-war"], name="")
    add_confirmed_subscriber(services, parse_address("left@example.com"), slugs=["syrias-war"], name="")
    leave(services, "left@example.com")
    return write(
        folder,
        f"new@example.com,Ada,syrias-war,en,America/New_York,8,{CONFIRMED}",
        "pending@example.com,,syrias-war",
        "There@Example.com,,syrias-war;night-tram",
        f"left@example.com,,syrias-war;night-tram,,,,{CONFIRMED}",
        f"bounced@example.com,,syrias-war,,,,{CONFIRMED}",
        "nobody,,syrias-war",
        f"NEW@example.com,,night-tram,,,,{CONFIRMED}",
    )


def write(folder: Path, *rows: str, head: str = HEAD) -> Path:
    """Write a file of readers with these rows; return its path."""
    path = folder / "readers.csv"
    path.write_text(head + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def run(services: Services, path: Path, *slugs: str) -> ImportReport:
    """Import a file."""
    return import_readers(services, path, slugs=slugs, progress=lambda _: None)


def rehearse(services: Services, path: Path, *slugs: str) -> ImportReport:
    """Rehearse the import of a file."""
    return rehearse_import(services, path, slugs=slugs, progress=lambda _: None)


def suppress(services: Services, email: str) -> None:
    """Suppress an address after a hard bounce."""
    key_hash = services.links.address_hash(email)
    row = {"key_hash": key_hash, "reason": SuppressionReason.HARD_BOUNCE.value, "at": NOW}
    with services.database.begin() as tx:
        tx.execute(insert(suppression).values(row))


def leave(services: Services, email: str) -> None:
    """Take a reader off syrias-war, as they asked."""
    with services.database.begin() as tx:
        found = subscribers.require_subscriber(tx, parse_address(email))
        topic = topics.find_topic(tx, "syrias-war")
        subscribers.set_subscription(tx, found.id, topic.id, status=SubscriptionStatus.LEFT, now=NOW)


def everything(services: Services) -> list[tuple[object, ...]]:
    """Return all that is kept of readers, ids left out."""
    with services.database.read() as tx:
        return list(_everything(tx))


def _everything(tx: Transaction) -> Iterator[tuple[object, ...]]:
    choices = subscriber.c.weekday, subscriber.c.hour, subscriber.c.cadence, subscriber.c.bundling
    readers = select(
        subscriber.c.email_key, subscriber.c.name, *choices, subscriber.c.status, subscriber.c.paused_until
    )
    yield from (tuple(row) for row in tx.execute(readers.order_by(subscriber.c.email_key)))
    of_topics = select(subscriber.c.email_key, subscription.c.topic_id, subscription.c.status).join(
        subscription, subscription.c.subscriber_id == subscriber.c.id
    )
    yield from (tuple(row) for row in tx.execute(of_topics.order_by("email_key", "topic_id")))
    evidence = select(subscriber.c.email_key, consent.c.topic_id, consent.c.at, consent.c.source).join(
        consent, consent.c.subscriber_id == subscriber.c.id
    )
    yield from (tuple(row) for row in tx.execute(evidence.order_by("email_key", "topic_id")))


def status_of(services: Services, email: str) -> tuple[SubscriberStatus, dict[str, str]]:
    """Return where a reader stands, and with each topic."""
    found = find_subscriber(services, parse_address(email))
    return found.status, {slug: status.value for slug, status in found.topics}
