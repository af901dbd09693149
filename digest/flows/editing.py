"""Editing: what an editor says of topics, stories and editions, checked before it is kept."""

from collections.abc import Sequence

from digest.errors import InputError
from digest.flows.services import Services
from digest.model.editions import Edition, EditionStatus, Verdict
from digest.model.ids import EditionId, StoryId
from digest.model.stories import Story
from digest.model.tags import Tag
from digest.model.topics import Pick, Topic
from digest.store import editions, stories, tags, topics
from digest.store.editions import EditionLine
from digest.store.topics import NewTopic, TopicChanges


def add_topic(services: Services, new: NewTopic) -> Topic:
    """Add a topic. Raises AlreadyExistsError, and InputError for one that could never have an edition."""
    if not new.tags:
        raise InputError(f'topic "{new.slug}" needs at least one tag to be about')
    if not 1 <= new.min_stories <= new.max_stories:
        raise InputError(f'topic "{new.slug}": the minimum of stories must be from 1 to the maximum')
    both = {tag.key for tag in new.tags} & {tag.key for tag in new.excluded_tags}
    if both:
        raise InputError(f'topic "{new.slug}" cannot be about "{min(both)}" and exclude it')
    with services.database.begin() as tx:
        topics.add_topic(tx, new, now=services.clock.now())
        return topics.find_topic(tx, new.slug)


def change_topic(services: Services, slug: str, changes: TopicChanges) -> Topic:
    """Change a topic and return it. Raises NotFoundError."""
    with services.database.begin() as tx:
        topics.change_topic(tx, topics.find_topic(tx, slug).id, changes)
        return topics.find_topic(tx, slug)


def list_topics(services: Services) -> list[Topic]:
    """Return all topics by slug."""
    with services.database.read() as tx:
        return topics.list_topics(tx)


def find_topic(services: Services, slug: str) -> Topic:
    """Return a topic. Raises NotFoundError."""
    with services.database.read() as tx:
        return topics.find_topic(tx, slug)


def add_alias(services: Services, alias: Tag, *, of: Tag) -> None:
    """Let one tag mean another from now on, in stories and topics that already bear it too."""
    with services.database.begin() as tx:
        tags.add_alias(tx, alias, of=of)


def list_stories(services: Services, *, tag: Tag | None, limit: int) -> list[Story]:
    """Return the newest stories, of one tag if one is named."""
    with services.database.read() as tx:
        return stories.list_stories(tx, tag_key=tag.key if tag else None, limit=limit)


def find_story(services: Services, story_id: StoryId) -> Story:
    """Return a story. Raises NotFoundError."""
    with services.database.read() as tx:
        return stories.find_story(tx, story_id)


def tag_story(services: Services, story_id: StoryId, added: Sequence[Tag]) -> Story:
    """Add tags to a story and return it. Raises NotFoundError."""
    with services.database.begin() as tx:
        stories.find_story(tx, story_id)
        stories.add_tags(tx, story_id, added)
        return stories.find_story(tx, story_id)


def retract_story(services: Services, story_id: StoryId) -> bool:
    """Keep a story out of every edition to come; return whether it was not so already. Raises NotFoundError."""
    with services.database.begin() as tx:
        return stories.retract_story(tx, story_id, now=services.clock.now())


def pick_story(services: Services, story_id: StoryId, *, slug: str, pick: Pick | None) -> None:
    """Pin a story to a topic's next edition, drop it from those to come, or take either back (None)."""
    with services.database.begin() as tx:
        topic = topics.find_topic(tx, slug)
        story = stories.find_story(tx, story_id)
        if pick is Pick.PINNED and not topic.tags & {tag.key for tag in story.tags}:
            raise InputError(f"story {story_id} bears no tag of {slug}; add one: digest story tag {story_id} TAG")
        topics.pick_story(tx, topic.id, story_id, pick=pick, now=services.clock.now())


def list_editions(services: Services, *, slug: str | None, limit: int) -> list[EditionLine]:
    """Return the latest editions, of one topic if it is named. Raises NotFoundError."""
    with services.database.read() as tx:
        if slug is not None:
            topics.find_topic(tx, slug)
        return editions.list_editions(tx, slug=slug, limit=limit)


def find_edition(services: Services, edition_id: EditionId) -> tuple[Edition, list[Verdict]]:
    """Return an edition and why each story is in it or not. Raises NotFoundError."""
    with services.database.read() as tx:
        return editions.find_edition(tx, edition_id), editions.list_verdicts(tx, edition_id)


def hold_edition(services: Services, edition_id: EditionId) -> None:
    """Keep a built edition from being sent until it is approved. Raises NotFoundError and InputError."""
    _move(services, edition_id, to=EditionStatus.HELD, otherwise="only one that is not being sent yet can be held")


def approve_edition(services: Services, edition_id: EditionId) -> None:
    """Let a held edition go. Raises NotFoundError and InputError."""
    _move(services, edition_id, to=EditionStatus.BUILT, otherwise="only one that is held waits for approval")


def _move(services: Services, edition_id: EditionId, *, to: EditionStatus, otherwise: str) -> None:
    with services.database.begin() as tx:
        found = editions.find_edition(tx, edition_id)
        if found.status is not to and not editions.move_edition(tx, edition_id, to=to):
            raise InputError(f"edition {edition_id} is {found.status.value}; {otherwise}")
