"""Notices: each as it is meant to be, in both languages; nothing in one that a visitor could have typed.

Golden files are written anew with `DIGEST_WRITE_GOLDEN=1 pytest tests/render/test_notices.py`.
"""

import os
import shutil
from datetime import date
from pathlib import Path

import pytest

from digest.model.editions import Edition
from digest.model.notices import NoticeKind
from digest.model.topics import Theme
from digest.render.compile import EditionCompiler, RenderedMail
from digest.render.notice_words import NoticeFacts
from digest.render.notices import NoticeCompiler
from digest.render.preflight import check_edition
from digest.render.sizes import HTML_MAX_OCTETS, transfer_encoded_octets
from tests.makers.editions import (
    PUBLICATION,
    TEMPLATES,
    joined_html,
    joined_text,
    make_edition,
    make_item,
    make_values,
)
from tests.makers.stories import make_words
from tests.render.newsroom import arabic_week, english_week

GOLDEN = Path(__file__).parents[1] / "golden/notices"
LETTERS = [kind for kind in NoticeKind if kind is not NoticeKind.WELCOME]


def make_facts(kind: NoticeKind, *, lang: str = "en", topics: tuple[str, ...] = ("Outer Islands",)) -> NoticeFacts:
    has_topics = kind in {NoticeKind.CONFIRM, NoticeKind.KNOWN}
    return NoticeFacts(
        kind=kind,
        lang=lang,
        topics=topics if has_topics else (),
        asked_on=date(2026, 11, 22),
        good_until=date(2026, 11, 29),
        url="https://harbour.example/confirm/0a0b0c",
        moved_to="a•••@example.org" if kind is NoticeKind.ADDRESS_CHANGED else "",
    )


@pytest.fixture(scope="module")
def notices() -> NoticeCompiler:
    return NoticeCompiler([TEMPLATES], PUBLICATION)


def compare(name: str, mail: RenderedMail) -> None:
    """Hold a mail to its golden files, or write them where that is asked."""
    for part, content in {"subject.txt": mail.subject + "\n", "body.txt": mail.text, "body.html": mail.html}.items():
        path = GOLDEN / f"{name}.{part}"
        if os.environ.get("DIGEST_WRITE_GOLDEN"):
            path.write_text(content, encoding="utf-8")
        assert content == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("kind", LETTERS)
def test_a_notice_comes_out_as_it_is_meant_to(notices: NoticeCompiler, kind: NoticeKind, lang: str) -> None:
    mail = notices.compile_notice(make_facts(kind, lang=lang, topics=("Outer Islands", "الجزر الخارجية")))

    compare(f"{kind}-{lang}", mail)


@pytest.mark.parametrize("week", [english_week(Theme.CLASSIC), arabic_week()], ids=["en", "ar"])
def test_a_welcome_comes_out_as_it_is_meant_to(
    notices: NoticeCompiler, compiler: EditionCompiler, week: Edition
) -> None:
    compiled = notices.add_welcome(week, compiler, topics=(week.topic.name,))

    text, html = joined_text(compiled, make_values()), joined_html(compiled, make_values()) + "\n"

    assert check_edition(compiled, PUBLICATION) == ()
    compare(f"welcome-{week.topic.lang}", RenderedMail(subject=compiled.subject, text=text, html=html))


def test_a_welcome_to_several_topics_names_the_newsroom(notices: NoticeCompiler, compiler: EditionCompiler) -> None:
    compiled = notices.add_welcome(english_week(Theme.COMPACT), compiler, topics=("Outer Islands", "Night Trams"))

    assert compiled.subject == "Welcome to The Harbour Times"


def test_a_welcome_to_a_large_edition_leaves_out_stories_until_it_fits(
    notices: NoticeCompiler, compiler: EditionCompiler
) -> None:
    stories = [make_item(title=make_words(str(number), 1000), url="") for number in range(20)]

    compiled = notices.add_welcome(make_edition(*stories), compiler, topics=("Islands",))

    parts = (compiled.opening, compiled.stories, compiled.closing)
    assert "more stories on our site" in joined_text(compiled, make_values())
    assert "Welcome to Islands" in joined_html(compiled, make_values())
    assert transfer_encoded_octets(part.html for part in parts) <= HTML_MAX_OCTETS
    assert 1 <= compiled.story_count < 20


@pytest.mark.parametrize("kind", LETTERS)
@pytest.mark.parametrize("lang", ["en", "ar"])
def test_a_notice_has_one_button_and_no_other_link_but_to_the_site(
    notices: NoticeCompiler, kind: NoticeKind, lang: str
) -> None:
    mail = notices.compile_notice(make_facts(kind, lang=lang))

    assert mail.html.count("<a ") == 2
    assert mail.html.count("https://harbour.example/confirm/0a0b0c") == 1
    assert mail.text.splitlines().count("https://harbour.example/confirm/0a0b0c") == 1
    assert "1 Quay Street" in mail.html
    assert "1 Quay Street" in mail.text


def test_a_topic_name_is_text_wherever_it_stands(notices: NoticeCompiler) -> None:
    mail = notices.compile_notice(make_facts(NoticeKind.CONFIRM, topics=("<b>A&B</b>\r\nBcc: x {{7*7}}",)))

    assert "<b>" not in mail.html
    assert "&lt;b&gt;A&amp;B&lt;/b&gt; Bcc: x {{7*7}}" in mail.html
    assert "- <b>A&B</b> Bcc: x {{7*7}}" in mail.text.splitlines()
    assert mail.subject.splitlines() == [mail.subject]


def test_a_mail_from_stencils_is_the_mail_inlined_whole(notices: NoticeCompiler, tmp_path: Path) -> None:
    shutil.copytree(TEMPLATES / "email/_notice", tmp_path / "email/_notice")
    own = NoticeCompiler([tmp_path, TEMPLATES], PUBLICATION)

    for kind in LETTERS:
        facts = make_facts(kind, lang="ar", topics=("A & B <c>", "الجزر"))
        assert notices.compile_notice(facts) == notices.compile_notice(facts) == own.compile_notice(facts)


def test_an_operators_own_template_goes_before_ours(tmp_path: Path) -> None:
    own = tmp_path / "email/confirm"
    own.mkdir(parents=True)
    (own / "subject.txt").write_text("Is it you, {{ letter.publication }} asks", encoding="utf-8")

    mail = NoticeCompiler([tmp_path, TEMPLATES], PUBLICATION).compile_notice(make_facts(NoticeKind.CONFIRM))

    assert mail.subject == "Is it you, The Harbour Times asks"
    assert "Please confirm" in mail.html
