"""Article pages: what counts before what, whose address is believed, and what is no article."""

import re
from datetime import UTC, datetime

import pytest

from digest.errors import RejectedError
from digest.model.stories import Direction, Image
from tests.gather.pages.makers import TEXT, URL, json_ld, labels, page, read, read_fixture


def test_a_page_is_read_from_its_json_ld_graph() -> None:
    story = read_fixture("graph")

    assert story.title == "Town mends its sea wall"
    assert story.dek == "Three storms in a month left the northern shore open to the sea"
    assert story.byline == "Jane Doe, Omar Idris"
    assert story.publisher == "The Harbour Courier"
    assert story.url == "https://www.courier.example/coast/sea-wall"
    assert story.published_at == datetime(2026, 11, 2, 5, 30, tzinfo=UTC)
    assert story.updated_at == datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
    assert story.lang == "en-GB"
    assert labels(story) == ["Coast", "Town council", "Storms", "sea wall"]
    assert story.image == Image(
        url="https://img.courier.example/wall.jpg",
        alt="Workers lift a stone block",
        credit="Lena Voss / Coastline",
        width=1600,
        height=900,
    )
    assert story.notes == ()


def test_the_text_of_a_page_is_the_articles_alone() -> None:
    story = read_fixture("graph")

    assert story.body_text.startswith("The council agreed on Monday")
    assert story.body_text.endswith("northern shore of the bay.")
    assert '<a href="https://www.courier.example/coast/plan"' in story.body_html
    assert "alert" not in story.body_html


def test_a_page_without_metadata_of_articles_is_read_from_its_elements() -> None:
    story = read_fixture("elements", url="https://courrier.example/culture/marche-quai?fbclid=1")

    assert story.title == "Le marché revient sur le quai"
    assert story.dek == "Après deux ans de travaux, les étals retrouvent leur place"
    assert (story.byline, story.publisher, story.lang) == ("Anne Martin", "Le Courrier du port", "fr")
    assert story.url == "https://courrier.example/culture/marche-quai"
    assert story.published_at == datetime(2026, 10, 30, 7, 0, tzinfo=UTC)
    assert labels(story) == ["Marché", "Quai"]


@pytest.mark.parametrize(
    ("name", "url", "why"),
    [
        (
            "login",
            URL,
            "it asks for a log-in and shows no text; gather its feed instead: https://www.courier.example/feed.xml",
        ),
        ("front", "https://www.courier.example/", "it is a front page, not an article; gather its feed instead"),
    ],
)
def test_what_is_no_article_is_rejected_with_what_to_do(name: str, url: str, why: str) -> None:
    with pytest.raises(RejectedError, match=re.escape(why)):
        read_fixture(name, url=url)


def test_a_page_of_a_few_words_is_rejected() -> None:
    with pytest.raises(RejectedError, match="no article was found on it, only 2 words of text"):
        read(page(body="<p>Not found.</p>"))


def test_a_paywalled_article_is_kept_for_its_dek() -> None:
    story = read_fixture("paywall")

    assert (story.title, story.dek) == ("Inside the ferry inquiry", "What eleven witnesses said behind closed doors")
    assert any("not free to read" in note for note in story.notes)


def test_json_ld_counts_before_open_graph_before_elements() -> None:
    head = (
        '<meta property="og:title" content="From OpenGraph"><meta property="og:description" content="Dek of OpenGraph">'
        '<meta name="description" content="Dek of meta"><meta name="author" content="Jane Doe"><title>A</title>'
    )

    story = read(page(head + json_ld(headline="From JSON-LD")))

    assert (story.title, story.dek, story.byline) == ("From JSON-LD", "Dek of OpenGraph", "Jane Doe")


def test_a_headline_cut_short_is_made_whole() -> None:
    head = '<meta property="og:title" content="Town mends its sea wall before winter">'

    assert read(page(head + json_ld(headline="Town mends its sea…"))).title == "Town mends its sea wall before winter"


@pytest.mark.parametrize(
    ("site", "title", "left"),
    [
        ("The Courier", "Sea wall mended | The Courier", "Sea wall mended"),
        ("The Courier", "Sea wall mended — the courier", "Sea wall mended"),
        ("Courier &amp; Post", "Sea wall mended - Courier &amp; Post", "Sea wall mended"),
        ("The Courier", "Peace talks - Round two", "Peace talks - Round two"),
        ("", "Sea wall mended | The Courier", "Sea wall mended | The Courier"),
        ("The Courier", "The Courier", "The Courier"),
    ],
)
def test_only_the_sites_own_name_is_cut_from_a_title(site: str, title: str, left: str) -> None:
    head = f'<meta property="og:site_name" content="{site}"><title>{title}</title>'

    assert read(page(head)).title == left


def test_open_graph_gives_picture_tags_and_times() -> None:
    head = (
        '<meta property="og:image" content="/a.jpg"><meta property="og:image:alt" content="A crane">'
        '<meta property="og:image:width" content="1200"><meta property="og:image:height" content="630">'
        '<meta property="article:tag" content="Coast"><meta property="article:tag" content="Town, council">'
        '<meta property="article:published_time" content="2026-11-01T08:00:00Z">'
        '<meta property="article:modified_time" content="2026-11-02T08:00:00Z">'
        '<meta property="og:locale" content="en_US">'
    )

    story = read(page(head, html=""))

    assert story.image == Image(url="https://www.courier.example/a.jpg", alt="A crane", width=1200, height=630)
    assert labels(story) == ["Coast", "Town, council"]
    assert story.published_at == datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
    assert story.updated_at == datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
    assert story.lang == "en-US"


def test_keywords_for_search_engines_count_only_where_there_are_no_tags() -> None:
    keywords = '<meta name="keywords" content="news, sea wall">'

    assert labels(read(page(keywords))) == ["news", "sea wall"]
    assert labels(read(page(keywords + '<meta property="article:tag" content="Coast">'))) == ["Coast"]


def test_the_section_is_the_last_resort_for_a_tag() -> None:
    assert labels(read(page('<meta property="article:section" content="Coast">'))) == ["Coast"]


def test_the_pictures_credit_is_found_where_it_stands() -> None:
    figure = '<figure><img src="/i/wall.jpg?w=400" alt="A crane"><span class="photo-credit">Lena Voss</span></figure>'
    head = '<meta property="og:image" content="https://img.example/wall.jpg">'

    story = read(page(head, body=figure + TEXT))

    assert story.image == Image(url="https://img.example/wall.jpg", alt="A crane", credit="Lena Voss")


@pytest.mark.parametrize(
    ("canonical", "url", "believed"),
    [
        ("/coast/other", URL, "https://www.courier.example/coast/other"),
        ("other", URL, "https://www.courier.example/coast/other"),
        ("https://courier.example/x?utm_source=a", "https://m.courier.example/x", "https://courier.example/x"),
        ("https://evil.example/x", URL, URL),
        ("https://www.courier.example/", URL, URL),
        ("javascript:alert(1)", URL, URL),
        ("http://[broken", URL, URL),
        ("https://user:secret@www.courier.example/x", URL, URL),
        ("https://b.github.io/x", "https://a.github.io/x", "https://a.github.io/x"),
        ("http://127.0.0.1:8001/x", "http://127.0.0.1:8000/x?fbclid=1", "http://127.0.0.1:8001/x"),
        ("https://www.courier.example/x", "", "https://www.courier.example/x"),
    ],
)
def test_only_an_address_of_the_same_site_is_believed(canonical: str, url: str, believed: str) -> None:
    story = read(page(f'<title>A</title><link rel="canonical" href="{canonical}">'), url=url)

    assert story.url == believed


def test_an_address_that_is_not_believed_is_noted() -> None:
    story = read(page('<title>A</title><link rel="canonical" href="https://evil.example/x">'))

    assert "it says that its address is on another site, evil.example: not believed" in story.notes


ARABIC = (
    "<p>بدأ عمال الميناء يوم الاثنين رفع حطام العبارة بعد تسعة أيام من جنوحها قرب حاجز الأمواج، وقالت الشركة.</p>"
    "<p>وقال العمدة إن العمل سيستمر حتى يوم الخميس إذا هدأت الرياح، وإن التحقيق سيبدأ في الأسبوع المقبل.</p>"
)


@pytest.mark.parametrize(
    ("encoding", "head", "content_type"),
    [
        ("utf-8", '<meta charset="utf-8">', "text/html"),
        ("utf-8", '<meta charset="iso-8859-1">', "text/html; charset=iso-8859-1"),
        ("utf-8", "", ""),
        ("utf-8-sig", '<meta charset="windows-1256">', "text/html"),
        ("utf-16", "", "text/html; charset=utf-8"),
        ("cp1256", '<meta charset="windows-1256">', "text/html"),
        ("cp1256", '<meta http-equiv="Content-Type" content="text/html; charset=windows-1256">', "text/html"),
        ("cp1256", '<meta charset="utf-8">', "text/html; charset=windows-1256"),
    ],
)
def test_a_page_is_read_in_the_encoding_it_is_in(encoding: str, head: str, content_type: str) -> None:
    markup = page(head + "<title>انتشال العبارة</title>", body=ARABIC, html="").decode()

    story = read(markup.encode(encoding), content_type=content_type)

    assert story.title == "انتشال العبارة"
    assert story.direction is Direction.RTL


def test_the_language_is_the_articles_then_the_pages() -> None:
    assert read(page(json_ld(headline="A", inLanguage="ar"))).lang == "ar"
    assert read(page("<title>A</title>", html='lang="pt-br"')).lang == "pt-BR"
