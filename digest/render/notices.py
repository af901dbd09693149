"""Notices: the mails around a subscription as subject, text and HTML. What they say is in notice_words.py.

A shipped template is rendered and inlined once for each language and shape of texts, and then filled.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from digest.model.editions import Edition
from digest.model.messages import CompiledEdition, CompiledPart, Publication
from digest.model.notices import NoticeKind
from digest.model.stories import Direction
from digest.render.bounded import BoundedTemplates
from digest.render.compile import EditionCompiler, RenderedMail
from digest.render.inlining import inline
from digest.render.notice_words import NoticeFacts, Said, say_notice, say_welcome
from digest.render.prepare import SUBJECT_CHARS, one_line, shortened
from digest.render.sizes import transfer_encoded_octets
from digest.render.stencils import Marks, Shape, Stencil, Values, cut_stencil, shape_of, texts_of
from digest.render.templates import Templates, has_templates
from digest.render.words import words_for


class NoticeCompiler:
    """Makes the mails around a subscription for one publication; `templates_dirs` are as those of `EditionCompiler`."""

    def __init__(self, templates_dirs: Sequence[Path], publication: Publication) -> None:
        self._publication = publication
        self._presses = {kind: _Press(templates_dirs, kind) for kind in NoticeKind}

    def compile_notice(self, facts: NoticeFacts) -> RenderedMail:
        """Return a notice, whole: of any kind but `welcome`. Raises RenderError where a template fails."""
        said = say_notice(facts, one_line(self._publication.name))
        return self._presses[facts.kind].print_mail(facts.lang, _letter(said, facts, self._publication))

    def add_welcome(self, edition: Edition, compiler: EditionCompiler, *, topics: tuple[str, ...]) -> CompiledEdition:
        """Return an edition's mail with a welcome above its stories, and as many of these as fit beside it.

        `topics` are the names of all that the reader has just confirmed. In the language of the edition.
        """
        lang = edition.topic.lang
        said = say_welcome(words_for(lang), topics, one_line(self._publication.name))
        passage = self._presses[NoticeKind.WELCOME].print_mail(lang, _passage(said))
        beside_octets = transfer_encoded_octets([(passage.html,)])
        compiled = compiler.compile_edition(edition, beside_octets=beside_octets)
        opening = CompiledPart(
            text=(*compiled.opening.text, passage.text), html=(*compiled.opening.html, f"{passage.html}\n")
        )
        return replace(compiled, subject=passage.subject, opening=opening)


class _Press:
    """Prints the notices of one kind: from stencils, or whole page by page where an operator has own templates."""

    def __init__(self, templates_dirs: Sequence[Path], kind: NoticeKind) -> None:
        self._kind = kind
        names = (kind.value, "notice")
        self._is_shipped = not any(has_templates(one, theme=name) for one in templates_dirs[:-1] for name in names)
        self._templates = Templates(templates_dirs) if self._is_shipped else BoundedTemplates(templates_dirs)
        self._stencils: dict[tuple[str, Shape], Stencil] = {}

    def print_mail(self, lang: str, letter: Values) -> RenderedMail:
        """Return the subject and both parts."""
        values = {"page": _page(lang), "letter": letter}
        subject = self._templates.render(f"email/{self._kind.value}/subject.txt", values)
        return RenderedMail(
            subject=shortened(one_line(subject), SUBJECT_CHARS),
            text=self._templates.render(f"email/{self._kind.value}/body.txt", values),
            html=self._print_html(lang, letter) if self._is_shipped else self._inlined(lang, letter),
        )

    def _print_html(self, lang: str, letter: Values) -> str:
        key = (lang, shape_of(letter))
        stencil = self._stencils.get(key)
        if stencil is None:
            marks = Marks()
            page = self._inlined(lang, marks.specimen(letter))
            stencil = self._stencils[key] = cut_stencil(page, marks, markup_from=len(texts_of(letter)))
        return stencil.fill(texts_of(letter))

    def _inlined(self, lang: str, letter: Values) -> str:
        """Return the whole page, or of a welcome the passage that is cut out of its page."""
        fences = Marks()
        begin, end = fences.next(), fences.next()
        values = {"page": _page(lang), "letter": letter, "begin": begin, "end": end}
        page = inline(self._templates.render(f"email/{self._kind.value}/body.html", values))
        return page.partition(begin)[2].partition(end)[0] if begin in page else page


def _page(lang: str) -> Values:
    is_rtl = words_for(lang).direction is Direction.RTL
    return {
        "lang": lang,
        "dir": words_for(lang).direction.value,
        "start": "right" if is_rtl else "left",
        "end": "left" if is_rtl else "right",
    }


def _passage(said: Said) -> Values:
    return {"subject": said.subject, "title": said.title, "opening": said.opening}


def _letter(said: Said, facts: NoticeFacts, publication: Publication) -> Values:
    publisher = one_line(publication.name)
    postal = map(one_line, publication.postal_address.splitlines())
    return {
        **_passage(said),
        "publication": publisher,
        "site_url": publication.base_url,
        "topics": [{"name": one_line(name)} for name in facts.topics],
        "asking": said.asking,
        "button": said.button,
        "url": facts.url,
        "closing": [{"paragraph": one} for one in said.closing],
        "postal": [{"line": line} for line in postal if line not in {"", publisher}],
    }
