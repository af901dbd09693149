"""Each fault that keeps an edition from being sent is found, and named."""

from dataclasses import replace

import pytest

from digest.errors import PreflightError
from digest.model.messages import CompiledEdition, CompiledPart, Publication, Slot
from digest.render.compile import EditionCompiler
from digest.render.preflight import check_edition, require_sendable
from tests.makers.editions import PUBLICATION, TEMPLATES, make_edition, make_image, make_item


def with_story_html(compiled: CompiledEdition, html: str) -> CompiledEdition:
    """Return the edition with more HTML among its stories."""
    stories = replace(compiled.stories, html=(*compiled.stories.html, html))
    return replace(compiled, stories=stories)


def test_a_sound_edition_passes(compiler: EditionCompiler) -> None:
    compiled = compiler.compile_edition(make_edition(make_item(image=make_image()), make_item()))

    require_sendable(compiled, PUBLICATION)


@pytest.mark.parametrize(
    "url", ["ftp://x.example/a", "//x.example/a", "/story", "javascript:alert(1)", "https://", "mailto:a@b.example"]
)
def test_a_link_that_leads_nowhere_is_named(compiler: EditionCompiler, url: str) -> None:
    compiled = compiler.compile_edition(make_edition(make_item(url=url)))

    assert f'the link "{url}" is not an absolute http or https address' in check_edition(compiled, PUBLICATION)


def test_a_picture_from_nowhere_is_named(compiler: EditionCompiler) -> None:
    compiled = compiler.compile_edition(make_edition(make_item(image=make_image(url="data:image/png;base64,AAAA"))))

    (fault,) = check_edition(compiled, PUBLICATION)

    assert fault == 'the picture "data:image/png;base64,AAAA" is not an absolute http or https address'


def test_a_picture_without_alt_text_is_named(compiler: EditionCompiler) -> None:
    compiled = with_story_html(compiler.compile_edition(make_edition()), '<img src="https://x.example/a.png">')

    assert check_edition(compiled, PUBLICATION) == ('the picture "https://x.example/a.png" has no alt text',)


def test_an_html_part_that_gmail_would_clip_is_named(compiler: EditionCompiler) -> None:
    compiled = with_story_html(compiler.compile_edition(make_edition()), "<p>=</p>" * 12_000)

    (fault,) = check_edition(compiled, PUBLICATION)

    assert fault.startswith("the HTML part takes 1")
    assert fault.endswith("octets, more than the 102,400 after which Gmail hides the rest")


def test_a_missing_way_out_is_named_in_each_part(compiler: EditionCompiler) -> None:
    compiled = compiler.compile_edition(make_edition())
    html, text = (
        tuple("https://x.example/" if piece is Slot.UNSUBSCRIBE_URL else piece for piece in pieces)
        for pieces in (compiled.closing.html, compiled.closing.text)
    )
    closing = CompiledPart(text=text, html=html)

    faults = check_edition(replace(compiled, closing=closing), PUBLICATION)

    assert faults == ("the HTML part has no unsubscribe link", "the text part has no unsubscribe link")


def test_a_missing_postal_address_is_named() -> None:
    nowhere = Publication(name="The Harbour Times", base_url="https://harbour.example", postal_address=" \n")
    compiled = EditionCompiler([TEMPLATES], nowhere).compile_edition(make_edition())

    assert check_edition(compiled, nowhere) == ("there is no postal address; set DIGEST_POSTAL_ADDRESS",)


def test_a_postal_address_that_the_mail_does_not_show_is_named_in_each_part(compiler: EditionCompiler) -> None:
    compiled = compiler.compile_edition(make_edition())

    faults = check_edition(compiled, replace(PUBLICATION, postal_address="2 New Road"))

    assert faults == tuple(f"the {part} part does not show the postal address" for part in ("HTML", "text"))


def test_an_empty_subject_is_named(compiler: EditionCompiler) -> None:
    compiled = replace(compiler.compile_edition(make_edition()), subject=" ")

    assert check_edition(compiled, PUBLICATION) == ("the subject is empty",)


def test_a_place_left_unfilled_is_named(compiler: EditionCompiler) -> None:
    compiled = compiler.compile_edition(make_edition())
    closing = replace(compiled.closing, text=(*compiled.closing.text, "Dear {{ first_name }}"))

    faults = check_edition(replace(compiled, closing=closing), PUBLICATION)

    assert faults == ('"{{ first_name }}" was left unfilled in the footer',)


def test_an_edition_that_must_not_be_sent_says_which_and_why(compiler: EditionCompiler) -> None:
    compiled = replace(compiler.compile_edition(make_edition()), subject="")

    with pytest.raises(PreflightError, match="Islands, Nov") as caught:
        require_sendable(compiled, PUBLICATION)

    assert caught.value.faults == ("the subject is empty",)
