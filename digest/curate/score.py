"""The score by which stories are ranked. Its formula, with a worked example, stands in docs/ranking.md."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.model.stories import Image, Story
from digest.model.tags import TagKey

FRESHNESS_POINTS = 50.0
HALF_LIFE = timedelta(hours=72)
IMAGE_POINTS = 15.0
MIN_IMAGE_WIDTH_PX = 300
LENGTH_POINTS = 20.0
FULL_LENGTH_WORDS = 600
POINTS_PER_TAG = 5.0
MAX_COUNTED_TAGS = 3
MAX_WEIGHT = 10.0
_DECIMALS = 3  # coarser than the last bits in which the C libraries' pow() differ


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A story's score and the points it is made of: `total` is their sum times `weight`."""

    freshness: float
    image: float
    length: float
    tags: float
    weight: float
    total: float

    def __str__(self) -> str:
        points = (
            f"freshness {self.freshness:.1f}, image {self.image:.0f}, length {self.length:.1f}, tags {self.tags:.0f}"
        )
        return f"{self.total:.1f} points: {points}; source weight {self.weight:g}"


def score_story(story: Story, *, topic_tags: AbstractSet[TagKey], closes_at: datetime) -> Score:
    """Return the story's score in a topic about `topic_tags`, in an edition whose period ends at `closes_at`.

    Age is measured to the end of the period, not to now, so that a rerun gives the same score. The weight is
    held within 0 to 10.
    """
    freshness = _freshness_points(told_at(story), closes_at)
    image = _image_points(story.image)
    length = LENGTH_POINTS * min(story.word_count / FULL_LENGTH_WORDS, 1.0)
    tags = POINTS_PER_TAG * min(len(topic_tags & {tag.key for tag in story.tags}), MAX_COUNTED_TAGS)
    weight = max(0.0, min(story.weight, MAX_WEIGHT))
    return Score(
        freshness=round(freshness, _DECIMALS),
        image=image,
        length=round(length, _DECIMALS),
        tags=tags,
        weight=weight,
        total=round((freshness + image + length + tags) * weight, _DECIMALS),
    )


def told_at(story: Story) -> datetime:
    """Return when the story was told: published, or first seen where no date is known.

    Not `Story.counts_at`: a month-old story of a source added yesterday counts for this week, but is not fresh.
    """
    return story.published_at or story.first_seen_at


def _freshness_points(at: datetime, closes_at: datetime) -> float:
    age = max(closes_at - at, timedelta())
    return float(FRESHNESS_POINTS * 0.5 ** (age / HALF_LIFE))


def _image_points(image: Image | None) -> float:
    if image is None or (image.width is not None and image.width < MIN_IMAGE_WIDTH_PX):
        return 0.0
    return IMAGE_POINTS
