"""What holds of every edition, whatever its topic and stories are."""

from collections import Counter
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from digest.curate.edition import CuratedEdition, curate_edition
from digest.model.editions import Reason
from digest.model.ids import StoryId
from digest.model.stories import Story
from digest.model.topics import Topic
from tests.makers.stories import WEEK, make_image, make_story, make_topic, make_words

IDS = range(12)
WIRES = [make_words(f"wire {number}", 60) for number in range(3)]
HEADLINES = [
    "Rebels begin to leave city",
    "Live: Rebels begin to leave city",
    "Live updates: day 3",
    "Live updates: day 4",
]
TIMES = st.sampled_from([WEEK.start, WEEK.end, WEEK.start + timedelta(days=3)]).flatmap(
    lambda at: st.sampled_from([at, at - timedelta(microseconds=1), at + timedelta(microseconds=1)])
)


class Case(NamedTuple):
    """A topic with its candidates and what its earlier editions held."""

    topic: Topic
    stories: list[Story]
    used: frozenset[StoryId]

    def curate(self, stories: list[Story] | None = None) -> CuratedEdition:
        return curate_edition(
            self.topic, self.stories if stories is None else stories, period=WEEK, used=self.used, now=WEEK.end
        )


@st.composite
def draw_story(draw: st.DrawFn, *, story_id: int) -> Story:
    times: datetime = draw(TIMES)
    return make_story(
        story_id=story_id,
        title=draw(st.sampled_from([None, *HEADLINES])),
        body_text=draw(st.sampled_from([None, "", *WIRES])),
        publisher=draw(st.sampled_from(["", "The Daily Example", "Evening Post"])),
        tags=draw(st.sets(st.sampled_from(["Syria's War", "Refugees", "Opinion"]))),
        image=draw(st.sampled_from([None, make_image()])),
        published_at=times,
        retracted_at=draw(st.sampled_from([None, None, None, WEEK.start])),
        weight=draw(st.sampled_from([0.0, 1.0, 2.5])),
    )


@st.composite
def draw_case(draw: st.DrawFn) -> Case:
    ids = st.sets(st.sampled_from(IDS), max_size=4)
    topic = make_topic(
        tags=["Syria's War", "Refugees"],
        excluded_tags=draw(st.sampled_from([[], ["Opinion"]])),
        min_stories=draw(st.integers(0, 3)),
        max_stories=draw(st.integers(1, 6)),
        pinned=draw(st.lists(st.sampled_from(IDS), max_size=4)),
        dropped=draw(ids),
    )
    stories = [draw(draw_story(story_id=story_id)) for story_id in draw(st.sets(st.sampled_from(IDS)))]
    return Case(topic, stories, frozenset(map(StoryId, draw(ids))))


@given(draw_case(), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_the_order_and_number_of_times_in_which_stories_are_given_make_no_difference(
    case: Case, chance: Random
) -> None:
    shuffled = [*case.stories, *case.stories[:3]]
    chance.shuffle(shuffled)

    assert case.curate(shuffled) == case.curate()


@given(draw_case())
@settings(max_examples=150, deadline=None)
def test_each_story_that_bears_a_tag_of_the_topic_has_one_verdict(case: Case) -> None:
    judged = {story.id for story in case.stories if case.topic.tags & {tag.key for tag in story.tags}}

    verdicts = case.curate().verdicts

    assert Counter(verdict.story_id for verdict in verdicts) == Counter(judged)
    assert all(verdict.detail for verdict in verdicts)


@given(draw_case())
@settings(max_examples=150, deadline=None)
def test_no_story_stands_in_an_edition_twice_nor_one_that_must_not(case: Case) -> None:
    edition = case.curate().edition
    items = edition.items if edition else ()
    stories = {story.id: story for story in case.stories}

    shown = [item.story_id for item in items] + [other.story_id for item in items for other in item.also_reported]

    assert len(shown) == len(set(shown))
    assert not case.used.intersection(shown)
    assert not case.topic.dropped.intersection(shown)
    for story_id in shown:
        story = stories[story_id]
        assert story.retracted_at is None
        assert not case.topic.excluded_tags & {tag.key for tag in story.tags}
        assert story_id in case.topic.pinned or WEEK.start <= story.counts_at < WEEK.end


@given(draw_case())
@settings(max_examples=150, deadline=None)
def test_an_edition_has_its_minimum_and_maximum_and_its_entries_lead_the_verdicts(case: Case) -> None:
    curated = case.curate()
    items = curated.edition.items if curated.edition else ()
    entries = [verdict.story_id for verdict in curated.verdicts if verdict.reason.is_in]

    assert bool(curated.edition) != bool(curated.shortfall)
    assert len(entries) <= case.topic.max_stories
    assert [verdict.story_id for verdict in curated.verdicts][: len(entries)] == entries
    if curated.edition:
        assert len(items) >= max(1, case.topic.min_stories)
        assert [item.story_id for item in items] == entries


@given(draw_case())
@settings(max_examples=150, deadline=None)
def test_every_near_equal_story_names_one_that_stands_for_itself(case: Case) -> None:
    verdicts = {verdict.story_id: verdict for verdict in case.curate().verdicts}

    for verdict in verdicts.values():
        if verdict.reason is Reason.SAME_AS:
            assert verdict.same_as is not None
            assert verdicts[verdict.same_as].reason in {Reason.PINNED, Reason.RANKED, Reason.OVER_MAX}
        elif verdict.reason is not Reason.IN_EARLIER_EDITION:
            assert verdict.same_as is None
