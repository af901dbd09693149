"""The form in an article page: another origin, a strict policy, a page that somebody's cache may keep."""

import json

import pytest
from playwright.sync_api import Browser, expect

from tests.makers.stories import make_tags
from tests.servers.browser.driving import find_barriers, is_as_wide_as_shown, open_page
from tests.web.articles import embedded_form, news_site, type_address
from tests.web.conftest import MakeWeb
from tests.web.editions import open_topic
from tests.web.sign_up_forms import ADDRESS, evidence, mails_waiting, start_rush

ABOUT_ISLANDS = '<meta property="article:tag" content="Islands">'


def json_ld(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


def test_a_reader_signs_up_in_the_article(make_web: MakeWeb, browser: Browser) -> None:
    with news_site(make_web) as site, open_page(browser, width=320) as page:
        open_topic(site.web.services, name="Islands & Sea")
        page.clock.install()
        page.goto(site.publish(head=ABOUT_ISLANDS))

        form = embedded_form(page)
        expect(form.get_by_role("heading")).to_have_text("Get email updates on Islands & Sea")
        assert find_barriers(page) == []
        assert is_as_wide_as_shown(page)
        type_address(site, page, ADDRESS)
        form.get_by_role("button", name="Sign up").click()

        expect(form.get_by_role("status")).to_have_text("Check your inbox: our mail asks you to confirm.")
        expect(form.get_by_role("status")).to_be_focused()
        assert page.url.startswith(site.server.url("/storm"))
        assert mails_waiting(site.web.services) == [(ADDRESS, "en", "confirm")]
        (kept,) = evidence(site.web.services)
        assert (kept["page"], kept["tags"]) == (site.server.url("/storm"), "Islands")
        assert kept["source"] == "embedded form"


@pytest.mark.parametrize(
    ("head", "tag"),
    [
        ('<meta name="keywords" content="Sport, ISLANDS, Boats">', ""),
        ('<meta name="news_keywords" content="Boats;Sea"><meta name="parsely-tags" content="islands">', ""),
        (json_ld({"@type": "NewsArticle", "keywords": "Boats, Islands"}), ""),
        (json_ld({"@graph": [{"keywords": [{"@type": "DefinedTerm", "name": "Islands"}]}]}), ""),
        ('<script type="application/ld+json">{"broken</script>' + ABOUT_ISLANDS, ""),
        ("", 'data-tags="Boats, Islands"'),
        ("", 'data-topic="islands"'),
        ('<meta name="keywords" content="Harbour">', 'data-topic="islands"'),
    ],
)
def test_it_is_about_the_pages_own_tags(make_web: MakeWeb, browser: Browser, head: str, tag: str) -> None:
    with news_site(make_web) as site, open_page(browser) as page:
        open_topic(site.web.services)
        open_topic(site.web.services, "harbour")

        page.goto(site.publish(head=head, tag=tag))

        expect(embedded_form(page).get_by_role("heading")).to_have_text("Get email updates on Islands")


def test_whatever_a_page_has_for_keywords_a_reader_can_sign_up(make_web: MakeWeb, browser: Browser) -> None:
    odd = [7, {"@id": "x"}, "Islands", "long" * 1000, *map(str, range(100))]
    with news_site(make_web) as site, open_page(browser) as page:
        open_topic(site.web.services)
        page.clock.install()
        page.goto(site.publish(head=json_ld([{"keywords": None}, {"keywords": odd}])))
        form = embedded_form(page)
        type_address(site, page, ADDRESS)

        form.get_by_role("button").click()

        expect(form.get_by_role("status")).to_have_text("Check your inbox: our mail asks you to confirm.")


def test_of_several_topics_each_can_be_taken_or_left(make_web: MakeWeb, browser: Browser) -> None:
    with news_site(make_web) as site, open_page(browser) as page:
        for slug in ("islands", "harbour"):
            open_topic(site.web.services, slug, tags=make_tags(["Sea"]))
        page.clock.install()
        page.goto(site.publish(tag='data-tags="Sea"'))
        form = embedded_form(page)
        type_address(site, page, ADDRESS)
        form.get_by_label("Harbour").uncheck()
        form.get_by_label("Islands").uncheck()

        form.get_by_role("button").click()
        expect(form.get_by_role("status")).to_have_text("Please tick at least one topic.")
        form.get_by_label("Islands").check()
        form.get_by_role("button").click()

        expect(form.get_by_role("status")).to_have_text("Check your inbox: our mail asks you to confirm.")
        assert len(evidence(site.web.services)) == 1


def test_it_speaks_the_language_of_the_page(make_web: MakeWeb, browser: Browser) -> None:
    with news_site(make_web) as site, open_page(browser, lang="en") as page:
        open_topic(site.web.services, name="الجزر")

        page.goto(site.publish(head=ABOUT_ISLANDS, lang="ar"))

        form = embedded_form(page)
        expect(form.get_by_role("heading")).to_have_text("تابع أخبار «الجزر» بالبريد الإلكتروني")
        assert form.evaluate("form => getComputedStyle(form).direction") == "rtl"
        assert find_barriers(page) == []


def test_a_topic_that_is_named_like_markup_stays_text(make_web: MakeWeb, browser: Browser) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    with news_site(make_web) as site, open_page(browser) as page:
        open_topic(site.web.services, name=hostile)

        page.goto(site.publish(head=ABOUT_ISLANDS))

        expect(embedded_form(page).get_by_role("heading")).to_have_text(f"Get email updates on {hostile}")


def test_where_no_topic_is_about_the_page_nothing_is_shown(make_web: MakeWeb, browser: Browser) -> None:
    with news_site(make_web) as site, open_page(browser) as page:
        open_topic(site.web.services)

        with page.expect_response("**/api/v1/topics?*"):
            page.goto(site.publish(head='<meta name="keywords" content="Sport">'))

        expect(embedded_form(page)).to_have_count(0)


def test_it_takes_the_place_of_the_plain_form(make_web: MakeWeb, browser: Browser) -> None:
    with news_site(make_web) as site, open_page(browser) as page:
        open_topic(site.web.services)
        plain = f'<form action="{site.web.url}/subscribe?lang=en" method="post"><button>Plain</button></form>'

        page.goto(site.publish(before=plain, tag='data-topic="islands"'))

        expect(embedded_form(page).get_by_role("heading")).to_have_text("Get email updates on Islands")
        expect(page.get_by_text("Plain")).to_have_count(0)


def test_a_site_that_is_not_listed_keeps_its_plain_form(make_web: MakeWeb, browser: Browser) -> None:
    with news_site(make_web, DIGEST_EMBED_ORIGINS="https://other.example") as site, browser.new_context() as context:
        page = context.new_page()
        open_topic(site.web.services)
        plain = f'<form action="{site.web.url}/subscribe?lang=en" method="post"><button>Plain</button></form>'

        with page.expect_event("console", lambda message: "CORS policy" in message.text):
            page.goto(site.publish(before=plain, tag='data-topic="islands"'))

        expect(page.get_by_role("button", name="Plain")).to_be_visible()


def test_where_the_api_is_out_of_reach_the_form_goes_to_the_sign_up_page(make_web: MakeWeb, browser: Browser) -> None:
    with news_site(make_web) as site, browser.new_context() as context:
        page = context.new_page()
        open_topic(site.web.services)
        open_topic(site.web.services, "harbour")
        page.clock.install()
        page.goto(site.publish(head=ABOUT_ISLANDS))
        page.route("**/api/v1/subscriptions", lambda route: route.abort())
        type_address(site, page, ADDRESS)

        embedded_form(page).get_by_role("button").click()

        page.wait_for_url(f"{site.web.url}/subscribe?lang=en")
        expect(page.get_by_label("Your email address")).to_have_value(ADDRESS)
        expect(page.get_by_label("Islands")).to_be_checked()
        expect(page.get_by_label("Harbour")).not_to_be_checked()
        assert page.locator("[name=from]").get_attribute("value") == "article"


def test_a_mistake_is_said_in_the_article_and_mended_there(make_web: MakeWeb, browser: Browser) -> None:
    with news_site(make_web) as site, browser.new_context() as context:
        page = context.new_page()
        open_topic(site.web.services)
        page.clock.install()
        page.goto(site.publish(head=ABOUT_ISLANDS))
        form = embedded_form(page)
        address = form.get_by_label("Your email address")
        type_address(site, page, "ada@reader")

        form.get_by_role("button").click()
        expect(form.get_by_role("status")).to_contain_text("It should look like name@example.org")
        expect(address).to_be_focused()
        address.fill(ADDRESS)
        form.get_by_role("button").click()

        expect(form.get_by_role("status")).to_have_text("Check your inbox: our mail asks you to confirm.")


def test_the_challenge_is_solved_in_the_article(make_web: MakeWeb, browser: Browser) -> None:
    with news_site(make_web) as site, open_page(browser) as page:
        open_topic(site.web.services)
        start_rush(site.web.services)
        page.clock.install()
        page.goto(site.publish(head=ABOUT_ISLANDS))
        form = embedded_form(page)
        type_address(site, page, ADDRESS)

        form.get_by_role("button").click()

        expect(form.get_by_role("status")).to_have_text(
            "Check your inbox: our mail asks you to confirm.", timeout=60_000
        )
        assert mails_waiting(site.web.services) == [(ADDRESS, "en", "confirm")]
