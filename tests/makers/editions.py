"""Editions and their items as tests need them: only what matters to a test is named."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from digest.model.editions import AlsoReported, Edition, EditionItem, EditionStatus, Period, Reason, TopicAsSent
from digest.model.ids import EditionId, StoryId, TopicId
from digest.model.messages import CompiledEdition, Publication, ReaderValues, Slot
from digest.model.stories import Direction, Image
from digest.model.topics import Theme

END = datetime(2026, 11, 15, 13, 0, tzinfo=UTC)

TEMPLATES = Path(__file__).parents[2] / "templates"
PUBLICATION = Publication(
    name="The Harbour Times",
    base_url="https://harbour.example",
    postal_address="1 Quay Street\nPort Ellen PA42 7DU",
)


def make_image(**changes: object) -> Image:
    """Return a picture of 1200 by 800 pixels with alt text and credit."""
    image = Image(
        url="https://pics.example/harbour.jpg",
        alt="A grey harbour at dawn",
        credit="Ines Maro / Coast Wire",
        width=1200,
        height=800,
    )
    return replace(image, **changes)  # type: ignore[arg-type]  # a field of the record, whichever the test names


def make_report(publisher: str = "Coast Wire", url: str = "https://coastwire.example/ferry") -> AlsoReported:
    """Return another publisher's report of an item's event."""
    return AlsoReported(story_id=StoryId(99), publisher=publisher, title="Ferry sails", url=url)


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


def make_values(**changes: str) -> ReaderValues:
    """Return a reader's values: Ada's."""
    values = ReaderValues(
        salutation="Hello Ada,",
        address="ada@example.com",
        unsubscribe_url="https://harbour.example/u/t0ken?a=1&b=2",
        preferences_url="https://harbour.example/p/t0ken",
    )
    return values._replace(**changes)


def joined_text(compiled: CompiledEdition, values: ReaderValues) -> str:
    """Return a reader's text part, as sending joins it."""
    pieces = (*compiled.opening.text, *compiled.stories.text, *compiled.closing.text)
    return "".join(values.of(piece) if isinstance(piece, Slot) else piece for piece in pieces)


def joined_html(compiled: CompiledEdition, values: ReaderValues) -> str:
    """Return a reader's HTML part, as sending joins it."""
    pieces = (*compiled.opening.html, *compiled.stories.html, *compiled.closing.html)
    return "".join(piece.html(values.of(piece)) if isinstance(piece, Slot) else piece for piece in pieces)
