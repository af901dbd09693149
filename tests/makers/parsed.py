"""Parsed stories for tests: only what matters to the test is named."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime

from digest.model.stories import Image, ParsedStory
from tests.makers.stories import make_tags

PUBLISHED = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def make_parsed(
    *,
    title: str = "Harbour reopens after storm",
    url: str = "https://news.example/harbour-reopens",
    guid: str = "",
    body: str = "The harbour reopened on Friday. Ferries run again.",
    tags: Iterable[str] = ("Syria's War",),
    image: Image | None = None,
    published_at: datetime | None = PUBLISHED,
    updated_at: datetime | None = None,
) -> ParsedStory:
    """Return a story as a source gave it; its hash follows from title and body."""
    return ParsedStory(
        title=title,
        url=url,
        guid=guid,
        body_html=f"<p>{body}</p>",
        body_text=body,
        publisher="The Daily Example",
        image=image,
        tags=make_tags(tags),
        lang="en",
        published_at=published_at,
        updated_at=updated_at,
        content_hash=hashlib.sha256(f"{title}\n{body}".encode()).hexdigest(),
        word_count=len(body.split()),
    )
