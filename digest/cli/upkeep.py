"""`digest init`, `status`, `verify` and `prune`."""

import sys

import click

from digest.cli.output import say, show_json
from digest.cli.params import NUMBER, json_option
from digest.cli.session import open_services
from digest.model.ids import MailingId


@click.command()
def init() -> None:
    """Create or upgrade the database. Running it again changes nothing.

    Without settings that is a SQLite file in ./var; DIGEST_HOME and DIGEST_DATABASE_URL say otherwise.
    """
    from digest.flows.maintaining import set_up

    with open_services() as services:
        set_up(services)
        say(f"The database is ready: {services.database.shown_url}")
        say("Next: digest gather URL|FILE|FOLDER, and digest topic add --help")


@click.command()
@json_option
def status(as_json: bool) -> None:
    """Say where everything stands: sources, stories, topics, readers and the latest mailings."""
    from digest.cli.standing import show_standing, standing_as_json
    from digest.flows.maintaining import describe_standing

    with open_services() as services:
        standing = describe_standing(services)
    if as_json:
        show_json(standing_as_json(standing))
    else:
        show_standing(standing)


@click.command()
@click.argument("mailing", type=NUMBER, required=False)
@json_option
def verify(mailing: int | None, as_json: bool) -> None:
    """Prove that the rows of MAILING, or of every mailing, add up; of one, show what the relay said.

    Exit code 1 where planned = sent + refused + withdrawn + in doubt does not hold: rows are missing, or work is left.
    """
    from digest.cli.standing import show_totals, totals_as_json, warn_of_work_left
    from digest.flows.maintaining import count_replies, list_paused, verify_ledger

    asked = None if mailing is None else MailingId(mailing)
    with open_services() as services:
        totals = verify_ledger(services, asked)
        paused = list_paused(services)
        replies = count_replies(services, asked) if asked else []
    if as_json:
        show_json([totals_as_json(one, replies) for one in totals])
    else:
        show_totals(totals, replies)
    if not all(one.is_complete for one in totals):
        warn_of_work_left(totals, paused)
        sys.exit(1)


@click.command()
@click.option(
    "--older-than", "days", type=click.IntRange(1), help="In days; DIGEST_RETENTION_DAYS says so where this does not."
)
@json_option
def prune(days: int | None, as_json: bool) -> None:
    """Delete the rows of mailings that are complete and long past, and keep their totals.

    On PostgreSQL a whole month goes at once, when it is that long over and all its mailings are complete. The mails
    around subscriptions (to confirm, to welcome) go when they were settled that long ago, and readers who were asked
    by mail and did not confirm within 30 days. Evidence keeps network addresses for DIGEST_IP_RETENTION_DAYS.
    """
    from datetime import timedelta

    from digest.flows.pruning import prune_deliveries, prune_ips, prune_notices
    from digest.flows.readers.purging import purge_unconfirmed

    with open_services() as services:
        older_than = services.retention if days is None else timedelta(days=days)
        pruned = prune_deliveries(services, older_than=older_than)
        notices = prune_notices(services, older_than=older_than)
        purged = purge_unconfirmed(services)
        blanked = prune_ips(services)
    if as_json:
        done = {"pruned_mailings": pruned, "pruned_notices": notices, "purged_readers": purged}
        show_json({"older_than_days": older_than.days, **done, "blanked_ips": blanked})
    else:
        say(f"Pruned {pruned} mailings older than {older_than.days} days; their totals are kept.")
        say(f"Deleted {notices} mails around subscriptions that were settled before that.")
        say(f"Deleted {purged} readers who were asked and did not confirm within 30 days.")
        say(f"Blanked {blanked} network addresses in evidence older than {services.ip_retention.days} days.")
