"""The press: an edition's HTML part from stencils, each shape of passage rendered and inlined once.

A press keeps its stencils for as long as it lives. There are few: a theme has a frame and a heading for each language,
and a kind of story has as many as there are ways for its parts to be there or not. Those that an edition needs and
nobody made yet are made in one page, because most of what premailer does is to read the style sheet.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

from digest.model.messages import Slot
from digest.render.inlining import inline
from digest.render.pages import Pages, Parts, cut_html
from digest.render.prepare import PreparedEdition
from digest.render.stencils import Marks, Shape, Stencil, Values, cut_stencil, shape_of, texts_of

_HEADING = "heading"
_REGIONS = ("lead", "cards", "briefs")
_NO_SLOTS = {slot.value: "" for slot in Slot}
_Key: TypeAlias = tuple[str, str, tuple[str, ...], Shape]


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
        self._stencils: dict[_Key, Stencil] = {}
        self._frames: dict[tuple[str, Shape], tuple[Stencil, Stencil]] = {}

    def print_html(self, prepared: PreparedEdition) -> Parts:
        """Return the HTML part, cut: the same, letter for letter, as `pages.cut_html` makes."""
        opening, closing = self._frame(prepared)
        texts = texts_of(prepared.mail)
        slots = dict(enumerate(Slot, start=len(texts)))
        stories = self._print_stories(prepared)
        return opening.fill_around(slots, texts), (stories,), closing.fill_around(slots, texts)

    def _print_stories(self, prepared: PreparedEdition) -> str:
        stories = [_Passage("lead", prepared.lead)]
        stories += [_Passage("card", story) for story in prepared.cards]
        stories += [_Passage("brief", story) for story in prepared.briefs]
        regions = {"lead": True, "cards": bool(prepared.cards), "briefs": bool(prepared.briefs)}
        heading = _Passage(_HEADING, prepared.heading, tuple(name for name, is_there in regions.items() if is_there))
        *stencils, around = self._stencils_for(prepared, [*stories, heading])
        printed = [stencil.fill(texts_of(story.values)) for stencil, story in zip(stencils, stories, strict=True)]
        cards = 1 + len(prepared.cards)
        regions_html = ["\n".join(some) for some in (printed[:1], printed[1:cards], printed[cards:]) if some]
        return around.fill([*texts_of(prepared.heading), *regions_html])

    def _stencils_for(self, prepared: PreparedEdition, passages: Sequence["_Passage"]) -> list[Stencil]:
        keys = [passage.key(prepared.lang) for passage in passages]
        missing = {key: passage for key, passage in zip(keys, passages, strict=True) if key not in self._stencils}
        if missing:
            made = self._make_stencils(prepared, missing.values())
            self._stencils.update(zip(missing, made, strict=True))
        return [self._stencils[key] for key in keys]

    def _make_stencils(self, prepared: PreparedEdition, passages: Iterable["_Passage"]) -> list[Stencil]:
        specimens = [_Specimen(passage, prepared, self.pages) for passage in passages]
        stories = "\n".join(specimen.fenced for specimen in specimens)
        page = inline(self.pages.frame_html(prepared.page, prepared.mail, slots=_NO_SLOTS, stories=stories))
        return [specimen.cut_from(page) for specimen in specimens]

    def _frame(self, prepared: PreparedEdition) -> tuple[Stencil, Stencil]:
        key = (prepared.lang, shape_of(prepared.mail))
        frame = self._frames.get(key)
        if frame is None:
            frame = self._frames[key] = self._make_frame(prepared)
        return frame

    def _make_frame(self, prepared: PreparedEdition) -> tuple[Stencil, Stencil]:
        marks = Marks()
        mail = marks.specimen(prepared.mail)
        slots = {slot.value: marks.next() for slot in Slot}
        stories = marks.next()
        page = inline(self.pages.frame_html(prepared.page, mail, slots=slots, stories=stories))
        opening, _, closing = page.partition(stories)
        texts = len(texts_of(prepared.mail)) + len(Slot)
        return cut_stencil(opening, marks, markup_from=texts), cut_stencil(closing, marks, markup_from=texts)


class _Passage(NamedTuple):
    """A story, or the heading around the regions that hold stories: the values, and how they are told."""

    kind: str
    values: Values
    regions: tuple[str, ...] = ()

    def key(self, lang: str) -> _Key:
        return (self.kind, lang, self.regions, shape_of(self.values))


class _Specimen:
    """A passage with marks for its values, to be found again in the page it was inlined with."""

    def __init__(self, passage: _Passage, prepared: PreparedEdition, pages: Pages) -> None:
        self._marks = Marks()
        values = self._marks.specimen(passage.values)
        self._texts = len(texts_of(passage.values))
        if passage.kind == _HEADING:
            regions = {name: self._marks.next() if name in passage.regions else "" for name in _REGIONS}
            html = pages.stories_html(prepared.page, values, **regions)
        else:
            html = pages.story_html(passage.kind, prepared.page, story=values)
        self._begin, self._end = self._marks.next(), self._marks.next()
        self.fenced = f"{self._begin}{html}{self._end}"

    def cut_from(self, page: str) -> Stencil:
        inlined = page.partition(self._begin)[2].partition(self._end)[0]
        return cut_stencil(inlined, self._marks, markup_from=self._texts)
