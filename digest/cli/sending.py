"""`digest send`."""

import sys
from datetime import datetime

import click

from digest.cli.output import progress_bar, say, show_json, warn
from digest.cli.params import ADDRESS, SLUG, at_option, json_option
from digest.cli.session import open_services, stop_on_signals
from digest.model.addresses import Address


@click.command()
@click.argument("slug", type=SLUG, required=False)
@click.option("--due", is_flag=True, help="Send mails about subscriptions, and go on with every open mailing.")
@click.option("--test-to", type=ADDRESS, help="Send one copy here, and leave the ledger as it is.")
@at_option
@json_option
def send(slug: str | None, due: bool, test_to: Address | None, at: datetime | None, as_json: bool) -> None:
    """Send a topic's edition to everybody subscribed, each reader once.

    Builds the edition and plans its mailing where they are missing, then delivers what is due. Run it again as often
    as you like: what was sent stays sent. Without DIGEST_SMTP_URL, mail lands in the mailbox in DIGEST_HOME.

    \b
    digest send syrias-war
    digest send syrias-war --test-to me@example.com
    digest send --due
    """
    if bool(slug) is due or (test_to and due):
        raise click.UsageError("name a topic to send, or say --due; --test-to goes with a topic")
    if slug and test_to:
        _send_test_copy(slug, test_to, at=at, as_json=as_json)
    else:
        _send(slug, at=at, as_json=as_json)


def _send(slug: str | None, *, at: datetime | None, as_json: bool) -> None:
    from digest.cli.deliveries import sent_as_json, show_sent
    from digest.flows.notices.delivering import deliver_notices
    from digest.flows.sending import send_due, send_topic

    with open_services(at=at) as services, stop_on_signals() as stop:
        notices = 0 if slug else deliver_notices(services, stop=stop)
        if slug:
            sent = [send_topic(services, slug, bar=progress_bar, stop=stop)]
        else:
            sent = send_due(services, bar=progress_bar, stop=stop)
    if as_json:
        show_json([sent_as_json(one) for one in sent])
    elif sent or not stop():
        if notices:
            say(f"Mails about subscriptions: {notices} tried.")
        show_sent(sent, mailbox=services.mailbox, now=services.clock.now())
    if stop():
        warn("It was told to end: digest send --due goes on with all that is left.")


def _send_test_copy(slug: str, to: Address, *, at: datetime | None, as_json: bool) -> None:
    from digest.cli.deliveries import show_transmission, transmission_as_json
    from digest.flows.previewing import send_test_copy
    from digest.model.messages import Fate

    with open_services(at=at) as services:
        transmission = send_test_copy(services, slug, to=to)
    if as_json:
        show_json(transmission_as_json(transmission))
    else:
        show_transmission(transmission, to)
    sys.exit(0 if transmission.fate is Fate.TAKEN else 1)
