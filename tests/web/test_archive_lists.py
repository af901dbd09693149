"""The archive's lists: which topics and editions are on which page, and that many of them cost no more than few."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from digest.flows.browsing import EDITIONS_A_PAGE, TOPICS_A_PAGE
from digest.model.topics import Visibility
from digest.store import topics
from digest.store.topics import NewTopic
from tests.makers.stories import make_tags
from tests.servers.web import Web
from tests.web.archive_pages import links_of, read_page
from tests.web.conftest import MakeWeb
from tests.web.editions import open_topic, path_of, send_edition, send_many


def open_topics(web: Web, count: int) -> list[str]:
    """Add public topics, and return their slugs in order."""
    slugs = [f"topic-{number:04}" for number in range(count)]
    with web.services.database.begin() as tx:
        for slug in slugs:
            new = NewTopic(slug=slug, name=slug.title(), tags=make_tags([slug]))
            topics.add_topic(tx, new, now=web.clock.now())
    return slugs


@contextmanager
def statements_of(web: Web) -> Iterator[list[str]]:
    """Note each statement that the site's database is given."""
    noted: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        noted.append(statement)

    engine = web.services.database._engine
    event.listen(engine, "before_cursor_execute", note)
    yield noted
    event.remove(engine, "before_cursor_execute", note)


def linked(web: Web, path: str) -> list[str]:
    """Return where the headings of a list of topics lead."""
    return [str(link.get("href")) for link in read_page(web, path).findall(".//h2/a")]


def test_an_unlisted_topic_is_shown_to_who_knows_its_name_and_listed_nowhere(web: Web) -> None:
    open_topic(web.services, "islands")
    open_topic(web.services, "secret", visibility=Visibility.UNLISTED)
    edition = send_edition(web.services, slug="secret")

    listed = {path: web.client.get(path).text for path in ("/editions", "/sitemap.xml")}
    known = [web.client.get(path) for path in ("/editions/secret", "/editions/secret/feed.atom", path_of(edition))]

    assert all("islands" in text and "secret" not in text for text in listed.values())
    assert [(answer.status_code, answer.headers.get("x-robots-tag")) for answer in known] == [(200, "noindex")] * 3
    assert 'content="noindex"' in known[0].text
    assert 'content="noindex"' in known[2].text


def test_public_topics_are_listed_with_their_latest_edition(web: Web) -> None:
    open_topic(web.services, "islands")
    open_topic(web.services, "harbour")
    *_, latest = send_many(web.services, web.clock, 2)

    page = read_page(web, "/editions")

    assert [link.get("href") for link in page.findall(".//h2/a")] == ["/editions/harbour", "/editions/islands"]
    assert [link.get("href") for link in page.findall(".//li/p/a")] == [web.url + path_of(latest)]


def test_many_topics_are_paged(web: Web) -> None:
    slugs = open_topics(web, TOPICS_A_PAGE + 1)
    open_topic(web.services, "unlisted", visibility=Visibility.UNLISTED)

    first, second = read_page(web, "/editions"), read_page(web, "/editions?page=2")

    paths = [f"/editions/{slug}" for slug in slugs]
    assert linked(web, "/editions") == paths[:TOPICS_A_PAGE]
    assert linked(web, "/editions?page=2") == paths[TOPICS_A_PAGE:]
    assert (links_of(first, "prev"), links_of(first, "next")) == ([], ["/editions?page=2"])
    assert (links_of(second, "prev"), links_of(second, "next")) == (["/editions"], [])
    assert links_of(second, "canonical") == [f"{web.url}/editions?page=2"]
    assert web.client.get("/editions?page=3").status_code == 404


def test_lists_ask_the_database_as_often_for_many_topics_as_for_one(web: Web) -> None:
    paths = ("/editions", "/sitemap.xml", "/editions/unknown")
    asked = []

    for slug in ("islands", "harbour", "mountains"):
        open_topic(web.services, slug)
        send_edition(web.services, f"News of {slug}", slug=slug)
        with statements_of(web) as statements:
            for path in paths:
                web.client.get(path)
        asked.append(len(statements))

    assert len(set(asked)) == 1


def test_a_long_archive_is_paged(make_web: MakeWeb) -> None:
    web = make_web()
    open_topic(web.services)
    sent = send_many(web.services, web.clock, EDITIONS_A_PAGE + 1)

    first, second = read_page(web, "/editions/islands?page=1"), read_page(web, "/editions/islands?page=2")

    latest_first = [web.url + path_of(one) for one in reversed(sent)]
    shown = [[link.get("href") for link in page.findall(".//h3/a")] for page in (first, second)]
    assert shown == [latest_first[:EDITIONS_A_PAGE], latest_first[EDITIONS_A_PAGE:]]
    assert (links_of(first, "prev"), links_of(first, "next")) == ([], ["/editions/islands?page=2"])
    assert (links_of(second, "prev"), links_of(second, "next")) == (["/editions/islands"], [])
    assert links_of(first, "canonical") == [f"{web.url}/editions/islands"]
    assert links_of(second, "canonical") == [f"{web.url}/editions/islands?page=2"]
