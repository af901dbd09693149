"""Editions and their items as tests need them: only what matters to a test is named."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from digest.model.editions import Edition, EditionItem, EditionStatus, Period, Reason, TopicAsSent
from digest.model.ids import EditionId, StoryId, TopicId
from digest.model.stories import Direction
from digest.model.topics import Theme

END = datetime(2026, 11, 15, 13, 0, tzinfo=UTC)


def make_item(**changes: object) -> EditionItem:
    """Return an edition's item: a story with a headline, a dek, a date and no picture."""
    item = EditionItem(
        story_id=StoryId(1),
        position=1,
        reason=Reason.RANKED,
        score=1.0,
        title="Ferry to the outer islands sails again",
        dek="After eleven days of storm the morning boat left on time.",
        excerpt="The first ferry in eleven days left the harbour at six, with post, milk and forty people on board.",
        url="https://news.example/ferry",
        byline="Ada Lindqvist",
        publisher="The Harbour Times",
        image=None,
        credit="",
        lang="en",
        direction=Direction.LTR,
        published_at=datetime(2026, 11, 13, 6, 30, tzinfo=UTC),
    )
    return replace(item, **changes)  # type: ignore[arg-type]  # a field of the record, whichever the test names


def make_topic_as_sent(**changes: object) -> TopicAsSent:
    """Return a topic as an edition keeps it: "Islands", in English, classic."""
    topic = TopicAsSent(
        slug="islands", name="Islands", description="", lang="en", theme=Theme.CLASSIC, zone="Europe/Stockholm"
    )
    return replace(topic, **changes)  # type: ignore[arg-type]


def make_edition(*items: EditionItem, **changes: object) -> Edition:
    """Return an edition of seven days with these items (one, if none is given), numbered as they come."""
    chosen = items or (make_item(),)
    topic_fields = {"slug", "name", "description", "lang", "theme", "zone"}
    topic = make_topic_as_sent(**{name: value for name, value in changes.items() if name in topic_fields})
    edition = Edition(
        id=EditionId(1),
        topic_id=TopicId(1),
        topic=topic,
        period=Period(END - timedelta(days=7), END),
        status=EditionStatus.BUILT,
        items=tuple(replace(item, position=at) for at, item in enumerate(chosen, start=1)),
        preheader="",
        intro="",
        built_at=END,
    )
    rest = {name: value for name, value in changes.items() if name not in topic_fields}
    return replace(edition, **rest)  # type: ignore[arg-type]
