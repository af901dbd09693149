"""What an edition's mail holds: every story once, feed text as it stood, slots in their places, no more than fits."""

import quopri
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from lxml import etree

from digest.errors import RenderError
from digest.model.messages import Slot
from digest.model.stories import Direction
from digest.model.topics import Theme
from digest.render.compile import EditionCompiler
from digest.render.preflight import check_edition
from digest.render.prepare import MAX_TEXT_URL_CHARS
from digest.render.sizes import HTML_MAX_OCTETS, SLOT_ALLOWANCE_OCTETS, transfer_encoded_octets
from tests.makers.editions import (
    PUBLICATION,
    joined_html,
    joined_text,
    make_edition,
    make_image,
    make_item,
    make_report,
    make_values,
)
from tests.render.strategies import NASTY

DOCS = Path(__file__).parents[2] / "docs/templates.md"


def shown(html: str) -> str:
    """Return what a reader sees of a page: its text, each run of white space one space."""
    page = etree.fromstring(html, etree.HTMLParser())
    return " ".join(str(page.xpath("string(//body)")).split())


@pytest.mark.parametrize("theme", Theme)
def test_both_parts_tell_every_story_with_its_link(compiler: EditionCompiler, theme: Theme) -> None:
    titles = [f"Headline number {number}" for number in range(15)]
    items = [make_item(title=title, url=f"https://news.example/{at}-") for at, title in enumerate(titles)]

    compiled = compiler.compile_edition(make_edition(*items, theme=theme))

    html, text = joined_html(compiled, make_values()), joined_text(compiled, make_values())
    assert compiled.story_count == 15
    assert all(title in shown(html) and title in text for title in titles)
    assert all(f'href="{item.url}"' in html and item.url in text.split() for item in items)


@pytest.mark.parametrize("said", [said for said in NASTY if said.isprintable() and said and len(said) < 60])
@pytest.mark.parametrize("theme", Theme)
def test_what_a_feed_says_arrives_as_it_stood(compiler: EditionCompiler, theme: Theme, said: str) -> None:
    item = make_item(title=f"T {said}", dek=said, byline=said, publisher=said, image=make_image(credit=said))
    edition = make_edition(item, item, name=said, intro=said, theme=theme)

    compiled = compiler.compile_edition(edition)

    told = " ".join(said.split())
    assert shown(joined_html(compiled, make_values())).count(told) >= 2
    assert " ".join(joined_text(compiled, make_values()).split()).count(told) >= 2
    assert check_edition(compiled, PUBLICATION) == ()


def test_a_feed_cannot_bring_elements_of_its_own(compiler: EditionCompiler) -> None:
    attack = '"><script>alert(1)</script><img src=x onerror=alert(1)><!--[if mso]><b>--></style>'
    edition = make_edition(
        make_item(title=attack, dek=attack, url="https://x.example/" + attack, image=make_image(alt=attack))
    )

    compiled = compiler.compile_edition(edition)

    page = etree.fromstring(joined_html(compiled, make_values()), etree.HTMLParser())
    assert [script.tag for script in page.iter("script", "b")] == []
    assert [image.get("src") for image in page.iter("img")] == ["https://pics.example/harbour.jpg"]
    assert not [element for element in page.iter() if element.get("onerror")]


def test_slots_stand_in_the_opening_and_the_closing_only(compiler: EditionCompiler) -> None:
    compiled = compiler.compile_edition(make_edition())

    for opening, stories, closing in (
        (compiled.opening.html, compiled.stories.html, compiled.closing.html),
        (compiled.opening.text, compiled.stories.text, compiled.closing.text),
    ):
        assert [piece for piece in opening if isinstance(piece, Slot)] == [Slot.SALUTATION]
        assert [piece for piece in stories if isinstance(piece, Slot)] == []
        assert set(closing) >= {Slot.ADDRESS, Slot.PREFERENCES_URL, Slot.UNSUBSCRIBE_URL}


def test_stories_of_several_editions_make_one_page(compiler: EditionCompiler) -> None:
    first, second = (compiler.compile_edition(make_edition(name=name)) for name in ("Islands", "Harbour"))

    pieces = (*first.opening.html, *first.stories.html, *second.stories.html, *first.closing.html)

    page = etree.fromstring("".join(piece for piece in pieces if not isinstance(piece, Slot)), etree.HTMLParser())
    assert [heading.xpath("string()") for heading in page.iter("h1")] == ["Islands", "Harbour"]


def test_a_long_edition_is_cut_to_fit_and_says_so(compiler: EditionCompiler) -> None:
    items = [
        make_item(title=f"Headline {number} " + "العبّارة " * 12, url=f"https://news.example/{number}")
        for number in range(120)
    ]

    compiled = compiler.compile_edition(make_edition(*items))

    left_out = 120 - compiled.story_count
    parts = [compiled.opening.html, compiled.stories.html, compiled.closing.html]
    said = f"And {left_out} more stories on our site"
    assert 0 < left_out < 100
    assert transfer_encoded_octets(parts) <= HTML_MAX_OCTETS
    assert said in joined_html(compiled, make_values())
    assert said in joined_text(compiled, make_values())
    assert compiled.notes == (f"{left_out} stories left out of the mail, to keep it under 102,400 octets",)


def test_the_size_reckoned_is_never_less_than_the_size_sent(compiler: EditionCompiler) -> None:
    compiled = compiler.compile_edition(make_edition(*[make_item(title="= é العبّارة 日本 " * 4)] * 9))

    html = joined_html(compiled, make_values())

    sent = len(quopri.encodestring(html.encode()).replace(b"\n", b"\r\n"))
    reckoned = transfer_encoded_octets([compiled.opening.html, compiled.stories.html, compiled.closing.html])
    assert sent <= reckoned <= 1.05 * sent + sum(SLOT_ALLOWANCE_OCTETS.values())


def test_no_line_of_the_text_part_is_too_long_for_a_mail(compiler: EditionCompiler) -> None:
    long_url = "https://news.example/" + "very-" * 400
    item = make_item(title="x" * 3000, dek="日本語" * 800, url=long_url, also_reported=(make_report(url=long_url),))

    compiled = compiler.compile_edition(make_edition(item, item, intro="y" * 2000))

    text = joined_text(compiled, make_values())
    assert max(len(line.encode()) for line in text.splitlines()) <= 998
    assert long_url not in text
    assert long_url in joined_html(compiled, make_values())


def test_a_url_is_never_broken_over_lines(compiler: EditionCompiler) -> None:
    url = "https://news.example/" + "a-long-way/" * 40

    compiled = compiler.compile_edition(make_edition(make_item(url=url)))

    assert url in joined_text(compiled, make_values()).splitlines()


def test_the_text_part_shows_addresses_up_to_the_length_that_the_docs_name(compiler: EditionCompiler) -> None:
    longest = "https://news.example/".ljust(MAX_TEXT_URL_CHARS, "a")
    items = [make_item(title="Lead"), make_item(url=longest), make_item(url=longest + "b")]

    compiled = compiler.compile_edition(make_edition(*items))

    lines = joined_text(compiled, make_values()).splitlines()
    assert [line for line in lines if line.startswith(longest)] == [longest]
    assert f"empty if longer than {MAX_TEXT_URL_CHARS} characters" in DOCS.read_text(encoding="utf-8")


def test_subject_is_topic_and_headline_on_one_bounded_line(compiler: EditionCompiler) -> None:
    item = make_item(title="Ferry\r\nBcc: all@example.com sails " + "again " * 60)

    compiled = compiler.compile_edition(make_edition(item))

    assert compiled.subject.startswith("Islands: Ferry Bcc: all@example.com sails again")
    assert compiled.subject.isprintable()
    assert len(compiled.subject) <= 150


def test_the_archive_has_the_edition_under_the_moment_it_closed(compiler: EditionCompiler) -> None:
    compiled = compiler.compile_edition(make_edition(zone="Pacific/Auckland"))

    assert compiled.archive_url == "https://harbour.example/editions/islands/2026-11-15-130000"
    assert compiled.edition_key == "2026-11-15-130000"
    assert compiled.edition_name == "Islands, Nov 9\N{THIN SPACE}–\N{THIN SPACE}16, 2026"


def test_an_edition_without_stories_is_not_rendered(compiler: EditionCompiler) -> None:
    edition = make_edition()
    object.__setattr__(edition, "items", ())

    with pytest.raises(RenderError, match="islands: an edition without stories"):
        compiler.compile_edition(edition)


def test_a_story_without_an_address_has_no_link(compiler: EditionCompiler) -> None:
    compiled = compiler.compile_edition(make_edition(make_item(title="Told only here", url=""), make_item(url="")))

    html = joined_html(compiled, make_values())
    assert 'href=""' not in html
    assert "Told only here" in shown(html)
    assert "Read the full story" not in html


def test_several_reports_of_one_publisher_are_named_once(compiler: EditionCompiler) -> None:
    reports = [
        make_report(publisher=name)
        for name in ("Coast Wire", "Coast Wire", "Island Post", "Nord", "Dagblad", "Tidende")
    ]

    compiled = compiler.compile_edition(make_edition(make_item(also_reported=tuple(reports))))

    assert "Also reported by Coast Wire, Island Post, Nord, and 2 more" in shown(joined_html(compiled, make_values()))
    assert "Also reported by Coast Wire, Island Post, Nord, and 2 more" in joined_text(compiled, make_values())


def test_days_and_dates_are_those_of_the_topics_zone(compiler: EditionCompiler) -> None:
    edition = make_edition(make_item(), zone="Asia/Tokyo")
    (item,) = edition.items
    late = item.published_at.astimezone(ZoneInfo("Asia/Tokyo")) if item.published_at else None

    compiled = compiler.compile_edition(edition)

    assert late is not None
    assert f"November\N{NO-BREAK SPACE}{late.day}" in joined_html(compiled, make_values())


def test_direction_is_the_editions_language(compiler: EditionCompiler) -> None:
    assert compiler.compile_edition(make_edition(lang="ar")).direction is Direction.RTL
    assert compiler.compile_edition(make_edition(lang="en")).direction is Direction.LTR


def test_only_stories_of_others_say_whose_they_are(compiler: EditionCompiler) -> None:
    ours, theirs = (make_item(publisher=name, byline="") for name in (PUBLICATION.name, "Coast Wire"))

    compiled = compiler.compile_edition(make_edition(ours, theirs))

    text = joined_text(compiled, make_values())
    assert text.splitlines().count("November 13") == 1
    assert text.splitlines().count("Coast Wire · November 13") == 1


@pytest.mark.parametrize("theme", Theme)
def test_a_story_without_a_link_is_told_in_full_a_paragraph_each(compiler: EditionCompiler, theme: Theme) -> None:
    linked = make_item(title="Linked", dek="Its dek", excerpt="Its text")
    unlinked = make_item(title="Unlinked", url="", dek="A dek", excerpt="And the text that no link leads to.")

    mail = compiler.render_for_reader(make_edition(unlinked, unlinked, linked, theme=theme), make_values())

    page = etree.fromstring(mail.html, etree.HTMLParser())
    paragraphs = [paragraph.xpath("string()") for paragraph in page.iter("p")]
    assert paragraphs.count("A dek") == 2
    assert paragraphs.count("And the text that no link leads to.") == 2
    assert mail.text.count("A dek\n\nAnd the text that no link leads to.\n") == 2
    assert "Its text" not in mail.html + mail.text
