"""Mails of every theme on a narrow phone: nobody scrolls sideways, whether the pictures come or not (WCAG 1.4.10)."""

import pytest
from playwright.sync_api import Browser, Page

from digest.model.editions import Edition
from digest.model.topics import Theme
from digest.render.compile import EditionCompiler
from tests.makers.editions import joined_html, make_edition, make_image, make_item, make_values
from tests.render.newsroom import arabic_week, english_week
from tests.servers.browser.driving import is_as_wide_as_shown, open_page

NARROW = 320
COLUMN = 552
"""How wide a lead's picture is at most, in pixels."""

LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk"
EDITIONS = {
    "classic": english_week(Theme.CLASSIC),
    "compact": english_week(Theme.COMPACT),
    "right to left": arabic_week(),
    "a long word in place of a picture": make_edition(
        make_item(image=make_image(alt=LONG_WORD)), make_item(image=make_image(alt=LONG_WORD))
    ),
    "pictures of unknown size": make_edition(
        make_item(image=make_image(width=None, height=None)), make_item(image=make_image(width=None, height=None))
    ),
}


def draw_picture(page: Page, *, width: int, height: int) -> None:
    """Answer for every picture of a page with one of this size."""
    drawn = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"/>'
    page.route("**/*.jpg", lambda route: route.fulfill(body=drawn, content_type="image/svg+xml"))


def open_mail(page: Page, compiler: EditionCompiler, edition: Edition) -> None:
    page.set_content(joined_html(compiler.compile_edition(edition), make_values()))


def lead_width(page: Page) -> int:
    width: int = page.locator("img").first.evaluate("picture => picture.getBoundingClientRect().width")
    return width


@pytest.mark.parametrize("name", EDITIONS)
def test_a_mail_fits_a_narrow_phone_while_no_picture_comes(
    browser: Browser, compiler: EditionCompiler, name: str
) -> None:
    with open_page(browser, width=NARROW) as page:
        open_mail(page, compiler, EDITIONS[name])

        assert is_as_wide_as_shown(page)


@pytest.mark.parametrize("name", EDITIONS)
def test_a_mail_fits_a_narrow_phone_once_its_pictures_came(
    browser: Browser, compiler: EditionCompiler, name: str
) -> None:
    with open_page(browser, width=NARROW) as page:
        draw_picture(page, width=1200, height=800)
        open_mail(page, compiler, EDITIONS[name])

        assert is_as_wide_as_shown(page)


@pytest.mark.parametrize(("width", "shown"), [(1200, COLUMN), (COLUMN, COLUMN), (90, 90)])
def test_a_lead_is_as_wide_as_its_column_and_no_wider_than_its_picture(
    browser: Browser, compiler: EditionCompiler, width: int, shown: int
) -> None:
    edition = make_edition(make_item(image=make_image(width=width, height=width // 2)))

    with open_page(browser) as page:
        draw_picture(page, width=width, height=width // 2)
        open_mail(page, compiler, edition)

        assert lead_width(page) == shown


def test_a_small_picture_is_not_blown_up_on_a_phone(browser: Browser, compiler: EditionCompiler) -> None:
    with open_page(browser, width=NARROW) as page:
        draw_picture(page, width=90, height=60)
        open_mail(page, compiler, make_edition(make_item(image=make_image(width=90, height=60))))

        assert lead_width(page) == 90
