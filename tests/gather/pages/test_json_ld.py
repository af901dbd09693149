"""JSON-LD as publishers write it: every kind, every form of a field, and what they break."""

import json

import pytest

from tests.gather.pages.makers import TEXT, URL, json_ld, labels, page, read, script


@pytest.mark.parametrize(
    "kind",
    [
        "Article", "NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "OpinionNewsArticle", "Report",
        "LiveBlogPosting", "BlogPosting", "http://schema.org/NewsArticle", "schema:Article", ["Thing", "NewsArticle"],
    ],
)  # fmt: skip
def test_every_kind_of_article_is_known(kind: object) -> None:
    story = read(page(json_ld(**{"@type": kind, "headline": "From JSON-LD"}), body="<h1>From the page</h1>" + TEXT))

    assert story.title == "From JSON-LD"


@pytest.mark.parametrize(
    "text",
    [
        '{"@type": "NewsArticle", "headline": "Mended",}',
        '[{"@type": "WebSite", "name": "x"}, {"@type": "NewsArticle", "headline": "Mended"},]',
        '<!-- {"@type": "NewsArticle", "headline": "Mended"} -->',
        '//<![CDATA[\n{"@type": "NewsArticle", "headline": "Mended"}\n//]]>',
        '/* <![CDATA[ */ {"@type": "NewsArticle", "headline": "Mended"} /* ]]> */',
        '{"@type": "NewsArticle", "headline": "Mended", "articleBody": "one\ntwo\tthree, ]"}',
        '{"@type": "NewsArticle", "headline": "Mended"};',
        '{"@type": "WebPage", "mainEntity": {"@type": "NewsArticle", "headline": "Mended"}}',
        '{"@graph": [{"@type": "BreadcrumbList"}, {"@type": "NewsArticle", "headline": "Mended"}]}',
        '\ufeff{"@type": "NewsArticle", "headline": "Mended"}',
    ],
)
def test_broken_json_ld_is_mended(text: str) -> None:
    story = read(page(script(text), body="<h1>From the page</h1>" + TEXT))

    assert story.title == "Mended"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "3",
        '{"@type": "NewsArticle"',
        "[" * 100_000,
        '{"a":' * 50_000,
        '"' * 99_999,
        "9" * 10_000,
        '{"a": "' + '\\"' * 400_000,
        '{"a":' + " " * 800_000 + "x",
        '{"@type": 7, "headline": {}, "@graph": "x"}',
        '{"@type": "NewsArticle", "headline": ["a"], "image": 3, "author": 1}',
    ],
    ids=range(13),
)
def test_json_ld_beyond_mending_is_passed_over(text: str) -> None:
    story = read(page("<title>From the title</title>" + script(text)))

    assert story.title in {"From the title", "a"}


def test_of_several_articles_the_pages_own_counts() -> None:
    others = [{"@type": "NewsArticle", "headline": "Another", "url": "https://www.courier.example/other"}]
    own = {"@type": "NewsArticle", "headline": "The own one", "url": URL}

    story = read(page(script(json.dumps([*others, own]))))

    assert story.title == "The own one"


def test_articles_that_are_only_listed_do_not_count() -> None:
    listed = {"@type": "ItemList", "itemListElement": [{"@type": "NewsArticle", "headline": "Another"}]}

    story = read(page("<title>The own one</title>" + script(json.dumps(listed))))

    assert story.title == "The own one"


@pytest.mark.parametrize(
    ("author", "byline"),
    [
        ("Jane Doe", "Jane Doe"),
        ("By Jane Doe", "Jane Doe"),
        (["Jane Doe", "Omar Idris", "Jane Doe"], "Jane Doe, Omar Idris"),
        ({"@type": "Person", "name": "Jane Doe"}, "Jane Doe"),
        ([{"name": ["Jane Doe"]}, {"name": "Omar Idris"}], "Jane Doe, Omar Idris"),
        ("https://facebook.example/jane", ""),
        (7.5, "7.5"),
        (None, ""),
    ],
)
def test_authors_are_read_in_every_form(author: object, byline: str) -> None:
    assert read(page(json_ld(headline="A", author=author))).byline == byline


@pytest.mark.parametrize(
    ("image", "url"),
    [
        ("/a.jpg", "https://www.courier.example/a.jpg"),
        (["https://img.example/a.jpg", "https://img.example/b.jpg"], "https://img.example/a.jpg"),
        ({"@type": "ImageObject", "url": "//img.example/a.jpg"}, "https://img.example/a.jpg"),
        ({"@type": "ImageObject", "contentUrl": "https://img.example/a.jpg"}, "https://img.example/a.jpg"),
        (
            [
                {"url": "https://img.example/s.jpg", "width": 400},
                {"url": "https://img.example/l.jpg", "width": "1200px"},
            ],
            "https://img.example/l.jpg",
        ),
    ],
)
def test_images_are_read_in_every_form(image: object, url: str) -> None:
    story = read(page(json_ld(headline="A", image=image)))

    assert story.image is not None
    assert story.image.url == url


@pytest.mark.parametrize(
    "image", ["javascript:alert(1)", "data:image/png;base64,AAAA", {}, [], False, "ftp://x.example/a.jpg"]
)
def test_an_image_that_is_no_web_address_is_none(image: object) -> None:
    assert read(page(json_ld(headline="A", image=image))).image is None


@pytest.mark.parametrize(
    ("keywords", "tags"),
    [
        ("Coast, Storms", ["Coast", "Storms"]),
        (["Coast", "Storms, winter"], ["Coast", "Storms, winter"]),
        ([{"@type": "DefinedTerm", "name": "Coast"}], ["Coast"]),
        (["Syria’s War", "SYRIA'S WAR"], ["Syria’s War"]),
        (None, []),
    ],
)
def test_keywords_are_read_in_every_form(keywords: object, tags: list[str]) -> None:
    assert labels(read(page(json_ld(headline="A", keywords=keywords)))) == tags


def test_a_body_that_only_json_ld_has_is_taken() -> None:
    story = read(
        page(
            json_ld(headline="A", articleBody="Dark &amp; stormy.\n" + "The sea rose again. " * 30),
            body="<p>Loading</p>",
        )
    )

    assert story.body_text.startswith("Dark & stormy.\n\nThe sea rose again.")
