"""The sample newsroom's stories, read from content/stories/*.md, and which of them are out at a given time.

A story's file gives its age and not its date, so that the newsroom's two weeks always end now. How a story looks in
a feed, on a page or in a file is not decided here.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from html import escape
from pathlib import Path

import yaml

from digest.demo.masthead import CONTENT, PICTURE_HEIGHT, PICTURE_WIDTH, Section, picture_url

STORIES = CONTENT / "stories"
_FRONT_MATTER = re.compile(r"---\n(.*?)\n---\n+(.*)", re.DOTALL)
_AGE = re.compile(r"(?:(\d+)d)? ?(?:(\d+)h)?")


class FileKind(StrEnum):
    """As what kind of file a story is exported too. One in plain text has no address, and so stands in no feed."""

    TXT = "txt"
    MD = "md"
    HTML = "html"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A story's picture: its name (in content/pictures, without `.jpg`), what it shows, who drew it."""

    name: str
    alt: str
    credit: str
    width: int = PICTURE_WIDTH
    height: int = PICTURE_HEIGHT

    @property
    def url(self) -> str:
        return picture_url(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What was mended in a story, and when: `mistake` stood where `mended` stands. `note` tells the readers."""

    at: datetime
    mistake: str
    mended: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoStory:
    """A story of the sample newsroom. Times are aware UTC.

    `headline` and `paragraphs` are plain text; `headline_html` is the headline as the feeds give it, in HTML.
    `page_tags` are those that the article's page names where they differ from the feed's `tags`. `feed_link` and
    `injected_html` are what a hostile feed gives in place of the link, and after the text.
    """

    slug: str
    section: Section
    lang: str
    headline: str
    headline_html: str
    dek: str
    byline: str
    paragraphs: tuple[str, ...]
    tags: tuple[str, ...]
    page_tags: tuple[str, ...]
    picture: Picture | None
    file: FileKind | None
    published_at: datetime
    is_dated: bool
    correction: Correction | None
    feed_link: str
    injected_html: str

    @property
    def url(self) -> str:
        """The story's canonical address."""
        folder = "stories" if self.section is Section.WIRE else "news"
        return f"{self.section.outlet.site_url}/{folder}/{self.slug}"

    @property
    def publisher(self) -> str:
        return self.section.outlet.name

    @property
    def updated_at(self) -> datetime:
        return self.correction.at if self.correction else self.published_at

    @property
    def direction(self) -> str:
        return "rtl" if self.lang == "ar" else "ltr"

    @property
    def is_in_feed(self) -> bool:
        return self.file is not FileKind.TXT


Stories = tuple[DemoStory, ...]


def load_stories(*, anchored_at: datetime, folder: Path = STORIES) -> Stories:
    """Return all stories, newest first, dated back from `anchored_at` (aware) by the age each file gives."""
    anchor = anchored_at.replace(second=0, microsecond=0)
    stories = [_read(path.stem, path.read_text(encoding="utf-8"), anchor) for path in folder.glob("*.md")]
    return tuple(sorted(stories, key=lambda story: (story.published_at, story.slug), reverse=True))


def stories_out(stories: Stories, now: datetime) -> Stories:
    """Return the stories that are published at `now`, each with the mistakes that it had then."""
    return tuple(_as_it_stood(story, now) for story in stories if story.published_at <= now)


def _as_it_stood(story: DemoStory, now: datetime) -> DemoStory:
    correction = story.correction
    if not correction or correction.at <= now:
        return story
    uncorrected = [text.replace(correction.mended, correction.mistake) for text in story.paragraphs[:-1]]
    return replace(
        story,
        headline=story.headline.replace(correction.mended, correction.mistake),
        headline_html=story.headline_html.replace(correction.mended, correction.mistake),
        paragraphs=tuple(uncorrected),
        correction=None,
    )


class _Front:
    """A file's front matter, field by field."""

    def __init__(self, source: str) -> None:
        self._fields: dict[str, object] = yaml.safe_load(source)

    def text(self, name: str) -> str:
        return str(self._fields.get(name, "")).strip()

    def texts(self, name: str) -> tuple[str, ...]:
        found = self._fields.get(name, [])
        return tuple(str(one) for one in found) if isinstance(found, list) else ()

    def age(self, name: str) -> timedelta:
        found = _AGE.fullmatch(self.text(name))
        if not found:
            raise ValueError(f'"{self.text(name)}" is no age; write it like "2d 3h"')
        return timedelta(days=int(found[1] or 0), hours=int(found[2] or 0))


def _read(slug: str, text: str, anchor: datetime) -> DemoStory:
    found = _FRONT_MATTER.fullmatch(text)
    if not found:
        raise ValueError(f"{slug}.md has no front matter")
    front, paragraphs = _Front(found[1]), tuple(found[2].strip().split("\n\n"))
    correction = _correction(front, anchor)
    headline = front.text("headline")
    return DemoStory(
        slug=slug,
        section=Section(front.text("section")),
        lang=front.text("lang"),
        headline=headline,
        headline_html=front.text("headline_html") or escape(headline, quote=False),
        dek=front.text("dek"),
        byline=front.text("byline"),
        paragraphs=(*paragraphs, correction.note) if correction else paragraphs,
        tags=front.texts("tags"),
        page_tags=front.texts("page_tags") or front.texts("tags"),
        picture=_picture(front),
        file=FileKind(front.text("file")) if front.text("file") else None,
        published_at=anchor - front.age("age"),
        is_dated=not front.text("undated"),
        correction=correction,
        feed_link=front.text("link"),
        injected_html=front.text("injected"),
    )


def _correction(front: _Front, anchor: datetime) -> Correction | None:
    if not front.text("corrected"):
        return None
    return Correction(
        at=anchor - front.age("corrected"),
        mistake=front.text("mistake"),
        mended=front.text("mended"),
        note=front.text("correction"),
    )


def _picture(front: _Front) -> Picture | None:
    if not front.text("picture"):
        return None
    return Picture(name=front.text("picture"), alt=front.text("alt"), credit=front.text("credit"))
