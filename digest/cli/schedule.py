"""`digest schedule`."""

from datetime import datetime
from zoneinfo import ZoneInfo

import click

from digest.cli.output import Json, json_time, say, show_json, show_table, show_time
from digest.cli.params import at_option, json_option
from digest.cli.session import open_services
from digest.flows.scheduling import ComingSlot


@click.command()
@click.option("--days", type=click.IntRange(1, 366), default=14, show_default=True, help="How far to look ahead.")
@at_option
@json_option
def schedule(days: int, at: datetime | None, as_json: bool) -> None:
    """Show what goes out in the days to come: when, to how many readers, and what would be in it.

    \b
    digest schedule
    digest schedule --days 60 --json
    """
    from digest.flows.scheduling import list_coming

    with open_services(at=at) as services:
        coming = list_coming(services, days=days)
    if as_json:
        show_json([_as_json(slot) for slot in coming])
    else:
        _show(coming)


def _show(coming: list[ComingSlot]) -> None:
    headings = ("when", "in the topic's zone", "topic", "closes", "readers", "stories")
    rows = [
        (
            show_time(slot.slot_at),
            _in_zone(slot),
            slot.topic.slug,
            show_time(slot.closes_at),
            str(slot.readers),
            str(len(slot.headlines)) if slot.headlines or slot.shortfall else "",
        )
        for slot in coming
    ]
    show_table(headings, rows, empty="Nothing goes out in these days: digest topic add makes a topic.")
    for slot in coming:
        if slot.headlines or slot.shortfall:
            say("")
            say(f"{slot.topic.name}, if it closed now:")
            for line in slot.headlines or (slot.shortfall,):
                say(f"  {line}")


def _in_zone(slot: ComingSlot) -> str:
    return f"{slot.slot_at.astimezone(ZoneInfo(slot.topic.schedule.zone)):%a %d %b %H:%M} {slot.topic.schedule.zone}"


def _as_json(slot: ComingSlot) -> dict[str, Json]:
    return {
        "topic": slot.topic.slug,
        "slot_at": json_time(slot.slot_at),
        "zone": slot.topic.schedule.zone,
        "local": slot.slot_at.astimezone(ZoneInfo(slot.topic.schedule.zone)).isoformat(),
        "closes_at": json_time(slot.closes_at),
        "readers": slot.readers,
        "headlines": list(slot.headlines),
        "shortfall": slot.shortfall or None,
    }
