"""Two readers who become one: at an address that had a reader, with evidence, and with every old link still good."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from digest.clock import FixedClock
from digest.flows.erasing import erase_reader
from digest.flows.readers.choosing import WantedChoices, find_choices, save_choices
from digest.flows.readers.confirming import confirm
from digest.flows.readers.disclosing import disclose
from digest.flows.readers.leaving import find_leaving, leave_everything, leave_topic
from digest.flows.readers.pausing import pause_reader, pause_until
from digest.flows.readers.readdressing import ChangeStanding
from digest.flows.readers.undoing import undo_leaving
from digest.flows.services import Services
from digest.flows.subscribing import add_pending_subscriber, find_subscriber
from digest.model.subscribers import SubscriberStatus
from digest.store.tables import subscriber
from tests.flows.readers.moves import NEW, ask, press
from tests.flows.readers.readership import (
    READER,
    TOPICS,
    evidence,
    leave_token,
    preferences_token,
    stands,
    status_of,
    take_in,
)
from tests.flows.readers.visitors import kinds_of_notices, last_confirm_token, sign

NO_WISHES = WantedChoices(
    slugs=(), name="", lang="", zone="", weekday="", hour="", cadence="weekly", bundling="together"
)


def test_two_readers_become_one_where_the_address_has_one(services: Services) -> None:
    there = take_in(services, NEW, slugs=["schools"])
    reader = take_in(services)

    moved = press(services, ask(services, reader))

    assert moved.standing is ChangeStanding.DONE
    assert set(stands(services, NEW).values()) == {"subscribed"}
    assert len(stands(services, NEW)) == 3
    assert (status_of(services), set(stands(services).values())) == (SubscriberStatus.LEFT, {"left"})
    assert evidence(services, there)[1:] == [("confirmed", slug, "link to a new address") for slug in TOPICS[:2]]
    assert evidence(services, reader)[2:] == [("left", slug, "moved to another address") for slug in TOPICS[:2]]
    assert kinds_of_notices(services, READER.spelling) == ["address_changed"]


def test_pressing_again_where_two_became_one_changes_nothing(services: Services) -> None:
    there = take_in(services, NEW, slugs=["schools"])
    token = ask(services, take_in(services))
    press(services, token)
    before = evidence(services, there)

    assert press(services, token).standing is ChangeStanding.DONE
    assert evidence(services, there) == before


def test_links_to_leave_in_old_mails_find_the_reader_that_two_became(services: Services) -> None:
    take_in(services, NEW, slugs=["schools"])
    reader = take_in(services)
    link = leave_token(services, reader)
    press(services, ask(services, reader))

    left = leave_topic(services, link, source="one-click")

    assert left is not None
    assert left.masked == "n•••@example.org"
    assert stands(services, NEW)["harbour"] == "left"
    assert undo_leaving(services, left.undo_token)
    assert stands(services, NEW)["harbour"] == "subscribed"


@pytest.mark.parametrize("leaves_first", [True, False])
def test_who_left_or_never_confirmed_at_that_address_comes_back_by_the_move(
    services: Services, leaves_first: bool
) -> None:
    take_in(services)
    if leaves_first:
        there = take_in(services, NEW, slugs=["schools"])
        leave_everything(services, leave_token(services, there, "schools"), source="page")
    else:
        add_pending_subscriber(services, NEW, slugs=["schools"], name="")

    press(services, ask(services, find_subscriber(services, READER).id))

    assert status_of(services, NEW) is SubscriberStatus.ACTIVE
    assert stands(services, NEW) == {
        "harbour": "subscribed",
        "night-tram": "subscribed",
        "schools": "left" if leaves_first else "pending",
    }


def test_who_is_paused_at_that_address_stays_paused(services: Services) -> None:
    there = take_in(services, NEW, slugs=["schools"])
    pause_reader(services, leave_token(services, there, "schools"), weeks=3)

    press(services, ask(services, take_in(services)))

    assert status_of(services, NEW) is SubscriberStatus.PAUSED


def test_a_bounced_reader_at_that_address_is_not_brought_back(services: Services) -> None:
    take_in(services, NEW)
    token = ask(services, take_in(services))
    with services.database.begin() as tx:
        gone = update(subscriber).where(subscriber.c.email_key == NEW.key)
        tx.execute(gone.values(status=SubscriberStatus.SUPPRESSED.value))

    assert press(services, token).standing is ChangeStanding.ENDED
    assert status_of(services) is SubscriberStatus.ACTIVE


def test_who_signs_up_at_the_old_address_again_is_a_reader_of_their_own(services: Services, clock: FixedClock) -> None:
    there = take_in(services, NEW, slugs=["schools"])
    reader = take_in(services)
    press(services, ask(services, reader))
    clock.advance(days=1)
    sign(services, READER.spelling, "harbour")
    confirm(services, last_confirm_token(services, READER.spelling), page="", ip="")

    left = leave_topic(services, leave_token(services, reader), source="one-click")

    assert left is not None
    assert left.masked == "r•••@example.com"
    assert stands(services, NEW)["harbour"] == "subscribed"
    assert find_subscriber(services, NEW).id == there


def test_preferences_links_of_who_became_one_with_another_open_nothing_of_the_others(services: Services) -> None:
    there = take_in(services, NEW, slugs=["schools"])
    reader = take_in(services)
    link = preferences_token(services, reader)
    press(services, ask(services, reader))

    page, kept = find_choices(services, link), disclose(services, link)
    pause_until(services, link, services.clock.now().date() + timedelta(days=9))
    saved = save_choices(services, link, replace(NO_WISHES, name="Mallory"))
    asked = ask(services, reader, "mallory@example.net")
    erased = erase_reader(services, link)

    assert page is not None
    assert page.masked == "r•••@example.com"
    assert kept is not None
    assert NEW.spelling not in json.loads(kept)["profile"].values()
    assert saved is not None
    assert (asked, erased) == ("", True)
    other = find_subscriber(services, NEW)
    assert (other.id, other.name, other.status) == (there, "", SubscriberStatus.ACTIVE)
    assert set(stands(services, NEW).values()) == {"subscribed"}
    assert evidence(services, there)


def test_there_and_back_again_ends_at_one_reader(services: Services, clock: FixedClock) -> None:
    there = take_in(services, NEW, slugs=["schools"])
    reader = take_in(services)
    press(services, ask(services, reader))
    clock.advance(minutes=20)
    press(services, ask(services, there, READER.spelling))

    assert set(stands(services).values()) == {"subscribed"}
    assert status_of(services, NEW) is SubscriberStatus.LEFT
    for one in (reader, there):
        page = find_leaving(services, leave_token(services, one))
        assert page is not None
        assert page.masked == "r•••@example.com"
