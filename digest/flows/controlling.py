"""Controlling: pause, resume and recall what is being sent, and the brake on complaints.

A worker that sends looks at its mailing in each of its turns: it hands nothing more over within a second.
"""

from dataclasses import dataclass
from datetime import datetime
from math import ceil

from digest.errors import InputError
from digest.flows.services import Services
from digest.model.ids import EditionId, MailingId
from digest.model.mailings import Mailing, MailingStatus, MailingTotals
from digest.send.braking import BrakeLimits, weigh_complaints
from digest.store import control, editions, mailings, topics
from digest.store.database import Transaction

_BATCH = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """A recalled edition. `totals` are its mailing's, None where none was planned."""

    title: str
    totals: MailingTotals | None


def pause_mailing(services: Services, mailing_id: MailingId, *, reason: str) -> Mailing:
    """Let nothing more of a mailing go out. Raises NotFoundError, and InputError for one that is complete."""
    with services.database.begin() as tx:
        mailing = mailings.require_mailing(tx, mailing_id)
        if mailing.status is MailingStatus.COMPLETE:
            raise InputError(f"mailing {mailing_id} is complete; nothing of it is left to pause")
        control.pause_mailing(tx, mailing_id, reason=reason)
        return mailings.require_mailing(tx, mailing_id)


def resume_mailing(services: Services, mailing_id: MailingId) -> Mailing:
    """Let a paused mailing go on. Raises NotFoundError, and InputError for one that is not paused."""
    with services.database.begin() as tx:
        mailing = mailings.require_mailing(tx, mailing_id)
        if not control.resume_mailing(tx, mailing_id):
            raise InputError(f"mailing {mailing_id} is {mailing.status.value}, not paused")
        mailings.complete_mailing(tx, mailing_id, now=services.clock.now())
        return mailings.require_mailing(tx, mailing_id)


def recall_edition(services: Services, edition_id: EditionId) -> Recalled:
    """Let no more of an edition go out, ever, withdraw what is unsent, and take its public page down.

    One that has gone out to the last reader is taken down all the same. The mark comes first, in a transaction of its
    own, so that a send under way stops at once however many rows there are; running it again goes on with the rest.
    Raises NotFoundError.
    """
    now = services.clock.now()
    with services.database.begin() as tx:
        topics.lock_topic(tx, editions.find_edition(tx, edition_id).topic_id)  # nobody plans its mailing meanwhile
        edition = editions.find_edition(tx, edition_id)
        mailing = mailings.find_mailing_of(tx, edition_id)
        control.recall_edition(tx, edition_id, mailing, now=now)
    if mailing is None:
        return Recalled(title=edition.topic.name, totals=None)
    withdraw_unsent(services, mailing, now=now)
    with services.database.begin() as tx:
        mailings.complete_mailing(tx, mailing.id, now=now)
        return Recalled(title=edition.topic.name, totals=mailings.count_deliveries(tx, mailing.id))


def withdraw_unsent(services: Services, mailing: Mailing, *, now: datetime) -> None:
    """Withdraw what waits of a recalled mailing, in batches. A worker that gives rows back calls it, too."""
    withdrawn = _BATCH
    while withdrawn:
        with services.database.begin() as tx:
            withdrawn = control.withdraw_waiting(tx, mailing, limit=_BATCH, now=now)


def brake_on_complaints(tx: Transaction, mailing: Mailing, *, limits: BrakeLimits) -> str | None:
    """Return a reason to pause a mailing for its readers' complaints, or None. Cheap enough for every few seconds."""
    if limits.complaints is None:
        return None
    complaints = control.count_complaints(tx, mailing)
    if not complaints:
        return None
    enough = ceil(complaints / limits.complaints) + 1
    sent = control.count_sent(tx, mailing, at_most=enough)
    return weigh_complaints(complaints, sent, limits=limits)
