"""What the sample newsroom promises of its topics."""

from collections import Counter
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from digest.demo.stories import DemoStory, Stories
from digest.demo.topics import TOPICS, DemoTopic
from digest.model.tags import tag_key
from digest.model.topics import Theme
from tests.demo.conftest import NOW


def is_about(topic: DemoTopic, story: DemoStory) -> bool:
    borne = {tag_key(tag) for tag in story.tags}
    wanted, excluded = {tag_key(tag) for tag in topic.tags}, {tag_key(tag) for tag in topic.excluded_tags}
    return bool(borne & wanted) and not borne & excluded


def test_there_are_six_topics_in_two_languages_and_both_themes() -> None:
    assert len({topic.slug for topic in TOPICS}) == 6
    assert Counter(topic.lang for topic in TOPICS) == {"en": 5, "ar": 1}
    assert Counter(topic.theme for topic in TOPICS)[Theme.COMPACT] == 1


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.slug)
def test_a_topic_can_be_set_up_and_has_stories_for_an_edition_in_each_week(topic: DemoTopic, stories: Stories) -> None:
    weeks = Counter(story.published_at > NOW - timedelta(days=7) for story in stories if is_about(topic, story))

    assert ZoneInfo(topic.zone).key == topic.zone
    assert weeks[True] >= max(4, topic.min_stories)
    assert weeks[False] >= max(3, topic.min_stories)


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.slug)
def test_no_edition_shows_one_picture_twice(topic: DemoTopic, stories: Stories) -> None:
    week = [one for one in stories if one.published_at > NOW - timedelta(days=7) and is_about(topic, one)]
    shown = Counter(story.picture.name for story in week if story.picture)

    assert shown
    assert max(shown.values()) == 1


def test_every_story_but_the_advertisement_is_in_a_topic_and_some_are_in_two(stories: Stories) -> None:
    topics = {story.slug: [topic.slug for topic in TOPICS if is_about(topic, story)] for story in stories}

    assert [slug for slug, found in topics.items() if not found] == ["brinewell-marina-offer"]
    assert topics["ell-maid-sails-again"] == ["harbour-port", "city-hall"]


def test_every_tag_of_a_topic_is_borne_by_a_story(stories: Stories) -> None:
    borne = {tag_key(tag) for story in stories for tag in story.tags}

    assert not [tag for topic in TOPICS for tag in (*topic.tags, *topic.excluded_tags) if tag_key(tag) not in borne]
