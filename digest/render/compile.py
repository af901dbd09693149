"""Compiling: an edition to the parts of its mail, with slots for what differs from reader to reader.

`compile_edition` is the fast way: each shape of passage is rendered and inlined once (digest/render/press.py), and an
edition escapes and joins. `render_for_reader` is the slow and obvious way: Jinja2 over the whole page with one
reader's values, premailer over the result. Tests hold the two to the same mail, letter for letter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from digest.errors import RenderError
from digest.model.editions import Edition
from digest.model.messages import CompiledEdition, CompiledPart, Publication, ReaderValues, Slot
from digest.model.topics import Theme
from digest.render.bounded import BoundedTemplates
from digest.render.pages import Pages, Parts, cut_text, whole_html, whole_text
from digest.render.prepare import SUBJECT_CHARS, PreparedEdition, edition_key_of, one_line, prepare_edition, shortened
from digest.render.press import PagePress, StencilPress
from digest.render.sizes import HTML_MAX_OCTETS, transfer_encoded_octets
from digest.render.templates import Templates, has_templates


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedMail:
    """One reader's mail, whole."""

    subject: str
    text: str
    html: str


class EditionCompiler:
    """Makes mails of editions for one publication.

    `templates_dirs` are folders that hold `email/<theme>/`: an operator's own first, file by file, the shipped last.
    A theme of which an operator has any file is rendered in a bounded process and inlined page by page: some twenty
    times slower, and right for whatever they wrote.
    """

    def __init__(self, templates_dirs: Sequence[Path], publication: Publication) -> None:
        self._publication = publication
        self._presses = {theme: _press(templates_dirs, theme) for theme in Theme}

    def compile_edition(self, edition: Edition, *, beside_octets: int = 0) -> CompiledEdition:
        """Return the edition's mail in parts, with as many stories as fit; `notes` say how many do not.

        They fit beside so many octets of HTML that are still to come. RenderError where a template fails, and for an
        edition without stories.
        """
        return self._compiled(edition, *self._fitted(edition, beside_octets=beside_octets))

    def compile_whole(self, edition: Edition) -> CompiledEdition:
        """Return the same with all of the edition's stories: for a browser, which clips nothing."""
        prepared = prepare_edition(edition, self._publication, shown=len(edition.items))
        return self._compiled(edition, prepared, self._presses[edition.topic.theme].print_html(prepared))

    def render_for_reader(self, edition: Edition, values: ReaderValues) -> RenderedMail:
        """Return one reader's mail by the slow way; what the fast way must equal."""
        prepared, _ = self._fitted(edition)
        pages = self._presses[edition.topic.theme].pages
        slots = {slot.value: values.of(slot) for slot in Slot}
        return RenderedMail(
            subject=_subject(pages, prepared),
            text=whole_text(pages, prepared, slots=slots),
            html=whole_html(pages, prepared, slots=slots),
        )

    def _compiled(self, edition: Edition, prepared: PreparedEdition, html: Parts) -> CompiledEdition:
        pages = self._presses[edition.topic.theme].pages
        text = cut_text(pages, prepared)
        opening, stories, closing = (CompiledPart(text=t, html=h) for t, h in zip(text, html, strict=True))
        return CompiledEdition(
            topic_slug=edition.topic.slug,
            topic_name=one_line(edition.topic.name),
            edition_name=prepared.name,
            edition_key=edition_key_of(edition),
            lang=edition.topic.lang,
            direction=prepared.direction,
            subject=_subject(pages, prepared),
            opening=opening,
            stories=stories,
            closing=closing,
            archive_url=prepared.archive_url,
            story_count=len(edition.items) - prepared.left_out,
            notes=_notes(prepared),
        )

    def _fitted(self, edition: Edition, *, beside_octets: int = 0) -> tuple[PreparedEdition, Parts]:
        """Return the edition with as many of its stories as fit into a mail; the last are left out first."""
        if not edition.items:
            raise RenderError(f"topic {edition.topic.slug}: an edition without stories cannot be rendered")
        press = self._presses[edition.topic.theme]
        for shown in range(len(edition.items), 0, -1):
            prepared = prepare_edition(edition, self._publication, shown=shown)
            html = press.print_html(prepared)
            if transfer_encoded_octets(html) + beside_octets <= HTML_MAX_OCTETS:
                break
        return prepared, html


def _press(templates_dirs: Sequence[Path], theme: Theme) -> StencilPress | PagePress:
    """Return the press for a theme: stencils for the shipped templates, whole pages where an operator has their own."""
    if any(has_templates(folder, theme=theme.value) for folder in templates_dirs[:-1]):
        return PagePress(Pages(BoundedTemplates(templates_dirs), theme))
    return StencilPress(Pages(Templates(templates_dirs), theme))


def _subject(pages: Pages, prepared: PreparedEdition) -> str:
    return shortened(one_line(pages.subject(prepared)), SUBJECT_CHARS)


def _notes(prepared: PreparedEdition) -> tuple[str, ...]:
    if not prepared.left_out:
        return ()
    return (f"{prepared.left_out} stories left out of the mail, to keep it under {HTML_MAX_OCTETS:,} octets",)
