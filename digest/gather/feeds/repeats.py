"""What a feed says more than once: entries in several states, and one guid for several entries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from digest.model.stories import ParsedStory


def without_shared_guids(stories: Iterable[ParsedStory]) -> list[ParsedStory]:
    """Return the stories without the guids that several of them with different links bear: those identify nothing."""
    stories = list(stories)
    links: defaultdict[str, set[str]] = defaultdict(set)
    for story in stories:
        links[story.guid].add(story.url or story.content_hash)
    return [
        replace(story, guid="", notes=(*story.notes, "its guid stands for other stories too: ignored"))
        if story.guid and len(links[story.guid]) > 1
        else story
        for story in stories
    ]


def once_each(stories: Iterable[ParsedStory]) -> tuple[ParsedStory, ...]:
    """Return the stories with each link (without one: guid, or content) once: its latest state, in the first's place.

    Without this, a feed that lists a story in two states would change it to and fro each time it is gathered.
    """
    found: dict[str, ParsedStory] = {}
    for story in stories:
        name = story.url or story.guid or story.content_hash
        if name not in found or _said_at(story) > _said_at(found[name]):
            found[name] = story
    return tuple(found.values())


def _said_at(story: ParsedStory) -> datetime:
    return story.updated_at or story.published_at or datetime.min.replace(tzinfo=UTC)
