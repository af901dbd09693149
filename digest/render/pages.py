"""Pages: a prepared edition through its theme's templates, whole, and cut where its parts and slots are.

The obvious way, by which the fast one (digest/render/press.py) is judged: all of Jinja2, then premailer over the page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from digest.model.messages import CompiledText, Slot
from digest.model.topics import Theme
from digest.render.inlining import inline
from digest.render.prepare import PreparedEdition
from digest.render.stencils import Marks, Values
from digest.render.templates import Renderer

Parts: TypeAlias = tuple[CompiledText, CompiledText, CompiledText]
"""A page's opening, stories and closing."""


@dataclass(frozen=True, slots=True)
class Pages:
    """What the templates of one theme make of prepared texts; `slots` are texts by slot."""

    templates: Renderer
    theme: Theme

    def subject(self, prepared: PreparedEdition) -> str:
        """Return the subject as the theme has it, not yet bounded."""
        values = {"page": prepared.page, "mail": prepared.mail}
        return self.templates.render(f"email/{self.theme.value}/subject.txt", values)

    def story_html(self, kind: str, page: Values, *, story: Values) -> str:
        """Return one story as lead, card or brief."""
        return self.templates.render(f"email/_{self.theme.value}/{kind}.html", {"page": page, "story": story})

    def stories_html(self, page: Values, heading: Values, *, lead: str, cards: str, briefs: str) -> str:
        """Return an edition's heading around its stories."""
        stories = {"lead": lead, "cards": cards, "briefs": briefs}
        return self.templates.render("email/_base/stories.html", {"page": page, "edition": heading}, markup=stories)

    def frame_html(self, page: Values, mail: Values, *, slots: Mapping[str, str], stories: str) -> str:
        """Return the whole page around an edition's stories, not yet inlined."""
        values = {"page": page, "mail": mail, "slots": slots}
        return self.templates.render(f"email/{self.theme.value}/body.html", values, markup={"stories": stories})

    def stories_text(self, prepared: PreparedEdition) -> str:
        """Return an edition's heading and stories, as text."""
        stories = {"lead": prepared.lead, "cards": prepared.cards, "briefs": prepared.briefs}
        return self.templates.render(
            "email/_base/stories.txt", {"page": prepared.page, "edition": prepared.heading, **stories}
        )

    def frame_text(self, page: Values, mail: Values, *, slots: Mapping[str, str], stories: str) -> str:
        """Return the text part around an edition's stories."""
        values = {"page": page, "mail": mail, "slots": slots, "stories": stories}
        return self.templates.render(f"email/{self.theme.value}/body.txt", values)


def whole_text(pages: Pages, prepared: PreparedEdition, *, slots: Mapping[str, str]) -> str:
    """Return the whole text part, with these texts in its slots."""
    return pages.frame_text(prepared.page, prepared.mail, slots=slots, stories=pages.stories_text(prepared))


def whole_html(pages: Pages, prepared: PreparedEdition, *, slots: Mapping[str, str]) -> str:
    """Return the whole HTML part, with these texts in its slots, inlined."""
    return inline(styled_html(pages, prepared, slots=slots))


def styled_html(pages: Pages, prepared: PreparedEdition, *, slots: Mapping[str, str]) -> str:
    """Return the whole HTML part with its styles still in a sheet: what Jinja2 alone makes."""
    stories = _stories_html(pages, prepared)
    return pages.frame_html(prepared.page, prepared.mail, slots=slots, stories=stories)


def cut_text(pages: Pages, prepared: PreparedEdition) -> Parts:
    """Return the text part, cut."""
    cuts = _Cuts()
    stories = cuts.fenced(pages.stories_text(prepared))
    return cuts.parts(pages.frame_text(prepared.page, prepared.mail, slots=cuts.slots, stories=stories))


def cut_html(pages: Pages, prepared: PreparedEdition) -> Parts:
    """Return the HTML part, inlined whole and then cut: right for any template, and slow."""
    cuts = _Cuts()
    stories = cuts.fenced(_stories_html(pages, prepared))
    return cuts.parts(inline(pages.frame_html(prepared.page, prepared.mail, slots=cuts.slots, stories=stories)))


def _stories_html(pages: Pages, prepared: PreparedEdition) -> str:
    page = prepared.page
    return pages.stories_html(
        page,
        prepared.heading,
        lead=pages.story_html("lead", page, story=prepared.lead),
        cards="\n".join(pages.story_html("card", page, story=story) for story in prepared.cards),
        briefs="\n".join(pages.story_html("brief", page, story=story) for story in prepared.briefs),
    )


class _Cuts:
    """Marks for a page's slots, and for where its stories begin and end."""

    def __init__(self) -> None:
        self._marks = Marks()
        self.slots = {slot.value: self._marks.next() for slot in Slot}
        self._begin, self._end = self._marks.next(), self._marks.next()

    def fenced(self, stories: str) -> str:
        return f"{self._begin}{stories}{self._end}"

    def parts(self, page: str) -> Parts:
        opening, _, rest = page.partition(self._begin)
        stories, _, closing = rest.partition(self._end)
        return self._slotted(opening), self._slotted(stories), self._slotted(closing)

    def _slotted(self, text: str) -> CompiledText:
        literals, numbers = self._marks.cut(text)
        pieces: list[str | Slot] = [literals[0]]
        for number, literal in zip(numbers, literals[1:], strict=True):
            pieces += (tuple(Slot)[number], literal)
        return tuple(pieces)
