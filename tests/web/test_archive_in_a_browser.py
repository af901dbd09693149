"""The archive in a real browser: nothing blocked, nothing that keeps anybody out, at any width, light and dark."""

import pytest
from playwright.sync_api import Browser

from digest.model.stories import Direction
from digest.model.topics import Theme
from tests.makers.editions import make_image
from tests.servers.browser.driving import find_barriers, is_as_wide_as_shown, open_page
from tests.web.conftest import MakeWeb
from tests.web.editions import open_topic, path_of, send_edition, send_many
from tests.web.test_archive import HOSTILE


def test_every_page_can_be_read_by_everybody(make_web: MakeWeb, browser: Browser) -> None:
    web = make_web()
    open_topic(web.services, description="News of the islands, once a week")
    open_topic(web.services, "jazair", name="الجزر", lang="ar", theme=Theme.COMPACT)
    *_, english, _ = send_many(web.services, web.clock, 22)
    arabic = send_edition(web.services, "عادت العبّارة", slug="jazair", lang="ar", direction=Direction.RTL)
    web.clock.advance(days=7)
    pictured = send_edition(web.services, "Ferry sails again", image=make_image())  # nobody serves the picture
    editions = [path_of(one) for one in (english, arabic, pictured)]
    paths = ("/editions", "/editions/islands?page=2", "/editions/jazair", *editions)

    for width, dark in ((320, False), (1024, True)):
        with open_page(browser, width=width, dark=dark) as page:
            for path in paths:
                page.goto(web.url + path)

                assert find_barriers(page) == [], (path, width)
                assert is_as_wide_as_shown(page), (path, width)


def test_a_reader_finds_the_way_from_topic_to_edition_and_on_without_scripts(
    make_web: MakeWeb, browser: Browser
) -> None:
    web = make_web()
    open_topic(web.services)
    first, second = send_many(web.services, web.clock, 2)

    with open_page(browser, scripts=False) as page:
        page.goto(f"{web.url}/editions")
        page.get_by_role("link", name="Islands").click()
        page.get_by_role("link", name="Story number 1").click()
        assert page.url == web.url + path_of(second)
        page.get_by_role("link", name="Previous edition").click()
        assert page.url == web.url + path_of(first)
        page.get_by_role("complementary").get_by_role("link", name="Sign up").click()
        assert page.url == f"{web.url}/subscribe?topic=islands"


def test_what_a_story_says_runs_nothing_and_its_styles_are_worn(make_web: MakeWeb, browser: Browser) -> None:
    web = make_web()
    open_topic(web.services, name=HOSTILE, description=HOSTILE)
    edition = send_edition(web.services, HOSTILE, dek=HOSTILE, byline=HOSTILE)

    for path in ("/editions", "/editions/islands", path_of(edition)):
        with open_page(browser) as page:
            page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
            page.goto(web.url + path)

            assert "alert(1)" in page.inner_text("main")

    with open_page(browser) as page:
        page.goto(web.url + path_of(edition))
        assert page.locator("h1").evaluate("h1 => getComputedStyle(h1).fontSize") == "36px"
