"""Mail scanners press every link of every mail, with and without scripts, before a reader does: nothing may change."""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial

from playwright.sync_api import Browser
from playwright.sync_api import Error as PageError
from sqlalchemy import select

from digest.flows.notices.delivering import deliver_notices
from digest.flows.publishing import plan_edition
from digest.flows.sending import deliver_due
from digest.flows.services import Services
from digest.store.tables import metadata
from tests.journeys.website import link_to, links_of
from tests.servers.browser.driving import in_thread, open_page
from tests.servers.smtp import ScriptedSmtp
from tests.servers.web import Web
from tests.web.editions import build_edition, open_topic, send_edition
from tests.web.sign_up_forms import ADDRESS, sign_up_at

NEW_ADDRESS = "rosa@new.example"
KINDS = {"confirm", "address", "preferences", "unsubscribe", "editions"}
"""What the links of all our mails lead to."""


def test_no_link_of_any_mail_changes_anything_when_it_is_fetched_or_rendered(
    web: Web, smtp: ScriptedSmtp, browser: Browser
) -> None:
    _have_every_kind_of_mail_sent(web, smtp)
    links = _own_links(web, smtp)
    assert {link.removeprefix(f"{web.url}/").partition("/")[0] for link in links} >= KINDS
    before = _everything_kept(web.services)

    for _ in range(2):
        for method in ("GET", "HEAD", "OPTIONS"):
            statuses = {link: web.client.request(method, link).status_code for link in links}
            assert set(statuses.values()) <= ({200, 410} if method != "OPTIONS" else {200, 204, 405}), (
                method,
                statuses,
            )
    _render_all(browser, [link for link in links if web.client.get(link).status_code == 200])

    assert _everything_kept(web.services) == before


def _have_every_kind_of_mail_sent(web: Web, smtp: ScriptedSmtp) -> None:
    """Let a reader sign up, confirm, be welcomed, get an edition, ask once more, and move to another address.

    What is left to press of each is left unpressed: a second sign-up, and a second move.
    """
    open_topic(web.services, sends_welcome=True)
    send_edition(web.services, "Ferry sails again")
    sign_up_at(web)
    _deliver(web)
    web.client.post(link_to(smtp.inbox[-1], "confirm"))
    web.clock.advance(minutes=11)
    sign_up_at(web)
    _deliver(web)
    web.clock.advance(days=7)
    plan_edition(web.services, build_edition(web.services, ["Harbour frozen over"]))
    _deliver(web)
    choices = link_to(smtp.inbox[-1], "preferences")
    web.client.post(f"{choices}/address", data={"address": NEW_ADDRESS})
    _deliver(web)
    web.client.post(link_to(smtp.inbox[-1], "address"))
    sign_up_at(web, email="stranger@reader.example")
    _deliver(web)
    assert {mail.rcpt_to for mail in smtp.inbox} == {ADDRESS, NEW_ADDRESS, "stranger@reader.example"}


def _deliver(web: Web) -> None:
    in_thread(partial(deliver_notices, web.services, stop=lambda: False))
    in_thread(partial(deliver_due, web.services, stop=lambda: False))


def _own_links(web: Web, smtp: ScriptedSmtp) -> list[str]:
    links = {link.rstrip(">,") for mail in smtp.inbox for link in links_of(mail)}
    return sorted(link for link in links if link.startswith(f"{web.url}/"))


def _render_all(browser: Browser, links: Sequence[str]) -> None:
    """Open each link as a scanner with a browser does: its scripts run, and every link on the page is followed."""
    with open_page(browser) as page:
        for link in links:
            page.goto(link, wait_until="networkidle")
            for href in page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)"):
                with suppress(PageError):  # a download is no page
                    page.request.get(href)


def _everything_kept(services: Services) -> list[tuple[str, list[str]]]:
    with services.database.read() as tx:
        return [(table.name, sorted(map(repr, tx.execute(select(table))))) for table in metadata.sorted_tables]
