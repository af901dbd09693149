"""Addresses that an operator may not want to sign up: those of a role, and those that are thrown away after use."""

from digest.flows.services import SignUpRules
from digest.model.addresses import Address

_ROLES = frozenset(
    """
    abuse accounting accounts admin administrator billing compliance contact devnull dns editor enquiries feedback ftp
    help helpdesk hostmaster hr info inquiries it jobs list list-request mail mailer-daemon marketing media news
    newsletter no-reply nobody noc noreply office orders postmaster press privacy recruiting root sales security spam
    staff subscribe support sysadmin team tech unsubscribe usenet uucp webmaster www
    """.split()
)
"""The mailbox names of RFC 2142, and others that several people read or nobody."""


def why_refused(rules: SignUpRules, address: Address) -> str:
    """Return why an address may not sign up here, as a sentence for its reader, or nothing where it may."""
    if rules.refuses_roles and _is_role(address):
        return "This address seems to be read by several people. Please use one of your own."
    if rules.refuses_disposable and _is_disposable(address):
        return "This address seems to be for short use only. Please use one that lasts."
    return ""


def _is_role(address: Address) -> bool:
    return address.key.rpartition("@")[0].partition("+")[0] in _ROLES


def _is_disposable(address: Address) -> bool:
    """Return whether the domain, or one above it, is on the list."""
    from disposable_email_domains import blocklist  # noqa: PLC0415  # 15 ms, which only who asks for it should pay

    labels = address.domain.split(".")
    return any(".".join(labels[start:]) in blocklist for start in range(len(labels) - 1))
