"""Settling: what becomes of mails in doubt. Evidence first; then each topic's policy, after a wait; or an operator.

Where we broke off, the relay has the mail in all likelihood; where the relay did, it never took responsibility for it
(RFC 5321 4.2.5, RFC 1047). A mail that is sent again bears the Message-ID that it had.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from digest.errors import InputError
from digest.flows.services import Services
from digest.model.ids import MailingId
from digest.model.mailings import DeliveryStatus, Doubt, DoubtPolicy, Mailing, Outcome
from digest.send.maillog import Logged, MailLog, Taken, open_maillog, read_maillog
from digest.store import doubts, mailings, records
from digest.store.database import Transaction
from digest.store.doubts import Doubtful

WAIT_FOR_EVIDENCE = timedelta(minutes=5)
"""How long a mail stays in doubt before it is sent again: a journal or a bounce may tell meanwhile."""

HOLD = timedelta(days=1)
"""How long a mail that is not sent again stays in doubt before it is presumed sent."""

_BY_CARE = (DoubtPolicy.NEVER, DoubtPolicy.BY_CAUSE, DoubtPolicy.RESEND)
_RESENT = {
    DoubtPolicy.NEVER: frozenset[Doubt](),
    DoubtPolicy.BY_CAUSE: frozenset({Doubt.RELAY_CUT}),
    DoubtPolicy.RESEND: frozenset(Doubt),
}


class Settled(NamedTuple):
    """How many mails in doubt were queued to be sent again, and how many were closed as presumed sent."""

    resent: int
    presumed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundInLog:
    """What a relay's log said of a mailing's mails in doubt. `log` tells which time it spans."""

    sent: int
    refused: int
    not_found: int
    log: MailLog


def most_careful(policies: Collection[DoubtPolicy]) -> DoubtPolicy:
    """Return the policy of a mailing that carries topics with these."""
    return min(policies, key=_BY_CARE.index, default=DoubtPolicy.BY_CAUSE)


def settle_doubts(tx: Transaction, mailing_id: MailingId | None, *, now: datetime) -> Settled:
    """Settle by policy what has been in doubt for long enough, of one mailing or (None) of all. Safe to repeat."""
    ids = doubts.list_doubtful_mailings(tx) if mailing_id is None else [mailing_id]
    each = [_settle_by_policy(tx, mailings.require_mailing(tx, one), now=now) for one in ids]
    return Settled(resent=sum(one.resent for one in each), presumed=sum(one.presumed for one in each))


def _settle_by_policy(tx: Transaction, mailing: Mailing, *, now: datetime) -> Settled:
    policy = most_careful(doubts.list_doubt_policies(tx, mailing.id))
    causes = frozenset[Doubt]() if mailing.recalled_at else _RESENT[policy]
    resent = doubts.resend_once(tx, mailing, doubts=causes, until=now - WAIT_FOR_EVIDENCE, now=now) if causes else 0
    return Settled(resent=resent, presumed=doubts.presume_sent(tx, mailing, until=now - HOLD, now=now))


def resend_doubtful(services: Services, mailing_id: MailingId) -> int:
    """Queue all that is in doubt of a mailing once more; return how many. Raises NotFoundError and InputError."""
    now = services.clock.now()
    with services.database.begin() as tx:
        mailing = mailings.require_mailing(tx, mailing_id)
        if mailing.recalled_at:
            raise InputError(f"mailing {mailing_id} was recalled; nothing of it is sent again")
        return doubts.resend_all(tx, mailing, now=now)


def assume_sent(services: Services, mailing_id: MailingId) -> int:
    """Close all that is in doubt of a mailing as presumed sent; return how many. Raises NotFoundError."""
    now = services.clock.now()
    with services.database.begin() as tx:
        presumed = doubts.presume_sent(tx, mailings.require_mailing(tx, mailing_id), until=now, now=now)
        mailings.complete_mailing(tx, mailing_id, now=now)
        return presumed


def settle_from_maillog(services: Services, mailing_id: MailingId, path: Path) -> FoundInLog:
    """Settle what is in doubt of a mailing by what a Postfix log says of each mail's Message-ID.

    What the log does not tell of stays in doubt: it may be another day's log, or another relay's. The log is read with
    no transaction open. Raises NotFoundError and InputError.
    """
    with services.database.read() as tx:
        mailing = mailings.require_mailing(tx, mailing_id)
        doubtful = {_message_id(services, mailing_id, one): one for one in doubts.list_doubtful(tx, mailing)}
    with open_maillog(path) as lines:
        log = read_maillog(lines, doubtful)
    outcomes = [_decide(doubtful[message_id], found) for message_id, found in log.logged.items()]
    now = services.clock.now()
    with services.database.begin() as tx:
        settled = records.record_outcomes(tx, mailing, outcomes, now=now)
        mailings.complete_mailing(tx, mailing_id, now=now)
    sent = sum(one.status is DeliveryStatus.SENT for one in outcomes if one.delivery_id in settled)
    return FoundInLog(sent=sent, refused=len(settled) - sent, not_found=len(doubtful) - len(outcomes), log=log)


def _message_id(services: Services, mailing_id: MailingId, doubtful: Doubtful) -> str:
    domain = services.sender.message_id_domain
    return services.links.message_id(mailing_id, doubtful.subscriber_id, domain=domain)


def _decide(doubtful: Doubtful, found: Logged) -> Outcome:
    status = DeliveryStatus.SENT if found.taken is Taken.SENT else DeliveryStatus.REFUSED
    return Outcome(delivery_id=doubtful.id, fence=doubtful.fence, status=status, reply=found.reply)
