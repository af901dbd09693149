"""The fast way gives the mail that the slow way gives: whole-page Jinja2 and premailer, letter for letter."""

from hypothesis import given, settings

from digest.model.editions import Edition
from digest.model.messages import ReaderValues
from digest.model.topics import Theme
from digest.render.compile import EditionCompiler
from tests.makers.editions import joined_html, joined_text, make_edition, make_values
from tests.render.strategies import READERS, editions


@settings(max_examples=120, deadline=None)
@given(edition=editions())
def test_any_edition_comes_out_as_from_the_whole_page(compiler: EditionCompiler, edition: Edition) -> None:
    reader = make_values()

    compiled = compiler.compile_edition(edition)

    slow = compiler.render_for_reader(edition, reader)
    assert joined_html(compiled, reader) == slow.html
    assert joined_text(compiled, reader) == slow.text
    assert compiled.subject == slow.subject


@settings(max_examples=60, deadline=None)
@given(reader=READERS)
def test_any_reader_gets_what_a_page_of_their_own_would_say(compiler: EditionCompiler, reader: ReaderValues) -> None:
    for edition in (make_edition(theme=Theme.COMPACT), make_edition(lang="ar", name="الجزر")):
        compiled = compiler.compile_edition(edition)

        slow = compiler.render_for_reader(edition, reader)
        assert joined_html(compiled, reader) == slow.html
        assert joined_text(compiled, reader) == slow.text
