"""Pages made by what matters to a test, and the story read of them."""

import json
from datetime import UTC, datetime
from pathlib import Path

from digest.gather.pages.page import parse_page
from digest.model.stories import ParsedStory

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
FOLDER = Path(__file__).parent / "documents"
URL = "https://www.courier.example/coast/sea-wall"
TEXT = (
    "<p>The council agreed on Monday to repair the sea wall before winter, after three storms damaged it badly.</p>"
    "<p>Work starts next week, said the mayor, Ada Brink, who had asked for the money in spring.</p>"
)


def read(content: bytes, *, url: str = URL, content_type: str = "text/html") -> ParsedStory:
    return parse_page(content, url=url, content_type=content_type, now=NOW).stories[0]


def read_fixture(name: str, *, url: str = URL) -> ParsedStory:
    return read((FOLDER / f"{name}.html").read_bytes(), url=url)


def page(head: str = "", *, body: str = TEXT, html: str = 'lang="en"') -> bytes:
    return f"<!DOCTYPE html><html {html}><head>{head}</head><body><article>{body}</article></body></html>".encode()


def json_ld(**members: object) -> str:
    return script(json.dumps({"@context": "https://schema.org", "@type": "NewsArticle", **members}))


def script(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


def labels(story: ParsedStory) -> list[str]:
    return [tag.label for tag in story.tags]
