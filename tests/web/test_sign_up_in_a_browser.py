"""The page to sign up in a browser: with its script, for a keyboard and a screen reader, on a narrow screen."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.servers.browser.driving import find_barriers, is_as_wide_as_shown, open_page
from tests.servers.web import Web
from tests.web.conftest import MakeWeb
from tests.web.editions import open_topic, send_edition
from tests.web.sign_up_forms import ADDRESS, mails_waiting, start_rush


def open_form(web: Web, page: Page) -> None:
    """Open the page with a topic ticked, type an address, and let a minute pass."""
    open_topic(web.services)
    page.clock.install()
    page.goto(f"{web.url}/subscribe?topic=islands")
    page.get_by_label("Your email address").fill(ADDRESS)
    web.clock.advance(minutes=1)


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("path", ["/subscribe?topic=islands", "/subscribe"])
def test_nothing_keeps_a_reader_from_the_form(make_web: MakeWeb, browser: Browser, path: str, lang: str) -> None:
    web = make_web()
    open_topic(web.services, name="الجزر", lang="ar", description="Boats, birds.")
    send_edition(web.services)

    with open_page(browser, width=320, lang=lang, dark=lang == "ar") as page:
        page.goto(web.url + path)

        assert find_barriers(page) == []
        assert is_as_wide_as_shown(page)
        assert page.locator("html").get_attribute("dir") == ("rtl" if lang == "ar" else "ltr")


@pytest.mark.parametrize("scripts", [True, False])
def test_after_a_mistake_the_summary_has_the_focus_and_leads_to_the_field(
    make_web: MakeWeb, browser: Browser, *, scripts: bool
) -> None:
    web = make_web()
    open_topic(web.services)
    with browser.new_context(java_script_enabled=scripts) as context:
        page = context.new_page()
        page.goto(f"{web.url}/subscribe?topic=islands")
        page.get_by_label("Your email address").fill("ada@reader")
        web.clock.advance(minutes=1)

        page.get_by_role("button", name="Sign up").click()

        expect(page.get_by_role("alert")).to_be_focused()
        expect(page).to_have_title("Something is missing or wrong · Get email updates · The Daily Example")
        page.get_by_role("alert").get_by_role("link").click()
        page.keyboard.press("Tab")
        field = page.get_by_label("Your email address")
        expect(field).to_have_value("ada@reader")
        expect(field).to_have_accessible_description(
            "We cannot write to this address. It should look like name@example.org, and be your own."
        )
        assert not scripts or find_barriers(page) == []


def test_an_impatient_reader_signs_up_once(make_web: MakeWeb, browser: Browser) -> None:
    web = make_web()
    with open_page(browser) as page:
        open_form(web, page)
        button = page.get_by_role("button", name="Sign up")

        button.click()
        button.click()
        expect(page.get_by_role("status")).to_have_text("One moment…")
        page.clock.run_for(10_000)

        expect(page.get_by_role("heading", level=1)).to_have_text("Check your inbox")
        assert find_barriers(page) == []
        assert mails_waiting(web.services) == [(ADDRESS, "en", "confirm")]


def test_in_a_rush_the_browser_solves_the_challenge_by_itself(make_web: MakeWeb, browser: Browser) -> None:
    web = make_web()
    start_rush(web.services)
    with open_page(browser) as page:
        open_form(web, page)

        page.get_by_role("button", name="Sign up").click()
        expect(page.locator("[name=solution]")).not_to_have_value("", timeout=60_000)
        page.clock.run_for(10_000)

        expect(page.get_by_role("heading", level=1)).to_have_text("Check your inbox")
        assert mails_waiting(web.services) == [(ADDRESS, "en", "confirm")]


def test_a_browser_that_cannot_solve_it_still_gets_through(make_web: MakeWeb, browser: Browser) -> None:
    web = make_web()
    start_rush(web.services)
    with browser.new_context() as context:
        page = context.new_page()
        page.route("**/solve.js", lambda route: route.abort())
        open_form(web, page)

        page.get_by_role("button", name="Sign up").click()
        expect(page.locator("[name=solution]")).to_have_value("no-script")
        page.clock.run_for(10_000)

        expect(page.get_by_role("heading", level=1)).to_have_text("Check your inbox")
