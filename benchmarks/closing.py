"""Measure: what it costs to close many topics' week, from tables to compiled editions, against plain Jinja2.

Both ways read the same tables and curate the same stories; one renders with plain Jinja2 and inlines nothing, the
other compiles as the program does, from a cold start. Run with `python -m benchmarks.closing`.
"""

import argparse
import hashlib
import random
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from benchmarks.build import PUBLICATION, STORIES, TEMPLATES, plain_pages, sentence
from digest.flows.publishing import curate_topic
from digest.model.editions import Edition
from digest.model.stories import Image, ParsedStory
from digest.model.tags import make_tag
from digest.render.compile import EditionCompiler
from digest.store import migrate, stories, topics
from digest.store.database import Database, sqlite_url
from digest.store.topics import NewTopic

NOW = datetime(2026, 11, 22, 13, tzinfo=UTC)


class Spent(NamedTuple):
    """Seconds spent on reading and curating, and on making mails of the editions."""

    curating_s: float
    making_s: float

    @property
    def total_s(self) -> float:
        return self.curating_s + self.making_s


def main() -> None:
    """Fill a database, close every topic each way, and print how long it took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--topics", type=int, default=1000)
    count: int = parser.parse_args().topics
    with tempfile.TemporaryDirectory() as folder:
        database = Database(sqlite_url(Path(folder) / "digest.db"))
        migrate.upgrade(database)
        slugs = fill(database, count)
        close_all(database, slugs[:20], plain_pages())
        plain = close_all(database, slugs, plain_pages())
        compiled = close_all(database, slugs, EditionCompiler([TEMPLATES], PUBLICATION).compile_edition)
        database.close()
    show(count, plain, compiled)


def fill(database: Database, count: int) -> list[str]:
    """Keep so many topics, each with a tag and a week's stories of its own; return their slugs."""
    chance = random.Random(7)
    slugs = [f"topic-{number}" for number in range(count)]
    for slug in slugs:
        tag = make_tag(f"About {slug}")
        assert tag is not None
        with database.begin() as tx:
            topics.add_topic(tx, NewTopic(slug=slug, name=f"News of {slug}", tags=(tag,)), now=NOW)
            for _ in range(STORIES):
                seen_at = NOW - timedelta(hours=chance.randrange(1, 150))
                parsed = made_up_story(chance, f"About {slug}", published_at=seen_at)
                stories.save_story(tx, parsed, source_id=None, now=seen_at)
    return slugs


def made_up_story(chance: random.Random, label: str, *, published_at: datetime) -> ParsedStory:
    """Return a story of some 400 words, none like another."""
    number = chance.randrange(10**12)
    body = "\n\n".join(f"{sentence(chance, 50)} {chance.randrange(10**9)}." for _ in range(8))
    tag = make_tag(label)
    return ParsedStory(
        title=f"{sentence(chance, 7)} {number}",
        url=f"https://news.example/{number}",
        dek=chance.choice((sentence(chance, 20), "")),
        body_html=f"<p>{body}</p>",
        body_text=body,
        publisher="The Harbour Times",
        image=chance.choice((Image(url=f"https://news.example/{number}.jpg", alt="A picture", width=1200), None)),
        tags=(tag,) if tag else (),
        lang="en",
        published_at=published_at,
        content_hash=hashlib.sha256(body.encode()).hexdigest(),
        word_count=400,
    )


def close_all(database: Database, slugs: list[str], make: Callable[[Edition], object]) -> Spent:
    """Close each topic's week and make its mail; keep nothing."""
    curating_s = making_s = 0.0
    for slug in slugs:
        began = time.perf_counter()
        with database.read() as tx:
            curated = curate_topic(tx, topics.find_topic(tx, slug), now=NOW)
        read_at = time.perf_counter()
        assert curated.edition is not None
        assert len(curated.edition.items) == STORIES, curated.verdicts
        make(curated.edition)
        curating_s += read_at - began
        making_s += time.perf_counter() - read_at
    return Spent(curating_s, making_s)


def show(count: int, plain: Spent, compiled: Spent) -> None:
    """Print both ways, and their ratios."""
    table = Table(title=f"{count:,} topics x {STORIES} stories, SQLite, one process")
    for heading in ("way", "read + curate s", "render s", "wall s", "ratio of wall", "ratio of render"):
        table.add_column(heading, justify="left" if heading == "way" else "right")
    for way, spent in (("plain Jinja2, nothing inlined", plain), ("compiled, inlined (cold start)", compiled)):
        ratios = (f"{spent.total_s / plain.total_s:.2f}", f"{spent.making_s / plain.making_s:.2f}")
        table.add_row(way, f"{spent.curating_s:.2f}", f"{spent.making_s:.2f}", f"{spent.total_s:.2f}", *ratios)
    Console().print(table)


if __name__ == "__main__":
    main()
