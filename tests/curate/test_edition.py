"""An edition holds the right stories in the right order, and says why."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from digest.curate.edition import MAX_PREHEADER_CHARS, CuratedEdition, curate_edition
from digest.model.editions import Edition, EditionItem, EditionStatus, Period, Reason
from digest.model.ids import StoryId
from digest.model.stories import Story
from digest.model.topics import Theme, Topic
from tests.makers.stories import IN_WEEK, WEEK, make_image, make_story, make_topic, make_words

NOW = WEEK.end + timedelta(minutes=3)
MICROSECOND = timedelta(microseconds=1)


def curate(topic: Topic, *stories: Story, used: frozenset[int] = frozenset(), period: Period = WEEK) -> CuratedEdition:
    return curate_edition(topic, stories, period=period, used=frozenset(map(StoryId, used)), now=NOW)


def edition_of(curated: CuratedEdition) -> Edition:
    assert curated.edition is not None, curated.shortfall
    return curated.edition


def entries(curated: CuratedEdition) -> list[int]:
    return [item.story_id for item in edition_of(curated).items]


def reasons(curated: CuratedEdition) -> dict[int, Reason]:
    return {verdict.story_id: verdict.reason for verdict in curated.verdicts}


def details(curated: CuratedEdition) -> dict[int, str]:
    return {verdict.story_id: verdict.detail for verdict in curated.verdicts}


def test_the_better_story_leads_and_equals_go_by_id() -> None:
    plain, pictured, twin = make_story(story_id=3), make_story(story_id=2, image=make_image()), make_story(story_id=1)

    curated = curate(make_topic(), plain, pictured, twin)

    assert entries(curated) == [2, 1, 3]
    assert [item.position for item in edition_of(curated).items] == [1, 2, 3]


def test_a_period_holds_its_first_microsecond_and_not_its_last() -> None:
    times = [WEEK.start - MICROSECOND, WEEK.start, WEEK.end - MICROSECOND, WEEK.end]

    curated = curate(make_topic(), *(make_story(story_id=at, published_at=time) for at, time in enumerate(times)))

    assert reasons(curated) == {
        0: Reason.BEFORE_PERIOD,
        1: Reason.RANKED,
        2: Reason.RANKED,
        3: Reason.AFTER_PERIOD,
    }


def test_a_story_counts_from_when_it_was_first_seen_if_that_was_later() -> None:
    late = make_story(published_at=WEEK.start - timedelta(days=2), first_seen_at=IN_WEEK)

    assert entries(curate(make_topic(), late)) == [1]


def test_a_story_of_other_tags_is_passed_over_without_a_verdict() -> None:
    curated = curate(make_topic(), make_story(story_id=1), make_story(story_id=2, tags=["Football"]))

    assert reasons(curated) == {1: Reason.RANKED}


def test_each_story_that_is_out_says_why() -> None:
    topic = make_topic(excluded_tags=["Opinion"], dropped=[4], max_stories=1)
    copied = make_words("wire", 100)
    stories = [
        make_story(story_id=1, retracted_at=IN_WEEK),
        make_story(story_id=2, tags=["Syria's War", "OPINION"]),
        make_story(story_id=3),
        make_story(story_id=4),
        make_story(story_id=5, title="The lead", body_text=copied, image=make_image()),
        make_story(story_id=6, body_text=copied),
        make_story(story_id=7),
    ]

    curated = curate(topic, *stories, used=frozenset({3}))

    assert reasons(curated) == {
        1: Reason.RETRACTED,
        2: Reason.EXCLUDED_TAG,
        3: Reason.IN_EARLIER_EDITION,
        4: Reason.DROPPED,
        5: Reason.RANKED,
        6: Reason.SAME_AS,
        7: Reason.OVER_MAX,
    }
    said = details(curated)
    assert said[1] == "retracted 2026-11-20 12:00 UTC"
    assert said[2] == 'bears "OPINION"'
    assert said[6] == 'the text is the same: story 5, "The lead"'
    assert said[7].startswith("number 2 of 2, and the topic takes 1; ")


def test_verdicts_go_by_position_and_then_by_score() -> None:
    stories = [make_story(story_id=at, word_count=at * 50) for at in range(1, 9)]

    curated = curate(make_topic(max_stories=3, pinned=[2], dropped=[4, 8]), *stories)

    assert [verdict.story_id for verdict in curated.verdicts] == [2, 7, 6, 8, 5, 4, 3, 1]
    assert all(one.score >= other.score for one, other in pairwise(curated.verdicts[3:]))


def test_pinned_stories_come_first_in_the_editors_order_whatever_their_date() -> None:
    old = make_story(story_id=1, published_at=WEEK.start - timedelta(days=40))
    new = make_story(story_id=2, published_at=WEEK.end + timedelta(days=1))
    best = make_story(story_id=3, image=make_image())

    curated = curate(make_topic(pinned=[2, 99, 1, 2]), old, best, new)

    assert entries(curated) == [2, 1, 3]
    assert reasons(curated) == {2: Reason.PINNED, 1: Reason.PINNED, 3: Reason.RANKED}


def test_no_pin_brings_back_what_must_stay_out() -> None:
    topic = make_topic(pinned=[1, 2, 3, 4, 5], excluded_tags=["Opinion"], dropped=[4])
    stories = [
        make_story(story_id=1, retracted_at=IN_WEEK),
        make_story(story_id=2, tags=["Syria's War", "Opinion"]),
        make_story(story_id=3),
        make_story(story_id=4),
        make_story(story_id=5, tags=["Football"]),
        make_story(story_id=6),
    ]

    assert entries(curate(topic, *stories, used=frozenset({3}))) == [6]


def test_the_maximum_holds_for_pinned_stories_too() -> None:
    curated = curate(make_topic(max_stories=2, pinned=[3, 2, 1]), *(make_story(story_id=at) for at in range(1, 5)))

    assert entries(curated) == [3, 2]
    assert reasons(curated)[1] is Reason.OVER_MAX


def test_near_equal_stories_are_one_entry_that_names_each_other_publisher_once() -> None:
    text = make_words("wire", 100)
    stories = [
        make_story(story_id=1, body_text=text, image=make_image(), publisher="The Daily Example"),
        make_story(story_id=2, body_text=text, publisher="Evening Post"),
        make_story(story_id=3, body_text=text, publisher="EVENING POST"),
        make_story(story_id=4, body_text=text, publisher="", canonical_url="https://www.herald.example/4"),
        make_story(story_id=5, body_text=text, publisher="The Daily Example"),
        make_story(story_id=6, body_text=text, publisher="", canonical_url=""),
    ]

    curated = curate(make_topic(max_stories=1), *stories)

    (lead,) = edition_of(curated).items
    assert [(other.story_id, other.publisher) for other in lead.also_reported] == [
        (2, "Evening Post"),
        (4, "herald.example"),
    ]
    assert lead.also_reported[1].url == "https://www.herald.example/4"
    assert {verdict.same_as for verdict in curated.verdicts[1:]} == {1}


def test_a_pinned_story_stands_for_its_near_equal_ones_even_if_they_score_better() -> None:
    text = make_words("wire", 100)
    better = make_story(story_id=1, body_text=text, image=make_image(), publisher="Evening Post")
    pinned = make_story(story_id=2, body_text=text)

    curated = curate(make_topic(pinned=[2]), better, pinned)

    assert entries(curated) == [2]
    assert reasons(curated)[1] is Reason.SAME_AS


def test_two_pinned_stories_stand_apart_even_if_they_look_the_same() -> None:
    text = make_words("wire", 100)

    curated = curate(make_topic(pinned=[1, 2]), *(make_story(story_id=at, body_text=text) for at in (1, 2)))

    assert entries(curated) == [1, 2]


def test_what_is_near_equal_to_a_story_of_an_earlier_edition_stays_out() -> None:
    text = make_words("wire", 100)
    earlier = make_story(story_id=1, body_text=text, published_at=WEEK.start - timedelta(hours=5))
    again = make_story(story_id=2, body_text=text, publisher="Evening Post")

    curated = curate(make_topic(), earlier, again, make_story(story_id=3), used=frozenset({1}))

    assert entries(curated) == [3]
    assert reasons(curated)[2] is Reason.IN_EARLIER_EDITION
    assert "near-equal" in details(curated)[2]


def test_fewer_entries_than_the_minimum_make_no_edition_and_say_so() -> None:
    curated = curate(make_topic(min_stories=3), make_story())

    assert curated.edition is None
    assert curated.shortfall == ("Syria's War has 1 story for 15 to 22 Nov, fewer than its minimum of 3")
    assert reasons(curated) == {1: Reason.RANKED}


@pytest.mark.parametrize("minimum", [0, 1])
def test_an_edition_is_never_empty(minimum: int) -> None:
    curated = curate(make_topic(min_stories=minimum))

    assert curated.edition is None
    assert curated.shortfall.startswith("Syria's War has no story for 15 to 22 Nov, fewer than its minimum of 1")


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0.1, "for 22 Nov,"),
        (7, "for 15 to 22 Nov,"),
        (30, "for 23 Oct to 22 Nov,"),
        (365, "for 22 Nov 2025 to 22 Nov 2026,"),
    ],
)
def test_a_shortfall_names_the_days_of_its_period(days: float, said: str) -> None:
    period = Period(start=WEEK.end - timedelta(days=days), end=WEEK.end)

    assert said in curate(make_topic(min_stories=2), period=period).shortfall


def test_an_edition_keeps_its_topic_and_time_as_they_are_now() -> None:
    topic = make_topic(topic_id=9, theme=Theme.COMPACT, lang="ar", description="Every week")

    edition = edition_of(curate(topic, make_story()))

    assert (edition.id, edition.topic_id, edition.period, edition.built_at) == (None, 9, WEEK, NOW)
    assert (edition.status, edition.intro) == (EditionStatus.BUILT, "")
    assert (edition.topic.theme, edition.topic.lang, edition.topic.zone) == (Theme.COMPACT, "ar", "America/New_York")


def test_an_excerpt_stands_below_the_lead_and_in_for_a_missing_dek() -> None:
    body = "First sentence of the report, which is long enough to stand alone as an excerpt of it. " * 6
    lead = make_story(story_id=1, dek="What led", image=make_image(), body_text=body)
    card = make_story(story_id=2, dek="What happened", body_text="Something else again. " * 20)
    without = make_story(story_id=3, body_text="A third report of yet another thing. " * 3)

    first, second, third = sorted(edition_of(curate(make_topic(), lead, card, without)).items, key=story_id_of)

    assert first.excerpt == " ".join([body.split(". ", maxsplit=1)[0] + "."] * 3)
    assert second.excerpt == ""
    assert third.excerpt.startswith("A third report")


def test_a_story_without_a_link_is_told_at_greater_length() -> None:
    body = make_words("at length", 400)
    unlinked = replace(make_story(dek="What happened", body_text=body), canonical_url="")

    (item,) = edition_of(curate(make_topic(), unlinked)).items

    assert 600 < len(item.excerpt) <= 900


def story_id_of(item: EditionItem) -> int:
    return item.story_id


def test_a_preheader_shows_the_next_two_headlines_and_not_the_leads() -> None:
    titles = ["Lead", "Lead", "Second", "Third", "Fourth"]
    stories = [make_story(story_id=at, title=title) for at, title in enumerate(titles, start=1)]

    assert edition_of(curate(make_topic(), *stories)).preheader == "Second · Third"


def test_a_preheader_of_a_single_story_is_its_dek_or_excerpt() -> None:
    with_dek = edition_of(curate(make_topic(), make_story(dek="What  happened")))
    without = edition_of(curate(make_topic(), make_story()))

    assert with_dek.preheader == "What happened"
    assert 0 < len(without.preheader) <= MAX_PREHEADER_CHARS
