"""Driving the browser: one Chromium for a test process, and a fresh, empty profile for each test.

It is told to leave the network alone, so that it asks for nothing but the pages of the test. A page that logs an error
to its console, as one whose content policy is broken does, fails its test.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.servers.browser.finding import find_browser

T = TypeVar("T")

_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run a browser for the length of the block."""
    program = find_browser()
    os.environ.update(program.environ)  # what Playwright starts finds its libraries there too
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program.path, args=[*_QUIET])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def open_page(
    browser: Browser, *, width: int = 1024, lang: str = "en", scripts: bool = True, dark: bool = False
) -> Iterator[Page]:
    """Open an empty page of a profile of its own; errors on its console fail the block."""
    errors: list[str] = []
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        locale=lang,
        java_script_enabled=scripts,
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        timezone_id="Asia/Damascus",
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.on("console", lambda message: _note(errors, message))
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert not errors, f"the page's console has errors: {errors}"


def _note(errors: list[str], message: ConsoleMessage) -> None:
    is_elsewhere = "ERR_NAME_NOT_RESOLVED" in message.text  # a story's picture, say: nothing here leads outside
    if message.type == "error" and not is_elsewhere:
        errors.append(message.text)


def in_thread(work: Callable[[], T]) -> T:
    """Do something that runs a loop of its own, which cannot be in the thread that drives the browser."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result()


def find_barriers(page: Page) -> list[str]:
    """Return what the checker finds against WCAG 2.2 AA, and good practice, on the page as it is now."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": _WCAG}, "resultTypes": ["violations"]})
    return [
        f"{one['id']}: {one['help']}: {[node['html'][:120] for node in one['nodes']]}"
        for one in found.response["violations"]
    ]


def is_as_wide_as_shown(page: Page) -> bool:
    """Return whether nothing sticks out to the side, so that nobody must scroll in two directions (WCAG 1.4.10)."""
    fits: bool = page.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth")
    return fits
