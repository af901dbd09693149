"""The frame of every page: signs of life, assets, headers, bounds, and what a visitor sees of a fault."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.servers.web import Web
from tests.web.conftest import MakeWeb

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}


@contextmanager
def connected(web: Web) -> Iterator[socket.socket]:
    """A bare connection to the server."""
    with socket.create_connection((web.client.base_url.host, web.client.base_url.port or 0), timeout=10) as wire:
        yield wire


def test_a_server_that_answers_says_so_and_nothing_of_itself(make_web: MakeWeb) -> None:
    answer = make_web().client.get("/healthz")

    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert "server" not in answer.headers


@pytest.mark.parametrize("path", ["/healthz", "/assets/style.css", "/no-such-page", "/"])
def test_every_answer_is_kept_from_frames_sniffing_and_scripts(path: str, make_web: MakeWeb) -> None:
    headers = make_web().client.get(path).headers

    assert set(headers["content-security-policy"].split("; ")) >= POLICY
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert "set-cookie" not in headers


def test_browsers_are_held_to_tls_only_where_readers_come_by_it(make_web: MakeWeb) -> None:
    over_tls = make_web(DIGEST_BASE_URL="https://news.example").client.get("/healthz")
    in_the_open = make_web().client.get("/healthz")

    assert over_tls.headers["strict-transport-security"] == "max-age=31536000"
    assert "strict-transport-security" not in in_the_open.headers


def test_a_host_header_leads_nowhere(make_web: MakeWeb) -> None:
    answer = make_web().client.get("/", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/subscribe")


@pytest.mark.parametrize("path", ["/subscribe/", "/api/v1", "/healthz/", "//evil.example/%2e%2e"])
def test_a_slash_too_many_is_no_redirect(path: str, make_web: MakeWeb) -> None:
    answer = make_web().client.get(f"{path}", headers={"Host": "evil.example"})

    assert answer.status_code == 404
    assert "location" not in answer.headers


def test_a_site_below_a_path_finds_its_own_assets(make_web: MakeWeb) -> None:
    page = make_web(DIGEST_BASE_URL="https://example.com/news").client.get("/no-such-page").text

    assert '<link rel="stylesheet" href="/news/assets/style.css?v=' in page


def test_an_asset_is_kept_for_good_under_its_fingerprint_alone(make_web: MakeWeb) -> None:
    web = make_web()
    address = web.site.pages.asset("style.css")

    for_good, for_now = web.client.get(address), web.client.get("/assets/style.css?v=another")

    assert "immutable" in for_good.headers["cache-control"]
    assert "immutable" not in for_now.headers["cache-control"]
    assert for_good.headers["content-type"] == "text/css; charset=utf-8"


@pytest.mark.parametrize(
    "name", ["no.css", "..%2f..%2fpyproject.toml", "%2e%2e/base.html", "style.css/x", "__init__.py"]
)
def test_only_assets_are_served(name: str, make_web: MakeWeb) -> None:
    assert make_web().client.get(f"/assets/{name}").status_code == 404


def test_a_fault_is_told_in_the_visitors_language_and_never_kept(make_web: MakeWeb) -> None:
    answer = make_web().client.get("/no-such-page", headers={"Accept-Language": "fr, ar;q=0.8, en;q=0.5"})

    assert answer.status_code == 404
    assert '<html lang="ar" dir="rtl">' in answer.text
    assert "هذه الصفحة غير موجودة" in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_what_a_visitor_typed_in_the_address_is_not_shown_on_a_fault(make_web: MakeWeb) -> None:
    page = make_web().client.get('/"><script>alert(1)</script>?q="><script>', headers={"Referer": "<script>"}).text

    assert "<script" not in page


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_a_method_that_means_nothing_here_is_refused(method: str, make_web: MakeWeb) -> None:
    assert make_web().client.request(method, "/healthz").status_code == 405


def test_head_answers_as_get_does_without_a_body(make_web: MakeWeb) -> None:
    answer = make_web().client.head("/healthz")

    assert (answer.status_code, answer.content) == (200, b"")


def test_a_head_without_an_end_is_refused(make_web: MakeWeb) -> None:
    with connected(make_web()) as wire:
        wire.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Long: ")
        wire.sendall(b"x" * 40_000)

        assert wire.recv(100).startswith(b"HTTP/1.1 400 ")


def test_a_browser_that_asks_for_an_icon_by_itself_gets_it(make_web: MakeWeb) -> None:
    answer = make_web().client.get("/favicon.ico")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
