"""A newsroom in a database: a topic, stories in its week, readers. What flow tests begin with."""

from collections.abc import Sequence
from datetime import timedelta

from digest.flows.editing import add_topic
from digest.flows.services import Services
from digest.flows.subscribing import add_confirmed_subscriber
from digest.model.addresses import parse_address
from digest.store import stories
from digest.store.topics import NewTopic
from tests.makers.parsed import make_parsed
from tests.makers.stories import make_tags, make_words

SLUG = "syrias-war"


def open_topic(services: Services, *, min_stories: int = 1, max_stories: int = 12) -> None:
    """Add the topic that the other functions speak of."""
    new = NewTopic(
        slug=SLUG,
        name="Syria's War",
        tags=make_tags(["Syria's War"]),
        min_stories=min_stories,
        max_stories=max_stories,
    )
    add_topic(services, new)


def publish_stories(services: Services, titles: Sequence[str]) -> None:
    """Keep stories that were published and seen an hour ago."""
    seen_at = services.clock.now() - timedelta(hours=1)
    with services.database.begin() as tx:
        for title in titles:
            url = f"https://news.example/{title.lower().replace(' ', '-')}"
            parsed = make_parsed(title=title, url=url, body=make_words(title, 120), published_at=seen_at)
            stories.save_story(tx, parsed, source_id=None, now=seen_at)


def subscribe(services: Services, *emails: str, name: str = "") -> None:
    """Subscribe readers to the topic."""
    for email in emails:
        add_confirmed_subscriber(services, parse_address(email), slugs=[SLUG], name=name)


def open_newsroom(services: Services, *emails: str) -> None:
    """A topic with two stories and these readers."""
    open_topic(services)
    publish_stories(services, ["Harbour reopens after storm", "Council votes on budget"])
    subscribe(services, *emails)
