"""Two copies of one story: which text stands, and what each fills in for the other. Pure."""

from sqlalchemy import RowMapping

from digest.model.stories import ParsedStory
from digest.store.story_rows import StoryColumn, content_of

_FILLED_ALONE = ("dek", "byline", "publisher", "credit", "lang", "published_at", "updated_at")
_FILLED_WITH_AN_IMAGE = ("image_url", "image_alt", "image_credit", "image_width", "image_height")
_POORER_BY = 2


def replaces(parsed: ParsedStory, row: RowMapping, *, was_replaced: bool) -> bool:
    """Return whether a copy's text takes the place of the kept one (`row` of `story`).

    A copy that says it is older never does, one that says it is newer does. Where neither is said, a copy with less
    than half the words (a feed's summary of what a page told in full) does not, nor does a text that was replaced
    before (`was_replaced`): two sources that differ must not take turns for ever.
    """
    if parsed.content_hash == row["content_hash"]:
        return False
    if parsed.updated_at and row["updated_at"] and parsed.updated_at != row["updated_at"]:
        return bool(parsed.updated_at > row["updated_at"])
    return not was_replaced and bool(parsed.word_count * _POORER_BY >= row["word_count"])


def merge(row: RowMapping, parsed: ParsedStory) -> dict[str, StoryColumn]:
    """Return the columns of a story that takes the copy's text: what the copy leaves empty stays as it was."""
    content = content_of(parsed)
    kept = {name: row[name] for name in _FILLED_ALONE if not content[name]}
    if not parsed.image:
        kept |= {name: row[name] for name in _FILLED_WITH_AN_IMAGE}
    return {**content, **kept, "canonical_url": row["canonical_url"] or parsed.url or None}


def fill_gaps(row: RowMapping, parsed: ParsedStory) -> dict[str, StoryColumn]:
    """Return the columns that are empty in the kept story and not in the copy; its text stays."""
    content = content_of(parsed)
    gaps = {name: content[name] for name in _FILLED_ALONE if not row[name] and content[name]}
    if not row["image_url"] and parsed.image:
        gaps |= {name: content[name] for name in _FILLED_WITH_AN_IMAGE}
    if not row["canonical_url"] and parsed.url:
        gaps["canonical_url"] = parsed.url
    return gaps
