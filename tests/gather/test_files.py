"""Files and folders: read by name, each story on its own, errors that say what to do."""

import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.errors import RejectedError
from digest.gather.files import MAX_FILE_BYTES, find_files, parse_file, read_file
from digest.model.sources import ParsedDocument
from digest.model.stories import Image, ParsedStory

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def parse(name: str, content: str | bytes) -> ParsedDocument:
    return parse_file(name, content.encode() if isinstance(content, str) else content, now=NOW)


def read(name: str, content: str | bytes) -> ParsedStory:
    return parse(name, content).stories[0]


def labels(story: ParsedStory) -> list[str]:
    return [tag.label for tag in story.tags]


MARKDOWN = """---
title: Town mends its sea wall
description: "Three storms: one wall"
tags: [Coast, Sailor's Rest]
date: 2026-11-01T08:00:00Z
updated: 2 Nov 2026 09:00 GMT
author:
  - Jane Doe
  - name: Omar Idris
image:
  url: https://img.example/wall.jpg
  alt: A crane
  credit: Lena Voss
  width: 1200
  height: 800
url: https://www.courier.example/coast/sea-wall?utm_source=x
lang: no
slug: sea-wall
---

The council *agreed* on Monday. [The plan](/plan) runs to 2028.

## What comes next

- Stone
- Sand

<script>alert(1)</script>
"""


def test_markdown_is_read_with_its_front_matter() -> None:
    story = read("sea-wall.md", MARKDOWN)

    assert (story.title, story.dek) == ("Town mends its sea wall", "Three storms: one wall")
    assert (story.byline, story.lang, story.guid) == ("Jane Doe, Omar Idris", "no", "sea-wall.md#sea-wall")
    assert story.url == "https://www.courier.example/coast/sea-wall"
    assert labels(story) == ["Coast", "Sailor's Rest"]
    assert story.published_at == datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
    assert story.updated_at == datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    assert story.image == Image(
        url="https://img.example/wall.jpg", alt="A crane", credit="Lena Voss", width=1200, height=800
    )
    assert "<em>agreed</em>" in story.body_html
    assert '<a href="https://www.courier.example/plan"' in story.body_html
    assert "<script" not in story.body_html


@pytest.mark.parametrize(
    ("content", "title", "text"),
    [
        ("# Town mends its sea wall\n\nThe council agreed.", "Town mends its sea wall", "The council agreed."),
        ("---\ntags: a\n---\n\n# Sea wall #\n\nThe council agreed.", "Sea wall", "The council agreed."),
        ("---\ntitle: Sea wall\n---\n# Sea wall\n\nThe council agreed.", "Sea wall", "The council agreed."),
        ("---\r\ntitle: Sea wall\r\n---\r\nThe council agreed.\r\n", "Sea wall", "The council agreed."),
        ("\ufeff---\ntitle: 2026\n---\nThe council agreed.", "2026", "The council agreed."),
        ("# Sea wall" + " #" * 100_000 + "\n\nThe council agreed.", "Sea wall", "The council agreed."),
        ("---\n---\nThe council agreed.", "The council agreed.", "The council agreed."),
    ],
)
def test_markdown_gets_its_title_from_where_it_stands(content: str, title: str, text: str) -> None:
    story = read("a.md", content)

    assert (story.title, story.body_text) == (title, text)


@pytest.mark.parametrize(
    ("front_matter", "why"),
    [
        ("a: &a [x, x]\nb: [*a, *a]", "aliases (*name) are not read here"),
        ("title: [", "is no YAML that is read: line 2"),
        ("title: a\n  b: c: d", "is no YAML that is read: line 3"),
        ("just words", "names no fields"),
        ("- a\n- b", "names no fields"),
        ("a: " + "[" * 15_000, "is no YAML that is read"),
        ("a: " + "b" * 20_001, "more than 20,000 characters"),
        ("? [a]\n: b", "is no YAML that is read"),
        ("title: \x07", "is no YAML that is read"),
    ],
)
def test_front_matter_that_cannot_be_read_is_rejected_by_its_fault(front_matter: str, why: str) -> None:
    with pytest.raises(RejectedError, match=re.escape(why)):
        parse("a.md", f"---\n{front_matter}\n---\n\nThe council agreed.")


def test_front_matter_that_is_never_closed_is_rejected() -> None:
    with pytest.raises(RejectedError, match="never closed; put --- on a line after it"):
        parse("a.md", "---\ntitle: Sea wall\n\nThe council agreed.")


def test_a_tag_of_yaml_makes_no_object() -> None:
    story = read("a.md", "---\ntitle: Sea wall\nx: !!python/object/apply:os.system [id]\n---\nThe council agreed.")

    assert story.title == "Sea wall"


STORY = {
    "headline": "Town mends its sea wall",
    "standfirst": "Three storms, one wall",
    "content": "<p>The council <b>agreed</b>.</p>",
    "authors": [{"name": "Jane Doe"}, "Omar Idris"],
    "keywords": "Coast, Storms",
    "datePublished": "2026-11-01T08:00:00Z",
    "image": [{"src": "https://img.example/wall.jpg", "alt": "A crane"}],
    "link": "https://www.courier.example/coast/sea-wall",
    "id": 17,
}


@pytest.mark.parametrize("wrapped", [STORY, [STORY], {"stories": [STORY]}, {"articles": [STORY], "total": 1}])
def test_json_stories_are_read_alone_in_a_list_or_within_an_object(wrapped: object) -> None:
    story = read("stories.json", json.dumps(wrapped))

    assert (story.title, story.dek, story.body_text) == (
        "Town mends its sea wall",
        "Three storms, one wall",
        "The council agreed.",
    )
    assert (story.byline, story.guid) == ("Jane Doe, Omar Idris", "stories.json#17")
    assert labels(story) == ["Coast", "Storms"]
    assert story.published_at == datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
    assert story.image == Image(url="https://img.example/wall.jpg", alt="A crane")


def test_one_bad_story_never_stops_the_others() -> None:
    bad: list[object] = [7, None, {}, {"title": ""}, {"title": "Deep", "body": "<div>" * 300 + "<ul>" * 300}]

    document = parse("stories.json", json.dumps([*bad, STORY]))

    assert [story.title for story in document.stories] == ["Town mends its sea wall"]
    assert [one.what for one in document.rejected] == ["story 1", "story 2", "story 3", "story 4", 'story 5, "Deep"']
    assert "nested" in document.rejected[-1].why


def test_a_body_may_be_text_or_a_list_of_paragraphs() -> None:
    assert read("a.json", '{"title": "A", "text": "5 < 7\\n\\nsecond"}').body_text == "5 < 7\n\nsecond"
    assert read("a.json", '{"title": "A", "body": ["first", "second"]}').body_text == "first\n\nsecond"


def test_a_json_feed_in_a_file_is_known_by_its_version() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Courier",
        "items": [{"id": "1", "title": "Sea wall"}],
    }

    assert parse("feed.json", json.dumps(feed)).title == "Courier"


def test_a_date_that_cannot_be_read_is_noted() -> None:
    story = read("a.json", '{"title": "A", "date": "the day before"}')

    assert 'its date "the day before" cannot be read' in story.notes


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("{", "it is no JSON"),
        ("[" * 100_000, "nested too deep"),
        ("[]", "its list of stories is empty"),
        ("{}", "it holds no story"),
        ("7", "it holds no story"),
        ("", "it is empty"),
    ],
)
def test_json_without_stories_is_rejected(content: str, why: str) -> None:
    with pytest.raises(RejectedError, match=re.escape(why)):
        parse("stories.json", content)


def test_a_saved_page_may_be_short() -> None:
    story = read(
        "page.html",
        '<link rel=canonical href="https://courier.example/a"><h1>Sea wall</h1><p>Mended. <a href="/b">More</a></p>',
    )

    assert (story.title, story.url, story.body_text) == ("Sea wall", "https://courier.example/a", "Mended. More")
    assert 'href="https://courier.example/b"' in story.body_html


def test_a_saved_feed_is_read() -> None:
    feed = '<rss version="2.0"><channel><title>Courier</title><item><title>Sea wall</title></item></channel></rss>'

    assert [read(f"feed{ending}", feed).title for ending in (".xml", ".rss", ".RSS")] == ["Sea wall"] * 3


@pytest.mark.parametrize(
    ("name", "called"), [("a.pdf", ".pdf files"), ("a", "files without an ending"), ("a.docx", ".docx")]
)
def test_other_files_are_rejected_naming_what_is_read(name: str, called: str) -> None:
    with pytest.raises(RejectedError, match=re.escape(called) + r".*are not read; give one that ends in \.txt, \.md"):
        parse(name, "words")


def test_a_folder_gives_its_files_in_order(tmp_path: Path) -> None:
    for name in ("b.txt", "a.md", "sub/c.json", "sub/.hidden.txt", ".git/d.txt", "picture.jpg", "A.HTML"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("words")

    found = [str(path.relative_to(tmp_path)) for path in find_files(tmp_path)]

    assert found == ["A.HTML", "a.md", "b.txt", "sub/c.json"]


def test_links_out_of_a_folder_are_not_followed(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    for folder in (inside, outside):
        folder.mkdir()
        (folder / "story.txt").write_text("words")
    (inside / "link.txt").symlink_to(outside / "story.txt")
    (inside / "own.txt").symlink_to(inside / "story.txt")
    (inside / "folder").symlink_to(outside)
    (inside / "round").symlink_to(inside)
    (inside / "broken.txt").symlink_to(inside / "nothing.txt")

    assert [path.name for path in find_files(inside)] == ["own.txt", "story.txt"]


def test_a_file_too_large_is_rejected_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)

    with pytest.raises(RejectedError, match=f"{MAX_FILE_BYTES + 1:,} bytes; at most {MAX_FILE_BYTES:,}"):
        read_file(path)


def test_what_is_no_plain_file_is_rejected(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")

    for path, why in (
        (tmp_path / "pipe.txt", "no plain file"),
        (tmp_path, "no plain file"),
        (tmp_path / "x", "No such"),
    ):
        with pytest.raises(RejectedError, match=why):
            read_file(path)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(["a.txt", "a.md", "a.json", "a.html", "a.xml"]), st.binary(max_size=300))
def test_no_bytes_break_the_reading(name: str, content: bytes) -> None:
    try:
        document = parse(name, content)
    except RejectedError:
        return

    assert all(story.title for story in document.stories)


FIELDS = st.dictionaries(
    st.sampled_from(["title", "body", "text", "tags", "image", "author", "date", "url", "id", "lang", "source", "dek"]),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "url", "width"]), inner),
        max_leaves=5,
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(FIELDS, min_size=1, max_size=4))
def test_no_story_of_wrong_types_stops_the_others(stories: list[dict[str, object]]) -> None:
    document = parse("stories.json", json.dumps([*stories, {"title": "The last"}]))

    assert document.stories[-1].title == "The last"
    assert len(document.stories) + len(document.rejected) == len(stories) + 1
