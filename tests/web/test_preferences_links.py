"""The link to choose: what it shows to who holds it, what others may not learn or do, and links that are wrong."""

import json

import pytest

from digest.flows.erasing import erase_subscriber
from digest.model.addresses import parse_address
from digest.model.subscribers import Subscriber
from tests.servers.web import Web
from tests.web.conftest import MakeWeb
from tests.web.editions import open_topic
from tests.web.readers import (
    ADDRESS,
    MASKED,
    add_reader,
    all_rows,
    choices_form,
    leaving_path,
    preferences_path,
    subscribe,
    subscribed_to,
)
from tests.web.shown import text_of

SUB_PATHS = ["/leave", "/undo", "/pause", "/resume", "/address", "/erase"]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite alone: what is shown is the same, and the flows below are held on both."""
    return sqlite_url


@pytest.mark.parametrize("fields", [{}, {"List-Unsubscribe": "One-Click"}, {"topic": "islands"}, {"x": "y" * 9000}])
def test_a_post_that_is_not_the_form_changes_nothing(make_web: MakeWeb, fields: dict[str, str]) -> None:
    web = make_web()
    reader = add_reader(web.services)
    before = all_rows(web.services)

    page = web.client.post(preferences_path(web.services, reader), data=fields)

    assert page.status_code == 200
    assert all_rows(web.services) == before


def test_fields_nobody_knows_are_passed_over(web: Web) -> None:
    reader = add_reader(web.services)

    page = web.client.post(
        preferences_path(web.services, reader), data=choices_form(status="active", id="1", email="eve@evil.example")
    )

    assert page.status_code == 200
    assert MASKED in page.text


def cut(path: str) -> list[str]:
    token = path.removeprefix("/preferences/")
    return [f"/preferences/{one}" for one in (token[:-1], token[:-9], "x", token + "00", token[::-1])]


def test_a_wrong_link_says_what_to_do_and_does_nothing(web: Web) -> None:
    reader = add_reader(web.services)
    before = all_rows(web.services)
    wrong = [
        *cut(preferences_path(web.services, reader)),
        leaving_path(web.services, reader).replace("/unsubscribe/", "/preferences/"),
    ]

    filled = {"sure": "yes", "pause": "2026-12-24", "address": "new@reader.example"}
    for path in wrong:
        pages = [web.client.get(path + one) for one in ("", "/data", "/kept")]
        pages += [
            web.client.post(path, data=choices_form()),
            *(web.client.post(path + one, data=filled) for one in SUB_PATHS),
        ]
        for page in pages:
            assert page.status_code == 404
            assert "This link leads to no choices" in text_of(page.text)
    assert all_rows(web.services) == before


def test_an_erased_readers_link_says_that_nothing_is_left(web: Web) -> None:
    reader = add_reader(web.services)
    path = preferences_path(web.services, reader)
    erase_subscriber(web.services, parse_address(ADDRESS))

    page = web.client.get(path)

    assert page.status_code == 404
    assert "If you had your data erased: nothing is left to choose" in text_of(page.text)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"])
def test_no_other_method_changes_a_thing(make_web: MakeWeb, method: str) -> None:
    web = make_web()
    reader = add_reader(web.services)
    path = preferences_path(web.services, reader)
    web.client.post(f"{path}/pause", data={"pause": "2026-12-24"})
    before = all_rows(web.services)

    for sub_path in ["", *SUB_PATHS, "?form=choices", "?sure=yes"]:
        web.client.request(method, path + sub_path)

    assert all_rows(web.services) == before


def test_a_page_that_answered_a_form_can_be_opened_again(web: Web) -> None:
    path = preferences_path(web.services, add_reader(web.services))

    for sub_path in SUB_PATHS:
        assert "Your choices" in text_of(web.client.get(path + sub_path).text)


def test_it_is_kept_from_caches_search_engines_and_other_sites(web: Web) -> None:
    path = preferences_path(web.services, add_reader(web.services))

    for answer in (web.client.get(path), web.client.post(path, data=choices_form()), web.client.get(path[:-1])):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-robots-tag"] == "noindex"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "set-cookie" not in answer.headers


def ask_to_move(web: Web, reader: Subscriber, address: str) -> str:
    page = web.client.post(f"{preferences_path(web.services, reader)}/address", data={"address": address})
    assert page.status_code == 200
    return text_of(page.text)


def test_a_new_address_is_asked_and_nothing_is_told_of_it(web: Web) -> None:
    reader = add_reader(web.services)
    subscribe(web.services, address="known@reader.example")

    answers = {ask_to_move(web, reader, one) for one in ("new@reader.example", "known@reader.example", ADDRESS)}

    (answer,) = answers
    assert "Press the link in the email to your new address" in answer
    assert MASKED in answer
    assert "reader.example" not in answer.replace(MASKED, "")


@pytest.mark.parametrize("typed", ["", "rosa", "a@b@c", "rosa@x.example\r\nBcc: all@x.example", "<script>@x.example"])
def test_what_is_no_address_is_refused_at_its_field(make_web: MakeWeb, typed: str) -> None:
    web = make_web()
    reader = add_reader(web.services)

    page = web.client.post(f"{preferences_path(web.services, reader)}/address", data={"address": typed})

    assert page.status_code == 422
    assert 'aria-describedby="address-refused"' in page.text
    assert "<script>@" not in page.text


def test_all_that_is_kept_is_shown_and_handed_out_to_who_holds_the_link(web: Web) -> None:
    reader = add_reader(web.services)
    path = preferences_path(web.services, reader)
    web.client.post(path, data=choices_form(name="Rosa <b>"))

    file, page = web.client.get(f"{path}/data"), web.client.get(f"{path}/kept")

    assert file.headers["content-type"] == "application/json"
    assert file.headers["content-disposition"] == 'attachment; filename="my-data.json"'
    assert file.headers["cache-control"] == page.headers["cache-control"] == "no-store"
    kept = json.loads(file.text)
    assert (kept["profile"]["email"], kept["profile"]["name"]) == (ADDRESS, "Rosa <b>")
    assert [one["action"] for one in kept["consent"]] == ["confirmed"]
    assert " ".join(file.text.split()) in text_of(page.text)
    assert "Rosa &lt;b&gt;" in page.text


def test_a_reader_is_erased_only_with_a_tick_and_then_for_good(web: Web) -> None:
    reader = add_reader(web.services)
    path = preferences_path(web.services, reader)
    unsure = web.client.post(f"{path}/erase")
    before = subscribed_to(web.services)

    answers = [web.client.post(f"{path}/erase", data={"sure": "yes"}) for _ in range(2)]

    assert (unsure.status_code, before) == (422, {"islands"})
    assert "Please tick the box first" in text_of(unsure.text)
    assert ["Your data is erased" in text_of(one.text) for one in answers] == [True, True]
    assert ADDRESS not in repr(all_rows(web.services))
    assert web.client.get(path).status_code == 404


def test_names_of_topics_are_text_and_no_markup(web: Web) -> None:
    open_topic(web.services, "islands", name="<script>alert(1)</script>", description='"><img src=x>')
    reader = subscribe(web.services)

    page = web.client.post(preferences_path(web.services, reader), data=choices_form(topic=[]))

    assert "<script>alert" not in page.text
    assert "<img" not in page.text
