"""The page that the link of a mail to a new address opens."""

import pytest
from sqlalchemy import select

from digest.links import Purpose
from digest.model.addresses import parse_address
from digest.store import subscribers
from digest.store.tables import notice
from tests.servers.web import Web
from tests.web.conftest import MakeWeb
from tests.web.readers import ADDRESS, MASKED, add_reader, all_rows, preferences_path, subscribed_to
from tests.web.shown import text_of

NEW = "rosa.new@elsewhere.example"
NEW_MASKED = "r•••@elsewhere.example"


def ask(web: Web) -> str:
    """Let a reader ask for mail at a new address, and return the path of the link that is mailed there."""
    reader = add_reader(web.services)
    web.client.post(preferences_path(web.services, reader) + "/address", data={"address": NEW})
    with web.services.database.read() as tx:
        row = tx.execute(select(notice.c.id, notice.c.made_at)).one()
    return "/address/" + web.services.links.timed_token(Purpose.ADDRESS, row.id, at=row.made_at)


def has_reader(web: Web, address: str) -> bool:
    with web.services.database.read() as tx:
        return subscribers.find_subscriber(tx, parse_address(address)) is not None


def test_opening_the_link_changes_nothing(web: Web) -> None:
    path = ask(web)
    before = all_rows(web.services)

    answers = [web.client.request(method, path) for method in ("GET", "HEAD", "OPTIONS", "GET")]

    assert answers[0].status_code == 200
    assert all_rows(web.services) == before


def test_the_page_shows_neither_address_to_who_does_not_know_it(make_web: MakeWeb) -> None:
    web = make_web()

    page = web.client.get(ask(web))

    assert f"at {NEW_MASKED} from now on" in text_of(page.text)
    for hidden in (NEW, ADDRESS, MASKED):
        assert hidden not in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-robots-tag"] == "noindex"


def test_its_button_moves_the_reader_and_a_second_press_says_so_too(web: Web) -> None:
    path = ask(web)

    first = web.client.post(path)
    again = web.client.post(path)

    assert first.status_code == 200
    assert f"The mails that you asked for come to {NEW_MASKED}." in text_of(first.text)
    assert again.text == first.text
    assert subscribed_to(web.services, NEW) == {"islands"}
    assert not has_reader(web, ADDRESS)


def test_a_link_older_than_a_week_moves_nobody(make_web: MakeWeb) -> None:
    web = make_web()
    path = ask(web)
    web.clock.advance(days=7, seconds=1)

    page = web.client.post(path)

    assert page.status_code == 410
    assert "This link has ended" in text_of(page.text)
    assert has_reader(web, ADDRESS)


@pytest.mark.parametrize("other", ["confirm", "unsubscribe", "preferences"])
def test_a_token_is_good_for_its_own_purpose_alone(make_web: MakeWeb, other: str) -> None:
    web = make_web()
    path = ask(web)
    before = all_rows(web.services)

    web.client.post(path.replace("/address/", f"/{other}/"))

    assert all_rows(web.services) == before


def test_a_cut_link_says_what_to_do(make_web: MakeWeb) -> None:
    web = make_web()
    path = ask(web)

    for page in (web.client.get(path[:-1]), web.client.post(path[:-1])):
        assert page.status_code == 404
        assert "This link confirms nothing" in text_of(page.text)
    assert has_reader(web, ADDRESS)
