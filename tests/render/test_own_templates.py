"""An operator's own templates: looked in first, file by file; right whatever they hold; stopped where they overstep."""

from pathlib import Path

import pytest

from digest.errors import RenderError
from digest.model.topics import Theme
from digest.render.bounded import BoundedTemplates
from digest.render.compile import EditionCompiler
from tests.makers.editions import (
    PUBLICATION,
    TEMPLATES,
    joined_html,
    joined_text,
    make_edition,
    make_item,
    make_values,
)


def write(folder: Path, name: str, text: str) -> None:
    """Write a template."""
    path = folder / "email" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_own_files_stand_in_for_the_shipped_ones_and_the_rest_stays(tmp_path: Path) -> None:
    write(tmp_path, "classic/subject.txt", "News: {{ mail.headline }}\n")
    compiler = EditionCompiler([tmp_path, TEMPLATES], PUBLICATION)

    compiled = compiler.compile_edition(make_edition())

    shipped = EditionCompiler([TEMPLATES], PUBLICATION).compile_edition(make_edition())
    assert compiled.subject == "News: Ferry to the outer islands sails again"
    assert joined_html(compiled, make_values()) == joined_html(shipped, make_values())
    assert joined_text(compiled, make_values()) == joined_text(shipped, make_values())


def test_own_styles_may_select_by_place_and_own_templates_may_look_at_words(tmp_path: Path) -> None:
    write(tmp_path, "_base/inlined.css", "table + table { margin: 1px; }\n.brief-title { color: #123456; }\n")
    write(
        tmp_path,
        "_classic/card.html",
        "<table><tr><td>{{ story.title | upper | truncate(10, leeway=0) }}</td></tr></table>\n",
    )
    compiler = EditionCompiler([tmp_path, TEMPLATES], PUBLICATION)
    edition = make_edition(*[make_item(title=f"A headline, number {number}") for number in range(9)])

    compiled = compiler.compile_edition(edition)

    slow = compiler.render_for_reader(edition, make_values())
    assert joined_html(compiled, make_values()) == slow.html
    assert '<table style="margin:1px">' in slow.html
    assert "<td>A...</td>" in slow.html


def test_a_folder_without_mails_of_its_own_changes_nothing(tmp_path: Path) -> None:
    write(tmp_path, "compact/subject.txt", "{{ boom }}")
    compiler = EditionCompiler([tmp_path, TEMPLATES], PUBLICATION)

    assert compiler.compile_edition(make_edition(theme=Theme.CLASSIC)).subject.startswith("Islands")
    with pytest.raises(RenderError, match=r"email/compact/subject\.txt: UndefinedError: 'boom' is undefined"):
        compiler.compile_edition(make_edition(theme=Theme.COMPACT))


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "longer than 0.5 seconds"),
        ("{{ 'a' * 10**10 }}", "memory"),
        ("{{ 'a' * 3000000 }}", "more than 2,000,000 octets"),
        ("{% for a in range(100001) %}{% endfor %}", "Range too big"),
        ("{{ ''.__class__.__mro__ }}", "SecurityError"),
        ("{{ page.update(lang='xx') }}", "SecurityError"),
        ("{% include 'email/classic/subject.txt' %}", "never comes to an end"),
        ("{% include '../../secret.txt' %}", "TemplateNotFound"),
        ("{{ page.lang ", "TemplateSyntaxError"),
    ],
)
def test_a_template_that_oversteps_is_stopped_and_named(tmp_path: Path, template: str, why: str) -> None:
    write(tmp_path, "classic/subject.txt", template)
    (tmp_path.parent / "secret.txt").write_text("secret", encoding="utf-8")
    templates = BoundedTemplates([tmp_path], timeout_s=0.5 if "0.5" in why else 30)

    with pytest.raises(RenderError, match=r"^template email/classic/subject\.txt: ") as caught:
        templates.render("email/classic/subject.txt", {"page": {"lang": "en"}})

    assert why in str(caught.value)


def test_after_a_template_was_stopped_the_next_is_rendered(tmp_path: Path) -> None:
    write(
        tmp_path,
        "classic/subject.txt",
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    )
    write(tmp_path, "compact/subject.txt", "{{ page.lang }}")
    templates = BoundedTemplates([tmp_path], timeout_s=2)
    with pytest.raises(RenderError):
        templates.render("email/classic/subject.txt", {})

    rendered = templates.render("email/compact/subject.txt", {"page": {"lang": "en"}})

    assert rendered == "en"
