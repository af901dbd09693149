"""`digest doctor`."""

import sys
from typing import TYPE_CHECKING

import click

from digest.cli.output import say, show_json, warn
from digest.cli.params import json_option
from digest.cli.session import open_services
from digest.errors import SettingsError

if TYPE_CHECKING:
    from digest.flows.examining import Finding


@click.command()
@click.option("--accept-epoch", is_flag=True, help="Let this machine send from this database from now on.")
@json_option
def doctor(accept_epoch: bool, as_json: bool) -> None:
    """Look for what would keep this installation from sending: settings, database, epoch, journal.

    A database that was restored from a backup, or copied with its machine, would send again what it does not know to
    be sent. Digest notices and holds; --accept-epoch says that this database is the right one.

    Exit code 1 where something is wrong.
    """
    findings = _accept_and_examine() if accept_epoch else _examine()
    if as_json:
        show_json([{"what": one.what, "ok": not one.fault, "fault": one.fault or None} for one in findings])
    else:
        _show(findings)
    sys.exit(1 if any(one.fault for one in findings) else 0)


def _examine() -> "list[Finding]":
    from digest.flows.examining import Finding, examine

    try:
        with open_services() as services:
            return [Finding("settings", ""), *examine(services)]
    except SettingsError as error:
        return [Finding("settings", problem) for problem in error.problems]


def _accept_and_examine() -> "list[Finding]":
    from digest.flows.fencing import accept_epoch

    with open_services() as services:
        accept_epoch(services)
    return _examine()


def _show(findings: "list[Finding]") -> None:
    for one in findings:
        say(f"{one.what:<10} {one.fault or 'in order'}")
    if any(one.fault for one in findings):
        warn("Something is wrong: see above.")
