"""What every page must be for mail programs and readers: structure, languages, pictures, contrast."""

import re
from itertools import pairwise, product
from pathlib import Path

import pytest
from lxml import etree

from digest.model.stories import Direction
from digest.model.topics import Theme
from digest.render.compile import EditionCompiler
from tests.makers.editions import (
    TEMPLATES,
    joined_html,
    joined_text,
    make_edition,
    make_image,
    make_item,
    make_report,
    make_values,
)

BASE = TEMPLATES / "email/_base"
BREAKING = ("overflow-wrap:anywhere", "word-break:break-word")
STYLE_SHEETS = [BASE / "inlined.css", TEMPLATES / "email/compact/body.html", TEMPLATES / "email/classic/body.html"]


def page_of(compiler: EditionCompiler, theme: Theme, lang: str) -> etree._Element:
    """Return an edition's page, with pictures, a headline in the other direction, and a short list."""
    arabic = make_item(title="رسالة من المرفأ", lang="ar", direction=Direction.RTL)
    english = make_item(title="Ferry sails (again)!", image=make_image())
    compiled = compiler.compile_edition(make_edition(english, arabic, *[english] * 12, theme=theme, lang=lang))
    return etree.fromstring(joined_html(compiled, make_values()), etree.HTMLParser())


PAGES = pytest.mark.parametrize(("theme", "lang"), list(product(Theme, ("en", "ar"))))


@PAGES
def test_language_and_direction_stand_on_the_root_and_on_what_webmail_keeps(
    compiler: EditionCompiler, theme: Theme, lang: str
) -> None:
    page = page_of(compiler, theme, lang)

    direction = "rtl" if lang == "ar" else "ltr"
    (article,) = (element for element in page.iter("div") if element.get("role") == "article")
    assert (page.get("lang"), page.get("dir")) == (lang, direction)
    assert (article.get("lang"), article.get("dir")) == (lang, direction)
    assert page.findtext("head/title") == "Islands: Ferry sails (again)!"


@PAGES
def test_tables_are_for_show_and_pictures_are_described(compiler: EditionCompiler, theme: Theme, lang: str) -> None:
    page = page_of(compiler, theme, lang)

    assert {table.get("role") for table in page.iter("table")} == {"presentation"}
    assert {table.get("dir") for table in page.iter("table")} <= {None, page.get("dir")}
    assert all(image.get("alt") and image.get("width") for image in page.iter("img"))


@PAGES
def test_headings_go_down_without_a_gap(compiler: EditionCompiler, theme: Theme, lang: str) -> None:
    page = page_of(compiler, theme, lang)

    levels = [int(heading.tag[1]) for heading in page.iter("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@PAGES
def test_every_headline_has_its_own_language_and_direction(compiler: EditionCompiler, theme: Theme, lang: str) -> None:
    page = page_of(compiler, theme, lang)

    for bdi in page.iter("bdi"):
        if bdi.text == "رسالة من المرفأ":
            assert (bdi.get("lang"), bdi.get("dir")) == ("ar", "rtl")
        if bdi.text == "Ferry sails (again)!":
            assert (bdi.get("lang"), bdi.get("dir")) == ("en", "ltr")


def test_a_right_to_left_page_is_mirrored_in_its_styles(compiler: EditionCompiler) -> None:
    left, right = (etree.tostring(page_of(compiler, Theme.CLASSIC, lang), encoding="unicode") for lang in ("en", "ar"))

    assert "text-align:left" in left
    assert "text-align:left" not in right.replace(
        'class="thumb" width="168" style="padding-right:20px; text-align:left', ""
    )
    assert 'class="thumb" width="168" style="padding-left:20px; text-align:right' in left
    assert 'class="thumb" width="168" style="padding-right:20px; text-align:left' in right


def test_the_text_part_isolates_what_runs_the_other_way(compiler: EditionCompiler) -> None:
    compiled = compiler.compile_edition(make_edition(make_item(title="Ferry sails (again)!"), lang="ar", name="الجزر"))

    assert "\u2068Ferry sails (again)!\u2069" in joined_text(compiled, make_values()).splitlines()


@PAGES
def test_a_long_word_never_widens_the_page(compiler: EditionCompiler, theme: Theme, lang: str) -> None:
    credited = make_item(image=make_image(), also_reported=(make_report(),))
    edition = make_edition(*[credited] * 150, theme=theme, lang=lang, intro="An introduction.")

    page = etree.fromstring(joined_html(compiler.compile_edition(edition), make_values()), etree.HTMLParser())

    cells = [next(element.iterancestors("td")) for element in page.iter("p", "h1", "h2", "h3", "a", "bdi")]
    assert len({cell.get("class") for cell in cells}) >= 6
    assert {rule for cell in cells for rule in BREAKING if rule not in cell.get("style", "")} == set()


@PAGES
def test_lines_are_evened_out_in_a_sheet_of_their_own(compiler: EditionCompiler, theme: Theme, lang: str) -> None:
    page = page_of(compiler, theme, lang)

    sheets = [sheet.text or "" for sheet in page.iter("style")]
    (evening,) = (sheet for sheet in sheets if "text-wrap" in sheet)
    assert set(re.findall(r"([a-z-]+):", evening)) == {"text-wrap"}
    assert not [element for element in page.iter() if "text-wrap" in (element.get("style") or "")]


def test_what_outlook_needs_and_what_dark_mode_needs_survive_inlining(compiler: EditionCompiler) -> None:
    compiled = compiler.compile_edition(make_edition())

    html = joined_html(compiled, make_values())
    assert html.startswith("<!DOCTYPE html>")
    assert '<!--[if mso]><table role="presentation" width="600"' in html
    assert "@media (prefers-color-scheme: dark)" in html
    assert "[data-ogsc]" in html
    assert '<meta name="color-scheme" content="light dark">' in html
    assert "data-premailer" not in html


@pytest.mark.parametrize("path", STYLE_SHEETS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_inlined_styles_select_by_one_class_alone(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    selectors = re.findall(r"^([^{%@\n]+?) \{", text, re.MULTILINE)
    assert all(re.fullmatch(r"\.[a-z-]+", selector) for selector in selectors)


def colours(sheet: str, prop: str) -> dict[str, str]:
    """Return the colour that each class sets for a property, in a style sheet."""
    text = (BASE / sheet).read_text(encoding="utf-8")
    return dict(re.findall(rf"^\.([a-z-]+) {{[^}}]*?(?<![a-z-]){prop}: (#[0-9a-f]{{6}})", text, re.MULTILINE))


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("sheet", ["inlined.css", "dark.css"])
@pytest.mark.parametrize("ground", ["page", "panel"])
@pytest.mark.parametrize("ink", ["ink", "body", "muted", "accent"])
def test_text_stands_out_from_its_ground_by_4_5_to_1(sheet: str, ground: str, ink: str) -> None:
    one, other = luminance(colours(sheet, "color")[ink]), luminance(colours(sheet, "background-color")[ground])

    assert (max(one, other) + 0.05) / (min(one, other) + 0.05) >= 4.5
