"""`digest subscriber ...`."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from digest.cli.output import Json, json_time, say, show_json, show_table, show_time
from digest.cli.params import ADDRESS, SLUG, json_option
from digest.cli.session import open_services
from digest.cli.subscriber_files import export, import_
from digest.model.addresses import Address
from digest.model.subscribers import Subscriber, SubscriberStatus

if TYPE_CHECKING:
    from digest.store.own_rows import OwnEvidence


@click.group()
def subscriber() -> None:
    """Readers: who gets which topics.

    \b
    digest subscriber add reader@example.com --topic syrias-war --confirmed
    digest subscriber import readers.csv --dry-run
    digest subscriber export --topic syrias-war > readers.csv
    """


subscriber.add_command(import_)
subscriber.add_command(export)


@subscriber.command("add")
@click.argument("address", metavar="EMAIL", type=ADDRESS)
@click.option(
    "--topic", "slugs", type=SLUG, multiple=True, required=True, help="A topic to subscribe to; give several."
)
@click.option("--name", default="", help="How mails greet the reader.")
@click.option("--confirmed", is_flag=True, help="You hold the reader's consent; without it they get nothing yet.")
@json_option
def add(address: Address, slugs: tuple[str, ...], name: str, confirmed: bool, as_json: bool) -> None:
    """Take a reader in for topics. Never turns back somebody who left."""
    from digest.flows.subscribing import add_confirmed_subscriber, add_pending_subscriber

    add_subscriber = add_confirmed_subscriber if confirmed else add_pending_subscriber
    with open_services() as services:
        added = add_subscriber(services, address, slugs=slugs, name=" ".join(name.split()))
    _show(added, as_json=as_json)


@subscriber.command("show")
@click.argument("address", metavar="EMAIL", type=ADDRESS)
@click.option("--evidence", "with_evidence", is_flag=True, help="With what proves that they asked and confirmed.")
@json_option
def show(address: Address, with_evidence: bool, as_json: bool) -> None:
    """Show a reader, their topics, and how they want their mails."""
    from digest.flows.readers.disclosing import list_evidence
    from digest.flows.subscribing import find_subscriber

    with open_services() as services:
        found = find_subscriber(services, address)
        evidence = list_evidence(services, address) if with_evidence else None
    _show(found, evidence, as_json=as_json)


@subscriber.command("erase")
@click.argument("address", metavar="EMAIL", type=ADDRESS)
@click.option("--yes", is_flag=True, help="Do not ask; needed where nobody can answer.")
@json_option
def erase(address: Address, yes: bool, as_json: bool) -> None:
    """Erase a reader for good. No import brings them back.

    Name, address, preferences and evidence go; a keyed hash stays, by which the address is known as erased.
    """
    from digest.flows.erasing import erase_subscriber

    if not yes:
        _ask_to_erase(address)
    with open_services() as services:
        erase_subscriber(services, address)
    if as_json:
        show_json({"email": address.spelling, "status": SubscriberStatus.ERASED.value})
    else:
        say(f"{address}: {SubscriberStatus.ERASED.value}")


def _ask_to_erase(address: Address) -> None:
    if not sys.stdin.isatty():
        raise click.UsageError(f"erasing {address} cannot be undone; say --yes where nobody can be asked")
    click.confirm(f"Erase {address} for good?", abort=True, err=True)


def _show(found: Subscriber, evidence: "Sequence[OwnEvidence] | None" = None, *, as_json: bool) -> None:
    if as_json:
        proved = {} if evidence is None else {"consent": [_evidence_as_json(one) for one in evidence]}
        show_json(_as_json(found) | proved)
        return
    topics = ", ".join(f"{slug} ({status.value})" for slug, status in found.topics) or "no topics"
    until = f" until {show_time(found.paused_until)}" if found.status is SubscriberStatus.PAUSED else ""
    say(f"{found.address}: {found.status.value}{until}; {topics}")
    if evidence is not None:
        rows = [(show_time(one.at), one.action, one.topic, one.source, one.page, one.wording) for one in evidence]
        show_table(("when", "what", "topic", "how", "where", "wording"), rows, empty="(no evidence)")


def _evidence_as_json(one: "OwnEvidence") -> dict[str, Json]:
    return {
        "at": json_time(one.at),
        "action": one.action,
        "topic": one.topic,
        "wording": one.wording,
        "wording_version": one.wording_version,
        "page": one.page,
        "tags": one.tags,
        "source": one.source,
        "ip": one.ip,
        "proof": one.proof,
    }


def _as_json(found: Subscriber) -> dict[str, Json]:
    return {
        "email": found.address.spelling,
        "status": found.status.value,
        "topics": {slug: status.value for slug, status in found.topics},
        "name": found.name,
        "lang": found.lang,
        "zone": found.zone,
        "weekday": None if found.weekday is None else found.weekday.name.lower(),
        "hour": found.hour,
        "cadence": found.cadence.value,
        "bundling": found.bundling.value,
        "paused_until": json_time(found.paused_until),
    }
