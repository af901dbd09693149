"""The page to leave: who leaves what, less than leaving, undoing, and why."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from digest.flows.erasing import erase_subscriber
from digest.model.addresses import parse_address
from digest.model.subscribers import Cadence, SubscriberStatus
from digest.store.tables import parting
from tests.servers.web import Web
from tests.web.conftest import MakeWeb
from tests.web.editions import open_topic
from tests.web.readers import (
    ADDRESS,
    MASKED,
    add_reader,
    all_rows,
    kept_choices,
    leaving_path,
    preferences_path,
    subscribe,
    subscribed_to,
)
from tests.web.shown import hidden_field, text_of


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite alone: what is shown is the same, and the flows below are held on both."""
    return sqlite_url


def reasons_counted(web: Web) -> list[str]:
    with web.services.database.read() as tx:
        return list(tx.execute(select(parting.c.reason)).scalars())


def test_it_says_who_leaves_what_and_nobody_learns_the_address(web: Web) -> None:
    path = leaving_path(web.services, add_reader(web.services))

    page = web.client.get(path)

    assert page.status_code == 200
    assert f"Islands goes to {MASKED}." in text_of(page.text)
    assert f"these buttons end the subscription of {MASKED}, not yours" in text_of(page.text)
    assert ADDRESS not in page.text
    assert "rosa" not in page.text


def test_it_is_kept_from_caches_search_engines_and_other_sites(web: Web) -> None:
    path = leaving_path(web.services, add_reader(web.services))

    for answer in (web.client.get(path), web.client.post(path, data={"wish": "topic"}), web.client.get(path[:-1])):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-robots-tag"] == "noindex"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "set-cookie" not in answer.headers


def test_one_button_leaves_the_topic(web: Web) -> None:
    path = leaving_path(web.services, add_reader(web.services, "islands", "harbour"))

    page = web.client.post(path, data={"wish": "topic"})

    assert "You have left Islands" in text_of(page.text)
    assert subscribed_to(web.services) == {"harbour"}


def test_one_button_leaves_everything(web: Web) -> None:
    path = leaving_path(web.services, add_reader(web.services, "islands", "harbour"))

    page = web.client.post(path, data={"wish": "everything"})

    assert "You have left everything" in text_of(page.text)
    assert subscribed_to(web.services) == set()


def test_one_button_makes_mail_rarer_until_it_is_monthly(web: Web) -> None:
    reader = add_reader(web.services)
    path = leaving_path(web.services, reader)

    page = web.client.post(path, data={"wish": "less"})

    assert f"{MASKED} gets email once a month." in text_of(page.text)
    assert kept_choices(web.services, reader).cadence is Cadence.MONTHLY
    assert 'value="less"' not in web.client.get(path).text


def test_one_button_pauses_for_four_weeks(web: Web) -> None:
    reader = add_reader(web.services)

    page = web.client.post(leaving_path(web.services, reader), data={"wish": "pause"})

    kept = kept_choices(web.services, reader)
    assert kept.standing is SubscriberStatus.PAUSED
    assert kept.paused_until == web.clock.now() + timedelta(weeks=4)
    assert "December\xa020" in page.text


@pytest.mark.parametrize("wish", ["topic", "everything", "less", "pause"])
def test_one_press_undoes_it(make_web: MakeWeb, wish: str) -> None:
    web = make_web()
    reader = add_reader(web.services, "islands", "harbour")
    path = leaving_path(web.services, reader)
    before = kept_choices(web.services, reader)
    left = web.client.post(path, data={"wish": wish})

    page = web.client.post(f"{path}/undo", data={"undo": hidden_field(left.text, "undo")})

    assert "Undone: everything is as it was." in text_of(page.text)
    after = kept_choices(web.services, reader)
    assert (after.topics, after.cadence, after.standing) == (before.topics, before.cadence, before.standing)


def test_undoing_after_more_than_an_hour_says_how_to_come_back(web: Web) -> None:
    path = leaving_path(web.services, add_reader(web.services))
    left = web.client.post(path, data={"wish": "topic"})
    web.clock.advance(minutes=61)

    page = web.client.post(f"{path}/undo", data={"undo": hidden_field(left.text, "undo")})

    assert "undone for an hour only" in text_of(page.text)
    assert 'href="/subscribe?topic=islands"' in page.text
    assert subscribed_to(web.services) == set()


@pytest.mark.parametrize("undo", ["", "x", '"><script>alert(1)</script>'])
def test_a_forged_undo_brings_nobody_back(make_web: MakeWeb, undo: str) -> None:
    web = make_web()
    path = leaving_path(web.services, add_reader(web.services))
    web.client.post(path, data={"wish": "topic"})

    page = web.client.post(f"{path}/undo", data={"undo": undo})

    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert subscribed_to(web.services) == set()


def test_a_reason_is_counted_and_undoing_is_still_offered(web: Web) -> None:
    path = leaving_path(web.services, add_reader(web.services))
    left = web.client.post(path, data={"wish": "topic"})
    fields = {"reason": "too many mails", "undo": hidden_field(left.text, "undo")}

    thanks = web.client.post(f"{path}/reason", data=fields)
    web.client.post(f"{path}/undo", data={"undo": hidden_field(thanks.text, "undo")})

    assert "Thank you" in text_of(thanks.text)
    assert reasons_counted(web) == ["too many mails"]
    assert subscribed_to(web.services) == {"islands"}


@pytest.mark.parametrize("reason", ["", "because", "<script>alert(1)</script>"])
def test_what_is_no_reason_is_passed_over(make_web: MakeWeb, reason: str) -> None:
    web = make_web()
    path = leaving_path(web.services, add_reader(web.services))
    web.client.post(path, data={"wish": "topic"})

    thanks = web.client.post(f"{path}/reason", data={"reason": reason})

    assert thanks.status_code == 200
    assert reasons_counted(web) == []


def test_who_has_left_sees_how_to_come_back_and_what_else_they_get(web: Web) -> None:
    path = leaving_path(web.services, add_reader(web.services, "islands", "harbour"))
    web.client.post(path, data={"wish": "topic"})

    page = web.client.get(path)

    assert "Islands does not come any more" in text_of(page.text)
    assert "1 other topic goes to this address." in text_of(page.text)
    assert 'value="everything"' in page.text
    assert 'value="topic"' not in page.text


def test_an_erased_reader_is_told_that_nothing_is_kept(web: Web) -> None:
    path = leaving_path(web.services, add_reader(web.services))
    erase_subscriber(web.services, parse_address(ADDRESS))

    for page in (web.client.get(path), web.client.post(path, data={"wish": "topic"})):
        assert page.status_code == 200
        assert "Nothing is kept of its reader" in text_of(page.text)
        assert "•" not in page.text


@pytest.mark.parametrize("wish", ["topic", "everything", "less", "pause"])
def test_a_cut_link_says_what_to_do(make_web: MakeWeb, wish: str) -> None:
    web = make_web()
    path = leaving_path(web.services, add_reader(web.services))[:-3]
    before = all_rows(web.services)

    for page in (web.client.get(path), web.client.post(path, data={"wish": wish})):
        assert page.status_code == 200
        assert "This link cannot unsubscribe you" in text_of(page.text)
        assert "?subject=unsubscribe" in page.text
    assert all_rows(web.services) == before


@pytest.mark.parametrize("sub_path", ["/undo", "/reason"])
def test_a_cut_link_says_so_to_its_forms_too(make_web: MakeWeb, sub_path: str) -> None:
    web = make_web()
    path = leaving_path(web.services, add_reader(web.services))[:-3]

    page = web.client.post(path + sub_path, data={"reason": "too many mails"})

    assert "This link cannot unsubscribe you" in text_of(page.text)


def test_a_link_to_choose_does_not_leave(web: Web) -> None:
    reader = add_reader(web.services)
    path = preferences_path(web.services, reader).replace("/preferences/", "/unsubscribe/")

    web.client.post(path, data={"wish": "everything"})

    assert subscribed_to(web.services) == {"islands"}


def test_a_page_that_answered_a_form_can_be_opened_again(web: Web) -> None:
    path = leaving_path(web.services, add_reader(web.services))

    for sub_path in ("/undo", "/reason"):
        page = web.client.get(path + sub_path)
        assert page.status_code == 200
        assert "Unsubscribe from Islands?" in text_of(page.text)


def test_what_a_topic_is_called_is_text_and_no_markup(web: Web) -> None:
    open_topic(web.services, "islands", name='<img src=x onerror="alert(1)">')
    path = leaving_path(web.services, subscribe(web.services))

    for page in (web.client.get(path), web.client.post(path, data={"wish": "topic"})):
        assert "<img" not in page.text
        assert "&lt;img" in page.text


def test_it_speaks_arabic_from_right_to_left(web: Web) -> None:
    path = leaving_path(web.services, add_reader(web.services, "islands", "harbour"))

    asked = web.client.get(path, params={"lang": "ar"})
    left = web.client.post(path, params={"lang": "ar"}, data={"wish": "topic"})

    for page in (asked, left):
        assert '<html lang="ar" dir="rtl">' in page.text
    assert f"\u2068{MASKED}\u2069" in asked.text
    assert "هل تريد إلغاء الاشتراك في \u2068Islands\u2069؟" in asked.text
    assert "أُلغي اشتراكك" in left.text
