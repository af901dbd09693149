"""`digest topic ...`."""

from datetime import time

import click

from digest.cli.output import Json, say, show_json, show_table
from digest.cli.params import LANG, LINE, NAME, SLUG, TAG, WALL_TIME, WEEKDAY, ZONE, json_option
from digest.cli.session import open_services
from digest.model.mailings import DoubtPolicy
from digest.model.tags import Tag
from digest.model.topics import Schedule, Theme, Topic, Visibility, Weekday

_DOUBT_POLICIES = {policy.value.replace("_", "-"): policy for policy in DoubtPolicy}
_DOUBT_POLICY = click.Choice(list(_DOUBT_POLICIES))


@click.group()
def topic() -> None:
    """Topics: which tags a digest is about, and when it goes out.

    \b
    digest topic add syrias-war --name "Syria's War" --tag "Syria's War" \\
        --on sunday --at 08:00 --zone America/New_York
    """


@topic.command("add")
@click.argument("slug", type=SLUG)
@click.option("--name", type=NAME, required=True, help="As readers see it.")
@click.option("--description", type=LINE, default="", help="One sentence for the sign-up page.")
@click.option(
    "--tag", "tags", type=TAG, multiple=True, required=True, help="A tag it is about; give several for any of them."
)
@click.option("--exclude-tag", "excluded", type=TAG, multiple=True, help="No story that bears it.")
@click.option("--on", type=WEEKDAY, default="sunday", show_default=True, help="The weekday it goes out.")
@click.option("--at", "at_", type=WALL_TIME, default="08:00", show_default=True, help="The wall time it goes out.")
@click.option("--zone", type=ZONE, default="UTC", show_default=True, help="The time zone of both.")
@click.option("--min", "min_", type=click.IntRange(1), default=1, show_default=True, help="Fewer stories: no edition.")
@click.option(
    "--max", "max_", type=click.IntRange(1, 100), default=12, show_default=True, help="More stories: the best."
)
@click.option("--lang", type=LANG, default="en", show_default=True, help="The language of its fixed words and dates.")
@click.option(
    "--theme",
    type=click.Choice([theme.value for theme in Theme]),
    default=Theme.CLASSIC.value,
    show_default=True,
    help="The look of its mail.",
)
@click.option(
    "--in-doubt",
    type=_DOUBT_POLICY,
    default="by-cause",
    show_default=True,
    help="Mails of whose fate nothing is known: send again once where the relay hung up, always, or never.",
)
@click.option("--unlisted", is_flag=True, help="On no list; who knows its name can read it and sign up.")
@click.option("--welcome", is_flag=True, help="Send who confirms its latest edition at once.")
def add(
    slug: str,
    name: str,
    description: str,
    tags: tuple[Tag, ...],
    excluded: tuple[Tag, ...],
    on: Weekday,
    at_: time,
    zone: str,
    min_: int,
    max_: int,
    lang: str,
    theme: str,
    in_doubt: str,
    unlisted: bool,
    welcome: bool,
) -> None:
    """Add a topic: the tags it is about, and the weekday and wall time it goes out.

    \b
    digest topic add syrias-war --name "Syria's War" --tag "Syria's War" --on sunday --at 08:00 --zone Europe/Berlin
    digest topic add harbour --name Harbour --tag harbour --tag port --exclude-tag sport --max 8 --theme compact
    """
    from digest.flows.editing import add_topic
    from digest.store.topics import NewTopic

    new = NewTopic(
        slug=slug,
        name=name,
        description=description,
        lang=lang,
        tags=tags,
        excluded_tags=excluded,
        min_stories=min_,
        max_stories=max_,
        schedule=Schedule(weekday=on, at=at_, zone=zone),
        theme=Theme(theme),
        doubt_policy=_DOUBT_POLICIES[in_doubt],
        visibility=Visibility.UNLISTED if unlisted else Visibility.PUBLIC,
        sends_welcome=welcome,
    )
    with open_services() as services:
        added = add_topic(services, new)
    say(f"Added {added.name}: {_when(added)}.")
    say(f"Next: digest preview {slug}, and digest subscriber add EMAIL --topic {slug}")


@topic.command("edit")
@click.argument("slug", type=SLUG)
@click.option("--in-doubt", type=_DOUBT_POLICY, help="What becomes of mails in doubt; see topic add.")
@click.option(
    "--listed", "visibility", flag_value="public", help="On the sign-up page, in the archive and the sitemap."
)
@click.option("--unlisted", "visibility", flag_value="unlisted", help="On none of these; see topic add.")
@click.option("--welcome/--no-welcome", default=None, help="Whether who confirms gets its latest edition at once.")
def edit(slug: str, in_doubt: str | None, visibility: str | None, welcome: bool | None) -> None:
    """Change a topic.

    \b
    digest topic edit syrias-war --in-doubt never
    digest topic edit syrias-war --unlisted --welcome
    """
    from digest.flows.editing import change_topic
    from digest.store.topics import TopicChanges

    if in_doubt is None and visibility is None and welcome is None:
        raise click.UsageError("say what to change; digest topic edit --help lists what can be")
    changes = TopicChanges(
        doubt_policy=_DOUBT_POLICIES[in_doubt] if in_doubt else None,
        visibility=Visibility(visibility) if visibility else None,
        sends_welcome=welcome,
    )
    with open_services() as services:
        changed = change_topic(services, slug, changes)
    welcomes = "get its latest edition at once" if changed.sends_welcome else "wait for its next edition"
    say(f"{changed.name} is {changed.visibility.value}. Readers who confirm {welcomes}.")
    say(f"Mails of it that are in doubt: {changed.doubt_policy.value.replace('_', '-')}.")


@topic.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the topics."""
    from digest.flows.editing import list_topics

    with open_services() as services:
        found = list_topics(services)
    if as_json:
        show_json([_as_json(one) for one in found])
        return
    titles = ("topic", "name", "tags", "goes out", "language", "theme", "visibility", "welcome")
    show_table(titles, [_row(one) for one in found], empty="No topic yet: digest topic add --help")


@topic.command("show")
@click.argument("slug", type=SLUG)
@json_option
def show(slug: str, as_json: bool) -> None:
    """Show one topic, and why readers left it, of those who said so."""
    from digest.flows.editing import find_topic
    from digest.flows.readers.leaving import count_partings

    with open_services() as services:
        found = find_topic(services, slug)
        partings = count_partings(services, slug)
    if as_json:
        show_json(_as_json(found) | {"partings": {reason.value: said for reason, said in partings.items()}})
        return
    for name, value in _as_json(found).items():
        shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        say(f"{name.replace('_', ' '):<15} {shown}".rstrip())
    said_why = ", ".join(f"{said} {reason.value}" for reason, said in partings.items())
    say(f"{'partings':<15} {said_why}".rstrip())


@topic.command("alias")
@click.argument("alias", metavar="TAG", type=TAG)
@click.argument("of", metavar="MEANS", type=TAG)
def alias_(alias: Tag, of: Tag) -> None:
    """Let one tag mean another, in what is there and in what will come.

    \b
    digest topic alias "Syrian Civil War" "Syria's War"
    """
    from digest.flows.editing import add_alias

    with open_services() as services:
        add_alias(services, alias, of=of)
    say(f'"{alias.label}" now means "{of.label}".')


def _row(found: Topic) -> tuple[str, ...]:
    return (
        found.slug,
        found.name,
        ", ".join(sorted(found.tags)),
        _when(found),
        found.lang,
        found.theme.value,
        found.visibility.value,
        "yes" if found.sends_welcome else "no",
    )


def _when(found: Topic) -> str:
    schedule = found.schedule
    return f"{schedule.weekday.name.capitalize()}s at {schedule.at:%H:%M}, {schedule.zone}"


def _as_json(found: Topic) -> dict[str, Json]:
    return {
        "slug": found.slug,
        "name": found.name,
        "description": found.description,
        "lang": found.lang,
        "tags": sorted(found.tags),
        "excluded_tags": sorted(found.excluded_tags),
        "min": found.min_stories,
        "max": found.max_stories,
        "on": found.schedule.weekday.name.lower(),
        "at": f"{found.schedule.at:%H:%M}",
        "zone": found.schedule.zone,
        "cut_off_minutes": found.schedule.cut_off_minutes,
        "theme": found.theme.value,
        "status": found.status.value,
        "visibility": found.visibility.value,
        "welcome": found.sends_welcome,
        "in_doubt": found.doubt_policy.value.replace("_", "-"),
        "pinned": list(found.pinned),
        "dropped": sorted(found.dropped),
    }
