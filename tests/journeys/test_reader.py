"""A reader's whole way in a real browser: from an article page to the form, the mailbox, the choices, and out again."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from digest.render.words import Words, words_for
from tests.journeys.conftest import DigestCommand
from tests.journeys.newsroom import publish
from tests.journeys.website import link_to, next_mail, publish_article, served
from tests.servers.browser.driving import find_barriers, is_as_wide_as_shown, open_page
from tests.servers.http import HttpServer, http_server
from tests.servers.smtp import ScriptedSmtp

READER = "nadia@reader.example"
GATHERED_AT, SENT_AT = "2026-11-22T12:00Z", "2026-11-22T13:00Z"
Hold = Callable[[Page], None]
"""Holds a page, as it is now, to what the checkers ask."""

FORM_MS = 2_100
"""What a person needs at least to fill a form; whoever is faster is shown it once more."""


@pytest.fixture
def database_url(request: pytest.FixtureRequest, kind: str) -> str:
    """The URL of a migrated database of the kind that the test names: the way is walked on both once."""
    url: str = request.getfixturevalue(f"{kind}_url")
    return url


@pytest.fixture
def newspaper() -> Iterator[HttpServer]:
    """The newsroom's own site, another origin than the web part."""
    with http_server() as site:
        yield site


@pytest.fixture
def newsroom(digest: DigestCommand, newspaper: HttpServer, tmp_path: Path, lang: str) -> Iterator[DigestCommand]:
    """A newsroom with stories about ferries and a topic in the test's language, and its web part."""
    digest.run("init")
    digest.run("gather", *publish(tmp_path, newspaper), "--at", GATHERED_AT)
    named = ("--name", "العبّارات" if lang == "ar" else "Ferries & Ports", "--lang", lang)
    digest.run("topic", "add", "ferries", *named, "--tag", "ferries", "--tag", "sailor's rest")
    with served(digest, origin=newspaper.url("")) as command:
        yield command


@pytest.mark.parametrize(("kind", "lang"), [("sqlite", "en"), ("postgres", "en"), ("sqlite", "ar")])
def test_a_reader_signs_up_in_the_article_reads_chooses_pauses_leaves_and_comes_back(
    newsroom: DigestCommand, newspaper: HttpServer, smtp: ScriptedSmtp, browser: Browser, lang: str
) -> None:
    words, printed = words_for(lang), newsroom.ask("embed", "ferries")
    for_topic = f"{printed['form']}{printed['script']}"
    snippets = for_topic if lang == "en" else printed["script_for_every_page"]
    article = publish_article(newspaper, newsroom, snippets=snippets, lang=lang, tag="Ferries")

    with open_page(browser, width=320, lang=lang) as page:
        page.goto(article)
        _sign_up_in_place(page, words)
        _confirm(page, words, link_to(next_mail(smtp, after=0), "confirm"))
        _hold_to_standards(page)
        _go_on(page, words, newsroom, smtp, hold=_hold_to_standards)


@pytest.mark.parametrize(("kind", "lang"), [("sqlite", "en")])
def test_the_same_way_is_open_without_scripts(
    newsroom: DigestCommand, newspaper: HttpServer, smtp: ScriptedSmtp, browser: Browser, lang: str
) -> None:
    words, printed = words_for(lang), newsroom.ask("embed", "ferries")
    article = publish_article(newspaper, newsroom, snippets=printed["form"], lang=lang, tag="Ferries")

    with open_page(browser, scripts=False, lang=lang) as page:
        page.goto(article)
        page.get_by_label(words.say("Your email address")).fill(READER)
        page.get_by_role("button", name=words.say("Sign up")).click()
        expect(page.get_by_label(words.say("Your email address"))).to_have_value(READER)
        page.wait_for_timeout(FORM_MS)
        _press(page, words.say("Sign up"))
        expect(page.get_by_role("heading", level=1)).to_have_text(words.say("Check your inbox"))
        _confirm(page, words, link_to(next_mail(smtp, after=0), "confirm"))
        _go_on(page, words, newsroom, smtp, hold=_hold_to_nothing)


def _sign_up_in_place(page: Page, words: Words) -> None:
    """Fill the form that the script put into the article, and stay on it."""
    article = page.url
    form = page.get_by_role("form")
    form.get_by_label(words.say("Your email address")).fill(READER)
    form.get_by_role("button", name=words.say("Sign up")).click()
    expect(page.get_by_text(words.say("Check your inbox: our mail asks you to confirm."))).to_be_visible()
    assert page.url == article


def _confirm(page: Page, words: Words, link: str) -> None:
    page.goto(link)
    _press(page, words.say("Yes, send me these"))
    expect(page.get_by_role("button", name=words.say("Yes, send me these"))).to_have_count(0)
    page.goto(link)  # a second time, as scanners and people do
    expect(page.get_by_role("button", name=words.say("Yes, send me these"))).to_have_count(0)


def _go_on(page: Page, words: Words, newsroom: DigestCommand, smtp: ScriptedSmtp, *, hold: Hold) -> None:
    """Read an edition, choose, pause and go on, leave, undo it, and leave for good."""
    assert _standing(newsroom) == ("active", "subscribed")
    newsroom.run("send", "ferries", "--at", SENT_AT)
    edition = next_mail(smtp, after=1)
    assert edition.rcpt_to == READER
    _choose(page, words, link_to(edition, "preferences"), newsroom, hold=hold)
    _read_in_browser(page, link_to(edition, "editions"))
    _leave(page, words, link_to(edition, "unsubscribe"), newsroom, hold=hold)
    assert len(smtp.inbox) == 2


def _choose(page: Page, words: Words, link: str, newsroom: DigestCommand, *, hold: Hold) -> None:
    page.goto(link)
    page.locator("select[name=hour]").select_option("7")
    page.locator("select[name=zone]").select_option("Asia/Damascus")
    _press(page, words.say("Save"))
    expect(page.get_by_role("status")).to_be_visible()
    hold(page)
    kept = newsroom.ask("subscriber", "show", READER)
    assert (kept["hour"], kept["zone"]) == (7, "Asia/Damascus")
    page.locator("input[type=date]").fill(page.locator("input[type=date]").get_attribute("max") or "")
    _press(page, words.say("Pause"))
    assert _standing(newsroom)[0] == "paused"
    _press(page, words.say("End the pause now"))
    assert _standing(newsroom)[0] == "active"


def _read_in_browser(page: Page, link: str) -> None:
    page.goto(link)
    expect(page.get_by_role("link", name="Night train & ferry share one ticket").first).to_be_visible()
    assert READER not in page.content()
    assert not re.search(r"/(unsubscribe|preferences)/", page.content())


def _leave(page: Page, words: Words, link: str, newsroom: DigestCommand, *, hold: Hold) -> None:
    page.goto(link)
    hold(page)
    page.locator("button[name=wish][value=topic]").click()
    assert _standing(newsroom)[1] == "left"
    hold(page)
    _press(page, words.say("Undo"))
    assert _standing(newsroom) == ("active", "subscribed")
    page.goto(link)
    page.locator("button[name=wish][value=topic]").click()
    page.get_by_role("radio").first.check()
    _press(page, words.say("Send"))
    assert _standing(newsroom)[1] == "left"


def _press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def _hold_to_nothing(_page: Page) -> None:
    """The checker is a script, and these pages run none; they are the same pages."""


def _hold_to_standards(page: Page) -> None:
    assert not find_barriers(page)
    assert is_as_wide_as_shown(page)


def _standing(newsroom: DigestCommand) -> tuple[str, str]:
    kept = json.loads(newsroom.run("subscriber", "show", READER, "--json"))
    return kept["status"], kept["topics"]["ferries"]
