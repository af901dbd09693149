"""Mail coming in to the mailbox for leaving (RFC 2369 3.2): what it asks is done, and never answered by mail."""

from collections.abc import Callable, Sequence
from enum import StrEnum

import structlog

from digest.errors import TooOftenError
from digest.flows.readers.leaving import leave_by_address, leave_topic
from digest.flows.services import Services
from digest.model.addresses import Address
from digest.track.inbound import LeaveRequest, read_request
from digest.track.listening import Dialect, Door, listen

log = structlog.get_logger()

SIGNED, PLAIN = "mail to a signed address", "mail that asks"
"""How a reader left, as their evidence says."""


class Taken(StrEnum):
    """What became of a mail."""

    LEFT_TOPICS = "left topics"
    LEFT_EVERYTHING = "left everything"
    IGNORED = "ignored"


def take_mail(
    services: Services, mail: bytes, *, recipients: Sequence[str] = (), return_path: str | None = None
) -> Taken:
    """Do what a mail asks, and return what that was; everything is committed then. Never fails on what is in a mail.

    A signed address takes its reader off its topic, whoever or whatever sent the mail: only a mail of ours carries it.
    Plain words take their author off everything. Raises StoreError where the database is away, and TooOftenError where
    plain words came too often lately: the mail is to be kept, and brought again.
    """
    request = read_request(mail, recipients=recipients, return_path=return_path, authserv_id=services.authserv_id)
    taken = _leave(services, request)
    log.info("inbound.taken", taken=taken.value, signed=len(request.details), asks=request.sender is not None)
    return taken


def _leave(services: Services, request: LeaveRequest) -> Taken:
    left = [leave_topic(services, detail, source=SIGNED) for detail in request.details]
    if any(left):
        return Taken.LEFT_TOPICS
    if request.sender and _leave_by_plain_words(services, request.sender):
        return Taken.LEFT_EVERYTHING
    return Taken.IGNORED


def _leave_by_plain_words(services: Services, sender: Address) -> bool:
    try:
        return leave_by_address(services, sender, source=PLAIN)
    except TooOftenError:
        log.warning("inbound.too_often")
        raise


def listen_for_mail(
    services: Services,
    host: str,
    port: int,
    *,
    dialect: Dialect,
    stop: Callable[[], bool],
    ready: Callable[[int], None],
) -> None:
    """Take mails in over SMTP or LMTP until `stop` says so; `ready` is told the port. Raises InputError."""
    door = Door(host=host, port=port, dialect=dialect, mailbox=services.sender.unsubscribe_mailbox)

    def take(mail: bytes, recipients: Sequence[str], return_path: str) -> None:
        take_mail(services, mail, recipients=recipients, return_path=return_path)

    listen(door, take, stop=stop, ready=ready)
