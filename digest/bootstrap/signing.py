"""What signs mail (DKIM, RFC 6376): the keys that are set, read and fitted to who the mail comes from."""

from typing import TYPE_CHECKING

from digest.config import Settings
from digest.errors import InputError, SettingsError
from digest.model.messages import Sender

if TYPE_CHECKING:
    from digest.send.dkim import Signer, SigningKey


def open_signer(settings: Settings, sender: Sender) -> "Signer | None":
    """Return what signs each mail, or None where no key is set. Raises SettingsError with every problem."""
    from digest.send.dkim import Signer

    keys, problems = _signing_keys(settings)
    own = sender.mailbox.address.domain
    domain = settings.dkim_domain or own
    is_aligned = domain == own or ("." in domain and (own.endswith(f".{domain}") or domain.endswith(f".{own}")))
    if not is_aligned:
        problems.append(f"DIGEST_DKIM_DOMAIN: {domain} is not the domain of DIGEST_FROM, nor above or below it")
    if settings.dkim_domain and not keys:
        problems.append("DIGEST_DKIM_DOMAIN: no key is set that signs for it")
    if problems:
        raise SettingsError(problems)
    return Signer(domain=domain, keys=tuple(keys)) if keys else None


def _signing_keys(settings: Settings) -> "tuple[list[SigningKey], list[str]]":
    """Return the keys that are set, and what is wrong with those that cannot be used."""
    from digest.send.dkim import read_ed25519_key, read_rsa_key

    keys: list[SigningKey] = []
    problems: list[str] = []
    for kind, read, selector, key in (
        ("RSA", read_rsa_key, settings.dkim_rsa_selector, settings.dkim_rsa_key.get_secret_value()),
        ("ED25519", read_ed25519_key, settings.dkim_ed25519_selector, settings.dkim_ed25519_key.get_secret_value()),
    ):
        if bool(selector) != bool(key):
            problems.append(f"DIGEST_DKIM_{kind}_SELECTOR and DIGEST_DKIM_{kind}_KEY go together; one is not set")
        elif key:
            try:
                keys.append(read(key, selector))
            except InputError as error:
                problems.append(f"DIGEST_DKIM_{kind}_KEY: {error}")
    return keys, problems
