"""Tags as article pages name them."""

from hypothesis import given
from hypothesis import strategies as st

from digest.web.tag_lists import MAX_TAG_CHARS, MAX_TAGS, split_tags


def test_a_list_in_one_value_gives_each_tag_once() -> None:
    assert split_tags(["Sport, Islands ,Boats", "Islands"])[1:] == ("Islands", "Sport", "Boats")


def test_a_tag_with_a_comma_in_it_is_tried_whole_first() -> None:
    assert split_tags(["Washington, D.C."]) == ("Washington, D.C.", "Washington", "D.C.")


@given(st.lists(st.text()))
def test_whatever_a_page_says_a_few_short_tags_come_of_it(values: list[str]) -> None:
    tags = split_tags(values)

    assert len(tags) == len(set(tags)) <= MAX_TAGS
    assert all(len(tag) <= MAX_TAG_CHARS and tag.splitlines() == [tag] for tag in tags)
