"""How `digest gather` and `digest source check` show what a source brought."""

from collections.abc import Sequence

from digest.cli.output import Json, json_time, say, show_json, show_table, show_time
from digest.flows.gathering import SourceReport
from digest.flows.polling import Polled
from digest.model.sources import Rejected
from digest.model.stories import ParsedStory

_SHOWN_REJECTED = 20


def report_as_json(report: SourceReport) -> dict[str, Json]:
    """Return what one source brought."""
    return {
        "source": report.name,
        "new": report.new,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "rejected": _rejected_as_json(report.rejected),
        "notes": list(report.notes),
        "error": report.error or None,
    }


def _rejected_as_json(rejected: Sequence[Rejected]) -> list[Json]:
    return [{"what": one.what, "why": one.why} for one in rejected]


def show_reports(reports: Sequence[SourceReport]) -> None:
    """Show a row for each source, then what was rejected, mended or failed, and why."""
    none = "No source is due. digest source list shows when each is; digest gather URL|FILE|FOLDER reads one now."
    headings = ("source", "new", "updated", "unchanged", "rejected")
    rows = [(one.name, str(one.new), str(one.updated), str(one.unchanged), str(len(one.rejected))) for one in reports]
    show_table(headings, rows, empty=none)
    for report in reports:
        for note in report.notes:
            say(f"note: {report.name}: {note}")
        for rejected in report.rejected[:_SHOWN_REJECTED]:
            say(f"rejected: {report.name}: {rejected.what}: {rejected.why}")
        if len(report.rejected) > _SHOWN_REJECTED:
            say(f"rejected: {report.name}: {len(report.rejected) - _SHOWN_REJECTED} more; --json lists them all")
        if report.error:
            say(f"failed: {report.name}: {report.error}")


def show_document(polled: Polled, *, as_json: bool) -> None:
    """Show the stories that a source would bring."""
    if as_json:
        show_json(
            {
                "title": polled.document.title,
                "stories": [_story_as_json(one) for one in polled.document.stories],
                "rejected": _rejected_as_json(polled.document.rejected),
                "error": polled.error or None,
            }
        )
        return
    rows = [
        (show_time(one.published_at), one.title, ", ".join(tag.label for tag in one.tags), "; ".join(one.notes))
        for one in polled.document.stories
    ]
    headings = ("published", "title", "tags", "notes")
    show_table(headings, rows, empty="It would bring no story.", title=polled.document.title)
    for rejected in polled.document.rejected:
        say(f"rejected: {rejected.what}: {rejected.why}")
    if polled.error:
        say(f"failed: {polled.error}")


def _story_as_json(story: ParsedStory) -> dict[str, Json]:
    return {
        "title": story.title,
        "dek": story.dek,
        "url": story.url,
        "byline": story.byline,
        "credit": story.credit,
        "image": story.image.url if story.image else None,
        "tags": [tag.label for tag in story.tags],
        "lang": story.lang,
        "published_at": json_time(story.published_at),
        "words": story.word_count,
        "notes": list(story.notes),
    }
