"""What the sample newsroom promises of its stories."""

import re
import struct
import unicodedata
from collections import Counter
from datetime import timedelta

from digest.demo.masthead import PICTURE_HEIGHT, PICTURE_WIDTH, PICTURES, Section
from digest.demo.stories import STORIES, Stories, load_stories, stories_out
from digest.model.tags import make_tag
from tests.demo.conftest import NOW

WORD = re.compile(r"\w+")


def test_there_are_more_than_forty_stories_nine_of_them_in_arabic(stories: Stories) -> None:
    languages = Counter(story.lang for story in stories)

    assert len(stories) == len(list(STORIES.glob("*.md")))
    assert languages["en"] >= 36
    assert languages["ar"] == 9


def test_every_story_has_a_headline_a_dek_a_byline_tags_and_four_to_eight_paragraphs(stories: Stories) -> None:
    for story in stories:
        assert story.headline, story.slug
        assert story.dek, story.slug
        assert story.byline, story.slug
        assert 1 <= len(story.tags) <= 4, story.slug
        assert all(make_tag(tag) for tag in story.tags), story.slug
        assert 4 <= len(story.paragraphs) <= 8, story.slug


def test_every_paragraph_is_one_line_of_prose(stories: Stories) -> None:
    paragraphs = [(story.slug, one) for story in stories for one in story.paragraphs]

    assert not [one for one in paragraphs if "\n" in one[1] or len(one[1]) < 40 or "lorem" in one[1].lower()]


def test_the_stories_fill_the_two_weeks_before_the_anchor(stories: Stories) -> None:
    times = [story.published_at for story in stories]

    assert NOW - timedelta(days=14) < min(times) < NOW - timedelta(days=13)
    assert NOW - timedelta(days=1) < max(times) <= NOW


def test_every_section_has_stories_in_each_of_the_two_weeks(stories: Stories) -> None:
    week_ago = NOW - timedelta(days=7)

    for section in set(Section) - {Section.WIRE}:
        weeks = Counter(story.published_at > week_ago for story in stories if story.section is section)
        assert weeks[True] >= 3, section
        assert weeks[False] >= 2, section


def test_arabic_stories_are_written_in_arabic_letters(stories: Stories) -> None:
    arabic = [story for story in stories if story.section is Section.ARABIC]

    for story in arabic:
        letters = [char for char in " ".join(story.paragraphs) if char.isalpha()]
        share = sum(unicodedata.name(char).startswith("ARABIC") for char in letters) / len(letters)
        assert story.direction == "rtl"
        assert share > 0.98, story.slug


def test_an_arabic_headline_with_a_latin_name_in_it_is_there_to_try_bidi(stories: Stories) -> None:
    mixed = [story for story in stories if story.lang == "ar" and re.search("[A-Za-z]", story.headline)]

    assert len(mixed) == 1


def test_only_wire_copy_shares_text_with_another_story(stories: Stories) -> None:
    seen: dict[str, str] = {}
    shared = set()

    for story in stories:
        for paragraph in story.paragraphs:
            first = seen.setdefault(paragraph, story.slug)
            if first != story.slug:
                shared.add(frozenset({first, story.slug}))

    assert shared == {
        frozenset({"wire-cruise-ships-plug-in", "shore-power-for-cruise-ships"}),
        frozenset({"wire-storm-floods-port-ellery", "sea-wall-held"}),
    }


def test_wire_copy_has_another_headline_and_nearly_the_same_words(stories: Stories) -> None:
    by_slug = {story.slug: story for story in stories}
    ours, wire = by_slug["shore-power-for-cruise-ships"], by_slug["wire-cruise-ships-plug-in"]

    copied = Counter(WORD.findall(" ".join(wire.paragraphs)))
    written = Counter(WORD.findall(" ".join(ours.paragraphs)))

    assert wire.headline != ours.headline
    assert wire.publisher != ours.publisher
    assert (copied & written).total() / copied.total() > 0.95


def test_every_picture_is_there_in_its_size_and_said_in_words(stories: Stories) -> None:
    pictured = [story.picture for story in stories if story.picture]

    assert len(pictured) >= 25
    for picture in pictured:
        assert picture.alt
        assert picture.credit
        assert jpeg_size((PICTURES / f"{picture.name}.jpg").read_bytes()) == (PICTURE_WIDTH, PICTURE_HEIGHT)


def test_every_picture_is_used_and_small_enough_for_a_telephone(stories: Stories) -> None:
    used = {story.picture.name for story in stories if story.picture}
    drawn = {path.stem: path.stat().st_size for path in PICTURES.glob("*.jpg")}

    assert set(drawn) == used
    assert all(25_000 <= size <= 70_000 for size in drawn.values()), drawn


def test_a_corrected_story_stands_with_its_mistake_until_it_is_corrected(stories: Stories) -> None:
    everything = load_stories(anchored_at=NOW)

    before = next(one for one in stories_out(everything, NOW - timedelta(days=7)) if "Gull Bank" in one.headline)
    after = next(one for one in stories if one.slug == before.slug)

    assert "forty-one nights" in before.headline
    assert not before.correction
    assert "thirty-one nights" in after.headline
    assert after.paragraphs[-1].startswith("Correction: ")
    assert after.updated_at > after.published_at


def test_nothing_is_out_before_its_time() -> None:
    out = stories_out(load_stories(anchored_at=NOW), NOW - timedelta(days=7))

    assert out
    assert all(story.published_at <= NOW - timedelta(days=7) for story in out)


def jpeg_size(content: bytes) -> tuple[int, int]:
    """Return a JPEG's width and height: its frame header's (ITU-T T.81, B.2.2)."""
    frame = re.search(rb"\xff[\xc0-\xc2]..\x08(....)", content, re.DOTALL)
    assert frame
    height, width = struct.unpack(">HH", frame[1])
    return width, height
