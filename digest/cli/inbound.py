"""`digest inbound`."""

import os
import sys
from typing import BinaryIO

import click

from digest.cli.output import complain, warn
from digest.cli.params import Parsed
from digest.cli.session import open_services, stop_on_signals
from digest.errors import DigestError

_DRAIN_OCTETS = 64 * 1024


def _read_place(typed: str) -> tuple[str, int]:
    host, _, port = typed.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise ValueError(f'"{typed}" is not like 127.0.0.1:2424')
    return host.strip("[]"), int(port)


@click.command()
@click.option(
    "--listen",
    "place",
    type=Parsed("host:port", _read_place),
    help="Listen here instead, until told to end: 127.0.0.1:2424.",
)
@click.option("--lmtp", is_flag=True, help="Speak LMTP there, as mail servers do with their mailboxes; else SMTP.")
def inbound(place: tuple[str, int] | None, lmtp: bool) -> None:
    """Take in mail that asks to leave: one mail from standard input, or all that come to a port.

    A mail to a reader's own signed address takes them off that topic, and one with the subject "unsubscribe", in
    English or Arabic, its author off everything, if its return path is theirs and the mail server found nothing against
    it. It is for the mailbox unsubscribe@ the domain of DIGEST_FROM, which
    takes any detail after a plus sign. No mail is ever answered. From standard input it ends with 0, or with 75 where
    the mail server should keep the mail and try again.

    \b
    digest inbound < mail.eml
    digest inbound --listen 127.0.0.1:2424 --lmtp
    """
    if lmtp and place is None:
        raise click.UsageError("--lmtp goes with --listen")
    if place is None:
        sys.exit(_take_one(sys.stdin.buffer))
    _listen(*place, lmtp=lmtp)


def _take_one(stream: BinaryIO) -> int:
    """Return the exit code for a mail server's pipe: EX_TEMPFAIL, lest a fault of ours bounces a reader's wish."""
    try:
        from digest.flows.inbound import take_mail
        from digest.track.inbound import MAX_MAIL_OCTETS

        mail = stream.read(MAX_MAIL_OCTETS)
        while stream.read(_DRAIN_OCTETS):
            pass  # a mail server that cannot write all of a mail calls that a failure
        with open_services() as services:
            take_mail(services, mail)
    except DigestError as error:
        complain(str(error))
        return os.EX_TEMPFAIL
    except Exception as error:  # noqa: BLE001  # the mail server keeps the mail, whatever it was
        complain(f"the mail could not be taken in: {type(error).__name__}")
        return os.EX_TEMPFAIL
    return os.EX_OK


def _listen(host: str, port: int, *, lmtp: bool) -> None:
    from digest.flows.inbound import listen_for_mail
    from digest.track.listening import Dialect

    def ready(port: int) -> None:
        warn(f"Listening for mail to unsubscribe@{services.sender.unsubscribe_mailbox.domain} on {host}:{port}")

    dialect = Dialect.LMTP if lmtp else Dialect.SMTP
    with open_services() as services, stop_on_signals() as stop:
        listen_for_mail(services, host, port, dialect=dialect, stop=stop, ready=ready)
