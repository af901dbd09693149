"""Topics whose editions readers got: what tests of the archive begin with."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from digest.clock import FixedClock
from digest.flows.editing import add_topic
from digest.flows.publishing import plan_edition, publish_edition
from digest.flows.services import Services
from digest.model.editions import Edition
from digest.store import mailings, stories
from digest.store.topics import NewTopic
from tests.makers.parsed import make_parsed
from tests.makers.stories import make_tags, make_words


def open_topic(services: Services, slug: str = "islands", **changes: object) -> None:
    """Add a topic that is about the tag of its own slug."""
    fields: dict[str, object] = {"slug": slug, "name": slug.title(), "tags": make_tags([slug]), **changes}
    add_topic(services, NewTopic(**fields))  # type: ignore[arg-type]  # fields of the record, whichever the test names


def build_edition(services: Services, titles: Sequence[str], *, slug: str = "islands", **changes: object) -> Edition:
    """Build an edition of stories with these titles, as it waits to be sent."""
    now = services.clock.now()
    seen_at = now - timedelta(hours=1)
    with services.database.begin() as tx:
        for number, title in enumerate(titles):
            parsed = make_parsed(
                title=title,
                url=f"https://news.example/{slug}/{now:%Y-%m-%d}/{number}",
                tags=[slug],
                body=make_words(f"{slug}{title}{now}", 60),
                published_at=seen_at,
            )
            story = replace(parsed, **changes)  # type: ignore[arg-type]  # a field of the record
            stories.save_story(tx, story, source_id=None, now=seen_at)
    edition = publish_edition(services, slug).edition
    assert edition is not None
    return edition


def send_edition(services: Services, *titles: str, slug: str = "islands", **changes: object) -> Edition:
    """Build an edition and send it to the topic's readers, of whom there are none."""
    edition = build_edition(services, titles or ("Ferry sails again",), slug=slug, **changes)
    mailing = plan_edition(services, edition)
    with services.database.begin() as tx:
        mailings.complete_mailing(tx, mailing.id, now=services.clock.now())
    return edition


def send_many(services: Services, clock: FixedClock, count: int, *, slug: str = "islands") -> list[Edition]:
    """Send an edition a week."""
    sent = []
    for number in range(count):
        clock.advance(days=7)
        sent.append(send_edition(services, f"Story number {number}", slug=slug))
    return sent


def path_of(edition: Edition) -> str:
    """Return where an edition is read."""
    return f"/editions/{edition.topic.slug}/{edition.period.end:%Y-%m-%d-%H%M%S}"
