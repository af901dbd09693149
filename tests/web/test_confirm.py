"""The page that the link of a confirm mail opens."""

import pytest

from digest.flows.readers.leaving import leave_everything
from digest.model.addresses import parse_address
from digest.store import subscribers
from tests.servers.web import Web
from tests.web.conftest import MakeWeb
from tests.web.editions import open_topic
from tests.web.readers import all_rows, leaving_path, subscribed_to
from tests.web.shown import hidden_field, text_of
from tests.web.sign_up_forms import ADDRESS, confirm_path, fill_in, sign_up_at

MASKED = "a•••@reader.example"


def ask(web: Web) -> str:
    """Sign a reader up, and return the path of the link in their mail."""
    open_topic(web.services)
    sign_up_at(web)
    return confirm_path(web)


def test_opening_the_link_changes_nothing(web: Web) -> None:
    path = ask(web)
    before = all_rows(web.services)

    answers = [web.client.request(method, path) for method in ("GET", "HEAD", "OPTIONS", "GET")]

    assert answers[0].status_code == 200
    assert all_rows(web.services) == before
    assert subscribed_to(web.services, ADDRESS) == set()


def test_the_page_says_who_asked_for_what_and_nobody_learns_the_address(web: Web) -> None:
    page = web.client.get(ask(web))

    assert f"{MASKED} asked for these topics: Islands" in text_of(page.text)
    assert ADDRESS not in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-robots-tag"] == "noindex"
    assert page.headers["referrer-policy"] == "no-referrer"


def test_its_button_subscribes(web: Web) -> None:
    path = ask(web)

    page = web.client.post(path)

    assert page.status_code == 200
    assert "You are signed up" in text_of(page.text)
    assert subscribed_to(web.services, ADDRESS) == {"islands"}


def test_its_button_subscribes_to_what_stood_on_the_page_and_to_nothing_that_was_added_since(web: Web) -> None:
    path = ask(web)
    page = web.client.get(path).text
    open_topic(web.services, "harbour")
    sign_up_at(web, "/subscribe?topic=harbour")

    answer = web.client.post(path, data=fill_in(page))

    assert answer.status_code == 200
    assert subscribed_to(web.services, ADDRESS) == {"islands"}


def test_pressed_again_it_says_so_and_changes_nothing(web: Web) -> None:
    path = ask(web)
    first = web.client.post(path)
    before = all_rows(web.services)

    again = web.client.post(path)

    assert again.text == first.text == web.client.get(path).text
    assert all_rows(web.services) == before


def test_the_link_of_a_reader_who_left_brings_nobody_back(make_web: MakeWeb) -> None:
    web = make_web()
    path = ask(web)
    web.client.post(path)
    with web.services.database.read() as tx:
        reader = subscribers.require_subscriber(tx, parse_address(ADDRESS))
    web.clock.advance(days=1)
    leave_everything(web.services, leaving_path(web.services, reader).rpartition("/")[2], source="a test")

    page = web.client.post(path)

    assert "You have left since" in text_of(page.text)
    assert "/subscribe?lang=en&amp;topic=islands" in page.text
    assert subscribed_to(web.services, ADDRESS) == set()


def test_a_link_older_than_a_week_leads_to_the_form(make_web: MakeWeb) -> None:
    web = make_web()
    path = ask(web)
    web.clock.advance(days=7, seconds=1)

    page = web.client.post(path)

    assert page.status_code == 410
    assert "This link has ended" in text_of(page.text)
    assert subscribed_to(web.services, ADDRESS) == set()


@pytest.mark.parametrize("end", ["", "00", "é", "?"])
def test_a_cut_or_forged_link_says_what_to_do(make_web: MakeWeb, end: str) -> None:
    web = make_web()
    path = ask(web)[:-2] + end

    for page in (web.client.get(path), web.client.post(path)):
        assert page.status_code == 404
        assert "This link confirms nothing" in text_of(page.text)
    assert subscribed_to(web.services, ADDRESS) == set()


def test_a_token_for_another_purpose_confirms_nothing(make_web: MakeWeb) -> None:
    web = make_web()
    ask(web)
    token = hidden_field(web.client.get("/subscribe").text, "form_token")

    page = web.client.post(f"/confirm/{token}")

    assert page.status_code == 404
    assert subscribed_to(web.services, ADDRESS) == set()


def test_the_page_speaks_the_language_that_the_reader_signed_up_in(make_web: MakeWeb) -> None:
    web = make_web()
    open_topic(web.services)
    sign_up_at(web, "/subscribe?topic=islands&lang=ar")

    page = web.client.get(confirm_path(web), headers={"Accept-Language": "en"})

    assert '<html lang="ar" dir="rtl">' in page.text
