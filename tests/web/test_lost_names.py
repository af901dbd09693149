"""Readers whose zone and language this machine does not know any more: their pages work, and they can leave."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from digest.model.subscribers import Subscriber
from digest.store.tables import subscriber
from tests.servers.web import Web
from tests.web.readers import add_reader, leaving_path, preferences_path, subscribed_to
from tests.web.shown import text_of


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite alone: what is shown is the same, and the flows below are held on both."""
    return sqlite_url


@pytest.fixture
def lost(web: Web) -> Subscriber:
    """A reader who chose a zone and a language that nobody knows any more."""
    reader = add_reader(web.services, "islands", "harbour")
    with web.services.database.begin() as tx:
        tx.execute(update(subscriber).values(zone="Mars/Phobos", lang="qxq-Lost"))
    return reader


def test_the_pages_of_who_chose_them_are_shown(web: Web, lost: Subscriber) -> None:
    shown = [web.client.get(make(web.services, lost)) for make in (preferences_path, leaving_path)]

    assert [page.status_code for page in shown] == [200, 200]


@pytest.mark.parametrize("wish", ["pause", "less"])
def test_less_is_still_to_be_had(web: Web, lost: Subscriber, wish: str) -> None:
    page = web.client.post(leaving_path(web.services, lost), data={"wish": wish})

    assert page.status_code == 200


def test_a_pause_ends_by_utc(web: Web, lost: Subscriber) -> None:
    day = web.services.clock.now().date() + timedelta(days=20)

    page = web.client.post(f"{preferences_path(web.services, lost)}/pause", data={"pause": day.isoformat()})

    assert page.status_code == 200
    assert "Your email pauses until" in text_of(page.text)


def test_everything_is_left_with_one_press(web: Web, lost: Subscriber) -> None:
    page = web.client.post(f"{preferences_path(web.services, lost)}/leave")

    assert page.status_code == 200
    assert "You have left: Harbour and Islands" in text_of(page.text).replace(", and", " and")
    assert subscribed_to(web.services) == set()
