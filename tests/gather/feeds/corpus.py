"""The corpus of nasty feeds and what must come out of each: tests/gather/feeds/documents/expected.toml says it."""

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from digest.errors import RejectedError
from digest.gather.feeds.json_feed import parse_json_feed
from digest.gather.feeds.xml_feed import parse_feed
from digest.model.sources import ParsedDocument
from digest.model.stories import Direction, ParsedStory

FOLDER = Path(__file__).parent / "documents"
FEED_URL = "https://gazette.example/feeds/all.xml"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WRONG_CONTENT_TYPE = "text/html; charset=iso-8859-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedCase:
    """One feed of the corpus. `stories` holds the named fields of each story, in order."""

    name: str
    content: bytes
    content_type: str
    stories: tuple[dict[str, Any], ...]
    rejected: tuple[str, ...]
    refused: str


def feed_cases() -> list[FeedCase]:
    """Return the whole corpus, in the order of its table."""
    table = tomllib.loads((FOLDER / "expected.toml").read_text(encoding="utf-8"))
    return [
        FeedCase(
            name=name,
            content=(FOLDER / name).read_bytes(),
            content_type=said.get("content_type", WRONG_CONTENT_TYPE),
            stories=tuple(said.get("stories", ())),
            rejected=tuple(said.get("rejected", ())),
            refused=said.get("refused", ""),
        )
        for name, said in table.items()
    ]


def parse_case(case: FeedCase) -> ParsedDocument:
    """Parse a case as if it had been fetched from FEED_URL at NOW."""
    parse = parse_json_feed if case.name.endswith(".json") else parse_feed
    return parse(case.content, url=FEED_URL, content_type=case.content_type, now=NOW)


def is_exact(case: FeedCase) -> bool:
    """Return whether a case comes out as its table says, to the last field."""
    try:
        document = parse_case(case)
    except RejectedError as error:
        return bool(case.refused) and case.refused in str(error)
    return (
        not case.refused
        and stories_as_table(case, document) == list(case.stories)
        and len(document.rejected) == len(case.rejected)
        and all(why in one.why for why, one in zip(case.rejected, document.rejected, strict=True))
    )


def stories_as_table(case: FeedCase, document: ParsedDocument) -> list[dict[str, Any]]:
    """Return a document's stories in the form of the table, to be compared with the case's."""
    expected = [*case.stories, *({} for _ in document.stories)]
    return [as_table(story, like=said) for story, said in zip(document.stories, expected, strict=False)]


def as_table(story: ParsedStory, *, like: dict[str, Any]) -> dict[str, Any]:
    """Return a story in the form of the table: without its empty fields, long texts cut where `like` cuts them."""
    body = story.body_text
    expected_body = str(like.get("body", ""))
    if expected_body.endswith("*") and body.startswith(expected_body[:-1]):
        body = expected_body
    fields: dict[str, Any] = {
        "title": story.title,
        "url": story.url,
        "guid": story.guid,
        "dek": story.dek,
        "body": body,
        "byline": story.byline,
        "lang": story.lang,
        "direction": "" if story.direction is Direction.LTR else story.direction.value,
        "image": story.image.url if story.image else "",
        "alt": story.image.alt if story.image else "",
        "credit": story.image.credit if story.image else "",
        "tags": [tag.label for tag in story.tags],
        "published": story.published_at,
    }
    return {name: value for name, value in fields.items() if value}
