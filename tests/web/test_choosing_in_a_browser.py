"""The pages to choose and to leave in a real browser: by keyboard, on a phone, in the dark, in Arabic, by a checker."""

from collections.abc import Iterator
from itertools import chain

import pytest
from playwright.sync_api import Browser, Page, expect

from digest.model.subscribers import Subscriber, SubscriberStatus
from tests.servers.browser.driving import find_barriers, is_as_wide_as_shown, open_page
from tests.servers.web import Web
from tests.web.conftest import MakeWeb
from tests.web.editions import open_topic
from tests.web.readers import kept_choices, leaving_path, preferences_path, subscribe, subscribed_to

SAVE = "form:has(input[name=form]) button:not([type])"


@pytest.fixture
def web(make_web: MakeWeb) -> Web:
    return make_web()


@pytest.fixture
def reader(web: Web) -> Subscriber:
    open_topic(web.services, "islands", name="Islands and harbours", description="Ferries, fish, and who lives there.")
    open_topic(web.services, "council", name="City council", description="What is decided, and by whom.")
    open_topic(web.services, "syria", name="سوريا", description="أخبار الحرب والسلام", lang="ar")
    return subscribe(web.services, "islands", "council")


def leaving_states(page: Page, url: str) -> Iterator[str]:
    """Lead through what a reader sees who leaves."""
    page.goto(url)
    yield "asked"
    page.locator("button[value=less]").click()
    yield "less"
    page.locator("form[action*=undo] button").click()
    yield "undone"
    page.locator("button[value=everything]").click()
    yield "left"
    page.locator("input[value='too many mails']").check()
    page.locator("form[action*=reason] button").click()
    yield "thanked"
    page.goto(url)
    yield "gone"
    page.goto(url.replace("/unsubscribe/", "/unsubscribe/0"))
    yield "wrong"


def choosing_states(page: Page, url: str) -> Iterator[str]:
    """Lead through what a reader sees who chooses."""
    page.goto(url)
    yield "shown"
    page.locator("input[value=council]").uncheck()
    page.locator(SAVE).click()
    yield "saved"
    page.locator("a[href*=kept]").click()
    yield "kept"
    page.locator(".actions a").last.click()
    page.locator("form[action*=pause] button").click()
    yield "paused"
    page.locator("form[action*=resume] button").click()
    yield "resumed"
    page.locator("form[action*=leave] button").click()
    yield "left"
    page.locator("input[value=islands]").check()
    page.locator(SAVE).click()
    yield "asked"
    page.locator("input[name=sure]").check()
    page.locator("form[action*=erase] button").click()
    yield "erased"


@pytest.mark.parametrize(("lang", "width", "dark"), [("en", 1024, False), ("ar", 320, True)])
def test_no_state_has_a_barrier_or_sticks_out(
    browser: Browser, web: Web, reader: Subscriber, lang: str, width: int, dark: bool
) -> None:
    leaver = subscribe(web.services, "islands", "council", address="leaver@reader.example")
    leaving = f"{web.url}{leaving_path(web.services, leaver)}"
    choosing = f"{web.url}{preferences_path(web.services, reader)}"

    with open_page(browser, width=width, lang=lang, dark=dark) as page:
        for state in chain(leaving_states(page, f"{leaving}?lang={lang}"), choosing_states(page, choosing)):
            assert is_as_wide_as_shown(page), state
            assert find_barriers(page) == [], state


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until that has the focus, as who has no mouse does."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.locator(selector).evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"no Tab leads to {selector}")


def test_leaving_and_undoing_take_no_mouse(browser: Browser, web: Web, reader: Subscriber) -> None:
    with open_page(browser, scripts=False) as page:
        page.goto(f"{web.url}{leaving_path(web.services, reader)}")

        tab_to(page, "button[value=topic]")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("You have left Islands and harbours")
        left = subscribed_to(web.services)
        tab_to(page, "form[action*=undo] button")
        page.keyboard.press("Space")
        expect(page.get_by_role("status")).to_have_text("Undone: everything is as it was.")

    assert (left, subscribed_to(web.services)) == ({"council"}, {"islands", "council"})


def test_choosing_takes_no_mouse_and_leads_to_what_is_said_of_it(
    browser: Browser, web: Web, reader: Subscriber
) -> None:
    with open_page(browser) as page:
        page.goto(f"{web.url}{preferences_path(web.services, reader)}")

        tab_to(page, "input[value=council]")
        page.keyboard.press("Space")
        tab_to(page, "#hour")
        page.keyboard.type("7")
        tab_to(page, SAVE)
        page.keyboard.press("Enter")

        expect(page.get_by_role("status")).to_contain_text("You have left: City council")
        expect(page.get_by_role("status")).to_be_focused()
    assert subscribed_to(web.services) == {"islands"}
    assert kept_choices(web.services, reader).hour == 7


def test_the_devices_own_zone_is_offered_and_taken_only_when_pressed(
    browser: Browser, web: Web, reader: Subscriber
) -> None:
    with open_page(browser) as page:
        page.goto(f"{web.url}{preferences_path(web.services, reader)}")

        offer = page.get_by_role("button", name="Use the time zone of this device: Damascus")
        expect(page.locator("#zone")).to_have_value("")
        offer.click()
        expect(page.locator("#zone")).to_have_value("Asia/Damascus")
        expect(offer).to_be_hidden()
        page.locator(SAVE).click()
        expect(offer).to_be_hidden()

    assert kept_choices(web.services, reader).zone == "Asia/Damascus"


def test_without_scripts_nothing_is_offered_that_needs_one(browser: Browser, web: Web, reader: Subscriber) -> None:
    with open_page(browser, scripts=False) as page:
        page.goto(f"{web.url}{preferences_path(web.services, reader)}")

        expect(page.locator("#own-zone")).to_be_hidden()
        page.locator("form[action*=pause] button").click()

        expect(page.get_by_role("status")).to_contain_text("Your email pauses until December")
    assert kept_choices(web.services, reader).standing is SubscriberStatus.PAUSED


def test_a_refused_form_has_no_barrier_and_names_the_field(browser: Browser, web: Web, reader: Subscriber) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{web.url}{preferences_path(web.services, reader)}")
    page.locator("#name").evaluate("one => one.removeAttribute('maxlength')")
    page.locator("#name").fill("x" * 201)
    page.locator(SAVE).click()

    barriers = find_barriers(page)
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("textbox", name="Name")).to_have_accessible_description(
        "This name is too long, or has characters that we cannot write."
    )
    context.close()

    assert barriers == []
