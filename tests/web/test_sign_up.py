"""The page to sign up, as a browser without scripts has it."""

from datetime import time

import pytest

from digest.model.topics import Schedule, Visibility
from tests.makers.stories import make_tags
from tests.servers.web import Web
from tests.web.conftest import MakeWeb
from tests.web.editions import open_topic, send_edition
from tests.web.readers import subscribe
from tests.web.shown import fields_of, hidden_field, text_of
from tests.web.sign_up_forms import ADDRESS, evidence, fill_in, mails_waiting, sign_up_at, start_rush

DAMASCUS = Schedule(at=time(8), zone="Asia/Damascus")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite alone: what is shown is the same, and the flows below are held on both."""
    return sqlite_url


def ticked(page: str) -> list[str]:
    return [one["value"] for one in fields_of(page) if one.get("type") == "checkbox" and "checked" in one]


def test_it_lists_each_public_topic_with_how_often_it_comes_and_its_latest_edition(web: Web) -> None:
    open_topic(web.services, name="Islands & Sea", description="Boats, birds.", schedule=DAMASCUS)
    open_topic(web.services, "hidden", visibility=Visibility.UNLISTED)
    send_edition(web.services, "Ferry sails again")

    page = web.client.get("/subscribe")

    shown = text_of(page.text)
    assert "Islands & Sea Boats, birds. Every Sunday at 08:00, Damascus time" in shown
    assert "Latest edition: Islands & Sea: Ferry sails again" in shown
    assert "hidden" not in shown.lower()
    assert "/editions/islands/2026-11-22-" in page.text


def test_topics_are_ticked_by_name_and_by_the_tags_of_the_article(make_web: MakeWeb) -> None:
    web = make_web()
    for slug in ("islands", "harbour", "city"):
        open_topic(web.services, slug)
    open_topic(web.services, "washington", tags=make_tags(["Washington, D.C."]))
    open_topic(web.services, "hidden", visibility=Visibility.UNLISTED)

    by_name = web.client.get("/subscribe?topic=islands&topic=hidden&topic=no-such")
    by_tags = web.client.get("/subscribe", params={"tags": ["Sport, HARBOUR", "Washington, D.C."]})

    assert ticked(by_name.text) == ["hidden", "islands"]
    assert ticked(by_tags.text) == ["harbour", "washington"]
    assert ticked(web.client.get("/subscribe").text) == []


def test_who_signs_up_is_asked_by_mail(web: Web) -> None:
    open_topic(web.services)
    open_topic(web.services, "harbour")

    answer = sign_up_at(web, topic=["islands", "harbour"])

    assert answer.status_code == 200
    assert "Check your inbox" in text_of(answer.text)
    assert mails_waiting(web.services) == [(ADDRESS, "en", "confirm")]


def test_the_language_of_the_page_stays_through_the_form(make_web: MakeWeb) -> None:
    web = make_web()
    open_topic(web.services)
    page = web.client.get("/subscribe?topic=islands", headers={"Accept-Language": "ar-EG, en;q=0.5"})
    web.clock.advance(minutes=1)

    answer = web.client.post("/subscribe?lang=ar", data=fill_in(page.text, email=ADDRESS))

    assert 'action="/subscribe?lang=ar"' in page.text
    assert '<html lang="ar" dir="rtl">' in answer.text
    assert mails_waiting(web.services) == [(ADDRESS, "ar", "confirm")]


def test_the_sentence_agreed_to_is_kept_as_it_was_shown(web: Web) -> None:
    open_topic(web.services)

    sign_up_at(web, "/subscribe?topic=islands&tags=Ferries", page="https://news.example/storm")

    (kept,) = evidence(web.services)
    assert kept["wording"] in text_of(web.client.get("/subscribe").text)
    assert kept["wording"].startswith("By pressing the button you ask The Daily Example")
    assert (kept["page"], kept["tags"], kept["source"]) == ("https://news.example/storm", "Ferries", "sign-up page")


def test_the_answer_is_the_same_for_known_and_unknown_addresses(web: Web) -> None:
    open_topic(web.services)
    subscribe(web.services)

    known = sign_up_at(web, email="rosa@reader.example")
    unknown = sign_up_at(web, email="nobody@reader.example")
    again = sign_up_at(web, email="nobody@reader.example")

    assert known.text == unknown.text == again.text
    assert (known.status_code, unknown.status_code, again.status_code) == (200, 200, 200)
    assert set(known.headers) == set(unknown.headers)


def test_an_answer_is_kept_by_nobody_and_sets_no_cookie(make_web: MakeWeb) -> None:
    web = make_web()
    open_topic(web.services)

    for answer in (web.client.get("/subscribe"), sign_up_at(web)):
        assert answer.headers["cache-control"] == "no-store"
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"email": "ada@"}, "email"),
        ({"email": "ada%relay@reader.example"}, "email"),
        ({"email": ""}, "email"),
        ({"email": "ada@" + "reader." * 80 + "example"}, "email"),
        ({"topic": []}, "topics"),
        ({"topic": "no-such"}, "topics"),
        ({"name": "Ada\x07"}, "name"),
    ],
)
def test_a_mistake_stands_by_its_field_and_what_was_typed_stays(
    make_web: MakeWeb, typed: dict[str, str | list[str]], field: str
) -> None:
    web = make_web()
    open_topic(web.services)

    answer = sign_up_at(web, **{"name": "Ada", **typed})

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert f'href="#{field}"' in answer.text
    assert 'id="problem" role="alert" tabindex="-1" autofocus' in answer.text
    values = {one.get("name"): one.get("value") for one in fields_of(answer.text) if one["tag"] == "input"}
    assert values["email"] == typed.get("email", ADDRESS)[:508]
    assert mails_waiting(web.services) == []


def test_two_mistakes_are_said_at_once(make_web: MakeWeb) -> None:
    web = make_web()
    open_topic(web.services)

    answer = sign_up_at(web, email="ada", topic=[])

    assert 'id="email-error"' in answer.text
    assert 'id="topics-error"' in answer.text


def test_after_a_mistake_the_next_press_goes_through(make_web: MakeWeb) -> None:
    web = make_web()
    open_topic(web.services)
    refused = sign_up_at(web, "/subscribe?topic=islands&tags=Ferries", email="ada@")
    web.clock.advance(minutes=1)

    answer = web.client.post("/subscribe", data=fill_in(refused.text, email=ADDRESS))

    assert "Check your inbox" in answer.text
    assert evidence(web.services)[0]["tags"] == "Ferries"


def test_a_form_from_a_cached_article_opens_the_page_filled_for_one_more_press(web: Web) -> None:
    open_topic(web.services)
    open_topic(web.services, "harbour")
    from_article = {"email": ADDRESS, "topic": "islands", "from": "article"}

    page = web.client.post("/subscribe", data=from_article, headers={"Referer": "https://news.example/storm"})
    web.clock.advance(minutes=1)
    answer = web.client.post("/subscribe", data=fill_in(page.text))

    assert page.status_code == 200
    assert "One more press" in text_of(page.text)
    assert ticked(page.text) == ["islands"]
    assert "Check your inbox" in answer.text
    assert mails_waiting(web.services) == [(ADDRESS, "en", "confirm")]
    (kept,) = evidence(web.services)
    assert (kept["page"], kept["source"]) == ("https://news.example/storm", "form in an article")


def test_a_form_from_an_article_that_names_no_topic_ticks_by_tags_and_one_that_does_does_not(make_web: MakeWeb) -> None:
    web = make_web()
    for slug in ("islands", "harbour"):
        open_topic(web.services, slug)
    tags = {"tags": "Islands, Harbour"}

    left_open = web.client.post("/subscribe", data=tags)
    chosen = web.client.post("/subscribe", data={**tags, "topic": "islands"})

    assert ticked(left_open.text) == ["harbour", "islands"]
    assert ticked(chosen.text) == ["islands"]


def test_a_form_sent_too_fast_or_too_late_or_twice_comes_back_filled(make_web: MakeWeb) -> None:
    web = make_web()
    open_topic(web.services)
    filled = fill_in(web.client.get("/subscribe?topic=islands").text, email=ADDRESS)

    too_fast = web.client.post("/subscribe", data=filled)
    web.clock.advance(minutes=1)
    accepted = web.client.post("/subscribe", data=filled)
    twice = web.client.post("/subscribe", data=filled)
    web.clock.advance(hours=3)
    too_late = web.client.post("/subscribe", data=filled)

    assert "Check your inbox" in accepted.text
    for stale in (too_fast, twice, too_late):
        assert stale.status_code == 409
        assert ticked(stale.text) == ["islands"]
        assert f'value="{ADDRESS}"' in stale.text
        assert hidden_field(stale.text, "form_token") != filled["form_token"][0]
    assert len(mails_waiting(web.services)) == 1


def test_a_robot_that_fills_every_field_is_told_the_same_and_no_mail_goes_out(make_web: MakeWeb) -> None:
    web = make_web()
    open_topic(web.services)

    trapped = sign_up_at(web, website="https://spam.example")

    assert mails_waiting(web.services) == []
    assert trapped.text == sign_up_at(web).text


def test_the_trap_is_nothing_to_keyboards_and_screen_readers(make_web: MakeWeb) -> None:
    web = make_web()
    open_topic(web.services)

    page = web.client.get("/subscribe").text

    assert '<div class="honeypot" aria-hidden="true">' in page
    assert next(one for one in fields_of(page) if one.get("name") == "website")["tabindex"] == "-1"


def test_in_a_rush_a_browser_without_scripts_still_gets_through(make_web: MakeWeb) -> None:
    web = make_web()
    open_topic(web.services)
    filled = fill_in(web.client.get("/subscribe?topic=islands").text, email=ADDRESS)
    web.clock.advance(minutes=1)
    start_rush(web.services)

    asked = web.client.post("/subscribe", data=filled)
    web.clock.advance(minutes=1)
    answer = web.client.post("/subscribe", data=fill_in(asked.text))

    assert asked.status_code == 428
    assert "Unusually many people are signing up" in text_of(asked.text)
    assert "PBKDF2/SHA-256" in asked.text
    assert "Check your inbox" in answer.text


def test_who_has_to_wait_is_told_for_how_long(make_web: MakeWeb) -> None:
    web = make_web(DIGEST_SIGN_UPS_USUAL="1")
    open_topic(web.services)
    start_rush(web.services)

    answers = [sign_up_at(web, email=f"reader{number}@reader.example") for number in range(5)]

    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) > 0
    assert "Please try again in" in text_of(answers[-1].text)
    assert 'value="reader4@reader.example"' in answers[-1].text


@pytest.mark.parametrize("field", ["email", "name", "page", "tags", "topic", "from", "lang"])
def test_what_was_typed_comes_back_as_text_and_nothing_else(make_web: MakeWeb, field: str) -> None:
    web = make_web()
    open_topic(web.services, description="</span><script>alert(1)</script>")
    hostile = "\"'><script>alert(1)</script>{{7*7}}"

    answer = web.client.post("/subscribe", data={"email": "ada@", field: hostile}, params={field: hostile})

    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "49" not in text_of(answer.text)


def test_without_topics_there_is_nothing_to_press(make_web: MakeWeb) -> None:
    page = make_web().client.get("/subscribe")

    assert page.status_code == 200
    assert "There is nothing to sign up for yet" in text_of(page.text)
    assert "<form" not in page.text
    assert "<script" not in page.text
