"""Plain-text article exports: each part in its place, for the layouts that a large archive holds.

`documents/*.txt` are exports of our own writing; the `.json` beside each says what must come out.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.errors import RejectedError
from digest.gather.exports.text_export import MAX_EXPORT_CHARS, read_export
from digest.gather.files import parse_file
from digest.model.stories import ParsedStory

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
FOLDER = Path(__file__).parent / "documents"
USUAL = (FOLDER / "usual.txt").read_text()


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    title: str
    dek: str
    credit: str
    byline: str
    tags: list[str]
    paragraphs: list[str]
    subheads: tuple[str, ...] = ()
    captions: int = 0
    published: str = ""
    updated: str = ""


def read(content: bytes) -> ParsedStory:
    return parse_file("export.txt", content, now=NOW).stories[0]


def labels(story: ParsedStory) -> list[str]:
    return [tag.label for tag in story.tags]


def paragraphs(story: ParsedStory) -> list[str]:
    return story.body_text.split("\n\n") if story.body_text else []


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.txt")))
def test_each_part_of_an_export_comes_out_in_its_place(name: str) -> None:
    expected = Expected(**json.loads((FOLDER / f"{name}.json").read_text()))

    story = read((FOLDER / f"{name}.txt").read_bytes())

    assert (story.title, story.dek) == (expected.title, expected.dek)
    assert (story.credit, story.byline) == (expected.credit, expected.byline)
    assert labels(story) == expected.tags
    assert paragraphs(story) == expected.paragraphs
    assert re.findall("<h3>(.*?)</h3>", story.body_html) == list(expected.subheads)
    assert sum("caption" in note for note in story.notes) == expected.captions
    assert [at.isoformat() if at else "" for at in (story.published_at, story.updated_at)] == [
        expected.published,
        expected.updated,
    ]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(USUAL.replace("\n", "\r\n").encode(), id="crlf"),
        pytest.param(USUAL.replace("\n", "\r").encode(), id="cr"),
        pytest.param(b"\xef\xbb\xbf" + USUAL.encode(), id="utf-8 mark"),
        pytest.param(USUAL.encode("utf-16"), id="utf-16"),
        pytest.param(USUAL.replace(" ", "\u00a0").encode(), id="no-break spaces"),
        pytest.param(USUAL.replace("\n\n", "\n \t\n\n").encode(), id="blanks on blank lines"),
        pytest.param(USUAL.strip().encode(), id="no last line end"),
        pytest.param(("\n\n" + USUAL).encode(), id="blank lines on top"),
    ],
)
def test_white_space_and_encoding_make_no_difference(content: bytes) -> None:
    story = read(content)

    assert story == read(USUAL.encode())


def test_windows_1252_is_read() -> None:
    content = USUAL.replace("Sailor's", "Sailor’s").encode("cp1252")

    assert labels(read(content)) == ["Ferries", "Sailor’s Rest"]


def test_a_date_that_is_not_there_is_noted() -> None:
    story = read(USUAL.encode())

    assert story.published_at is None
    assert "no date: counts from when it was first seen" in story.notes


def test_an_export_of_one_long_paragraph_gets_its_title_from_it() -> None:
    text = "The crane lifted the wreck at dawn while the town looked on. " * 8

    story = read(text.encode())

    assert story.title.startswith("The crane lifted the wreck")
    assert story.body_text == text.strip()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it is empty"),
        (b" \r\n\t\n", "it is empty"),
        (b"Related News\n\nFerries\n\nSign up for our weekly newsletter\n", "no headline and no text"),
        (b"Jane Doe / AP\n\nNovember 1, 2015\n", "no headline and no text"),
        (b"%PDF-1.7 ...", "it is a PDF"),
        (b"\x00\x01\x02\x03 text", "it is binary"),
        (b"a" * (MAX_EXPORT_CHARS + 1), "at most 1,000,000"),
    ],
)
def test_what_is_no_article_is_rejected_by_name(content: bytes, why: str) -> None:
    with pytest.raises(RejectedError, match=re.escape(why)):
        parse_file("export.txt", content, now=NOW)


WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60)


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, max_size=12), st.sampled_from(["\n", "\n\n", "\r\n\r\n"]))
def test_no_text_breaks_the_reading(lines: list[str], line_break: str) -> None:
    try:
        draft = read_export(line_break.join(lines))
    except RejectedError:
        return

    assert draft.title or draft.body


SENTENCES = st.lists(
    st.sampled_from(
        ["Rain fell over the harbour all night.", "Nobody was hurt, the mayor said.", "The light was dark."]
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=100, deadline=None)
@given(SENTENCES)
def test_no_sentence_of_the_body_is_lost(sentences: list[str]) -> None:
    numbered = [f"{number}. {sentence}" for number, sentence in enumerate(sentences)]

    story = read("\n\n".join(["A headline", "A dek without a stop", *numbered, "Related News", "Rain"]).encode())

    assert paragraphs(story) == numbered


@pytest.mark.parametrize(
    "lines",
    [
        "a " * 400_000,
        "(" * 200_000,
        "Aa/" * 200_000,
        "A. " * 300_000,
        "a\n" * 50_000,
        "@a " * 300_000,
        "•" * 500_000,
        "Jane Doe / AP\n" * 20_000 + "Prose ends here.",
        "".join(f"Jane Doe / AP {n}\n" for n in range(20_000)) + "Prose ends here.",
        "A, B\n" * 50_000 + "Related News\nA, B",
        "Related News\n" + "".join(f"T{n}, U{n}\n" for n in range(20_000)),
    ],
    ids="words brackets slashes stops lines handles bullets credits names lists tags".split(),
)
def test_a_huge_export_is_read_all_the_same(lines: str) -> None:
    draft = read_export("A headline\n\n" + lines)

    assert draft.title == "A headline"
