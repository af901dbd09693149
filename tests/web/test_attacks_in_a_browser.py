"""Attacks on who visits the pages, as a real browser meets them: scripts told or typed, and foreign forms."""

import pytest
from playwright.sync_api import Browser

from tests.servers.browser.driving import open_page
from tests.servers.web import Web
from tests.web.editions import open_topic, path_of, send_edition
from tests.web.readers import all_rows
from tests.web.sign_up_forms import ADDRESS

SCRIPTS = ('"><script>alert(1)</script>', "'\"><img src=x onerror=alert(1)>", "{{7*7}}{% raw %}", "javascript:alert(1)")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite alone: what is shown is the same, and the flows below are held on both."""
    return sqlite_url


def test_what_is_typed_or_told_is_shown_as_text_and_never_run(web: Web, browser: Browser) -> None:
    open_topic(web.services, name=SCRIPTS[0], description=SCRIPTS[1])
    sent = send_edition(web.services, *SCRIPTS)

    with open_page(browser) as page:
        page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
        page.set_extra_http_headers({"Referer": f"https://news.example/{SCRIPTS[0]}"})
        for path in ("/subscribe", "/editions", "/editions/islands", path_of(sent)):
            page.goto(f"{web.url}{path}?lang={SCRIPTS[0]}&tags={SCRIPTS[1]}&topic={SCRIPTS[0]}")
            assert "49" not in page.inner_text("body")
        page.goto(f"{web.url}/subscribe")
        for name in ("email", "name"):
            page.locator(f"[name={name}]").fill(SCRIPTS[0])
        page.eval_on_selector("form", "form => { form.noValidate = true; form.requestSubmit() }")
        page.wait_for_load_state()
        assert page.locator("[name=name]").input_value() == SCRIPTS[0]
        assert page.locator("img[src=x], main script").count() == 0


def test_another_site_cannot_make_a_browser_act_for_its_visitor(web: Web, browser: Browser) -> None:
    """There is no cookie to ride on: a form that another site posts has no token, and so only opens the filled page."""
    open_topic(web.services)

    with open_page(browser) as page:
        page.goto("about:blank")
        page.set_content(
            f'<form method="post" action="{web.url}/subscribe"><input name="email" value="{ADDRESS}">'
            '<input name="topic" value="islands"><button>Win</button></form>'
        )
        page.get_by_role("button").click()
        page.wait_for_load_state()
        cookies = page.context.cookies()

    assert cookies == []
    assert all_rows(web.services) == [[]] * len(all_rows(web.services))
