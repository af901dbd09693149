"""The services, each made of its settings, or made ready to be opened by the flow that needs it."""

import secrets
from datetime import timedelta
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from digest.bootstrap.home import find_old_secrets, find_secret, make_home
from digest.bootstrap.masthead import is_trial, make_publication, make_sender, require_real
from digest.bootstrap.signing import open_signer
from digest.clock import Clock
from digest.config import Settings
from digest.flows.services import Services, SignUpRules
from digest.links import Links
from digest.model.messages import Publication
from digest.send.braking import BrakeLimits
from digest.send.relay import parse_relays
from digest.send.warm_up import WarmUp
from digest.store.database import Database, sqlite_url

if TYPE_CHECKING:
    from digest.gather.fetching.fetcher import Fetcher
    from digest.limits import LocalBuckets, RedisBuckets
    from digest.render.compile import EditionCompiler
    from digest.render.notices import NoticeCompiler
    from digest.send.pacing import Pacer
    from digest.send.providers import Providers
    from digest.send.wire import Wire

MAILDIR = "mailbox"
_DATABASE = "digest.db"


def build_services(settings: Settings, *, clock: Clock) -> Services:
    """Return what flows need. The home folder, and a secret in it, are made where they are not there yet.

    Opening the wire raises SettingsError, with every problem, where real mail would go out with nobody's name
    on it. Until a real relay is set, mail stays on this machine, and placeholders stand in for what is not set.
    """
    home = make_home(settings.home)
    sender = make_sender(settings)
    publication = make_publication(settings, sender)
    return Services(
        database=Database(settings.database_url.get_secret_value() or sqlite_url(home / _DATABASE)),
        clock=clock,
        links=Links([find_secret(settings, home), *find_old_secrets(settings)], base_url=settings.base_url),
        publication=publication,
        sender=sender,
        home=home,
        mailbox=None if settings.smtp_url.get_secret_value() else home / MAILDIR,
        brake_limits=BrakeLimits(refused=settings.brake_refused, complaints=settings.brake_complaints),
        warm_up=WarmUp(settings.warm_up_from, settings.warm_up) if settings.warm_up_from else None,
        retention=timedelta(days=settings.retention_days),
        ip_retention=timedelta(days=settings.ip_retention_days),
        sign_up_rules=_sign_up_rules(settings),
        authserv_id=settings.authserv_id,
        open_buckets=cache(partial(_open_buckets, settings)),
        open_fetcher=partial(_open_fetcher, settings, clock),
        open_compiler=partial(_open_compiler, settings, publication),
        open_notice_compiler=cache(partial(_open_notice_compiler, settings, publication)),
        open_signer=partial(open_signer, settings, sender),
        open_pacer=cache(partial(_open_pacer, settings)),
        open_wire=partial(_open_wire, settings, home),
        takes_mail=_takes_mail,
    )


def _sign_up_rules(settings: Settings) -> SignUpRules:
    return SignUpRules(
        are_open=settings.sign_ups,
        refuses_roles=settings.refuse_role_addresses,
        refuses_disposable=settings.refuse_disposable,
        checks_mx=settings.check_mx,
        keeps_ips=settings.keep_ips,
        usual_in_ten_minutes=settings.sign_ups_usual,
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

    return EditionCompiler(templates_dirs=template_folders(settings), publication=publication)


def _open_notice_compiler(settings: Settings, publication: Publication) -> "NoticeCompiler":
    """Return the compiler of this process: a notice goes alone, and what was inlined for one serves the next."""
    from digest.render.notices import NoticeCompiler

    return NoticeCompiler(templates_dirs=template_folders(settings), publication=publication)


def _takes_mail(domain: str) -> bool:
    from digest.send.mx import takes_mail

    return takes_mail(domain)


def _open_wire(settings: Settings, home: Path) -> "Wire":
    from digest.send.maildir import MaildirWire
    from digest.send.smtp.pool import SmtpWire

    if not is_trial(settings):
        require_real(settings)
    url = settings.smtp_url.get_secret_value()
    return SmtpWire(parse_relays(url)) if url else MaildirWire(home / MAILDIR)


def _open_pacer(settings: Settings) -> "Pacer":
    """Return the pacer of this process: what it found out in one mailing holds in the next."""
    from digest.send.pacing import Pacer

    return Pacer(
        tokens=_open_buckets(settings),
        providers=_open_providers(settings),
        paces=settings.pace,
        rate_per_s=settings.rate,
    )


def _open_buckets(settings: Settings) -> "LocalBuckets | RedisBuckets":
    """Return token buckets: those of the Redis that all processes share, where there is one."""
    from digest.limits import LocalBuckets, RedisBuckets

    url = settings.broker_url.get_secret_value()
    return RedisBuckets(url, member=secrets.token_hex(8)) if url else LocalBuckets()


def _open_providers(settings: Settings) -> "Providers":
    """Return who is whose provider; nobody is asked while mail stays on this machine."""
    from digest.send.mx import find_mail_hosts
    from digest.send.providers import Providers

    is_asked = settings.mx_lookup and not is_trial(settings)
    return Providers(apart=tuple(settings.pace), look_up=find_mail_hosts if is_asked else None)


def template_folders(settings: Settings) -> list[Path]:
    """Return the folders to look for templates in: the operator's own, then the shipped one."""
    package = Path(__file__).parents[1]
    shipped = package / "_templates" if (package / "_templates").is_dir() else package.parent / "templates"
    return [settings.templates, shipped] if settings.templates else [shipped]
