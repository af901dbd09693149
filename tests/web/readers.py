"""Readers of topics, the links that their mails bear, and how they stand: what tests of their pages begin with."""

from collections.abc import Mapping

from sqlalchemy import select

from digest.flows.readers.choosing import Choices, find_choices
from digest.flows.services import Services
from digest.flows.subscribing import add_confirmed_subscriber
from digest.model.addresses import parse_address
from digest.model.subscribers import Subscriber, SubscriptionStatus
from digest.store import subscribers, tables, topics
from tests.web.editions import open_topic

ADDRESS = "rosa@reader.example"
MASKED = "r•••@reader.example"


def add_reader(services: Services, *slugs: str, address: str = ADDRESS) -> Subscriber:
    """Add a reader of these topics, which are added too; of the one about islands if none is named."""
    for slug in slugs or ["islands"]:
        open_topic(services, slug)
    return subscribe(services, *slugs, address=address)


def subscribe(services: Services, *slugs: str, address: str = ADDRESS) -> Subscriber:
    """Subscribe a reader to topics that are there."""
    return add_confirmed_subscriber(services, parse_address(address), slugs=slugs or ["islands"], name="")


def leaving_path(services: Services, reader: Subscriber, slug: str = "islands") -> str:
    """Return the path of the link to leave a topic."""
    with services.database.read() as tx:
        topic = topics.find_topic(tx, slug)
    return f"/unsubscribe/{services.links.unsubscribe_token(reader.id, topic.id)}"


def preferences_path(services: Services, reader: Subscriber) -> str:
    """Return the path of the link to choose."""
    return "/preferences/" + services.links.preferences_url(reader.id).rpartition("/")[2]


def subscribed_to(services: Services, address: str = ADDRESS) -> set[str]:
    """Return which topics a reader gets."""
    with services.database.read() as tx:
        reader = subscribers.require_subscriber(tx, parse_address(address))
    return {slug for slug, status in reader.topics if status is SubscriptionStatus.SUBSCRIBED}


def kept_choices(services: Services, reader: Subscriber) -> Choices:
    """Return what a reader chose."""
    kept = find_choices(services, preferences_path(services, reader).rpartition("/")[2])
    assert kept is not None
    return kept


def choices_form(**changes: str | list[str]) -> Mapping[str, str | list[str]]:
    """The main form as the page shows it to a reader who chose nothing yet."""
    filled: dict[str, str | list[str]] = {
        "form": "choices",
        "topic": ["islands"],
        "cadence": "weekly",
        "bundling": "together",
        "weekday": "",
        "hour": "",
        "zone": "",
        "name": "",
        "lang": "en",
    }
    return filled | changes


def all_rows(services: Services) -> list[list[tuple[object, ...]]]:
    """Return all that is kept of readers, row by row."""
    kept = (
        tables.subscriber,
        tables.subscription,
        tables.consent,
        tables.suppression,
        tables.notice,
        tables.sign_up,
        tables.parting,
    )
    with services.database.read() as tx:
        return [sorted((tuple(row) for row in tx.execute(select(one))), key=repr) for one in kept]
