"""`digest settle`, `pause` and `resume`: an operator's hand on a mailing."""

from pathlib import Path

import click

from digest.cli.output import Json, say, show_json
from digest.cli.params import LINE, NUMBER, json_option
from digest.cli.session import open_services
from digest.model.ids import MailingId

_LOG = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("number", metavar="MAILING", type=NUMBER)
@click.option("--resend", is_flag=True, help="Send all that is in doubt once more; a reader may get it twice.")
@click.option("--assume-sent", is_flag=True, help="Close all that is in doubt as presumed sent.")
@click.option("--from-maillog", "log", type=_LOG, help="Settle by what a relay's Postfix log says; may be a .gz file.")
@json_option
def settle(number: int, resend: bool, assume_sent: bool, log: Path | None, as_json: bool) -> None:
    """Settle the mails of MAILING of whose fate nothing is known.

    They are settled by themselves, too: evidence first, then as each topic says (digest topic edit --in-doubt).

    \b
    digest settle 3 --from-maillog /var/log/mail.log
    digest settle 3 --assume-sent
    """
    if resend + assume_sent + (log is not None) != 1:
        raise click.UsageError("say one of --resend, --assume-sent and --from-maillog FILE")
    if log is not None:
        _settle_from_maillog(MailingId(number), log, as_json=as_json)
    elif resend:
        _resend(MailingId(number), as_json=as_json)
    else:
        _assume_sent(MailingId(number), as_json=as_json)


def _resend(mailing_id: MailingId, *, as_json: bool) -> None:
    from digest.flows.settling import resend_doubtful

    with open_services() as services:
        resent = resend_doubtful(services, mailing_id)
    if as_json:
        show_json({"mailing": mailing_id, "resent": resent})
    else:
        say(f"Mailing {mailing_id}: {resent} in doubt are queued once more; digest send --due sends them.")


def _assume_sent(mailing_id: MailingId, *, as_json: bool) -> None:
    from digest.flows.settling import assume_sent

    with open_services() as services:
        presumed = assume_sent(services, mailing_id)
    if as_json:
        show_json({"mailing": mailing_id, "presumed_sent": presumed})
    else:
        say(f"Mailing {mailing_id}: {presumed} in doubt are presumed sent, and counted apart.")


def _settle_from_maillog(mailing_id: MailingId, path: Path, *, as_json: bool) -> None:
    from digest.flows.settling import settle_from_maillog

    with open_services() as services:
        found = settle_from_maillog(services, mailing_id, path)
    if as_json:
        log: dict[str, Json] = {"lines": found.log.lines, "first": found.log.first, "last": found.log.last}
        counts: dict[str, Json] = {"sent": found.sent, "refused": found.refused, "not_found": found.not_found}
        show_json({"mailing": mailing_id, **counts, "log": log})
        return
    say(f"Mailing {mailing_id}: by the log, {found.sent} sent, {found.refused} refused, {found.not_found} not found.")
    if not found.log.lines:
        say(f"{path} holds no line of a Postfix.")
    elif found.not_found:
        say(f"It spans {found.log.first} to {found.log.last}; what it does not tell of stays in doubt.")


@click.command()
@click.argument("number", metavar="MAILING", type=NUMBER)
@click.option("--reason", type=LINE, default="by hand", show_default=True, help="What digest status shows.")
def pause(number: int, reason: str) -> None:
    """Let nothing more of MAILING go out until it is resumed. A send under way stops within a second."""
    from digest.cli.standing import describe_pause
    from digest.flows.controlling import pause_mailing

    with open_services() as services:
        paused = pause_mailing(services, MailingId(number), reason=reason)
    say(f"Mailing {number} is {describe_pause(paused)}")


@click.command()
@click.argument("number", metavar="MAILING", type=NUMBER)
def resume(number: int) -> None:
    """Let a paused MAILING go on, where it stopped."""
    from digest.flows.controlling import resume_mailing

    with open_services() as services:
        resume_mailing(services, MailingId(number))
    say(f"Mailing {number} may go on: digest send --due")
