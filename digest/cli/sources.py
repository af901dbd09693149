"""`digest source ...` and `digest gather`."""

import sys
from datetime import datetime

import click

from digest.cli.output import progress_bar, say, show_json, show_table, show_time
from digest.cli.params import PLACE, at_option, json_option
from digest.cli.session import open_services


@click.group()
def source() -> None:
    """Feeds, pages and folders that stories come from.

    \b
    digest source add https://news.example.com/feed.xml
    digest source add ./stories --weight 1.5
    """


@source.command("add")
@click.argument("name", metavar="URL|FOLDER", type=PLACE)
@click.option(
    "--weight", type=click.FloatRange(0.1, 10), default=1.0, show_default=True, help="Multiplies its stories' score."
)
def add(name: str, weight: float) -> None:
    """Add a feed, an article page or a folder, after trying it."""
    from digest.flows.gathering import add_source

    with open_services() as services:
        added = add_source(services, name, weight=weight)
    say(f"Added the {added.kind.value} {added.url}" + (f' ("{added.title}")' if added.title else ""))
    say("Next: digest gather")


@source.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the sources and how each fares."""
    from digest.cli.standing import source_as_json
    from digest.flows.gathering import list_sources

    with open_services() as services:
        found = list_sources(services)
    if as_json:
        show_json([source_as_json(one) for one in found])
        return
    rows = [(one.url, one.kind.value, one.health.value, show_time(one.next_poll_at), one.last_error) for one in found]
    none = "No source yet: digest source add URL|FOLDER"
    show_table(("source", "kind", "health", "next poll", "last error"), rows, empty=none)


@source.command("remove")
@click.argument("name", metavar="URL|FOLDER", type=PLACE)
def remove(name: str) -> None:
    """Forget a source. Its stories stay."""
    from digest.flows.gathering import remove_source

    with open_services() as services:
        remove_source(services, name)
    say(f"Removed {name}; its stories stay.")


@source.command("check")
@click.argument("name", metavar="URL|FOLDER|FILE", type=PLACE)
@json_option
def check(name: str, as_json: bool) -> None:
    """Read a source and show what it would bring, keeping nothing."""
    from digest.cli.reports import show_document
    from digest.flows.gathering import check_source

    with open_services() as services:
        polled = check_source(services, name)
    show_document(polled, as_json=as_json)
    sys.exit(1 if polled.error else 0)


@click.command()
@click.argument("names", metavar="[URL|FILE|FOLDER]...", nargs=-1, type=PLACE)
@at_option
@json_option
def gather(names: tuple[str, ...], at: datetime | None, as_json: bool) -> None:
    """Fetch stories from all due sources, or from just what is named.

    Says for each: new, updated, unchanged, rejected and why. What has no date counts from when it was first seen.

    \b
    digest gather
    digest gather https://news.example.com/2026/11/a-story export.txt ./stories
    """
    from digest.cli.reports import report_as_json, show_reports
    from digest.flows.gathering import gather_due, gather_these

    with open_services(at=at) as services, progress_bar("Gathering", len(names) or None) as step:
        reports = gather_these(services, names, progress=step) if names else gather_due(services, progress=step)
    if as_json:
        show_json([report_as_json(one) for one in reports])
    else:
        show_reports(reports)
    sys.exit(1 if any(one.error for one in reports) else 0)
