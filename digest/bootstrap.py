"""The one place that turns settings into live objects. Nothing is connected or loaded before a flow asks for it."""

import os
import secrets
from contextlib import suppress
from datetime import timedelta
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from digest.clock import Clock
from digest.config import Settings
from digest.errors import InputError, SettingsError
from digest.flows.services import Services
from digest.links import Links
from digest.model.addresses import parse_address
from digest.model.messages import Mailbox, Publication, Sender
from digest.send.braking import BrakeLimits
from digest.send.relay import parse_relays
from digest.send.warm_up import WarmUp
from digest.store.database import Database, sqlite_url

if TYPE_CHECKING:
    from digest.gather.fetching.fetcher import Fetcher
    from digest.render.compile import EditionCompiler
    from digest.send.dkim import Signer, SigningKey
    from digest.send.pacing import Pacer, Tokens
    from digest.send.providers import Providers
    from digest.send.wire import Wire

MAILDIR = "mailbox"
_DATABASE = "digest.db"
_SECRET_FILE = "secret"  # noqa: S105  # a file's name
_TRIAL_SENDER = Mailbox(name="Digest", address=parse_address("digest@digest.example"))
_TRIAL_POSTAL_ADDRESS = "(DIGEST_POSTAL_ADDRESS is not set: your newsroom's postal address stands here)"


def build_services(settings: Settings, *, clock: Clock) -> Services:
    """Return what flows need. The home folder, and a secret in it, are made where they are not there yet.

    Opening the wire raises SettingsError, with every problem, where real mail would go out with nobody's name
    on it. Until a real relay is set, mail stays on this machine, and placeholders stand in for what is not set.
    """
    home = _make_home(settings.home)
    sender = _sender(settings)
    publication = _publication(settings, sender)
    return Services(
        database=Database(settings.database_url.get_secret_value() or sqlite_url(home / _DATABASE)),
        clock=clock,
        links=Links([_secret(settings, home)], base_url=settings.base_url),
        publication=publication,
        sender=sender,
        home=home,
        mailbox=None if settings.smtp_url.get_secret_value() else home / MAILDIR,
        brake_limits=BrakeLimits(refused=settings.brake_refused, complaints=settings.brake_complaints),
        warm_up=WarmUp(settings.warm_up_from, settings.warm_up) if settings.warm_up_from else None,
        retention=timedelta(days=settings.retention_days),
        open_fetcher=partial(_open_fetcher, settings, clock),
        open_compiler=partial(_open_compiler, settings, publication),
        open_signer=partial(_open_signer, settings, sender),
        open_pacer=cache(partial(_open_pacer, settings)),
        open_wire=partial(_open_wire, settings, home),
    )


def _open_fetcher(settings: Settings, clock: Clock) -> "Fetcher":
    from digest.gather.fetching.fetcher import Fetcher

    return Fetcher(
        clock=clock,
        user_agent=f"Digest/{version('digest-newsroom')} (+{settings.base_url})",
        allow_networks=settings.allow_networks,
    )


def _open_compiler(settings: Settings, publication: Publication) -> "EditionCompiler":
    from digest.render.compile import EditionCompiler

    return EditionCompiler(templates_dirs=_templates(settings), publication=publication)


def _open_signer(settings: Settings, sender: Sender) -> "Signer | None":
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


def _open_wire(settings: Settings, home: Path) -> "Wire":
    from digest.send.maildir import MaildirWire
    from digest.send.smtp.pool import SmtpWire

    if not _is_trial(settings):
        _require_real(settings)
    url = settings.smtp_url.get_secret_value()
    return SmtpWire(parse_relays(url)) if url else MaildirWire(home / MAILDIR)


def _open_pacer(settings: Settings) -> "Pacer":
    """Return the pacer of this process: what it found out in one mailing holds in the next."""
    from digest.send.pacing import Pacer

    return Pacer(
        tokens=_open_tokens(settings),
        providers=_open_providers(settings),
        paces=settings.pace,
        rate_per_s=settings.rate,
    )


def _open_tokens(settings: Settings) -> "Tokens":
    """Return token buckets: those of the Redis that all workers share, where there is one."""
    from digest.limits import LocalBuckets, RedisBuckets

    url = settings.broker_url.get_secret_value()
    return RedisBuckets(url, member=secrets.token_hex(8)) if url else LocalBuckets()


def _open_providers(settings: Settings) -> "Providers":
    """Return who is whose provider; nobody is asked while mail stays on this machine."""
    from digest.send.mx import find_mail_hosts
    from digest.send.providers import Providers

    is_asked = settings.mx_lookup and not _is_trial(settings)
    return Providers(apart=tuple(settings.pace), look_up=find_mail_hosts if is_asked else None)


def _publication(settings: Settings, sender: Sender) -> Publication:
    return Publication(
        name=settings.name or sender.mailbox.name or sender.mailbox.address.domain,
        base_url=settings.base_url,
        postal_address=settings.postal_address or (_TRIAL_POSTAL_ADDRESS if _is_trial(settings) else ""),
    )


def _is_trial(settings: Settings) -> bool:
    """Return whether mail stays on this machine: in the local mailbox, or at a relay on loopback."""
    return all(relay.is_loopback for relay in parse_relays(settings.smtp_url.get_secret_value()))


def _require_real(settings: Settings) -> None:
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


def _make_home(home: Path) -> Path:
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError([f"DIGEST_HOME: the folder {home} cannot be made: {error.strerror}"]) from error
    return home.resolve()


def _secret(settings: Settings, home: Path) -> bytes:
    given = settings.secret.get_secret_value()
    if given:
        return given.encode()
    path = home / _SECRET_FILE
    try:
        if not path.exists():
            _make_secret(path)
        return path.read_bytes().strip()
    except OSError as error:
        raise SettingsError([f"DIGEST_HOME: {path} cannot be kept: {error.strerror}"]) from error


def _make_secret(path: Path) -> None:
    """Make the file whole or not at all: of two processes that start at once, both go on with the first one's."""
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with open(unfinished, "x", opener=partial(os.open, mode=0o600)) as file:
        file.write(secrets.token_urlsafe(48))
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        path.hardlink_to(unfinished)
    unfinished.unlink()


def _sender(settings: Settings) -> Sender:
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


def _templates(settings: Settings) -> list[Path]:
    """Return the folders to look for templates in: the operator's own, then the shipped one."""
    package = Path(__file__).parent
    shipped = package / "_templates" if (package / "_templates").is_dir() else package.parent / "templates"
    return [settings.templates, shipped] if settings.templates else [shipped]
