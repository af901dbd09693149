"""The JSON API: the same rules and words as the pages, for listed origins alone."""

import pytest

from digest.flows.subscribing import add_confirmed_subscriber, find_subscriber
from digest.model.addresses import parse_address
from digest.model.subscribers import SubscriberStatus
from tests.servers.web import Web
from tests.web.api.asking import JSON, NEWSROOM, READER, SIGN_UPS, assert_problem, open_form, open_topics, sign_up
from tests.web.conftest import MakeWeb


def test_topics_are_listed_with_the_words_of_a_form(site: Web) -> None:
    answer = site.client.get("/api/v1/topics", params={"tags": "Politics, shipping"})

    (topic,) = answer.json()["topics"]
    assert topic["slug"] == "harbour"
    assert "Harbour & Port" in topic["heading"]
    assert topic["how_often"].startswith("Every Sunday")
    assert topic["is_preset"]
    assert topic["latest"] is None
    assert topic["sign_up_url"] == f"{site.url}/subscribe?topic=harbour"
    assert answer.json()["form"]["button"] == "Sign up"
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert answer.headers["vary"] == "Accept-Language, Origin"


def test_a_topic_that_is_not_listed_is_found_by_its_name(site: Web) -> None:
    answer = site.client.get("/api/v1/topics?topic=secret&topic=nothing&topic=%00&tags=%00")

    assert [(one["slug"], one["is_preset"]) for one in answer.json()["topics"]] == [
        ("harbour", False),
        ("secret", True),
    ]


@pytest.mark.parametrize(("query", "accepts"), [("?lang=ar", "en"), ("", "ar;q=0.9, en;q=0.1"), ("?lang=ar-SY", "")])
def test_words_are_in_the_language_asked_for(quick: Web, query: str, accepts: str) -> None:
    form = quick.client.get(f"/api/v1/topics{query}", headers={"Accept-Language": accepts}).json()["form"]

    assert (form["lang"], form["dir"]) == ("ar", "rtl")


def test_a_sign_up_is_pending_until_its_reader_confirms(site: Web) -> None:
    answer = sign_up(site, name="Ada", page="https://www.example.com/storm", tags=["Harbour"], lang="en")

    assert answer.status_code == 202
    assert answer.json()["answer"] == "asked"
    assert "inbox" in answer.json()["text"]
    assert answer.headers["cache-control"] == "no-store"
    assert find_subscriber(site.services, parse_address(READER)).status is SubscriberStatus.PENDING


def test_the_answer_tells_nothing_of_an_address(site: Web) -> None:
    add_confirmed_subscriber(site.services, parse_address(READER), slugs=["harbour"], name="")

    known, unknown, again = sign_up(site), sign_up(site, "new@example.org"), sign_up(site, "new@example.org")

    assert {(one.status_code, one.content) for one in (known, unknown, again)} == {(202, known.content)}
    assert known.headers.keys() == unknown.headers.keys() == again.headers.keys()


def test_a_form_is_stale_too_early_too_late_and_the_second_time(quick: Web) -> None:
    body = {"email": READER, "topics": ["harbour"], "form_token": quick.client.get("/api/v1/form").json()["token"]}

    early = quick.client.post(SIGN_UPS, json=body)
    quick.clock.advance(seconds=3)
    in_time = quick.client.post(SIGN_UPS, json=body)
    twice = quick.client.post(SIGN_UPS, json={**body, "email": "other@example.org"})
    late = {**body, "form_token": open_form(quick)}
    quick.clock.advance(hours=3)

    assert in_time.status_code == 202
    for answer in (early, twice, quick.client.post(SIGN_UPS, json=late)):
        assert_problem(answer, 409)


def test_what_is_wrong_is_said_by_field_in_the_readers_language(site: Web) -> None:
    answer = sign_up(site, "nobody", topics=["no-such-topic"], lang="ar")
    topic = sign_up(site, topics=["no-such-topic"])
    shape = site.client.post(f"{SIGN_UPS}?lang=ar", json={"email": 7, "admin": True})

    for one in (answer, topic, shape):
        assert_problem(one, 422)
    assert list(answer.json()["fields"]) == ["email"]
    assert "name@example.org" in answer.json()["fields"]["email"]
    assert list(topic.json()["fields"]) == ["topics"]
    assert set(shape.json()["fields"]) == {"email", "topics", "form_token", "admin"}
    assert all("\u0600" <= said["detail"][0] <= "\u06ff" for said in (answer.json(), shape.json()))


def test_a_method_that_is_not_there_names_those_that_are(quick: Web) -> None:
    answers = [quick.client.get(SIGN_UPS), quick.client.put("/api/v1/form")]

    for answer in answers:
        assert_problem(answer, 405)
    assert [answer.headers["allow"] for answer in answers] == ["POST", "GET"]


def test_what_is_not_there_is_a_problem(quick: Web) -> None:
    for path in ("nothing", "topics/", "docs", "%2e%2e/x"):
        assert_problem(quick.client.get(f"/api/v1/{path}"), 404)


def test_too_many_sign_ups_are_told_when_to_come_back(quick: Web) -> None:
    answers = [sign_up(quick, f"reader{number}@example.org") for number in range(60)]

    refused = [one for one in answers if one.status_code == 429]
    assert refused
    assert_problem(refused[0], 429)
    assert int(refused[0].headers["retry-after"]) > 0


def test_pages_of_a_listed_origin_may_ask_and_read(embedded: Web) -> None:
    asked = {"Origin": NEWSROOM, "Access-Control-Request-Method": "POST"}

    preflight = embedded.client.options(SIGN_UPS, headers={**asked, "Access-Control-Request-Headers": "content-type"})
    answer = embedded.client.get("/api/v1/form", headers={"Origin": NEWSROOM})
    refused = embedded.client.post(SIGN_UPS, content=b"{", headers={**JSON, "Origin": NEWSROOM})

    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-headers"] == "Content-Type"
    assert "POST" in preflight.headers["access-control-allow-methods"]
    for one in (preflight, answer, refused):
        assert one.headers["access-control-allow-origin"] == NEWSROOM
        assert "Origin" in one.headers["vary"]
        assert "access-control-allow-credentials" not in one.headers


def test_evidence_says_whether_a_page_or_an_app_asked(embedded: Web) -> None:
    body = {"email": READER, "topics": ["harbour"], "form_token": open_form(embedded)}
    embedded.client.post(SIGN_UPS, json=body, headers={"Origin": NEWSROOM})
    sign_up(embedded, "app@example.org")

    with embedded.services.database.read() as tx:
        kept = tx.exec_driver_sql("SELECT source, wording FROM consent ORDER BY id").all()

    assert [source for source, _ in kept] == ["embedded form", "api"]
    assert all(wording.startswith("By pressing the button you ask") for _, wording in kept)


@pytest.mark.parametrize(("lang", "said"), [("en", "We take no sign-ups at the moment"), ("ar", "لا نستقبل تسجيلات")])
def test_while_sign_ups_are_closed_the_api_says_so(make_web: MakeWeb, lang: str, said: str) -> None:
    site = open_topics(make_web(DIGEST_SIGN_UPS="off"))

    answer = sign_up(site, lang=lang)

    assert_problem(answer, 503)
    assert answer.headers["retry-after"] == "3600"
    assert answer.json()["detail"].startswith(said)


def test_without_its_database_the_api_says_when_to_come_back(make_web: MakeWeb) -> None:
    web = make_web(DIGEST_DATABASE_URL="postgresql+psycopg://nobody@127.0.0.1:1/none")

    answer = web.client.get("/api/v1/topics")

    assert_problem(answer, 503)
    assert answer.headers["retry-after"] == "30"
