"""What the sample newsroom promises of its article pages."""

import json

from lxml import html

from digest.demo.newsroom import Newsroom
from digest.demo.stories import DemoStory


def page_of(newsroom: Newsroom, slug: str) -> html.HtmlElement:
    body = newsroom.body_at(f"/news/{slug}")
    assert body
    return html.document_fromstring(body.content.decode())


def story_of(newsroom: Newsroom, slug: str) -> DemoStory:
    return next(one for one in newsroom.stories if one.slug == slug)


def news_article(page: html.HtmlElement) -> dict[str, object]:
    found: dict[str, object] = json.loads(page.xpath("string(//script[@type='application/ld+json'])"))
    return found


def test_a_page_says_the_same_to_readers_and_to_machines(newsroom: Newsroom) -> None:
    for story in newsroom.stories:
        page = page_of(newsroom, story.slug)

        assert page.xpath("string(//h1)") == story.headline
        assert page.xpath("string(//meta[@property='og:title']/@content)") == story.headline
        assert news_article(page)["headline"] == story.headline
        assert page.xpath("//link[@rel='canonical']/@href") == [story.url]
        assert page.xpath("//article/p[not(@class)]/text()") == list(story.paragraphs)


def test_a_page_names_its_own_tags_which_differ_from_the_feeds_in_case_and_apostrophes(newsroom: Newsroom) -> None:
    page = page_of(newsroom, "crab-boats-stay-in")

    assert page.xpath("//meta[@property='article:tag']/@content") == ["FISHERMEN'S WHARF", "fishing"]
    assert page.xpath("//a[@rel='tag']/text()") == ["FISHERMEN'S WHARF", "fishing"]
    assert story_of(newsroom, "crab-boats-stay-in").tags == ("Fishing", "Fishermen’s Wharf")


def test_an_arabic_page_runs_from_right_to_left(newsroom: Newsroom) -> None:
    page = page_of(newsroom, "ar-saturday-school")

    assert (page.get("lang"), page.get("dir")) == ("ar", "rtl")


def test_the_hostile_entry_s_page_holds_nothing_hostile(newsroom: Newsroom) -> None:
    body = newsroom.body_at("/news/wire-flu-clinics-on-saturdays")

    assert body
    assert b"javascript:" not in body.content
    assert b"ads.example" not in body.content


def test_the_undated_story_s_page_has_no_date_either(newsroom: Newsroom) -> None:
    page = page_of(newsroom, "empty-shops-in-court")

    assert not page.xpath("//time | //meta[starts-with(@property, 'article:p')]")
    assert "datePublished" not in news_article(page)
