"""Pages: their language and direction, an operator's own templates, and what a template prints."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model.messages import Publication
from digest.web.assets import Asset, read_assets
from digest.web.languages import choose_lang, read_languages
from digest.web.pages import Pages
from tests.contracts.modules import ROOT

SHIPPED = ROOT / "templates"
HERS = Publication(
    name='Ada & "Sons"', base_url="https://example.com/news", postal_address="1 Example Street\n\nExampleton "
)


class Visitor:
    """Somebody who speaks these languages, and may have asked for one."""

    def __init__(self, *languages: str, asked: str = "") -> None:
        self.languages = languages
        self._asked = asked

    def asked(self, _name: str) -> str:
        return self._asked


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """An operator's own folder of templates."""
    (tmp_path / "web" / "assets").mkdir(parents=True)
    return tmp_path


def assets_of(*folders: Path) -> dict[str, Asset]:
    return read_assets([folder / "web/assets" for folder in reversed(folders)])


def pages_of(*folders: Path) -> Pages:
    return Pages(folders, publication=HERS, assets=assets_of(*folders))


def test_a_page_says_its_language_and_direction_once() -> None:
    html = pages_of(SHIPPED).render("fault.html", lang="ar", values={"status": 404})

    assert html.count('lang="ar"') == 1
    assert '<html lang="ar" dir="rtl">' in html
    assert '<a href="?lang=en" lang="en" hreflang="en">English</a>' in html


def test_what_a_template_prints_is_escaped() -> None:
    html = pages_of(SHIPPED).render("fault.html", lang="en", values={"status": 404})

    assert "Ada &amp; &#34;Sons&#34;" in html
    assert "<bdi>1 Example Street</bdi><br><bdi>Exampleton</bdi>" in html


def test_an_operators_own_template_and_style_come_first(own: Path) -> None:
    (own / "web" / "fault.html").write_text("{% extends 'web/base.html' %}{% block main %}Ours{% endblock %}")
    (own / "web" / "assets" / "style.css").write_text("body { color: green }")

    html = pages_of(own, SHIPPED).render("fault.html", lang="en", values={"status": 404})

    assert "Ours" in html
    assert assets_of(own, SHIPPED)["style.css"].content == b"body { color: green }"
    assert f"style.css?v={assets_of(own, SHIPPED)['style.css'].fingerprint}" in html


def test_only_known_kinds_of_files_are_assets(own: Path) -> None:
    for name in ("logo.png", "notes.txt", "page.html", "secret"):
        (own / "web" / "assets" / name).write_text("x")

    assert set(assets_of(own)) == {"logo.png"}


@pytest.mark.parametrize(
    ("header", "languages"),
    [
        ("ar", ("ar",)),
        ("en;q=0.5, ar, fr;q=0.9", ("ar", "fr", "en")),
        ("*, ar;q=0, en-GB;q=0.1", ("en-GB",)),
        ("ar;q=x, en", ("en",)),
        ("", ()),
        ("<script>;q=1, ar ; q = 0.4", ("ar",)),
    ],
)
def test_a_browsers_languages_are_read_best_first(header: str, languages: tuple[str, ...]) -> None:
    assert read_languages(header) == languages


@given(header=st.text(max_size=600))
def test_no_header_of_languages_breaks_a_page(header: str) -> None:
    assert choose_lang(Visitor(*read_languages(header))) in {"en", "ar"}


def test_what_is_asked_for_goes_before_what_is_known_and_that_before_the_browser() -> None:
    assert choose_lang(Visitor("ar", asked="en"), "ar") == "en"
    assert choose_lang(Visitor("en"), "ar-EG") == "ar"
    assert choose_lang(Visitor("fr", "ar"), "") == "ar"
    assert choose_lang(Visitor("fr"), "tlh") == "en"


def styles_in(folder: Path) -> Iterator[str]:
    """Return what a strict policy would stop: inline styles and scripts. An edition is shown as it was mailed."""
    for path in set(folder.glob("*.html")) - {folder / "edition.html"}:
        text = path.read_text(encoding="utf-8")
        for forbidden in (" style=", "<style", " onclick=", " onsubmit=", "javascript:"):
            if forbidden in text:
                yield f"{path.name}: {forbidden}"


def test_no_template_needs_a_weaker_policy() -> None:
    assert list(styles_in(SHIPPED / "web")) == []
