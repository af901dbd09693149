"""`digest preview` and `digest edition ...`."""

import sys
from datetime import datetime
from pathlib import Path

import click

from digest.cli.output import json_time, say, show_json, show_table, show_time
from digest.cli.params import ADDRESS, NUMBER, SLUG, at_option, json_option
from digest.cli.session import open_services
from digest.model.addresses import Address
from digest.model.ids import EditionId

_FILE = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command()
@click.argument("slug", type=SLUG)
@click.option("--as", "reader", type=ADDRESS, default="reader@example.com", help="As this reader would get it.")
@at_option
@click.option("--html", type=_FILE, help="Write the HTML part here.")
@click.option("--text", type=_FILE, help="Write the text part here.")
@click.option("--eml", type=_FILE, help="Write the whole message here, as it would be sent.")
@click.option("--open", "open_", is_flag=True, help="Open the HTML part in a browser.")
@click.option("--explain", is_flag=True, help="Say why each story is in or out.")
@json_option
def preview(
    slug: str,
    reader: Address,
    at: datetime | None,
    html: Path | None,
    text: Path | None,
    eml: Path | None,
    open_: bool,
    explain: bool,
    as_json: bool,
) -> None:
    """Show a topic's next mail as it would be if its period closed now. Keeps and sends nothing.

    Without a file to write, the text part is shown. Exit code 1 where there are too few stories, or where the mail
    could not be sent as it is.

    \b
    digest preview syrias-war --explain
    digest preview syrias-war --html edition.html --text edition.txt --eml edition.eml
    """
    from digest.cli import previews
    from digest.flows.previewing import preview_edition, write_message

    with open_services(at=at) as services:
        found = preview_edition(services, slug, reader=reader)
        message = write_message(services, found) if eml and found.mail else None
    written = previews.write_files(found, message, html=html, text=text, eml=eml)
    if open_ and found.mail:
        written.append(previews.open_in_browser(found.mail.html, home=services.home))
    if as_json:
        show_json(previews.as_json(found, written))
    else:
        previews.show(found, written, explain=explain)
    sys.exit(0 if found.mail and not found.faults else 1)


@click.group()
def edition() -> None:
    """Editions: one topic, one period, the stories in it.

    \b
    digest edition build syrias-war
    digest edition list --topic syrias-war
    digest edition show 3
    """


@edition.command("build")
@click.argument("slug", type=SLUG)
@at_option
@json_option
def build(slug: str, at: datetime | None, as_json: bool) -> None:
    """Close a topic's period and keep the edition, without sending it.

    An edition that is built and not sent yet is shown instead: it comes first.
    """
    from digest.cli import previews
    from digest.flows.publishing import publish_edition

    with open_services(at=at) as services:
        published = publish_edition(services, slug)
    if as_json:
        show_json(previews.published_as_json(published))
    else:
        previews.show_published(published, slug)
    sys.exit(0 if published.edition else 1)


@edition.command("list")
@click.option("--topic", "slug", type=SLUG, help="Only this topic's.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="How many at the most.")
@json_option
def list_(slug: str | None, limit: int, as_json: bool) -> None:
    """List the latest editions."""
    from digest.flows.editing import list_editions

    with open_services() as services:
        found = list_editions(services, slug=slug, limit=limit)
    if as_json:
        show_json(
            [
                {
                    "id": one.id,
                    "topic": one.slug,
                    "status": one.status.value,
                    "period_start": json_time(one.period.start),
                    "period_end": json_time(one.period.end),
                    "stories": one.stories,
                    "subject": one.subject,
                }
                for one in found
            ]
        )
        return
    rows = [
        (str(one.id), one.slug, one.status.value, show_time(one.period.end), str(one.stories), one.subject)
        for one in found
    ]
    show_table(
        ("edition", "topic", "status", "closed at", "stories", "subject"),
        rows,
        empty="No edition yet: digest edition build SLUG",
    )


@edition.command("show")
@click.argument("number", metavar="EDITION", type=NUMBER)
@json_option
def show(number: int, as_json: bool) -> None:
    """Show an edition, and why each story is in it or not."""
    from digest.cli import previews
    from digest.flows.editing import find_edition

    with open_services() as services:
        found, verdicts = find_edition(services, EditionId(number))
    if as_json:
        show_json(previews.edition_as_json(found, verdicts))
    else:
        previews.show_edition(found, verdicts)


@edition.command("hold")
@click.argument("number", metavar="EDITION", type=NUMBER)
def hold(number: int) -> None:
    """Keep a built edition from being sent until it is approved."""
    from digest.flows.editing import hold_edition

    with open_services() as services:
        hold_edition(services, EditionId(number))
    say(f"Edition {number} is held; digest edition approve {number} lets it go.")


@edition.command("approve")
@click.argument("number", metavar="EDITION", type=NUMBER)
def approve(number: int) -> None:
    """Let a held edition go."""
    from digest.flows.editing import approve_edition

    with open_services() as services:
        approve_edition(services, EditionId(number))
    say(f"Edition {number} may go; digest send sends it.")


@edition.command("recall")
@click.argument("number", metavar="EDITION", type=NUMBER)
@json_option
def recall(number: int, as_json: bool) -> None:
    """Let no more of an edition go out, ever, and take its page down. A send under way stops within a second.

    What has gone out already has gone out; how many mails that are is said. Its page in the archive says from now on
    that it was taken back (410), and no list, feed or sitemap has it any more.
    """
    from digest.cli.standing import totals_as_json
    from digest.flows.controlling import recall_edition

    with open_services() as services:
        recalled = recall_edition(services, EditionId(number))
    totals = recalled.totals
    if as_json:
        show_json({"edition": number, "totals": totals_as_json(totals) if totals else None})
        return
    say(f"Edition {number} of {recalled.title} is recalled.")
    if totals:
        gone = totals.sent + totals.presumed_sent
        say(f"{gone} of {totals.planned} mails had gone out; {totals.withdrawn} are withdrawn.")
        say("Its page says that it was taken back, and no list, feed or sitemap has it any more.")
        if totals.in_doubt or totals.queued:
            say(f"{totals.in_doubt} are in doubt, and {totals.queued} still with a worker, which gives them up.")
