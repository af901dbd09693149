"""The archive in a browser: what is shown, to whom, what is not, and what caches may keep."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest
from lxml import html

from digest.flows.controlling import recall_edition
from digest.flows.editing import hold_edition
from digest.flows.publishing import plan_edition
from digest.model.stories import Direction
from digest.model.topics import Theme
from digest.web.views.archive import MAIL_POLICY
from tests.servers.web import Web
from tests.web.archive_pages import links_of, read_page
from tests.web.editions import build_edition, open_topic, path_of, send_edition, send_many

HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'&lt;"


def shared_of(page: html.HtmlElement) -> Mapping[str, str]:
    """Return what a page says of itself to who shares it (Open Graph)."""
    return {meta.get("property", ""): meta.get("content", "") for meta in page.iter("meta") if meta.get("property")}


def test_an_edition_is_shown_as_it_was_mailed_with_what_a_page_needs_around_it(web: Web) -> None:
    open_topic(web.services, description="News of the islands")
    edition = send_edition(web.services, "Ferry sails again", "Kitchen opens")

    answer = web.client.get(path_of(edition))

    page = html.document_fromstring(answer.text)
    mail = web.site.shelf.page_of(edition)
    assert all(piece.strip() in answer.text for piece in (mail.head, mail.body_tag, mail.content, mail.end))
    assert answer.headers["content-security-policy"] == MAIL_POLICY
    assert page.findtext(".//title") == "Islands: Ferry sails again"
    assert links_of(page, "canonical") == [web.url + path_of(edition)]
    assert shared_of(page)["og:url"] == web.url + path_of(edition)
    assert shared_of(page)["og:title"] == "Islands: Ferry sails again"
    assert "/subscribe?topic=islands" in {link.get("href") for link in page.iter("a")}
    assert "/unsubscribe/" not in answer.text
    assert "/preferences/" not in answer.text


def test_the_link_in_the_mail_leads_to_its_edition(web: Web) -> None:
    open_topic(web.services)
    web.clock.advance(microseconds=999_999)
    edition = send_edition(web.services, "Ferry sails again")

    link = web.services.open_compiler().compile_edition(edition).archive_url

    assert read_page(web, link.removeprefix(web.url)).findtext(".//title") == "Islands: Ferry sails again"


def test_editions_lead_to_the_ones_before_and_after_them(web: Web) -> None:
    open_topic(web.services)
    first, second, third = send_many(web.services, web.clock, 3)

    pages = [read_page(web, path_of(one)) for one in (first, second, third)]

    assert [links_of(page, "prev") for page in pages] == [[], [web.url + path_of(first)], [web.url + path_of(second)]]
    assert [links_of(page, "next") for page in pages] == [[web.url + path_of(second)], [web.url + path_of(third)], []]


def test_what_readers_did_not_get_is_not_there(web: Web) -> None:
    open_topic(web.services)
    edition = build_edition(web.services, ["Ferry sails again"])
    assert edition.id is not None

    built = web.client.get(path_of(edition)).status_code
    hold_edition(web.services, edition.id)
    held = web.client.get(path_of(edition)).status_code

    assert (built, held) == (404, 404)
    assert "Ferry sails again" not in web.client.get("/editions/islands").text
    assert "Ferry sails again" not in web.client.get("/editions").text


def test_an_edition_is_there_from_its_first_mail_on_and_gone_once_it_is_recalled(web: Web) -> None:
    open_topic(web.services)
    edition = build_edition(web.services, ["Ferry sails again"])
    assert edition.id is not None
    plan_edition(web.services, edition)

    sending = web.client.get(path_of(edition)).status_code
    recall_edition(web.services, edition.id)
    recalled = web.client.get(path_of(edition))

    assert (sending, recalled.status_code) == (200, 410)
    assert "This edition was taken back" in recalled.text
    assert recalled.headers["cache-control"] == "no-store"
    assert "Ferry sails again" not in web.client.get("/editions/islands").text


def test_an_edition_that_everybody_got_leaves_page_list_feeds_and_sitemap_once_it_is_recalled(web: Web) -> None:
    open_topic(web.services)
    edition = send_edition(web.services, "Ferry sails again")
    assert edition.id is not None
    topic = "/editions/islands"
    everywhere = ("/editions", topic, f"{topic}/feed.atom", f"{topic}/feed.json", "/sitemap.xml")

    named = [path_of(edition) in web.client.get(path).text for path in everywhere]
    recall_edition(web.services, edition.id)
    still_named = [path_of(edition) in web.client.get(path).text for path in everywhere]

    assert (named, still_named) == ([True] * 5, [False] * 5)
    assert web.client.get(path_of(edition)).status_code == 410


NOWHERE = (
    "/editions/unknown",
    "/editions/unknown/feed.atom",
    "/editions/islands/2026-11-22-130001",
    "/editions/islands/2026-13-45-999999",
    "/editions/islands/latest",
    "/editions/islands/٢٠٢٦-11-22-130000",
    "/editions/islands?page=2",
    "/editions/islands?page=0",
    "/editions/islands?page=-1",
    "/editions/islands?page=1e9",
    "/editions/islands?page=٢",
    "/editions/islands?page=99999999999999999999",
    "/editions/%00",
    "/editions/islands/0001-01-01-000000",
    "/editions/islands/9999-12-31-235959",
    "/sitemap-2.xml",
    "/sitemap-99999999999999999999.xml",
    f"/sitemap-{'9' * 5000}.xml",
    f"/editions/islands?page={'9' * 5000}",
    f"/editions/islands/{'9' * 5000}-11-22-130000",
)


def test_what_is_not_there_is_not_found(web: Web) -> None:
    open_topic(web.services)
    send_edition(web.services)

    statuses = {path: web.client.get(path).status_code for path in NOWHERE}

    assert statuses == dict.fromkeys(NOWHERE, 404)


def test_pages_speak_the_topics_language_and_are_mirrored_where_it_is_written_so(web: Web) -> None:
    open_topic(web.services, "jazair", name="الجزر", lang="ar")
    edition = send_edition(web.services, "عادت العبّارة", slug="jazair", lang="ar", direction=Direction.RTL)

    pages = [read_page(web, path) for path in ("/editions/jazair", path_of(edition))]

    assert [(page.get("lang"), page.get("dir")) for page in pages] == [("ar", "rtl"), ("ar", "rtl")]
    assert "الأعداد" in pages[0].text_content()
    assert "كل الأعداد" in pages[1].text_content()
    assert read_page(web, "/editions/jazair?lang=en").get("dir") == "ltr"


def test_who_has_a_page_already_is_told_so(web: Web) -> None:
    open_topic(web.services)
    edition = path_of(send_edition(web.services))

    for path in ("/editions", "/editions/islands", edition, "/editions/islands/feed.atom", "/robots.txt"):
        answer = web.client.get(path)
        tag = answer.headers["etag"]
        again = [
            web.client.get(path, headers={"If-None-Match": tag}),
            web.client.get(path, headers={"If-None-Match": f'"other", W/{tag}'}),
            web.client.head(path, headers={"If-None-Match": "*"}),
        ]
        asked = {"If-None-Match": '"other"', "If-Modified-Since": answer.headers["date"]}

        assert web.client.get(path, headers=asked).status_code == 200
        assert [(one.status_code, one.content) for one in again] == [(304, b"")] * 3
        assert {one.headers["etag"] for one in again} == {tag}
        assert {one.headers["cache-control"] for one in again} == {"public, max-age=300"}
        assert len({one.headers["content-security-policy"] for one in (answer, *again)}) == 1


def test_a_time_decides_where_there_is_no_tag(web: Web) -> None:
    open_topic(web.services)
    first, second = send_many(web.services, web.clock, 2)
    had = web.client.get(path_of(first)).headers["last-modified"]
    web.clock.advance(days=7)

    same = web.client.get(path_of(first), headers={"If-Modified-Since": had}).status_code
    send_edition(web.services, "Later still")
    later = web.client.get(path_of(second), headers={"If-Modified-Since": had}).status_code
    odd = web.client.get(path_of(second), headers={"If-Modified-Since": "Whenever, 99 Foo 10000"}).status_code

    assert (same, later, odd) == (304, 200, 200)


def test_a_recall_changes_the_time_and_the_tag_of_the_list(web: Web) -> None:
    open_topic(web.services)
    send_edition(web.services)
    web.clock.advance(days=7)
    edition = build_edition(web.services, ["Another"])
    plan_edition(web.services, edition)
    before = web.client.get("/editions/islands").headers
    web.clock.advance(hours=1)
    assert edition.id is not None
    recall_edition(web.services, edition.id)

    after = web.client.get("/editions/islands", headers={"If-Modified-Since": before["last-modified"]})

    assert after.status_code == 200
    assert after.headers["etag"] != before["etag"]


def test_many_visitors_at_once_see_what_one_would(web: Web) -> None:
    open_topic(web.services)
    paths = [path_of(one) for one in send_many(web.services, web.clock, 3)]

    with ThreadPoolExecutor(8) as visitors:
        seen = list(visitors.map(lambda path: (path, httpx2.get(web.url + path, trust_env=False).text), paths * 4))

    assert len(set(seen)) == len(paths)
    assert dict(seen) == {path: web.client.get(path).text for path in paths}


def test_head_answers_as_get_does_without_the_page(web: Web) -> None:
    open_topic(web.services)
    path = path_of(send_edition(web.services))

    got, headed = web.client.get(path), web.client.head(path)

    ignored = {"date", "x-request-id"}
    assert headed.content == b""
    assert {name: got.headers[name] for name in got.headers if name not in ignored} == {
        name: headed.headers[name] for name in headed.headers if name not in ignored
    }


@pytest.mark.parametrize("theme", Theme)
def test_what_stories_and_topics_say_is_never_markup(web: Web, theme: Theme) -> None:
    open_topic(web.services, name=HOSTILE, description=HOSTILE, theme=theme)
    edition = send_edition(web.services, HOSTILE, dek=HOSTILE, byline=HOSTILE, publisher=HOSTILE)

    for path in ("/editions", "/editions/islands", path_of(edition)):
        page = read_page(web, path)

        assert page.find(".//script") is None
        assert not [one for one in page.iter("img") if one.get("onerror")]
        assert "alert(1)" in page.text_content()


def test_a_query_changes_nothing_of_a_page_but_what_it_is_for(web: Web) -> None:
    open_topic(web.services)
    path = path_of(send_edition(web.services))

    plain, odd = web.client.get(path), web.client.get(f'{path}?utm=1&x="><script>')

    assert plain.text == odd.text
