"""Visits: what of a request reaches a view, whatever is sent; and what never does."""

import asyncio
from collections.abc import Sequence
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.types import Message

from digest.web.visits import MAX_FIELDS, MAX_REFERRER_CHARS, Visit, read_visit
from tests.servers.web import Web
from tests.web.conftest import MakeWeb

URLENCODED = "application/x-www-form-urlencoded"
ONE_CLICK = {"List-Unsubscribe": ["One-Click"]}


@pytest.fixture
def web(make_web: MakeWeb) -> Web:
    """A site in Arabic, behind a proxy of its own."""
    return make_web(DIGEST_LANG="ar", DIGEST_TRUSTED_PROXIES="127.0.0.0/8")


def visit(
    web: Web,
    body: bytes = b"",
    *,
    method: str = "POST",
    query: bytes = b"",
    headers: Sequence[tuple[str, str]] = (),
    path: dict[str, str] | None = None,
) -> Visit:
    """Return what a view would be told of this request."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {
        "type": "http",
        "method": method,
        "app": Starlette(),
        "query_string": query,
        "path_params": path or {},
        "client": ("127.0.0.1", 4711),
        "headers": [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in headers],
    }
    return asyncio.run(read_visit(Request(scope, receive), web.site))


def multipart(*parts: str) -> bytes:
    """Return a body of parts, each with its own header fields."""
    return "".join(f"--b\r\n{part}\r\n" for part in parts).encode() + b"--b--\r\n"


def field(name: str, value: str) -> str:
    return f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"List-Unsubscribe=One-Click", URLENCODED),
        (b"List-Unsubscribe=One-Click", f"{URLENCODED}; charset=utf-8"),
        (multipart(field("List-Unsubscribe", "One-Click")), "multipart/form-data; boundary=b"),
        (multipart(field("List-Unsubscribe", "One-Click")), 'multipart/form-data; boundary="b"'),
    ],
)
def test_one_click_is_read_in_both_forms(body: bytes, content_type: str, web: Web) -> None:
    assert visit(web, body, headers=[("Content-Type", content_type)]).fields == ONE_CLICK


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"List-Unsubscribe=One-Click", ""),
        (b"List-Unsubscribe=One-Click", "text/plain"),
        (b"x", "multipart/form-data"),
        (b"x", "multipart/form-data; boundary="),
        (b"--b\r\nno header", "multipart/form-data; boundary=b"),
        (b'{"a": 1}', "application/json"),
        (b"&".join(b"a=%d" % number for number in range(MAX_FIELDS + 1)), URLENCODED),
    ],
)
def test_a_body_that_is_no_form_of_ours_has_no_fields_and_turns_nobody_away(
    body: bytes, content_type: str, web: Web
) -> None:
    assert visit(web, body, headers=[("Content-Type", content_type)]).fields == {}


def test_files_are_refused(web: Web) -> None:
    body = multipart('Content-Disposition: form-data; name="a"; filename="a.sh"\r\n\r\n#!')

    assert visit(web, body, headers=[("Content-Type", "multipart/form-data; boundary=b")]).fields == {}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pairs=st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), max_size=10))
def test_what_a_form_says_comes_through_but_for_nuls(web: Web, pairs: list[tuple[str, str]]) -> None:
    fields = visit(web, urlencode(pairs).encode(), headers=[("Content-Type", URLENCODED)]).fields

    said = {name: [value.replace("\0", "") for key, value in pairs if key == name] for name, _ in pairs}
    assert fields == said


def test_a_get_has_no_fields_whatever_its_body(web: Web) -> None:
    assert visit(web, b"a=1", method="GET", headers=[("Content-Type", URLENCODED)]).fields == {}


def test_the_first_of_several_values_answers_for_all(web: Web) -> None:
    seen = visit(web, b"a=1&a=2", query=b"b=3&b=4&c", headers=[("Content-Type", URLENCODED)])

    assert (seen.one("a"), seen.one("z"), seen.asked("b"), seen.asked("c"), seen.asked("z")) == ("1", "", "3", "", "")
    assert seen.fields["a"] == ["1", "2"]


def test_what_is_in_an_address_comes_without_nuls(web: Web) -> None:
    seen = visit(web, query=b"q=a%00b", path={"token": "ab\0cd"})

    assert (seen.asked("q"), seen.path["token"]) == ("ab", "abcd")


def test_languages_are_those_asked_for_then_the_browsers_then_the_sites(web: Web) -> None:
    seen = visit(web, query=b"lang=en", headers=[("Accept-Language", "fr, de;q=0.5")])

    assert seen.languages == ("en", "fr", "de", "ar")


def test_a_visitor_behind_our_proxy_is_known(web: Web) -> None:
    assert visit(web, headers=[("X-Forwarded-For", "198.51.100.9, 203.0.113.4")]).ip == "203.0.113.4"


def test_a_referrer_is_cut(web: Web) -> None:
    seen = visit(web, headers=[("Referer", "https://example.com/" + "x" * 600)])

    assert len(seen.referrer) == MAX_REFERRER_CHARS
