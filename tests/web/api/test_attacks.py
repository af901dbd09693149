"""Attacks on the JSON API: forms it never opened, bodies that are none, other sites' pages, values that cannot be."""

import json

import pytest

from digest.flows.services import Services
from tests.servers.web import Web
from tests.web.api.asking import (
    JSON,
    NEWSROOM,
    READER,
    SIGN_UPS,
    STRANGER,
    assert_problem,
    open_form,
    sign_up,
)


def test_a_robot_that_fills_the_trap_hears_the_same_and_signs_up_nobody(quick: Web) -> None:
    answer = sign_up(quick, website="https://spam.example")

    assert answer.content == sign_up(quick, "other@example.org").content
    assert not is_known(quick.services, READER)


def test_a_form_that_was_not_opened_here_is_stale(quick: Web) -> None:
    for token in ["", "nonsense", "00" * 37, "\u0000", "Ω" * 74]:
        assert_problem(sign_up(quick, form_token=token), 409)


CANNOT_BE: list[tuple[str, object]] = [
    ("email", "reader@example.org\r\nBcc: all@example.org"),
    ("email", "reader@example.org\u0000"),
    ("email", '"reader"@example.org'),
    ("email", "reader%other@example.org"),
    ("email", "reader@[127.0.0.1]"),
    ("email", "r" * 600 + "@example.org"),
    ("email", ["reader@example.org"]),
    ("email", "reader@exam\u202eple.org"),
    ("name", "Ada\u0000"),
    ("topics", []),
    ("topics", ["harbour"] * 101),
    ("topics", ["Harbour"]),
    ("topics", ["harbour\n"]),
    ("topics", "harbour"),
    ("tags", ["x" * 2001]),
    ("tags", ["x"] * 101),
    ("lang", "x" * 36),
    ("solution", "x" * 4001),
    ("page", "x" * 2001),
]


def test_a_value_that_cannot_be_is_refused_with_the_name_of_its_field(site: Web) -> None:
    for field, value in CANNOT_BE:
        answer = sign_up(site, **{field: value})
        assert_problem(answer, 422)
        assert list(answer.json()["fields"]) == [field]


def test_half_a_character_is_refused_and_does_no_harm(site: Web) -> None:
    body = json.dumps({"email": READER, "topics": ["harbour"], "form_token": open_form(site), "name": "A\ud800"})

    assert_problem(site.client.post(SIGN_UPS, content=body, headers=JSON), 422)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[" * 60_000, b'{"email":' * 7_000, b'{"email": "\xff"}', b"nonsense", b'{"email": NaN'],
    ids=["empty", "cut", "deep list", "deep object", "not UTF-8", "no JSON", "NaN, cut"],
)
def test_a_body_that_cannot_be_read_is_a_problem_and_no_fault(quick: Web, body: bytes) -> None:
    answer = quick.client.post(SIGN_UPS, content=body, headers=JSON)

    assert_problem(answer, 400 if body else 422)


def test_of_a_key_given_twice_the_last_one_counts_and_is_checked(quick: Web) -> None:
    head = f'{{"topics": ["harbour"], "form_token": "{open_form(quick)}"'
    good_last = f'{head}, "email": "nobody", "email": "{READER}"}}'
    bad_last = f'{head}, "email": "{READER}", "email": "nobody"}}'

    assert_problem(quick.client.post(SIGN_UPS, content=bad_last, headers=JSON), 422)
    assert quick.client.post(SIGN_UPS, content=good_last, headers=JSON).status_code == 202


def test_what_a_form_of_another_site_can_send_is_not_taken(quick: Web) -> None:
    body = json.dumps({"email": READER, "topics": ["harbour"], "form_token": open_form(quick)})

    for media_type in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "", "*/*"):
        headers = {"Content-Type": media_type, "Origin": STRANGER}
        assert_problem(quick.client.post(SIGN_UPS, content=body, headers=headers), 415)
    assert not is_known(quick.services, READER)


def test_a_body_that_is_too_long_is_refused(quick: Web) -> None:
    body = json.dumps({"email": READER, "topics": ["harbour"], "form_token": "x", "page": "x" * 70_000})

    assert_problem(quick.client.post(SIGN_UPS, content=body, headers=JSON), 413)


@pytest.mark.parametrize(
    "origin",
    [STRANGER, "null", NEWSROOM + ".evil.example", NEWSROOM.upper(), NEWSROOM + "/", "http://www.example.com", "*", ""],
)
def test_pages_of_other_origins_may_not(embedded: Web, origin: str) -> None:
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }

    preflight = embedded.client.options(SIGN_UPS, headers=asked)
    answer = embedded.client.get("/api/v1/topics", headers={"Origin": origin})

    assert preflight.status_code == 405
    for one in (preflight, answer):
        assert not [name for name in one.headers if name.startswith("access-control")]
        assert "Origin" in one.headers["vary"]


def is_known(services: Services, email: str) -> bool:
    with services.database.read() as tx:
        found = tx.exec_driver_sql("SELECT email FROM subscriber").scalars().all()
    return email in found
