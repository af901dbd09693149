"""How often one address can be written to because somebody typed it into a form: three mails a week, spaced apart.

The limit stands in the database under a keyed hash, so that it holds across restarts, processes and forms, and for
people who never were our readers. Addresses that end up in one mailbox count as one.

Who changes readers in one transaction takes locks in one order, so that no two wait for each other: first the
mailboxes (`lock_mailboxes`), then the readers' rows, by id (`lock_reader`, `lock_readers` of the store).
"""

from datetime import datetime, timedelta
from enum import StrEnum

from digest.flows.services import Services
from digest.model.addresses import Address
from digest.store import sign_ups
from digest.store.database import Transaction

MAILS_A_WEEK = 3
WEEK = timedelta(days=7)
COOL_DOWN = timedelta(minutes=10)

_SAME_MAILBOXES = {"googlemail.com": "gmail.com"}
"""Domains that are another name of one domain's mailboxes."""


def lock_mailboxes(tx: Transaction, *addresses: Address) -> None:
    """Let nobody else be answered for these addresses, nor a reader move to them, before the transaction ends."""
    for mailbox in sorted({_likely_mailbox(one) for one in addresses}):
        sign_ups.lock_sign_ups(tx, mailbox)


class MailLimit(StrEnum):
    """Whether a mail may go to an address.

    open    it may, and uses up one of the week's
    closed  the week's are used up, or the last went out minutes ago
    barred  the address must get nothing
    """

    OPEN = "open"
    CLOSED = "closed"
    BARRED = "barred"


def may_mail(tx: Transaction, services: Services, address: Address, *, now: datetime) -> bool:
    """Return whether the limit is open; else as `spend_mail`."""
    return spend_mail(tx, services, address, now=now) is MailLimit.OPEN


def spend_mail(tx: Transaction, services: Services, address: Address, *, now: datetime) -> MailLimit:
    """Return whether a mail that somebody asked for by form may go to an address, and write down that one was asked.

    The statements are the same for each answer; its mailbox is locked by the caller.
    """
    is_barred = sign_ups.is_barred(tx, services.links.address_hashes(address.key))
    hashes = services.links.address_hashes(_likely_mailbox(address))
    mailed = sign_ups.list_mailed(tx, hashes, since=now - WEEK)
    is_well_spaced = all(at <= now - COOL_DOWN for at in mailed)
    is_mailed = is_well_spaced and len(mailed) < MAILS_A_WEEK and not is_barred
    sign_ups.add_sign_up(tx, hashes[0], is_mailed=is_mailed, now=now)
    return MailLimit.BARRED if is_barred else MailLimit.OPEN if is_mailed else MailLimit.CLOSED


def _likely_mailbox(address: Address) -> str:
    """Return the address without its detail (after a plus sign) and dots, which make no difference at many providers.

    Where they do, two people share one limit, which costs them little; the addresses themselves stay apart.
    """
    local, _, domain = address.key.rpartition("@")
    plain = local.partition("+")[0].replace(".", "")
    return f"{plain or local}@{_SAME_MAILBOXES.get(domain, domain)}"
