"""The score is the one docs/ranking.md describes."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.curate.score import Score, score_story
from digest.model.stories import Story
from digest.model.tags import tag_key
from tests.makers.stories import IN_WEEK, WEEK, make_image, make_story

RANKING = Path(__file__).parents[2] / "docs" / "ranking.md"
TAGS = frozenset(map(tag_key, ("Syria's War", "Refugees")))


def score(story: Story) -> Score:
    return score_story(story, topic_tags=TAGS, closes_at=WEEK.end)


def test_the_example_in_the_documentation_is_what_the_program_says() -> None:
    story = make_story(
        published_at=datetime(2026, 11, 19, 12, 45, tzinfo=UTC),
        image=make_image(),
        word_count=450,
        tags=["Syria's War", "Refugees", "Turkey"],
        weight=1.2,
    )

    scored = score(story)

    assert scored.total == 78.0
    assert str(scored) in RANKING.read_text(encoding="utf-8").splitlines()


def test_freshness_halves_in_72_hours() -> None:
    newest, older, oldest = (score(make_story(published_at=WEEK.end - timedelta(hours=age))) for age in (0, 72, 144))

    assert (newest.freshness, older.freshness, oldest.freshness) == (50.0, 25.0, 12.5)


def test_a_date_after_the_period_is_not_fresher_than_fresh() -> None:
    scored = score(make_story(published_at=WEEK.end + timedelta(days=400)))

    assert scored.freshness == 50.0


def test_an_old_story_of_a_new_source_is_not_fresh() -> None:
    story = make_story(published_at=IN_WEEK - timedelta(days=90), first_seen_at=IN_WEEK)

    assert story.counts_at in WEEK
    assert score(story).freshness == 0.0


def test_a_story_without_a_date_is_as_fresh_as_when_it_was_first_seen() -> None:
    undated = make_story(published_at=None, first_seen_at=WEEK.end - timedelta(hours=72))

    assert score(undated).freshness == 25.0


@pytest.mark.parametrize(("width", "points"), [(None, 15.0), (300, 15.0), (299, 0.0), (1, 0.0)])
def test_an_image_counts_unless_it_is_known_to_be_tiny(width: int | None, points: float) -> None:
    assert score(make_story(image=make_image(width=width))).image == points


def test_length_counts_up_to_600_words() -> None:
    lengths = [score(make_story(word_count=words)).length for words in (0, 300, 600, 60_000)]

    assert lengths == [0.0, 10.0, 20.0, 20.0]


def test_only_the_topics_own_tags_count_and_at_most_three() -> None:
    labels = ["One", "Two", "Three", "Four"]
    topic_tags = frozenset(map(tag_key, labels))

    points = [
        score_story(make_story(tags=[*labels[:count], "Other"]), topic_tags=topic_tags, closes_at=WEEK.end).tags
        for count in (1, 2, 3, 4)
    ]

    assert points == [5.0, 10.0, 15.0, 15.0]


@pytest.mark.parametrize("weight", [float("nan"), float("-inf"), -1.0])
def test_a_weight_that_is_no_weight_scores_nothing(weight: float) -> None:
    assert score(make_story(weight=weight)).total == 0.0


@given(
    age_s=st.integers(min_value=-(10**9), max_value=10**9),
    words=st.integers(min_value=0, max_value=10**6),
    weight=st.floats(allow_nan=True),
)
@settings(max_examples=150)
def test_a_score_lies_between_0_and_1000(age_s: int, words: int, weight: float) -> None:
    story = make_story(published_at=WEEK.end - timedelta(seconds=age_s), word_count=words, weight=weight)

    assert 0.0 <= score(story).total <= 1000.0
