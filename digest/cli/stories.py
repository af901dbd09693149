"""`digest story ...`."""

import click

from digest.cli.output import Json, json_time, say, show_json, show_table, show_time
from digest.cli.params import NUMBER, SLUG, TAG, json_option
from digest.cli.session import open_services
from digest.model.ids import StoryId
from digest.model.stories import Story
from digest.model.tags import Tag
from digest.model.topics import Pick


@click.group()
def story() -> None:
    """Stories: what was gathered, and what an editor says of it.

    \b
    digest story list --tag "Syria's War"
    digest story tag 12 Syria "Middle East"
    digest story pin 12 --topic syrias-war
    """


@story.command("list")
@click.option("--tag", type=TAG, help="Only stories that bear this tag, in any spelling of it.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="How many at the most.")
@json_option
def list_(tag: Tag | None, limit: int, as_json: bool) -> None:
    """List the newest stories."""
    from digest.flows.editing import list_stories

    with open_services() as services:
        found = list_stories(services, tag=tag, limit=limit)
    if as_json:
        show_json([_as_json(one) for one in found])
        return
    rows = [(str(one.id), show_time(one.counts_at), one.title, _tags_of(one)) for one in found]
    none = f'No story bears "{tag.label}".' if tag else "No story yet: digest gather URL|FILE|FOLDER"
    show_table(("story", "counts from", "title", "tags"), rows, empty=none)


@story.command("show")
@click.argument("number", metavar="STORY", type=NUMBER)
@json_option
def show(number: int, as_json: bool) -> None:
    """Show one story as it is kept."""
    from digest.flows.editing import find_story

    with open_services() as services:
        found = find_story(services, StoryId(number))
    if as_json:
        show_json(_as_json(found) | {"body_text": found.body_text})
        return
    for name, value in _facts(found):
        say(f"{name:<12} {value}")
    say("\n" + found.body_text)


@story.command("tag")
@click.argument("number", metavar="STORY", type=NUMBER)
@click.argument("tags", metavar="TAG...", nargs=-1, required=True, type=TAG)
def tag_(number: int, tags: tuple[Tag, ...]) -> None:
    """Add tags to a story."""
    from digest.flows.editing import tag_story

    with open_services() as services:
        say(f"Story {number} now bears: {_tags_of(tag_story(services, StoryId(number), tags))}")


@story.command("retract")
@click.argument("number", metavar="STORY", type=NUMBER)
def retract(number: int) -> None:
    """Keep a story out of every edition to come."""
    from digest.flows.editing import retract_story

    with open_services() as services:
        was_new = retract_story(services, StoryId(number))
    say(f"Story {number} is retracted." if was_new else f"Story {number} was retracted already.")


@story.command("pin")
@click.argument("number", metavar="STORY", type=NUMBER)
@click.option("--topic", "slug", type=SLUG, required=True, help="Whose next edition it is to lead.")
def pin(number: int, slug: str) -> None:
    """Put a story first in a topic's next edition; several stand in the order they were pinned."""
    _pick(number, slug, Pick.PINNED)
    say(f"Story {number} will stand first in the next edition of {slug}.")


@story.command("drop")
@click.argument("number", metavar="STORY", type=NUMBER)
@click.option("--topic", "slug", type=SLUG, required=True, help="Whose editions it is to stay out of.")
def drop(number: int, slug: str) -> None:
    """Keep a story out of a topic's editions to come."""
    _pick(number, slug, Pick.DROPPED)
    say(f"Story {number} will be in no edition of {slug}.")


@story.command("unpick")
@click.argument("number", metavar="STORY", type=NUMBER)
@click.option("--topic", "slug", type=SLUG, required=True, help="The topic it was pinned to or dropped from.")
def unpick(number: int, slug: str) -> None:
    """Take a pin or drop back: the story is ranked like any other."""
    _pick(number, slug, None)
    say(f"Story {number} is ranked like any other of {slug}.")


def _pick(number: int, slug: str, pick: Pick | None) -> None:
    from digest.flows.editing import pick_story

    with open_services() as services:
        pick_story(services, StoryId(number), slug=slug, pick=pick)


def _tags_of(found: Story) -> str:
    return ", ".join(tag.label for tag in found.tags)


def _facts(found: Story) -> list[tuple[str, str]]:
    facts = [
        ("story", str(found.id)),
        ("title", found.title),
        ("dek", found.dek),
        ("byline", found.byline),
        ("publisher", found.publisher),
        ("url", found.canonical_url),
        ("tags", _tags_of(found)),
        ("image", found.image.url if found.image else ""),
        ("credit", found.credit or (found.image.credit if found.image else "")),
        ("language", f"{found.lang or 'unknown'} ({found.direction.value})"),
        ("published", show_time(found.published_at)),
        ("updated", show_time(found.updated_at)),
        ("first seen", show_time(found.first_seen_at)),
        ("retracted", show_time(found.retracted_at)),
        ("words", str(found.word_count)),
    ]
    return [(name, value) for name, value in facts if value not in {"", "-"}]


def _as_json(found: Story) -> dict[str, Json]:
    return {
        "id": found.id,
        "title": found.title,
        "dek": found.dek,
        "url": found.canonical_url,
        "guid": found.guid,
        "byline": found.byline,
        "publisher": found.publisher,
        "image": found.image.url if found.image else None,
        "image_alt": found.image.alt if found.image else None,
        "credit": found.credit or (found.image.credit if found.image else ""),
        "tags": [tag.label for tag in found.tags],
        "lang": found.lang,
        "dir": found.direction.value,
        "published_at": json_time(found.published_at),
        "updated_at": json_time(found.updated_at),
        "first_seen_at": json_time(found.first_seen_at),
        "retracted_at": json_time(found.retracted_at),
        "words": found.word_count,
        "weight": found.weight,
    }
