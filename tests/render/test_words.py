"""Words, plurals, dates and greetings, in the languages we have and in those we have not."""

import ast
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, nodes

from digest.model.stories import Direction
from digest.render.words import CATALOGUES, MAX_NAME_CHARS, salutation, words_for
from tests.contracts.modules import ROOT

TEMPLATES = ROOT / "templates"
SPEAKERS = [*(ROOT / "digest/render").glob("*.py"), *(ROOT / "digest/web").rglob("*.py")]


def said_in_templates() -> set[str]:
    """Return each phrase that templates ask the catalogues for: `say("...")`, and `count(number, one="...", ...)`."""
    asked = set()
    for template in TEMPLATES.rglob("*.*"):
        for call in Environment(autoescape=True).parse(template.read_text(encoding="utf-8")).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name in {"say", "count"}:
                texts = [*call.args[:1], *(word.value for word in call.kwargs if word.key == "one")]
                asked |= {text.value for text in texts if isinstance(text, nodes.Const) and isinstance(text.value, str)}
    return asked


def said_in_code() -> set[str]:
    """Return each phrase that rendering and the web pages ask the catalogues for."""
    asked = set()
    for module in SPEAKERS:
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and (node.func.attr == "say" or {"one", "other"} <= {word.arg for word in node.keywords})
            ):
                texts = [*node.args[:1], *(word.value for word in node.keywords if word.arg == "one")]
                asked |= {
                    text.value for text in texts if isinstance(text, ast.Constant) and isinstance(text.value, str)
                }
    return asked


@pytest.mark.parametrize("folder", sorted(CATALOGUES.glob("*/LC_MESSAGES")), ids=lambda path: path.parts[-2])
def test_a_language_translates_every_phrase_once_and_no_other(folder: Path) -> None:
    catalogues = [read_po(BytesIO(path.read_bytes())) for path in sorted(folder.glob("*.po"))]

    messages = [message for catalogue in catalogues for message in catalogue if message.id]
    translated = [message.id if isinstance(message.id, str) else message.id[0] for message in messages]

    assert sorted(translated) == sorted(said_in_code() | said_in_templates())
    assert all(all(message.string) if isinstance(message.string, tuple) else message.string for message in messages)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "لا أخبار"),
        (1, "خبر واحد"),
        (2, "خبران"),
        (3, "3 أخبار"),
        (10, "10 أخبار"),
        (11, "11 خبرًا"),
        (99, "99 خبرًا"),
        (100, "100 خبر"),
        (102, "102 خبر"),
        (103, "103 أخبار"),
    ],
)
def test_arabic_counts_in_its_six_forms(number: int, said: str) -> None:
    assert words_for("ar").count(number, one="{count} story", other="{count} stories") == said


def test_english_counts_in_its_two_forms() -> None:
    counted = [words_for("en").count(number, one="{count} story", other="{count} stories") for number in (0, 1, 2)]

    assert counted == ["0 stories", "1 story", "2 stories"]


def test_a_language_without_words_has_english_ones_and_its_own_dates() -> None:
    german = words_for("de-AT")

    assert german.say("Unsubscribe") == "Unsubscribe"
    assert german.day(date(2026, 11, 3)) == "3.\N{NO-BREAK SPACE}November"


@pytest.mark.parametrize("lang", ["", "tlh", "x" * 40, "../../etc", "en_US; DROP"])
def test_a_language_nobody_knows_is_english(lang: str) -> None:
    assert words_for(lang).day(date(2026, 11, 3)) == "November\N{NO-BREAK SPACE}3"
    assert words_for(lang).direction is Direction.LTR


@pytest.mark.parametrize("lang", ["ar", "he", "fa", "ur", "ar-EG"])
def test_right_to_left_languages_are_known(lang: str) -> None:
    assert words_for(lang).direction is Direction.RTL


def test_days_say_once_what_they_share() -> None:
    assert words_for("en-GB").span(date(2026, 11, 8), date(2026, 11, 15)) == "8–15 Nov 2026"
    assert words_for("ar").span(date(2026, 10, 28), date(2026, 11, 3)) == "28 أكتوبر – 3 نوفمبر 2026"


def test_a_list_is_joined_as_the_language_joins_it() -> None:
    assert words_for("en").listed(("A", "B", "C")) == ("", ", ", ", and ")
    assert words_for("ar").listed(("A", "B")) == ("", " و")
    assert words_for("en").listed(()) == ()


def test_a_value_that_looks_like_a_place_is_left_alone() -> None:
    assert words_for("en").say("Photo: {credit}", credit="{name} {0}") == "Photo: {name} {0}"


def test_a_reader_is_greeted_by_name_or_without() -> None:
    assert salutation("Ada", lang="en") == "Hello Ada,"
    assert salutation("  ", lang="en") == "Hello,"
    assert salutation("سلمى", lang="ar") == "مرحبًا سلمى،"


def test_a_name_that_runs_the_other_way_is_isolated() -> None:
    assert salutation("Ada (Ms.)", lang="ar") == "مرحبًا \u2068Ada (Ms.)\u2069،"
    assert salutation("Ada (Ms.)", lang="en") == "Hello Ada (Ms.),"


def test_a_name_is_tidied_and_capped() -> None:
    assert salutation(" Ada  Lovelace ", lang="en") == "Hello Ada Lovelace,"
    assert salutation("a" * MAX_NAME_CHARS, lang="en") == f"Hello {'a' * MAX_NAME_CHARS},"
    assert salutation("a" * 99, lang="en") == f"Hello {'a' * (MAX_NAME_CHARS - 1)}…,"


@given(name=st.text())
def test_a_greeting_is_one_short_visible_line_whatever_the_name(name: str) -> None:
    greeting = salutation(name, lang="en")

    assert greeting.splitlines() == [greeting]
    assert len(greeting) <= MAX_NAME_CHARS + len("Hello ,") + 2
    assert "\u202e" not in greeting
    assert "\x00" not in greeting


def test_a_name_cannot_bring_a_header_or_an_isolate_of_its_own() -> None:
    assert salutation("Eve\r\nBcc: all@example.com\u2067", lang="en") == "Hello Eve Bcc: all@example.com,"
