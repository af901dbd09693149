"""Feeds: every story of every feed in the corpus, exactly."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.errors import RejectedError
from digest.gather.feeds.xml_feed import parse_feed
from digest.model.sources import ParsedDocument
from tests.gather.feeds.corpus import FEED_URL, FOLDER, NOW, FeedCase, feed_cases, parse_case, stories_as_table

CASES = feed_cases()
TAKEN = [case for case in CASES if not case.refused]
REFUSED = [case for case in CASES if case.refused]


def read(text: str, *, url: str = FEED_URL) -> ParsedDocument:
    return parse_feed(text.encode(), url=url, content_type="", now=NOW)


def item(inside: str) -> str:
    return f'<rss version="2.0"><channel><title>T</title><item>{inside}</item></channel></rss>'


def test_every_file_of_the_corpus_has_its_line_in_the_table() -> None:
    files = {file.name for file in FOLDER.iterdir()} - {"expected.toml"}

    assert files == {case.name for case in CASES}
    assert len(files) >= 70


@pytest.mark.parametrize("case", TAKEN, ids=lambda case: case.name)
def test_a_feed_gives_every_story_exactly(case: FeedCase) -> None:
    document = parse_case(case)

    assert stories_as_table(case, document) == list(case.stories)


@pytest.mark.parametrize("case", TAKEN, ids=lambda case: case.name)
def test_a_feed_says_what_it_rejected_and_why(case: FeedCase) -> None:
    document = parse_case(case)

    assert len(document.rejected) == len(case.rejected)
    for passage, rejected in zip(case.rejected, document.rejected, strict=True):
        assert passage in rejected.why
        assert rejected.what


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_what_is_no_feed_is_refused_with_its_reason(case: FeedCase) -> None:
    with pytest.raises(RejectedError) as refusal:
        parse_case(case)

    assert case.refused in str(refusal.value)


@pytest.mark.parametrize("case", TAKEN, ids=lambda case: case.name)
def test_reading_a_feed_again_changes_nothing(case: FeedCase) -> None:
    assert parse_case(case) == parse_case(case)


def test_a_story_knows_what_was_mended_or_is_missing() -> None:
    document = read(item("<description>Only words.</description><pubDate>soon</pubDate>"))

    assert document.stories[0].notes == (
        'its date "soon" cannot be read',
        "no title: taken from its text",
        "no link",
        "no date: counts from when it was first seen",
    )


def test_an_empty_feed_says_so() -> None:
    assert read("<rss><channel><title>T</title></channel></rss>").notes == ("the feed has no entries",)


def test_the_feeds_title_is_its_stories_publisher() -> None:
    document = read(item("<title>One</title>").replace("<title>T</title>", "<title>Tide &amp;amp; Times</title>"))

    assert (document.title, document.stories[0].publisher) == ("Tide & Times", "Tide & Times")


def test_a_body_link_is_relative_to_its_own_xml_base() -> None:
    feed = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://a.example/x/"><entry><title>One</title>'
        '<content type="html" xml:base="y/">&lt;p&gt;&lt;a href="z"&gt;z&lt;/a&gt;&lt;/p&gt;</content></entry></feed>'
    )

    story = read(feed.replace("&lt;/p&gt;", "&lt;/p&gt;&lt;p&gt;More.&lt;/p&gt;")).stories[0]

    assert 'href="https://a.example/x/y/z"' in story.body_html


def test_a_feed_from_a_file_is_read_without_an_address() -> None:
    document = read(item("<title>One</title><link>/relative</link><guid>7</guid>"), url="feed.xml")

    assert (document.stories[0].url, document.stories[0].guid) == ("", "feed.xml#7")


def test_a_swapped_description_and_content_are_put_right() -> None:
    whole = "<p>" + "The whole story. " * 40 + "</p>"
    story = read(
        item(f"<title>One</title><description><![CDATA[{whole}]]></description><content:encoded>Dek.</content:encoded>")
    ).stories[0]

    assert (story.dek, story.body_text[:16]) == ("Dek.", "The whole story.")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_damage_to_a_feed_makes_reading_it_crash(data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(CASES))
    content = bytearray(case.content)
    for _ in range(data.draw(st.integers(1, 12))):
        at = data.draw(st.integers(0, len(content)))
        damage = data.draw(
            st.binary(max_size=4) | st.sampled_from([b"<", b">", b"]]>", b"<![CDATA[", b"</item>", b"<!--", b"&", b'"'])
        )
        content[at : at + data.draw(st.integers(0, 8))] = damage

    try:
        stories = parse_feed(bytes(content), url=FEED_URL, content_type=case.content_type, now=NOW).stories
    except RejectedError:
        stories = ()

    assert all(story.title and story.content_hash for story in stories)
