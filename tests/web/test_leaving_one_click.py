"""One-click unsubscribing as RFC 8058 has it, against everything that mail programs really send."""

import pytest

from digest.flows.erasing import erase_subscriber
from digest.flows.services import Services
from digest.model.addresses import parse_address
from tests.servers.web import Web
from tests.web.conftest import MakeWeb
from tests.web.readers import ADDRESS, add_reader, all_rows, leaving_path, preferences_path, subscribed_to

FORM = "application/x-www-form-urlencoded"
URLENCODED = b"List-Unsubscribe=One-Click"
MULTIPART = b'--sesame\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--sesame--\r\n'
WITH_CHARSET = MULTIPART.replace(b"\r\n\r\n", b"\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\n", 1)


def one_click(web: Web, path: str) -> tuple[int, str]:
    answer = web.client.post(path, content=URLENCODED, headers={"Content-Type": FORM})
    return answer.status_code, answer.text


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (FORM, URLENCODED),
        ("Application/X-WWW-Form-URLencoded;charset=utf-8", URLENCODED),
        (FORM, b"List-Unsubscribe=One-Click&mailbox=rosa&wish=pause"),
        ("multipart/form-data; boundary=sesame", MULTIPART),
        ('multipart/form-data; charset=utf-8; boundary="sesame"', WITH_CHARSET),
        ("multipart/form-data", MULTIPART),
        ("multipart/form-data; boundary=other", MULTIPART),
        (FORM, b""),
        ("text/plain", URLENCODED),
        ("application/json", b'{"List-Unsubscribe": "One-Click"}'),
        ("nonsense", b"\xff\x00%%%==&&"),
        ("", URLENCODED),
    ],
)
def test_whatever_a_mail_program_posts_the_reader_leaves(make_web: MakeWeb, content_type: str, body: bytes) -> None:
    web = make_web()
    path = leaving_path(web.services, add_reader(web.services))

    answer = web.client.post(path, content=body, headers={"Content-Type": content_type} if content_type else {})

    assert answer.status_code == 200
    assert subscribed_to(web.services) == set()


def test_the_answer_is_small_and_sets_nothing_and_leads_nowhere(web: Web) -> None:
    path = leaving_path(web.services, add_reader(web.services))

    answer = web.client.post(path, data={"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert 0 < len(answer.content) < 200
    assert "location" not in answer.headers
    assert "set-cookie" not in answer.headers
    assert (answer.headers["cache-control"], answer.headers["x-robots-tag"]) == ("no-store", "noindex")


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": ""},
        {"User-Agent": "curl/8"},
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"},
        {"Origin": "https://evil.example", "Referer": "https://evil.example/", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "null", "Cookie": "session=somebody"},
    ],
)
def test_nobody_is_asked_who_they_are_or_where_they_come_from(make_web: MakeWeb, headers: dict[str, str]) -> None:
    web = make_web()
    path = leaving_path(web.services, add_reader(web.services))

    answer = web.client.post(path, data={"List-Unsubscribe": "One-Click"}, headers=headers)

    assert answer.status_code == 200
    assert subscribed_to(web.services) == set()


def test_the_second_press_succeeds_too_and_changes_nothing(web: Web) -> None:
    path = leaving_path(web.services, add_reader(web.services, "islands", "harbour"))
    first = one_click(web, path)
    before = all_rows(web.services)

    second = one_click(web, path)

    assert second == first == (200, first[1])
    assert all_rows(web.services) == before
    assert subscribed_to(web.services) == {"harbour"}


def test_it_succeeds_for_an_erased_reader(web: Web) -> None:
    path = leaving_path(web.services, add_reader(web.services))
    erase_subscriber(web.services, parse_address(ADDRESS))
    before = all_rows(web.services)

    status, _ = one_click(web, path)

    assert status == 200
    assert all_rows(web.services) == before


def wrong_paths(services: Services, path: str, other: str) -> list[str]:
    token = path.removeprefix("/unsubscribe/")
    forged = ("0" if token[-1] != "0" else "1").join([token[:-1], ""])
    swapped = other.removeprefix("/preferences/")
    return [f"/unsubscribe/{one}" for one in (token[:-1], token[:-8], forged, swapped, "x", "%00", token + "00", "٣")]


def test_a_wrong_token_is_answered_like_a_right_one_and_does_nothing(web: Web) -> None:
    reader = add_reader(web.services)
    path = leaving_path(web.services, reader)
    before = all_rows(web.services)

    answers = {one_click(web, one) for one in wrong_paths(web.services, path, preferences_path(web.services, reader))}

    assert all_rows(web.services) == before
    assert answers == {one_click(web, path)}


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "PROPFIND"])
def test_no_other_method_changes_a_thing(make_web: MakeWeb, method: str) -> None:
    web = make_web()
    path = leaving_path(web.services, add_reader(web.services))
    before = all_rows(web.services)

    for sub_path in ("", "/undo", "/reason", "?wish=everything&List-Unsubscribe=One-Click"):
        web.client.request(method, path + sub_path)

    assert all_rows(web.services) == before
