"""The press: an edition's HTML part from stencils, each shape of passage rendered and inlined once.

A press keeps its stencils for as long as it lives. There are few: a theme has a frame and a heading for each language,
and a kind of story has as many as there are ways for its parts to be there or not.
"""

from collections.abc import Mapping

from digest.model.messages import Slot
from digest.render.inlining import inline
from digest.render.pages import Pages, Parts, cut_html
from digest.render.prepare import PreparedEdition
from digest.render.stencils import Marks, Shape, Stencil, Values, cut_stencil, shape_of, texts_of
from digest.render.templates import NOTHING_READY


class PagePress:
    """Prints the HTML parts of one theme's editions page by page: slow, and right for any templates."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages

    def print_html(self, prepared: PreparedEdition) -> Parts:
        """Return the HTML part, cut."""
        return cut_html(self.pages, prepared)


class StencilPress:
    """Prints the HTML parts of one theme's editions from stencils."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self._passages: dict[tuple[str, str, Shape], Stencil] = {}
        self._frames: dict[tuple[str, Shape], tuple[Stencil, Stencil]] = {}

    def print_html(self, prepared: PreparedEdition) -> Parts:
        """Return the HTML part, cut: the same, letter for letter, as `pages.cut_html` makes."""
        opening, closing = self._frame(prepared)
        texts = texts_of(prepared.mail)
        slots = dict(enumerate(Slot, start=len(texts)))
        ready = {
            "lead": self._printed("lead", prepared, prepared.lead),
            "cards": "\n".join(self._printed("card", prepared, story) for story in prepared.cards),
            "briefs": "\n".join(self._printed("brief", prepared, story) for story in prepared.briefs),
        }
        stories = self._printed("stories", prepared, prepared.heading, ready=ready)
        return opening.fill_around(slots, texts), (stories,), closing.fill_around(slots, texts)

    def _printed(
        self, kind: str, prepared: PreparedEdition, values: Values, *, ready: Mapping[str, str] = NOTHING_READY
    ) -> str:
        key = (kind, prepared.lang, shape_of({**values, **ready}))
        stencil = self._passages.get(key)
        if stencil is None:
            stencil = self._passages[key] = self._cut_passage(kind, prepared, values, ready=ready)
        return stencil.fill([*texts_of(values), *filter(None, ready.values())])

    def _cut_passage(
        self, kind: str, prepared: PreparedEdition, values: Values, *, ready: Mapping[str, str]
    ) -> Stencil:
        marks = Marks()
        specimen = marks.specimen(values)
        markup = {name: marks.next() if text else "" for name, text in ready.items()}
        if kind == "stories":
            passage = self.pages.stories_html(prepared.page, specimen, **markup)
        else:
            passage = self.pages.story_html(kind, prepared.page, story=specimen)
        begin, end = marks.next(), marks.next()
        no_slots = {slot.value: "" for slot in Slot}
        stories = f"{begin}{passage}{end}"
        page = inline(self.pages.frame_html(prepared.page, prepared.mail, slots=no_slots, stories=stories))
        inlined = page.partition(begin)[2].partition(end)[0]
        return cut_stencil(inlined, marks, markup_from=len(texts_of(values)))

    def _frame(self, prepared: PreparedEdition) -> tuple[Stencil, Stencil]:
        key = (prepared.lang, shape_of(prepared.mail))
        frame = self._frames.get(key)
        if frame is None:
            frame = self._frames[key] = self._cut_frame(prepared)
        return frame

    def _cut_frame(self, prepared: PreparedEdition) -> tuple[Stencil, Stencil]:
        marks = Marks()
        mail = marks.specimen(prepared.mail)
        slots = {slot.value: marks.next() for slot in Slot}
        stories = marks.next()
        page = inline(self.pages.frame_html(prepared.page, mail, slots=slots, stories=stories))
        opening, _, closing = page.partition(stories)
        texts = len(texts_of(prepared.mail)) + len(Slot)
        return cut_stencil(opening, marks, markup_from=texts), cut_stencil(closing, marks, markup_from=texts)
