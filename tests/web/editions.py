"""Topics whose editions readers got: what tests of the archive begin with."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from sqlalchemy import insert, select

from digest.clock import FixedClock
from digest.flows.editing import add_topic
from digest.flows.publishing import plan_edition, publish_edition
from digest.flows.services import Services
from digest.model.editions import Edition
from digest.store import mailings, stories
from digest.store.tables import edition, mailing, mailing_edition
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
    built = publish_edition(services, slug).edition
    assert built is not None
    return built


def send_edition(services: Services, *titles: str, slug: str = "islands", **changes: object) -> Edition:
    """Build an edition and send it to the topic's readers, of whom there are none."""
    built = build_edition(services, titles or ("Ferry sails again",), slug=slug, **changes)
    planned = plan_edition(services, built)
    with services.database.begin() as tx:
        mailings.complete_mailing(tx, planned.id, now=services.clock.now())
    return built


def send_many(services: Services, clock: FixedClock, count: int, *, slug: str = "islands") -> list[Edition]:
    """Send an edition a week."""
    sent = []
    for number in range(count):
        clock.advance(days=7)
        sent.append(send_edition(services, f"Story number {number}", slug=slug))
    return sent


def send_copies(services: Services, sent: Edition, count: int) -> None:
    """Add editions that are sent like this one, without their stories: many, where only their number matters."""
    with services.database.begin() as tx:
        edition_row = tx.execute(select(edition).where(edition.c.id == sent.id)).mappings().one()
        mailing_row = tx.execute(select(mailing)).mappings().one()
        ids = range(1000, 1000 + count)
        hours = [sent.period.end + timedelta(hours=one) for one in range(count + 1)]
        periods = [{"period_start": start, "period_end": end} for start, end in pairwise(hours)]
        tx.execute(
            insert(edition), [{**edition_row, **span, "id": one} for one, span in zip(ids, periods, strict=True)]
        )
        tx.execute(insert(mailing), [{**mailing_row, "id": one} for one in ids])
        tx.execute(insert(mailing_edition), [{"mailing_id": one, "edition_id": one} for one in ids])


def path_of(sent: Edition) -> str:
    """Return where an edition is read."""
    return f"/editions/{sent.topic.slug}/{sent.period.end:%Y-%m-%d-%H%M%S}"
