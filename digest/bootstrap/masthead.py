"""Whose mail it is: the publication and the sender; placeholders stand in while mail stays on this machine."""

from digest.config import Settings
from digest.errors import SettingsError
from digest.model.addresses import parse_address
from digest.model.messages import Mailbox, Publication, Sender
from digest.send.relay import parse_relays

_TRIAL_SENDER = Mailbox(name="Digest", address=parse_address("digest@digest.example"))
_TRIAL_POSTAL_ADDRESS = "(DIGEST_POSTAL_ADDRESS is not set: your newsroom's postal address stands here)"


def make_publication(settings: Settings, sender: Sender) -> Publication:
    """Return the newsroom as its mails and pages show it."""
    return Publication(
        name=settings.name or sender.mailbox.name or sender.mailbox.address.domain,
        base_url=settings.base_url,
        postal_address=settings.postal_address or (_TRIAL_POSTAL_ADDRESS if is_trial(settings) else ""),
    )


def make_sender(settings: Settings) -> Sender:
    """Return who the mail comes from."""
    mailbox = settings.sender or _TRIAL_SENDER
    domain = mailbox.address.domain
    return Sender(
        mailbox=mailbox if mailbox.name or not settings.name else Mailbox(name=settings.name, address=mailbox.address),
        reply_to=settings.reply_to,
        return_path=settings.bounces.address if settings.bounces else mailbox.address,
        message_id_domain=domain,
        list_domain=f"lists.{domain}",
        unsubscribe_mailbox=parse_address(f"unsubscribe@{domain}"),
        sender_id=domain.replace(".", "-")[:15].ljust(5, "0"),
        bounces=settings.bounces.address if settings.bounces else None,
    )


def is_trial(settings: Settings) -> bool:
    """Return whether mail stays on this machine: in the local mailbox, or at a relay on loopback."""
    return all(relay.is_loopback for relay in parse_relays(settings.smtp_url.get_secret_value()))


def require_real(settings: Settings) -> None:
    """Raise SettingsError, with every problem, where mail to real readers would go out with nobody's name on it."""
    problems = []
    if settings.sender is None:
        problems.append("DIGEST_FROM is not set: who the mail comes from, like: Newsroom Name <news@example.com>")
    if not settings.postal_address:
        problems.append("DIGEST_POSTAL_ADDRESS is not set: bulk mail must name the sender's postal address")
    if not settings.base_url.startswith("https://"):
        problems.append(
            "DIGEST_BASE_URL must begin with https://: mail providers ask it of unsubscribe links (RFC 8058)"
        )
    if problems:
        raise SettingsError(problems)
