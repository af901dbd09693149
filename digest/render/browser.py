"""An edition in a browser: its mail's page as anybody may read it, cut where a web page adds what is its own.

It is the page that `compile_edition` made, letter for letter, but for what is one reader's own, or makes sense in a
mail alone. Left out are the line that greets, the line that says whose address it was sent to, the link that
unsubscribes, and the link that leads to the very page; any other personal link leads to the sign-up page. This holds
for any templates: it is done to the page they made.
"""

import re
from dataclasses import dataclass
from html import escape

from digest.model.messages import CompiledEdition, Slot
from digest.render.stencils import Marks
from digest.render.words import salutation

_TAG = re.compile(r"<!--.*?-->|<(?P<close>/?)(?P<name>[A-Za-z][^\s/>]*)[^>]*>", re.DOTALL)
_WITHIN_LINES = frozenset("a abbr b bdi bdo cite code em font i mark q s small span strong sub sup time u".split())
"""Elements that go on with the line they stand in; any other begins a new one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserPage:
    """A whole HTML page in four pieces: `head` is left open, `body_tag` closes it and opens the body."""

    head: str
    body_tag: str
    content: str
    end: str


def browser_page(compiled: CompiledEdition, *, sign_up_url: str) -> BrowserPage:
    """Return the edition's page without anything of one reader."""
    marks = Marks()
    stand_ins = {slot: marks.next() for slot in Slot}
    pieces = (*compiled.opening.html, *compiled.stories.html, *compiled.closing.html)
    page = "".join(stand_ins[piece] if isinstance(piece, Slot) else piece for piece in pieces)
    for slot in (Slot.SALUTATION, Slot.ADDRESS):
        page = _without_line(page, stand_ins[slot])
    for url in (stand_ins[Slot.UNSUBSCRIBE_URL], escape(compiled.archive_url)):
        page = _without_links(page, url)
    values = {
        Slot.SALUTATION: salutation("", lang=compiled.lang),
        Slot.ADDRESS: "",
        Slot.UNSUBSCRIBE_URL: sign_up_url,
        Slot.PREFERENCES_URL: sign_up_url,
    }
    for slot, value in values.items():
        page = page.replace(stand_ins[slot], slot.html(value))
    return _cut(page)


def _cut(page: str) -> BrowserPage:
    """Cut a page that premailer made, which has a head and a body whatever its template had."""
    head, _, rest = page.partition("</head>")
    before_body, opening, rest = re.split(r"(<body\b[^>]*>)", rest, maxsplit=1)
    content, closing, after_body = rest.rpartition("</body>")
    return BrowserPage(
        head=head,
        body_tag=f"</head>{before_body}{opening}",
        content=content,
        end=f"{closing}{after_body}",
    )


def _without_links(page: str, url: str) -> str:
    """Return the page without the links that lead to a URL, and without the space before each."""
    return re.sub(rf"""\s*<a\b[^>]*["']{re.escape(url)}["'][^>]*>.*?</a>""", "", page, flags=re.DOTALL)


def _without_line(page: str, mark: str) -> str:
    """Return the page without the lines of text that a mark stands in: from one block or line break to the next."""
    begin = 0
    kept = []
    for tag in _TAG.finditer(page):
        if (tag["name"] or "").lower() in _WITHIN_LINES:
            continue
        line = page[begin : tag.start()]
        kept += [_loose_tags(line) if mark in line else line, tag[0]]
        begin = tag.end()
    return "".join([*kept, page[begin:]])


def _loose_tags(line: str) -> str:
    """Return a line's tags whose other half stands outside of it: what must stay when the line goes."""
    loose: list[re.Match[str]] = []
    for tag in _TAG.finditer(line):
        if tag["close"] and loose and not loose[-1]["close"] and loose[-1]["name"] == tag["name"]:
            loose.pop()
        else:
            loose.append(tag)
    return "".join(tag[0] for tag in loose)
