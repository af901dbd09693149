"""`digest subscriber import` and `digest subscriber export`: readers from a file, and to one."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from digest.cli.output import Json, byte_bar, say, show_json, show_table, warn
from digest.cli.params import SLUG, json_option
from digest.cli.session import open_services
from digest.model.subscribers import SubscriberStatus

if TYPE_CHECKING:
    from digest.flows.importing import ImportReport

_SHOWN_REMARKS = 20
_EXPORTED = [status.value for status in SubscriberStatus if status is not SubscriberStatus.ERASED]


@click.command("import")
@click.argument("path", metavar="FILE.csv", type=click.Path(path_type=Path))
@click.option("--topic", "slugs", type=SLUG, multiple=True, help="What rows without topics get; give several.")
@click.option("--dry-run", is_flag=True, help="Count what would be done, and write nothing to the database.")
@json_option
def import_(path: Path, slugs: tuple[str, ...], dry_run: bool, as_json: bool) -> None:
    """Take in the readers of a CSV file. Never turns back somebody who left.

    Columns, in any order: email, name, topics (separated by ;), lang, zone, weekday, hour, cadence, bundling,
    paused_until, status, confirmed_at, consent_source. A row with both confirmed_at and consent_source is a confirmed
    reader; any other gets nothing until they confirm.
    Rows that cannot be used go to FILE.rejected.csv: mend them there, and import that file.

    \b
    digest subscriber import readers.csv --dry-run
    digest subscriber import readers.csv --topic syrias-war
    """
    from digest.flows.importing import import_readers, rehearse_import

    run = rehearse_import if dry_run else import_readers
    size = path.stat().st_size if path.is_file() else 0
    with open_services() as services, byte_bar("Reading", size) as progress:
        report = run(services, path, slugs=slugs, progress=progress)
    if as_json:
        show_json({**_report_as_json(report), "dry_run": dry_run})
        return
    _show_report(report, title=f"{'A rehearsal of' if dry_run else 'Read'} {path.name}")


@click.command("export")
@click.option("--topic", "slug", type=SLUG, help="Only this topic's readers, and of their topics only this one.")
@click.option("--status", "statuses", type=click.Choice(_EXPORTED), multiple=True, help="Only these; give several.")
def export(slug: str | None, statuses: tuple[str, ...]) -> None:
    """Write the readers as CSV, in the columns that import reads, and their status.

    \b
    digest subscriber export > readers.csv
    digest subscriber export --topic syrias-war --status active
    """
    from digest.flows.exporting import export_readers

    with open_services() as services, _standard_output() as file:
        export_readers(services, file, slug=slug, statuses=[SubscriberStatus(one) for one in statuses])


@contextmanager
def _standard_output() -> Iterator[TextIO]:
    """Yield standard output as UTF-8, whatever the terminal's encoding."""
    file = TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="")
    try:
        yield file
    finally:
        file.detach()


def _report_as_json(report: "ImportReport") -> dict[str, Json]:
    return {
        "rows": report.rows,
        **{outcome.value: count for outcome, count in report.outcomes.items()},
        "pending": report.pending,
        "joined": report.joined,
        "remarks": [{"line": one.line, "outcome": one.outcome.value, "why": one.why} for one in report.remarks],
        "remarks_left_out": report.remarked - len(report.remarks),
        "notes": list(report.notes),
        "rejected_file": str(report.rejected) if report.rejected else None,
    }


def _show_report(report: "ImportReport", *, title: str) -> None:
    rows = [(outcome.value.replace("_", " "), f"{count:,}") for outcome, count in report.outcomes.items()]
    say(f"{title}: {report.rows:,} rows.")
    show_table(("outcome", "rows"), rows)
    if report.pending:
        say(f"Of those added, {report.pending:,} are pending: they get nothing until they confirm.")
    if report.joined:
        say(f"Readers who were there already got {report.joined:,} more topics, or confirmed ones.")
    remarks = [(str(one.line), one.outcome.value.replace("_", " "), one.why) for one in report.remarks]
    if remarks:
        show_table(("line", "outcome", "why"), remarks[:_SHOWN_REMARKS])
    if report.remarked > _SHOWN_REMARKS:
        say(f"... and {report.remarked - _SHOWN_REMARKS:,} more; --json shows up to 1,000.")
    for note in report.notes:
        warn(f"Note: {note}")
    if report.rejected:
        say(f"The invalid rows are in {report.rejected}; mend them there, and import that file.")
