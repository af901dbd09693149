"""Feeds: how many of the nasty ones come out exactly, and how long a large one takes, against plain feedparser.

Run `python -m benchmarks.feeds`. Both read the same corpus (tests/gather/feeds/documents) in the same run. feedparser's
titles, links and tags go through our own cleaning before they are compared, and only they and the dates are: what is
compared is what was read. A document that must be refused counts as right for feedparser if it finds no entries.
Some of the corpus is beyond what feedparser means to do: JSON Feed, and dates that nobody can have meant.
"""

import calendar
import io
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

import feedparser
from rich.console import Console
from rich.table import Table

from digest.gather.cleaning.draft import MAX_TAGS
from digest.gather.cleaning.identity import canonical_url
from digest.gather.cleaning.sanitise import one_line
from digest.gather.feeds.xml_feed import parse_feed
from digest.model.tags import make_tag
from tests.gather.feeds.corpus import FEED_URL, NOW, FeedCase, feed_cases, is_exact

LARGE_ENTRIES = 2_000
LONG_NAME = 40_000
LARGE_BODY = "<p>A paragraph of a <b>long</b> story, with a few more words &amp; a mark in it.</p>" * 60


class Score(NamedTuple):
    """How a reader fared: feeds exactly right, feeds it crashed on, seconds for a large feed and for an attack."""

    exact: int
    crashed: int
    large_s: float
    attack_s: float


def main() -> None:
    """Measure both readers and print the table."""
    cases, large = feed_cases(), large_feed()
    ours = score(cases, is_exact, parse=lambda feed: parse_feed(feed, url=FEED_URL, content_type="", now=NOW))
    theirs = score(cases, feedparser_is_exact, parse=lambda feed: feedparser.parse(io.BytesIO(feed)))
    table = Table(title=f"{len(cases)} nasty feeds")
    table.add_column("reader")
    for column in (
        "every story exact",
        "crashed",
        f"{len(large) / 1e6:.1f} MB feed",
        f"author of {LONG_NAME:,} letters",
    ):
        table.add_column(column, justify="right")
    for name, one in (("digest", ours), (f"feedparser {feedparser.__version__}", theirs)):
        exact = f"{one.exact} of {len(cases)}"
        table.add_row(name, exact, str(one.crashed), f"{one.large_s:.2f} s", f"{one.attack_s:.3f} s")
    large_ratio, attack_ratio = ours.large_s / theirs.large_s, ours.attack_s / theirs.attack_s
    table.add_row("ratio", f"{ours.exact / theirs.exact:.2f}", "", f"{large_ratio:.2f}", f"{attack_ratio:.5f}")
    Console(width=110).print(table)


def score(cases: list[FeedCase], is_right: Callable[[FeedCase], bool], *, parse: Callable[[bytes], object]) -> Score:
    """Judge a reader on all cases, and time it on the large feed and on the attack."""
    exact = crashed = 0
    for case in cases:
        try:
            exact += is_right(case)
        except Exception:  # noqa: BLE001 - a crash of any kind is what is counted
            crashed += 1
    attack = f"<rss><channel><item><title>T</title><author>{'a' * LONG_NAME}</author></item></channel></rss>"
    return Score(exact, crashed, seconds(parse, large_feed()), seconds(parse, attack.encode()))


def seconds(parse: Callable[[bytes], object], feed: bytes) -> float:
    """Return how long parsing one feed takes."""
    started = time.perf_counter()
    parse(feed)
    return time.perf_counter() - started


def large_feed() -> bytes:
    """Return an RSS feed of about 10 MB."""
    items = (
        f"<item><title>Story {at}</title><link>https://gazette.example/{at}</link><guid>{at}</guid>"
        f"<description><![CDATA[{LARGE_BODY}]]></description><pubDate>Fri, 20 Nov 2026 08:30:00 GMT</pubDate></item>"
        for at in range(LARGE_ENTRIES)
    )
    return f'<rss version="2.0"><channel><title>Large</title>{"".join(items)}</channel></rss>'.encode()


def feedparser_is_exact(case: FeedCase) -> bool:
    """Return whether plain feedparser finds the same titles, links, tags and dates, in order."""
    headers = {"content-type": case.content_type, "content-location": FEED_URL}
    entries = feedparser.parse(io.BytesIO(case.content), response_headers=headers).entries
    return [found(entry) for entry in entries] == [expected(story) for story in case.stories]


def found(entry: Any) -> tuple[object, ...]:
    """Return what feedparser says of an entry, cleaned as ours is."""
    dated = entry.get("published_parsed") or entry.get("updated_parsed")
    published = datetime.fromtimestamp(calendar.timegm(dated), tz=UTC) if dated else None
    tags = [make_tag(one_line(tag.get("label") or tag.get("term") or "")) for tag in entry.get("tags", [])[:MAX_TAGS]]
    return (
        one_line(entry.get("title", "")),
        canonical_url(entry.get("link", "")),
        list(dict.fromkeys(tag.key for tag in tags if tag)),
        published,
    )


def expected(story: dict[str, Any]) -> tuple[object, ...]:
    """Return what the corpus says of a story, in the same form."""
    tags = [make_tag(label) for label in story.get("tags", [])]
    return (story["title"], story.get("url", ""), [tag.key for tag in tags if tag], story.get("published"))


if __name__ == "__main__":
    main()
