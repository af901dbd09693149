"""Feeds: RSS 0.9x, 1.0, 2.0 and Atom 0.3, 1.0 as found in the wild. JSON Feed is json_feed.py.

The way: bytes -> text (encoding.py) -> entries' texts (text.py) -> fields (fields.py) -> a draft (entries.py,
images.py) -> a story (draft.py). Each entry goes it alone: one bad entry never stops its feed.
"""

from datetime import datetime

from digest.errors import RejectedError
from digest.gather.cleaning.draft import finish
from digest.gather.cleaning.encoding import decoded
from digest.gather.cleaning.sanitise import one_line
from digest.gather.feeds.entries import FeedSays, authors, read_entry
from digest.gather.feeds.fields import parsed, parsed_head
from digest.gather.feeds.limits import MAX_ENTRIES, refuse_large
from digest.gather.feeds.repeats import once_each, without_shared_guids
from digest.gather.feeds.text import FeedText, cut, title_of
from digest.model.sources import ParsedDocument, Rejected
from digest.model.stories import ParsedStory


def parse_feed(content: bytes, *, url: str, content_type: str, now: datetime) -> ParsedDocument:
    """Return the stories of an RSS or Atom feed, newest reading of each, and the entries that were rejected.

    `url` is where the feed came from, or a file's name; `content_type` (may be empty) counts only for its charset.
    Raises RejectedError when it is no feed, too large, or declares entities.
    """
    refuse_large(content)
    feed = cut(decoded(content, content_type=content_type))
    says = _says(feed, url=url)
    stories: list[ParsedStory] = []
    rejected: list[Rejected] = []
    for number, fragment in enumerate(feed.entries, start=1):
        try:
            stories.append(_read(fragment, feed, url=url, says=says, now=now))
        except RejectedError as error:
            rejected.append(Rejected(what=_named(number, fragment), why=str(error)))
    if feed.cut_off:
        what = _named(len(feed.entries) + 1, feed.cut_off)
        rejected.append(Rejected(what=what, why="the document ends in the middle of it"))
    return ParsedDocument(
        stories=once_each(without_shared_guids(stories)),
        rejected=tuple(rejected),
        title=says.title,
        notes=_notes(feed),
    )


def _says(feed: FeedText, *, url: str) -> FeedSays:
    head = parsed_head(feed, feed_url=url)
    fields = head.fields
    return FeedSays(
        title=one_line(fields.markup("title")),
        lang=fields.text("language", "dc:language") or head.lang,
        authors=authors(fields),
    )


def _read(fragment: str, feed: FeedText, *, url: str, says: FeedSays, now: datetime) -> ParsedStory:
    entry, fields = parsed(fragment, feed, feed_url=url)
    draft, base_url = read_entry(entry, fields, says=says)
    return finish(draft, base_url=base_url, source=url, now=now)


def _named(number: int, fragment: str) -> str:
    title = one_line(title_of(fragment), max_chars=80)
    return f'entry {number}, "{title}"' if title else f"entry {number}"


def _notes(feed: FeedText) -> tuple[str, ...]:
    if feed.is_longer:
        return (f"only its first {MAX_ENTRIES:,} entries were read",)
    found = {
        "the feed has no entries": not feed.entries and not feed.cut_off,
        "the document ends before the feed does; entries may be missing": not feed.is_closed,
    }
    return tuple(note for note, is_true in found.items() if is_true)
