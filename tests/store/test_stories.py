"""Stories: one row however many sources bring one, and nothing of an earlier text lost."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from digest.errors import NotFoundError, StoreError
from digest.model.editions import Period
from digest.model.ids import StoryId
from digest.model.sources import SourceKind
from digest.model.stories import Change, Image
from digest.model.tags import tag_key
from digest.store import sources, stories
from digest.store.database import Database, Transaction
from digest.store.tables import story_revision
from tests.makers.parsed import PUBLISHED, make_parsed

NOW = datetime(2026, 11, 22, 13, tzinfo=UTC)


@pytest.fixture
def tx(database: Database) -> Iterator[Transaction]:
    with database.begin() as opened:
        yield opened


def test_a_story_gathered_twice_changes_nothing(tx: Transaction) -> None:
    first = stories.save_story(tx, make_parsed(), source_id=None, now=NOW)

    second = stories.save_story(tx, make_parsed(), source_id=None, now=NOW + timedelta(hours=1))

    assert (first, second) == (Change.NEW, Change.UNCHANGED)
    assert stories.count_stories(tx) == (1, NOW)


def test_one_story_from_two_feeds_bears_the_tags_of_both(tx: Transaction) -> None:
    stories.save_story(tx, make_parsed(tags=["Harbour"]), source_id=None, now=NOW)

    change = stories.save_story(tx, make_parsed(tags=["HARBOUR", "Storms"]), source_id=None, now=NOW)

    (found,) = stories.list_stories(tx, limit=9)
    assert change is Change.UPDATED
    assert [tag.label for tag in found.tags] == ["Harbour", "Storms"]


def test_a_story_is_known_by_its_guid_when_its_url_moved(tx: Transaction) -> None:
    stories.save_story(tx, make_parsed(url="https://news.example/old", guid="tag:news,1"), source_id=None, now=NOW)

    change = stories.save_story(
        tx, make_parsed(url="https://news.example/new", guid="tag:news,1"), source_id=None, now=NOW
    )

    assert change is Change.UNCHANGED
    assert stories.count_stories(tx)[0] == 1


@pytest.mark.parametrize("urls", [("", "https://news.example/a"), ("https://news.example/a", "")])
def test_a_text_without_url_is_the_story_that_has_one(tx: Transaction, urls: tuple[str, str]) -> None:
    for url in urls:
        stories.save_story(tx, make_parsed(url=url), source_id=None, now=NOW)

    (found,) = stories.list_stories(tx, limit=9)
    assert found.canonical_url == "https://news.example/a"


def test_wire_copy_at_two_urls_is_two_stories(tx: Transaction) -> None:
    stories.save_story(tx, make_parsed(url="https://one.example/a"), source_id=None, now=NOW)
    stories.save_story(tx, make_parsed(url="https://two.example/a"), source_id=None, now=NOW)

    assert stories.count_stories(tx)[0] == 2


def test_a_changed_story_keeps_its_earlier_text(tx: Transaction) -> None:
    stories.save_story(tx, make_parsed(body="Ten ships waited."), source_id=None, now=NOW)

    change = stories.save_story(tx, make_parsed(body="Twelve ships waited."), source_id=None, now=NOW)

    (found,) = stories.list_stories(tx, limit=9)
    earlier = tx.execute(select(story_revision.c.body_html)).scalars().all()
    assert change is Change.UPDATED
    assert found.body_text == "Twelve ships waited."
    assert earlier == ["<p>Ten ships waited.</p>"]


def test_two_sources_that_differ_do_not_take_turns_for_ever(tx: Transaction) -> None:
    for body in ("One.", "Two.", "One.", "Two."):
        stories.save_story(tx, make_parsed(body=body), source_id=None, now=NOW)

    (found,) = stories.list_stories(tx, limit=9)
    assert found.body_text == "Two."
    assert len(tx.execute(select(story_revision)).all()) == 1


def test_an_older_copy_does_not_overwrite_a_newer_one(tx: Transaction) -> None:
    stories.save_story(tx, make_parsed(body="New.", updated_at=PUBLISHED), source_id=None, now=NOW)

    stories.save_story(tx, make_parsed(body="Old.", updated_at=PUBLISHED - timedelta(hours=1)), source_id=None, now=NOW)

    (found,) = stories.list_stories(tx, limit=9)
    assert found.body_text == "New."


def test_a_date_is_filled_in_and_never_emptied(tx: Transaction) -> None:
    stories.save_story(tx, make_parsed(published_at=None), source_id=None, now=NOW)
    stories.save_story(tx, make_parsed(), source_id=None, now=NOW)
    stories.save_story(tx, make_parsed(published_at=None, body="Changed."), source_id=None, now=NOW)

    (found,) = stories.list_stories(tx, limit=9)
    assert found.published_at == PUBLISHED


def test_a_feeds_summary_does_not_replace_what_the_page_told_in_full(tx: Transaction) -> None:
    stories.save_story(
        tx, make_parsed(body="Told in full, with names and numbers, over a page."), source_id=None, now=NOW
    )

    change = stories.save_story(tx, make_parsed(body="In short.", tags=["Council"]), source_id=None, now=NOW)

    (found,) = stories.list_stories(tx, limit=9)
    assert change is Change.UPDATED
    assert found.body_text.startswith("Told in full")
    assert "Council" in [tag.label for tag in found.tags]


def test_a_summary_fills_in_what_the_full_text_lacks(tx: Transaction) -> None:
    image = Image(url="https://news.example/one.jpg", alt="A ferry")
    stories.save_story(tx, make_parsed(body="Told in full, with names and numbers."), source_id=None, now=NOW)

    stories.save_story(tx, make_parsed(body="In short.", image=image), source_id=None, now=NOW)
    again = stories.save_story(tx, make_parsed(body="In short.", image=image), source_id=None, now=NOW)

    (found,) = stories.list_stories(tx, limit=9)
    assert found.image == image
    assert again is Change.UNCHANGED


def test_a_new_text_without_a_picture_keeps_the_picture(tx: Transaction) -> None:
    image = Image(url="https://news.example/one.jpg", alt="A ferry")
    stories.save_story(tx, make_parsed(image=image), source_id=None, now=NOW)

    stories.save_story(tx, make_parsed(body="The harbour is open again on Friday."), source_id=None, now=NOW)

    (found,) = stories.list_stories(tx, limit=9)
    assert found.image == image


def test_a_text_that_comes_back_counts_when_its_publisher_says_it_is_newer(tx: Transaction) -> None:
    for hours, body in enumerate(("One.", "Two.", "One.")):
        at = PUBLISHED + timedelta(hours=hours)
        stories.save_story(tx, make_parsed(body=body, updated_at=at), source_id=None, now=NOW)

    (found,) = stories.list_stories(tx, limit=9)
    assert found.body_text == "One."


def test_a_story_weighs_what_its_best_source_weighs(tx: Transaction) -> None:
    for url, weight in (("https://one.example/feed", 0.5), ("https://two.example/feed", 2.0)):
        source = sources.add_source(tx, url, kind=SourceKind.FEED, title="", weight=weight, now=NOW)
        stories.save_story(tx, make_parsed(), source_id=source.id, now=NOW)

    (found,) = stories.list_stories(tx, limit=9)
    assert found.weight == 2.0


def test_a_story_the_database_refuses_does_not_stop_the_others(tx: Transaction) -> None:
    with pytest.raises(StoreError):
        stories.save_story(tx, replace(make_parsed(), byline="\ud800"), source_id=None, now=NOW)

    change = stories.save_story(tx, make_parsed(), source_id=None, now=NOW)

    assert change is Change.NEW


def test_candidates_are_those_that_bear_a_tag_and_count_near_the_period(tx: Transaction) -> None:
    period = Period(NOW - timedelta(days=7), NOW)
    for name, tags, seen in (
        ("in", ["Syria’s war"], NOW - timedelta(days=1)),
        ("other tag", ["Sport"], NOW - timedelta(days=1)),
        ("long before", ["Syria's War"], NOW - timedelta(days=30)),
    ):
        parsed = make_parsed(
            url=f"https://news.example/{name[:2]}", title=name, body=name, tags=tags, published_at=None
        )
        stories.save_story(tx, parsed, source_id=None, now=seen)

    found = stories.list_candidates(tx, [tag_key("SYRIA'S WAR")], period=period)

    assert [one.title for one in found] == ["in"]


def test_a_story_is_retracted_once(tx: Transaction) -> None:
    stories.save_story(tx, make_parsed(), source_id=None, now=NOW)
    (found,) = stories.list_stories(tx, limit=9)

    assert stories.retract_story(tx, found.id, now=NOW)
    assert not stories.retract_story(tx, found.id, now=NOW)
    assert stories.find_story(tx, found.id).retracted_at == NOW


def test_a_story_that_is_not_there_is_named(tx: Transaction) -> None:
    with pytest.raises(NotFoundError, match='no story "7"'):
        stories.find_story(tx, StoryId(7))
