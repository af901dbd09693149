"""What a form offers: public topics, those that are named, and ticked those that the page's tags are about."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from digest.flows.editing import add_alias, add_topic
from digest.flows.readers.offering import LatestEdition, list_topics_offered
from digest.flows.services import Services
from digest.model.editions import EditionStatus
from digest.model.topics import Schedule, Visibility
from digest.render.prepare import write_edition_key
from digest.store import editions, mailings, topics
from digest.store.database import Transaction
from digest.store.topics import NewTopic
from tests.makers.ledger import NOW, keep_edition
from tests.makers.stories import make_tags


@pytest.fixture
def town(services: Services) -> Services:
    """A newsroom with two public topics and an unlisted one."""
    add_topic(services, NewTopic(slug="trams", name="Trams", tags=make_tags(["Trams"])))
    add_topic(
        services,
        NewTopic(
            slug="harbour",
            name="Harbour",
            description="Ships and quays.",
            lang="ar",
            tags=make_tags(["Harbour", "Fishing"]),
            excluded_tags=make_tags(["Football"]),
        ),
    )
    add_topic(
        services,
        NewTopic(slug="staff", name="Staff", tags=make_tags(["Harbour"]), visibility=Visibility.UNLISTED),
    )
    return services


def offer(services: Services, *slugs: str, tags: tuple[str, ...] = ()) -> dict[str, bool]:
    """Return the slugs on offer, and whether each is ticked."""
    return {one.slug: one.is_preset for one in list_topics_offered(services, slugs=slugs, tags=tags)}


def keep_editions(tx: Transaction, slug: str, ends: Mapping[EditionStatus, datetime]) -> None:
    """Keep an edition of a topic for each status, that closed at a time; all but built ones have a mailing."""
    topic_id = topics.find_topic(tx, slug).id
    for status, end in ends.items():
        kept = keep_edition(tx, topic_id, end=end)
        assert kept.id is not None
        if status is EditionStatus.BUILT:
            continue
        editions.move_edition(tx, kept.id, to=EditionStatus.SENDING)
        mailings.plan_mailing(tx, kept.id, slot_at=end + timedelta(minutes=15), now=end)
        if status is not EditionStatus.SENDING:
            editions.move_edition(tx, kept.id, to=status)


def test_public_topics_are_offered_by_name_and_unlisted_ones_to_who_names_them(town: Services) -> None:
    assert list(offer(town)) == ["harbour", "trams"]
    assert offer(town, "staff") == {"harbour": False, "staff": True, "trams": False}


@pytest.mark.parametrize("tag", ["Fishing", "FISHING ", "harbor", "#Harbour"])
def test_a_topic_is_ticked_that_a_tag_is_about_however_it_is_written(town: Services, tag: str) -> None:
    (alias,), (meant) = make_tags(["Harbor"]), make_tags(["Harbour"])[0]
    add_alias(town, alias, of=meant)

    assert offer(town, tags=(tag,)) == {"harbour": True, "trams": False}


def test_a_topic_is_not_ticked_that_excludes_a_tag_of_the_page(town: Services) -> None:
    assert offer(town, tags=("Harbour", "Football")) == {"harbour": False, "trams": False}


def test_what_is_no_topic_and_no_tag_is_ignored(town: Services) -> None:
    hostile = ("\x00", "\ud800", "' OR 1=1 --", "x" * 70_000, "")

    assert offer(town, *hostile, tags=hostile) == {"harbour": False, "trams": False}


def test_the_latest_edition_that_readers_got_is_told(town: Services) -> None:
    week = timedelta(weeks=1)
    ends = {
        EditionStatus.COMPLETE: NOW - 3 * week,
        EditionStatus.SENDING: NOW - 2 * week,
        EditionStatus.RECALLED: NOW - week,
        EditionStatus.BUILT: NOW,
    }
    with town.database.begin() as tx:
        keep_editions(tx, "harbour", ends)

    harbour, trams = list_topics_offered(town, slugs=(), tags=())

    sent_at = NOW - 2 * week + timedelta(minutes=15)
    assert harbour.latest == LatestEdition(title="News", key=write_edition_key(NOW - 2 * week), at=sent_at)
    assert trams.latest is None
    assert (harbour.description, harbour.lang, harbour.schedule) == ("Ships and quays.", "ar", Schedule())
