"""Groups form around their heads, however many stories there are."""

from digest.curate.groups import MAX_HEADS_PER_SHINGLE, find_twins
from digest.model.ids import StoryId
from digest.model.stories import Story
from tests.makers.stories import make_story, make_words


def copy(story_id: int, text: str) -> Story:
    return make_story(story_id=story_id, body_text=text, publisher=f"Publisher {story_id}")


def test_the_best_ranked_of_a_group_is_its_head() -> None:
    text = make_words("wire", 150)
    stories = [copy(7, text), copy(2, make_words("other", 150)), copy(5, text), copy(9, text)]

    twins = find_twins(stories, apart=frozenset())

    assert {story_id: twin.head.id for story_id, twin in twins.items()} == {5: 7, 9: 7}


def test_a_chain_of_small_changes_does_not_tie_its_ends_together() -> None:
    words = make_words("chain", 400).split()
    links = [copy(at, " ".join(words[at * 12 : at * 12 + 150])) for at in range(12)]

    twins = find_twins(links, apart=frozenset())

    assert twins[StoryId(1)].head.id == 0
    assert len({twins[story.id].head.id if story.id in twins else story.id for story in links}) > 2


def test_stories_kept_apart_head_their_own_groups() -> None:
    text = make_words("wire", 150)

    twins = find_twins([copy(1, text), copy(2, text), copy(3, text)], apart=frozenset({StoryId(2)}))

    assert {story_id: twin.head.id for story_id, twin in twins.items()} == {3: 1}


def test_house_style_brings_no_stories_together_and_hides_no_copy() -> None:
    imprint = make_words("imprint", 60)
    texts = [make_words(f"story {at}", 150) + " " + imprint for at in range(3 * MAX_HEADS_PER_SHINGLE)]
    stories = [copy(at, text) for at, text in enumerate(texts)]

    twins = find_twins([*stories, copy(1000, texts[-1])], apart=frozenset())

    assert {story_id: twin.head.id for story_id, twin in twins.items()} == {1000: len(texts) - 1}


def test_hundreds_of_copies_of_one_text_are_one_group() -> None:
    text = make_words("wire", 150)
    stories = [copy(at, text + " " + make_words(f"local {at}", 15)) for at in range(300)]

    twins = find_twins(stories, apart=frozenset())

    assert {twin.head.id for twin in twins.values()} == {0}
    assert len(twins) == 299


def test_stories_without_a_text_or_headline_are_strangers() -> None:
    stories = [make_story(story_id=at, title="", body_text="", publisher="") for at in range(5)]

    assert find_twins(stories, apart=frozenset()) == {}
