"""Measure: what it costs to build the editions of many topics, against plain Jinja2, which inlines no styles.

Every way prepares the same texts and renders subject, text and HTML from the same templates; plain Jinja2 does it
outside the sandbox. Compiling starts cold: making its stencils counts. Run with `python -m benchmarks.build`.
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from rich.console import Console
from rich.table import Table

from digest.model.editions import Edition, EditionItem
from digest.model.messages import Publication, Slot
from digest.model.topics import Theme
from digest.render.compile import EditionCompiler
from digest.render.inlining import inline
from digest.render.pages import Pages, styled_html, whole_text
from digest.render.prepare import prepare_edition
from digest.render.templates import NOTHING_READY
from digest.render.wrapping import wrapped
from tests.makers.editions import make_edition, make_image, make_item, make_report

TEMPLATES = Path(__file__).parents[1] / "templates"
PUBLICATION = Publication(
    name="The Harbour Times", base_url="https://harbour.example", postal_address="1 Quay Street\nPort Ellen"
)
STORIES, INLINED, ROUNDS = 12, 30, 3
SLOTS = {slot.value: slot.value for slot in Slot}
WORDS = "harbour ferry council storm lamp school vote island winter boat price road letter night north".split()


class PlainTemplates:
    """The templates as Jinja2 renders them when nothing is asked of it: no sandbox, no bounds."""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            undefined=StrictUndefined,
            autoescape=lambda name: name is not None and name.endswith(".html"),
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.filters["wrapped"] = wrapped

    def render(self, name: str, values: Mapping[str, object], *, markup: Mapping[str, str] = NOTHING_READY) -> str:
        """Return what a template makes of the values."""
        ready = {key: Markup(html) for key, html in markup.items()}
        return self._environment.get_template(name).render({**values, **ready})


def main() -> None:
    """Build the editions each way, and print how long it took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--topics", type=int, default=1000)
    topics: int = parser.parse_args().topics
    editions = made_up_editions(topics)
    plain_s, compiled_s, inlined_s = [], [], []
    for _ in range(ROUNDS):
        plain_s.append(timed(render_plainly, editions))
        compiled_s.append(timed(compile_cold, editions))
        inlined_s.append(timed(render_and_inline, editions[:INLINED]) * topics / min(INLINED, topics))
    show(topics, statistics.median(plain_s), statistics.median(compiled_s), statistics.median(inlined_s))


def render_plainly(editions: Sequence[Edition]) -> None:
    """Render subject, text and HTML, and leave the styles in their sheet."""
    rendered = plain_pages()
    for edition in editions:
        rendered(edition)


def render_and_inline(editions: Sequence[Edition]) -> None:
    """Render as plainly, and inline each page with premailer."""
    rendered = plain_pages()
    for edition in editions:
        inline(rendered(edition))


def compile_cold(editions: Sequence[Edition]) -> None:
    """Compile as the program does, beginning with no stencil."""
    compiler = EditionCompiler([TEMPLATES], PUBLICATION)
    for edition in editions:
        compiler.compile_edition(edition)


def plain_pages() -> Callable[[Edition], str]:
    """Return what renders an edition with plain Jinja2: all of it, of which it returns the page."""
    pages = {theme: Pages(PlainTemplates(), theme) for theme in Theme}

    def rendered(edition: Edition) -> str:
        prepared = prepare_edition(edition, PUBLICATION, shown=len(edition.items))
        of_theme = pages[edition.topic.theme]
        of_theme.subject(prepared)
        whole_text(of_theme, prepared, slots=SLOTS)
        return styled_html(of_theme, prepared, slots=SLOTS)

    return rendered


def made_up_editions(topics: int) -> list[Edition]:
    """Return editions of twelve stories, as uneven as feeds make them: with and without picture, dek, byline, twins."""
    chance = random.Random(11)
    return [
        make_edition(
            *(made_up_item(chance) for _ in range(STORIES)),
            name=f"Topic {number}",
            slug=f"topic-{number}",
            lang=chance.choice(("en", "en", "en", "ar")),
            theme=chance.choice(tuple(Theme)),
            intro=sentence(chance, 30) if number % 4 == 0 else "",
        )
        for number in range(topics)
    ]


def made_up_item(chance: random.Random) -> EditionItem:
    """Return a story with some of its parts missing."""
    return make_item(
        title=sentence(chance, 9),
        dek=chance.choice((sentence(chance, 24), "")),
        excerpt=sentence(chance, 50),
        url=f"https://news.example/{chance.randrange(10**9)}",
        byline=chance.choice(("Ada Lindqvist", "")),
        image=chance.choice((make_image(), make_image(width=None, credit=""), None)),
        published_at=datetime(2026, 11, 9, tzinfo=UTC) + timedelta(hours=chance.randrange(140)),
        also_reported=tuple(make_report(f"Paper {at}") for at in range(chance.choice((0, 0, 0, 1, 2, 5)))),
    )


def sentence(chance: random.Random, words: int) -> str:
    """Return so many words."""
    return " ".join(chance.choices(WORDS, k=words)).capitalize()


def timed(build: Callable[[Sequence[Edition]], None], editions: Sequence[Edition]) -> float:
    """Return how many seconds it took."""
    began = time.perf_counter()
    build(editions)
    return time.perf_counter() - began


def show(topics: int, plain_s: float, compiled_s: float, inlined_s: float) -> None:
    """Print the three ways, and each one's ratio to plain Jinja2."""
    table = Table(title=f"{topics:,} editions of {STORIES} stories, median of {ROUNDS} rounds")
    for heading in ("way", "seconds", "ms an edition", "ratio"):
        table.add_column(heading, justify="left" if heading == "way" else "right")
    ways = (
        ("plain Jinja2, nothing inlined", plain_s),
        ("compiled, inlined (cold start)", compiled_s),
        (f"premailer on every page (of {min(INLINED, topics)}, extrapolated)", inlined_s),
    )
    for way, seconds in ways:
        table.add_row(way, f"{seconds:.2f}", f"{seconds / topics * 1000:.2f}", f"{seconds / plain_s:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
