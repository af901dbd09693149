"""Drafts: what `finish` cleans, bounds, notes and refuses, whatever read the document."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from digest.errors import RejectedError
from digest.gather.cleaning.draft import Draft, finish
from digest.gather.cleaning.language import direction_of, normal_language
from digest.model.stories import Direction, Image, ParsedStory

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
BASE = "https://gazette.example/news/"


def finished(**fields: Any) -> ParsedStory:
    usual: dict[str, Any] = {"title": "Ferry returns", "url": "ferry", "published": NOW - timedelta(days=1)}
    draft = Draft(**usual | fields)
    return finish(draft, base_url=BASE, source=BASE, now=NOW)


def test_a_whole_draft_becomes_a_whole_story() -> None:
    story = finished(
        title="The &amp; ferry",
        guid="7",
        dek="<p>A dek.</p>",
        body="<p>One two.</p><p>Three.</p>",
        byline="By Mona Reed",
        publisher="Gazette",
        image_url="/i.jpg",
        image_alt="A <b>ferry</b>",
        image_credit="B. Moss",
        image_width=640,
        image_height=400,
        credit="Agency",
        tags=["Port", "PORT", "Sea"],
        lang="en_gb",
        updated=NOW - timedelta(hours=1),
    )

    assert story == ParsedStory(
        title="The & ferry",
        url="https://gazette.example/news/ferry",
        guid="gazette.example#7",
        dek="A dek.",
        body_html="<p>One two.</p><p>Three.</p>",
        body_text="One two.\n\nThree.",
        byline="Mona Reed",
        publisher="Gazette",
        image=Image(url="https://gazette.example/i.jpg", alt="A ferry", credit="B. Moss", width=640, height=400),
        credit="Agency",
        tags=story.tags,
        lang="en-GB",
        direction=Direction.LTR,
        published_at=NOW - timedelta(days=1),
        updated_at=NOW - timedelta(hours=1),
        content_hash=story.content_hash,
        word_count=3,
        notes=(),
    )
    assert [tag.label for tag in story.tags] == ["Port", "Sea"]


@pytest.mark.parametrize("empty", [{}, {"title": " <br> "}, {"title": "", "body": "<img src=x>"}, {"dek": "<p> </p>"}])
def test_a_draft_without_title_and_text_is_rejected(empty: dict[str, str]) -> None:
    with pytest.raises(RejectedError, match="neither a title nor a text"):
        finished(**{"title": "", **empty})


@pytest.mark.parametrize("chars", [301, 20_001, 3_000_000])
def test_a_title_that_is_cut_is_noted_with_its_length(chars: int) -> None:
    story = finished(title="a" * chars)

    assert len(story.title) == 300
    assert story.notes == (f"its title was cut from {chars:,} characters",)


@pytest.mark.parametrize("title", ["a" * 300, "<b>" + "a" * 299 + "</b>", "&amp;" * 300])
def test_a_title_that_fits_is_not_noted(title: str) -> None:
    assert finished(title=title).notes == ()


def test_a_missing_title_is_taken_from_the_text() -> None:
    story = finished(title="", body="<p>" + "The council met on Monday evening. " * 9 + "</p>")

    assert story.title.startswith("The council met")
    assert story.title.endswith("…")
    assert story.notes == ("no title: taken from its text",)


def test_plain_text_makes_paragraphs() -> None:
    story = finished(body="One & two\nthree.\n\n<Four> &amp; five.")

    assert story.body_html == "<p>One &amp; two three.</p><p>&lt;Four&gt; &amp; five.</p>"
    assert story.body_text == "One & two three.\n\n<Four> & five."


def test_a_dek_that_starts_the_body_is_no_dek() -> None:
    body = "<p>The ferry sails again after a year.</p><p>More.</p>"

    assert finished(dek="The ferry sails again [...]", body=body).dek == ""
    assert finished(dek="<p>The ferry sails again after a year.</p>", body=body).dek == ""
    assert finished(dek="The ferry is back.", body=body).dek == "The ferry is back."


def test_a_dek_that_is_the_whole_text_is_the_body() -> None:
    assert finished(dek="<p>One.</p><p>Two.</p>").body_text == "One.\n\nTwo."
    assert finished(dek="word " * 200).dek == ""
    assert finished(dek="Short.").dek == "Short."


@pytest.mark.parametrize(
    ("url", "note"),
    [("", "no link"), ("javascript:x()", 'its link "javascript:x()" is no web address')],
)
def test_a_story_without_a_usable_link_says_so(url: str, note: str) -> None:
    story = finished(url=url)

    assert (story.url, story.notes) == ("", (note,))


@pytest.mark.parametrize("image", ["data:image/png;base64,AA", "javascript:x", "cid:1", "file:///x.png"])
def test_an_image_that_is_not_on_the_web_is_none(image: str) -> None:
    assert finished(image_url=image).image is None


def test_without_an_image_the_first_of_the_body_is_taken() -> None:
    assert finished(body='<p>x<img src="i.jpg" alt="I"></p>').image == Image(url=f"{BASE}i.jpg", alt="I")


@pytest.mark.parametrize("size", [0, -1, 10**9, None])
def test_a_size_that_cannot_be_is_unknown(size: int | None) -> None:
    image = finished(image_url="/i.jpg", image_width=size).image

    assert image is not None
    assert image.width is None


def test_a_date_in_the_future_counts_as_now() -> None:
    story = finished(published=NOW + timedelta(days=30), updated=NOW + timedelta(days=31))

    assert (story.published_at, story.updated_at) == (NOW, NOW)
    assert story.notes[0] == "its date, 2026-12-22 12:00 UTC, is in the future: counts as now"


def test_a_clock_a_minute_ahead_is_not_worth_a_note() -> None:
    story = finished(published=NOW + timedelta(minutes=1))

    assert (story.published_at, story.notes) == (NOW, ())


def test_a_date_before_the_web_is_none() -> None:
    story = finished(published=datetime(1970, 1, 1, tzinfo=UTC))

    assert story.published_at is None
    assert story.notes == (
        "its date, 1970-01-01, cannot be: ignored",
        "no date: counts from when it was first seen",
    )


def test_a_story_that_is_only_updated_is_dated_by_that() -> None:
    story = finished(published=None, updated=NOW - timedelta(days=2))

    assert story.published_at == NOW - timedelta(days=2)
    assert story.notes == ("no date of publication: taken from its last update",)


def test_times_come_out_in_utc_whatever_their_zone() -> None:
    zone = timezone(timedelta(hours=-5))

    assert finished(published=datetime(2026, 11, 20, 8, tzinfo=zone)).published_at == datetime(
        2026, 11, 20, 13, tzinfo=UTC
    )
    assert finished(published=datetime.max.replace(tzinfo=zone)).published_at == NOW
    assert finished(published=datetime.min.replace(tzinfo=timezone(timedelta(hours=5)))).published_at is None


def test_dates_and_tags_do_not_change_the_content() -> None:
    assert finished(tags=["a"], published=NOW).content_hash == finished(tags=["b"], published=None).content_hash


def test_every_field_is_bounded() -> None:
    long = "word " * 20_000
    story = finished(
        title=long, dek=long, body="b", byline=long, publisher=long, credit=long, tags=[f"t{at}" for at in range(500)]
    )

    assert max(map(len, (story.title, story.byline, story.publisher, story.credit))) <= 300
    assert len(story.dek) <= 500
    assert len(story.tags) == 50


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("en", "en"),
        ("EN-us", "en-US"),
        ("pt_BR", "pt-BR"),
        ("zh-hant-TW", "zh-Hant-TW"),
        ("ar-001", "ar-001"),
        ("iw", "he"),
        ("English", ""),
        ("und", ""),
        ("x-default", ""),
        ("", ""),
        ("en\x00", ""),
    ],
)
def test_a_language_has_one_spelling(named: str, expected: str) -> None:
    assert normal_language(named) == expected


@pytest.mark.parametrize(
    ("lang", "title", "expected"),
    [
        ("ar", "عودة", Direction.RTL),
        ("ar-EG", "BBC", Direction.RTL),
        ("ku-Arab", "x", Direction.RTL),
        ("ku", "x", Direction.LTR),
        ("ar-Latn", "marhaba", Direction.LTR),
        ("en", "Ferry", Direction.LTR),
        ("en", "عودة العبارة", Direction.RTL),
        ("", "BBC: عودة العبارة", Direction.RTL),
        ("", "Word of the day: סערה", Direction.LTR),
        ("", "123", Direction.LTR),
    ],
)
def test_a_text_runs_as_its_language_or_its_letters_do(lang: str, title: str, expected: Direction) -> None:
    assert direction_of(lang, title) is expected
