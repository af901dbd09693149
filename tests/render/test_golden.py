"""Golden files: an edition's subject, text and HTML as they are meant to be, to be read in a change's diff.

When a change is meant, write them anew with `DIGEST_WRITE_GOLDEN=1 pytest tests/render/test_golden.py`, look at each
of tests/golden/render/*.html in a browser, and commit them with the change.
"""

import os
from pathlib import Path

import pytest

from digest.model.editions import Edition
from digest.model.topics import Theme
from digest.render.compile import EditionCompiler
from digest.render.preflight import check_edition
from digest.render.words import salutation
from tests.makers.editions import PUBLICATION, joined_html, joined_text, make_values
from tests.render.newsroom import arabic_week, english_week

GOLDEN = Path(__file__).parents[1] / "golden/render"
EDITIONS = {
    "classic-en": english_week(Theme.CLASSIC),
    "compact-en": english_week(Theme.COMPACT),
    "classic-ar": arabic_week(),
}


@pytest.mark.parametrize("name", EDITIONS)
def test_an_edition_comes_out_as_it_is_meant_to(compiler: EditionCompiler, name: str) -> None:
    edition: Edition = EDITIONS[name]
    compiled = compiler.compile_edition(edition)
    values = make_values(salutation=salutation("Ada", lang=edition.topic.lang))

    made = {
        "subject.txt": compiled.subject + "\n",
        "body.txt": joined_text(compiled, values),
        "body.html": joined_html(compiled, values) + "\n",
    }

    assert check_edition(compiled, PUBLICATION) == ()
    for part, content in made.items():
        path = GOLDEN / f"{name}.{part}"
        if os.environ.get("DIGEST_WRITE_GOLDEN"):
            path.write_text(content, encoding="utf-8")
        assert content == path.read_text(encoding="utf-8")
