"""Tags: one row a key, the first seen label, and aliases in what is there and what comes."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from digest.model.topics import Schedule
from digest.store import stories, tags, topics
from digest.store.database import Database, Transaction
from digest.store.topics import NewTopic
from tests.makers.parsed import make_parsed
from tests.makers.stories import make_tags

NOW = datetime(2026, 11, 22, 13, tzinfo=UTC)


@pytest.fixture
def tx(database: Database) -> Iterator[Transaction]:
    with database.begin() as opened:
        yield opened


def test_spellings_of_one_tag_share_one_row(tx: Transaction) -> None:
    ids = tags.ensure_tags(tx, make_tags(["Syria's War", "SYRIA’S-WAR", "Sport"]))

    assert len(ids) == 2
    assert tags.ensure_tags(tx, make_tags(["syria's  war"])) == ids[:1]


def test_an_alias_counts_for_stories_and_topics_that_bear_it_already(tx: Transaction) -> None:
    stories.save_story(tx, make_parsed(tags=["Syrian Civil War", "Syria's War"]), source_id=None, now=NOW)
    new = NewTopic(slug="war", name="War", tags=make_tags(["Syrian Civil War"]), schedule=Schedule())
    topics.add_topic(tx, new, now=NOW)

    alias, target = make_tags(["Syrian Civil War", "Syria's War"])
    tags.add_alias(tx, alias, of=target)

    (story,) = stories.list_stories(tx, limit=9)
    assert [tag.label for tag in story.tags] == ["Syria's War"]
    assert topics.find_topic(tx, "war").tags == {target.key}


def test_an_alias_counts_for_stories_to_come(tx: Transaction) -> None:
    alias, target = make_tags(["Syrian Civil War", "Syria's War"])
    tags.add_alias(tx, alias, of=target)

    stories.save_story(tx, make_parsed(tags=["syrian civil war"]), source_id=None, now=NOW)

    (story,) = stories.list_stories(tx, limit=9, tag_key=alias.key)
    assert [tag.key for tag in story.tags] == [target.key]


def test_an_alias_of_an_alias_means_the_last(tx: Transaction) -> None:
    first, second, third = make_tags(["A one", "B two", "C three"])
    tags.add_alias(tx, first, of=second)
    tags.add_alias(tx, second, of=third)

    assert tags.ensure_tags(tx, [first]) == tags.ensure_tags(tx, [third])


def test_an_alias_turned_round_leaves_no_circle(tx: Transaction) -> None:
    first, second = make_tags(["A one", "B two"])
    tags.add_alias(tx, first, of=second)
    tags.add_alias(tx, second, of=first)

    assert tags.ensure_tags(tx, [second]) == tags.ensure_tags(tx, [first])
