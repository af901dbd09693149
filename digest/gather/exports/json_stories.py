"""JSON of stories: one story object, a list of them, or an object that holds such a list.

The fields of a story object are those of story_fields.py; JSON Feed is digest/gather/feeds/json_feed.py.
"""

from collections.abc import Mapping
from datetime import datetime

from digest.errors import RejectedError
from digest.gather.cleaning.draft import finish
from digest.gather.cleaning.json_values import as_object, as_text
from digest.gather.cleaning.sanitise import one_line
from digest.gather.exports.story_fields import draft_of
from digest.model.sources import ParsedDocument, Rejected
from digest.model.stories import ParsedStory

MAX_STORIES = 2_000
_LISTS = ("stories", "articles", "items", "posts", "entries")


def read_json_stories(found: object, *, name: str, now: datetime) -> ParsedDocument:
    """Return the stories that a file called `name` gives as JSON, and those that were rejected, each with its place.

    Raises RejectedError when there is no story object at all.
    """
    given = _given(found)
    stories: list[ParsedStory] = []
    rejected: list[Rejected] = []
    for number, one in enumerate(given[:MAX_STORIES], start=1):
        try:
            stories.append(_read(one, name=name, now=now))
        except RejectedError as error:
            rejected.append(Rejected(what=_place(number, as_object(one)), why=str(error)))
    notes = (f"only its first {MAX_STORIES:,} stories of {len(given):,} were read",) if len(given) > MAX_STORIES else ()
    return ParsedDocument(stories=tuple(stories), rejected=tuple(rejected), notes=notes)


def _given(found: object) -> list[object]:
    if isinstance(found, list):
        if not found:
            raise RejectedError("its list of stories is empty")
        return found
    if not isinstance(found, dict) or not found:
        raise RejectedError("it holds no story; give an object with a title and a body, or a list of such objects")
    within = next((found[name] for name in _LISTS if isinstance(found.get(name), list)), None)
    return [found] if within is None else list(within)


def _read(given: object, *, name: str, now: datetime) -> ParsedStory:
    if not isinstance(given, dict):
        raise RejectedError(f"it is no object with a title and a body, but {type(given).__name__}")
    return finish(draft_of(as_object(given)), base_url="", source=name, now=now)


def _place(number: int, given: Mapping[str, object]) -> str:
    title = one_line(as_text(given.get("title")), max_chars=60)
    return f'story {number}, "{title}"' if title else f"story {number}"
