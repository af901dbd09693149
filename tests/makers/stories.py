"""Stories and topics for tests. Stories of different ids have nothing in common but tag and publisher."""

import hashlib
import html
from collections.abc import Iterable
from datetime import UTC, datetime
from random import Random

from digest.model.editions import Period
from digest.model.ids import StoryId, TopicId
from digest.model.stories import Direction, Image, Story
from digest.model.tags import Tag, TagKey, make_tag, tag_key
from digest.model.topics import Schedule, Theme, Topic, TopicStatus

WEEK = Period(start=datetime(2026, 11, 15, 12, 45, tzinfo=UTC), end=datetime(2026, 11, 22, 12, 45, tzinfo=UTC))
"""Sunday to Sunday, closing a quarter of an hour before 08:00 in New York."""
IN_WEEK = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
_SYLLABLES = ("ba", "do", "fen", "gil", "ho", "jas", "ke", "lum", "mo", "nir", "pa", "quo", "ri", "sut", "ta", "vel")


def make_words(seed: str, count: int) -> str:
    """Return `count` made-up words in sentences of ten; other words for every seed."""
    chance = Random(seed)
    words = ["".join(chance.choices(_SYLLABLES, k=3)) for _ in range(count)]
    sentences = [" ".join(words[at : at + 10]).capitalize() + "." for at in range(0, count, 10)]
    return " ".join(sentences)


def make_image(url: str = "https://news.example/lead.jpg", *, width: int | None = 1200) -> Image:
    """Return an image that is wide enough for a lead."""
    return Image(url=url, alt="A square at noon", credit="Photo: A. Example", width=width, height=None)


def make_tags(labels: Iterable[str]) -> tuple[Tag, ...]:
    """Return the tags for these labels."""
    return tuple(tag for tag in map(make_tag, labels) if tag)


def make_story(
    *,
    story_id: int = 1,
    title: str | None = None,
    canonical_url: str | None = None,
    guid: str = "",
    dek: str = "",
    body_text: str | None = None,
    byline: str = "By Ada Example",
    publisher: str = "The Daily Example",
    image: Image | None = None,
    credit: str = "",
    tags: Iterable[str] = ("Syria's War",),
    lang: str = "en",
    direction: Direction = Direction.LTR,
    published_at: datetime | None = IN_WEEK,
    updated_at: datetime | None = None,
    first_seen_at: datetime | None = None,
    retracted_at: datetime | None = None,
    word_count: int | None = None,
    weight: float = 1.0,
) -> Story:
    """Return a story as kept. Unless told otherwise it was first seen when it was published, in `WEEK`."""
    heading = make_words(f"title {story_id}", 6).rstrip(".") if title is None else title
    text = make_words(f"body {story_id}", 120) if body_text is None else body_text
    return Story(
        id=StoryId(story_id),
        canonical_url=f"https://news.example/{story_id}" if canonical_url is None else canonical_url,
        guid=guid,
        title=heading,
        dek=dek,
        body_html="".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in text.split("\n\n") if paragraph),
        body_text=text,
        byline=byline,
        publisher=publisher,
        image=image,
        credit=credit,
        tags=make_tags(tags),
        lang=lang,
        direction=direction,
        published_at=published_at,
        updated_at=updated_at,
        first_seen_at=first_seen_at or published_at or IN_WEEK,
        retracted_at=retracted_at,
        content_hash=hashlib.sha256(f"{heading}\0{dek}\0{text}".encode()).hexdigest(),
        word_count=len(text.split()) if word_count is None else word_count,
        weight=weight,
    )


def make_topic(
    *,
    topic_id: int = 1,
    slug: str = "syrias-war",
    name: str = "Syria's War",
    description: str = "",
    lang: str = "en",
    tags: Iterable[str] = ("Syria's War",),
    excluded_tags: Iterable[str] = (),
    min_stories: int = 1,
    max_stories: int = 12,
    schedule: Schedule | None = None,
    theme: Theme = Theme.CLASSIC,
    status: TopicStatus = TopicStatus.ACTIVE,
    pinned: Iterable[int] = (),
    dropped: Iterable[int] = (),
) -> Topic:
    """Return a topic as kept, about "Syria's War" unless told otherwise."""
    return Topic(
        id=TopicId(topic_id),
        slug=slug,
        name=name,
        description=description,
        lang=lang,
        tags=_keys(tags),
        excluded_tags=_keys(excluded_tags),
        min_stories=min_stories,
        max_stories=max_stories,
        schedule=schedule or Schedule(zone="America/New_York"),
        theme=theme,
        status=status,
        pinned=tuple(map(StoryId, pinned)),
        dropped=frozenset(map(StoryId, dropped)),
    )


def _keys(labels: Iterable[str]) -> frozenset[TagKey]:
    return frozenset(map(tag_key, labels))
