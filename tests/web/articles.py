"""Article pages of a newsroom's own site, on another origin than ours and under a strict policy, with our script."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Locator, Page

from tests.servers.http import HttpServer, http_server
from tests.servers.web import Web
from tests.web.conftest import MakeWeb


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsSite:
    """A site whose articles embed the form of `web`."""

    web: Web
    server: HttpServer

    def publish(self, *, head: str = "", tag: str = "", before: str = "", lang: str = "en") -> str:
        """Publish an article, and return its URL. `tag` are more attributes of the script's tag."""
        script = f'<script src="{self.web.url}/embed.js" async {tag}></script>'
        text = (
            f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>Storm</title>{head}</head>'
            f"<body><main><h1>Storm</h1><p>It blew.</p>{before}{script}</main></body></html>"
        )
        ours = self.web.url
        policy = f"default-src 'none'; script-src {ours}; connect-src {ours}; form-action {ours}"
        headers = [("Content-Type", "text/html"), ("Content-Security-Policy", policy)]
        self.server.answer("/storm?reader=1", headers=headers, body=text.encode())
        self.server.answer("/favicon.ico")
        return self.server.url("/storm?reader=1#comments")


@contextmanager
def news_site(make_web: MakeWeb, **environ: str) -> Iterator[NewsSite]:
    """Serve such a site, whose origin is one that may embed the form."""
    with http_server() as server:
        web = make_web(**{"DIGEST_EMBED_ORIGINS": server.url("").rstrip("/"), **environ})
        yield NewsSite(web=web, server=server)


def type_address(site: NewsSite, page: Page, address: str) -> None:
    """Type an address into the form, as slowly as people do: ten seconds, for the page's clock and the server's."""
    with page.expect_response("**/api/v1/form"):
        embedded_form(page).get_by_label("Your email address").fill(address)
    site.web.clock.advance(seconds=10)
    page.clock.run_for(10_000)


def embedded_form(page: Page) -> Locator:
    """Return the form in the article."""
    return page.locator("form")
