"""How `digest status` and `digest verify` show what they found."""

from collections.abc import Mapping, Sequence

from digest.cli.output import Json, json_time, say, show_table, show_time, warn
from digest.flows.maintaining import MailingStanding, Standing
from digest.model.mailings import Mailing, MailingTotals, ReplyCount
from digest.model.notices import NoticeStatus
from digest.model.sources import Source, SourceHealth

_COUNTS = ("planned", "sent", "presumed_sent", "refused", "withdrawn", "queued", "deferred", "in_doubt")


def totals_as_json(totals: MailingTotals, replies: Sequence[ReplyCount] = ()) -> dict[str, Json]:
    """Return a mailing's totals, with the names that scripts rely on, and the relay's replies if they were counted."""
    counts: dict[str, Json] = {name: getattr(totals, name) for name in _COUNTS}
    said: dict[str, Json] = {"replies": [_reply_as_json(one) for one in replies]} if replies else {}
    return {"mailing": totals.mailing_id, **counts, "balanced": totals.is_balanced, "pruned": totals.is_pruned, **said}


def show_totals(totals: Sequence[MailingTotals], replies: Sequence[ReplyCount] = ()) -> None:
    """Show each mailing's totals as a row, and the relay's replies if they were counted."""
    headings = ("mailing", *(name.replace("_", " ") for name in _COUNTS), "adds up")
    show_table(headings, [_totals_row(one) for one in totals], empty="No mailing yet: digest send SLUG")
    if any(one.is_pruned for one in totals):
        say("* pruned: the rows are gone, and these totals are kept.")
    if replies:
        say("")
        show_table(("mails", "now", "reply", "in words such as"), [_reply_row(one) for one in replies])


def warn_of_work_left(totals: Sequence[MailingTotals], paused: Sequence[Mailing]) -> None:
    """Say on standard error who goes on with the mailings that are not complete, of which some are paused."""
    incomplete = {one.mailing_id for one in totals if not one.is_complete}
    held_up = [one for one in paused if one.id in incomplete]
    for one in held_up:
        warn(f"Mailing {one.id} is {describe_pause(one)}")
    if len(incomplete) > len(held_up):
        warn("Not every mailing is complete: digest send --due goes on with what is due.")


def describe_pause(mailing: Mailing) -> str:
    """Return why a mailing is paused and what ends that, to stand after "is"."""
    return f"paused: {mailing.pause_reason or 'by hand'}. digest resume {mailing.id} lets it go on."


def _reply_row(reply: ReplyCount) -> list[str]:
    said = f"{reply.code} {reply.enhanced}".strip()
    return [str(reply.deliveries), reply.status.value.replace("_", " "), said, reply.text]


def _reply_as_json(reply: ReplyCount) -> dict[str, Json]:
    return {
        "deliveries": reply.deliveries,
        "status": reply.status.value,
        "code": reply.code,
        "enhanced": reply.enhanced,
        "text": reply.text,
    }


def _totals_row(totals: MailingTotals) -> list[str]:
    counts = [str(getattr(totals, name)) for name in _COUNTS]
    adds_up = "yes" if totals.is_balanced else "NO"
    return [str(totals.mailing_id), *counts, f"{adds_up} *" if totals.is_pruned else adds_up]


def standing_as_json(standing: Standing) -> dict[str, Json]:
    """Return everything `digest status` knows."""
    return {
        "at": json_time(standing.at),
        "database": standing.database,
        "hold": standing.hold or None,
        "stories": standing.stories,
        "last_story_at": json_time(standing.last_story_at),
        "sources": [source_as_json(one) for one in standing.sources],
        "topics": {slug: {"readers": readers} for slug, readers in standing.readers.items()},
        "subscribers": {status.value: count for status, count in standing.subscribers.items()},
        "mailings": [_mailing_as_json(one) for one in standing.mailings],
        "notices": {status.value: count for status, count in standing.notices.items()},
    }


def _count_notices(notices: Mapping[NoticeStatus, int]) -> str:
    """Return how many mails around subscriptions wait, or are not known to have arrived; empty where there are none."""
    waiting = notices[NoticeStatus.QUEUED] + notices[NoticeStatus.HANDING_OVER]
    counts = (
        (waiting, "waiting"),
        (notices[NoticeStatus.IN_DOUBT], "in doubt"),
        (notices[NoticeStatus.REFUSED], "refused"),
    )
    return ", ".join(f"{count} {name}" for count, name in counts if count)


def source_as_json(source: Source) -> dict[str, Json]:
    """Return a source as scripts see it."""
    return {
        "url": source.url,
        "kind": source.kind.value,
        "title": source.title,
        "weight": source.weight,
        "health": source.health.value,
        "failures": source.failures,
        "last_error": source.last_error,
        "last_polled_at": json_time(source.last_polled_at),
        "next_poll_at": json_time(source.next_poll_at),
    }


def _mailing_as_json(one: MailingStanding) -> dict[str, Json]:
    return {
        "title": one.title,
        "status": one.mailing.status.value,
        "pause_reason": one.mailing.pause_reason or None,
        "slot_at": json_time(one.mailing.slot_at),
        **totals_as_json(one.totals),
    }


def show_standing(standing: Standing) -> None:
    """Show where everything stands, a few lines for each kind of thing, with a next step where one is missing."""
    say(f"{standing.database} at {show_time(standing.at)}")
    if standing.hold:
        say(f"ON HOLD      {standing.hold}")
    ailing = [one for one in standing.sources if one.health is not SourceHealth.OK]
    say(
        f"Sources      {len(standing.sources)}, {len(ailing)} of them ailing"
        if ailing
        else f"Sources      {len(standing.sources)}"
    )
    latest = f", the latest seen {show_time(standing.last_story_at)}" if standing.last_story_at else ""
    say(f"Stories      {standing.stories}{latest}")
    say("Subscribers  " + (", ".join(f"{n} {status.value}" for status, n in standing.subscribers.items() if n) or "0"))
    if counted := _count_notices(standing.notices):
        say(f"Notices      {counted}")
    if standing.readers:
        show_table(("topic", "readers"), [(slug, str(readers)) for slug, readers in standing.readers.items()])
    else:
        say("No topic yet: digest topic add --help")
    if standing.mailings:
        rows = [
            [one.title, show_time(one.mailing.slot_at), one.mailing.status.value, *_totals_row(one.totals)]
            for one in standing.mailings
        ]
        show_table(
            ("edition", "planned for", "status", "mailing", *(name.replace("_", " ") for name in _COUNTS), "adds up"),
            rows,
        )
    for one in standing.mailings:
        if one.mailing.pause_reason:
            say(f"mailing {one.mailing.id} is paused: {one.mailing.pause_reason}")
    for source in ailing:
        say(f"{source.health.value}: {source.url}: {source.last_error}")
