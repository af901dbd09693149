"""What the value of one setting may be: read from its text, checked, or refused with a sentence (a ValueError's)."""

import re
from collections.abc import Callable
from email.utils import getaddresses, parseaddr
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

import idna
from pydantic import BeforeValidator, SecretStr, ValidationInfo

from digest.errors import InputError
from digest.links import BOUNCE_DETAIL_CHARS
from digest.model.addresses import parse_address, shown
from digest.model.messages import Mailbox
from digest.send.relay import parse_relays

Network = IPv4Network | IPv6Network

_MIN_SECRET_CHARS = 32
_MAX_BOUNCES_CHARS = 64 - len("+") - BOUNCE_DETAIL_CHARS
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NAME_IN_DNS = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*")
_BEARER_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]{16,}")
_USUAL_PORTS = {"http": 80, "https": 443}
_DATABASES = frozenset({"sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg"})
_BROKERS = frozenset({"redis", "rediss"})


def read_networks(value: object) -> object:
    """Return the networks that a text lists, with commas or spaces between."""
    return tuple(map(ip_network, value.replace(",", " ").split())) if isinstance(value, str) else value


def read_by(parse: Callable[[str], object]) -> BeforeValidator:
    """Return what has a setting's text read by a function of another module; its InputError is the setting's fault."""

    def read(value: object) -> object:
        try:
            return parse(str(value))
        except InputError as error:
            raise ValueError(str(error)) from error

    return BeforeValidator(read)


def read_mailbox(value: object) -> Mailbox:
    """Return the one mailbox that is written there, with a name or without."""
    if len(getaddresses([str(value)])) > 1:
        raise ValueError("names more than one mailbox; write one: Newsroom Name <news@example.com>")
    name, address = parseaddr(str(value))
    try:
        return Mailbox(name=name, address=parse_address(address or str(value)))
    except InputError as error:
        raise ValueError(f"{error}; write it as: Newsroom Name <news@example.com>") from error


def check_bounces(value: Mailbox | None) -> Mailbox | None:
    """Refuse a mailbox for bounces that has no room for a delivery's mark (RFC 5321 4.5.3.1)."""
    local, _, domain = value.address.spelling.partition("@") if value else ("", "", "")
    if len(local) > _MAX_BOUNCES_CHARS or len(domain) > 254 - 65 or not local.isascii():
        raise ValueError(
            f"must be ASCII and short: a plus sign and {BOUNCE_DETAIL_CHARS} characters follow its local part"
        )
    return value


def check_name_in_dns(value: str) -> str:
    """Refuse what is no name in the DNS."""
    if not _NAME_IN_DNS.fullmatch(value):
        raise ValueError("must be a name in the DNS, in small ASCII letters, digits, hyphens and dots")
    return value


def check_base_url(value: str) -> str:
    """Return the public address without a slash at its end; refuse one with a query, a fragment or a user."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ValueError("must be the public address of the web part, like https://news.example.com")
    return value.rstrip("/")


def check_secret(value: SecretStr) -> SecretStr:
    """Refuse a secret that could be guessed."""
    if 0 < len(value.get_secret_value()) < _MIN_SECRET_CHARS:
        raise ValueError(f"must have at least {_MIN_SECRET_CHARS} characters; leave it out to have one made")
    return value


def check_old_secrets(value: SecretStr) -> SecretStr:
    """Refuse old secrets of which one could be guessed."""
    if any(len(one) < _MIN_SECRET_CHARS for one in value.get_secret_value().split()):
        raise ValueError(f"must be secrets of at least {_MIN_SECRET_CHARS} characters each, with spaces between")
    return value


def check_metrics_token(value: SecretStr) -> SecretStr:
    """Refuse a token that could be guessed, or that no Authorization header carries."""
    if not _BEARER_TOKEN.fullmatch(value.get_secret_value()):
        raise ValueError("must be 16 characters or more: letters, digits and -._~+/ (RFC 6750 2.1)")
    return value


def read_origins(value: object) -> object:
    """Return the origins as browsers write them (RFC 6454 6.2): scheme, small host, and a port that is not usual."""
    return tuple(map(_read_origin, value.replace(",", " ").split())) if isinstance(value, str) else value


def _read_origin(typed: str) -> str:
    parts = urlsplit(typed)
    host = (parts.hostname or "") if parts.scheme in _USUAL_PORTS else ""
    host = host if host.isascii() else idna.encode(host, uts46=True).decode()
    if not host or parts.username or parts.path.strip("/") or parts.query or parts.fragment or "*" in typed:
        raise ValueError(f'"{shown(typed)}" is no origin; write it as https://www.example.com, without a path')
    port = "" if parts.port in {None, _USUAL_PORTS[parts.scheme]} else f":{parts.port}"
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}"


def check_smtp_url(value: SecretStr) -> SecretStr:
    """Refuse relays that cannot be read."""
    try:
        parse_relays(value.get_secret_value())
    except InputError as error:
        raise ValueError(str(error)) from error
    return value


def check_database_url(value: SecretStr) -> SecretStr:
    """Refuse a database of a kind that is not ours, and a SQLite path that is unclear."""
    scheme, _, rest = value.get_secret_value().partition("://")
    is_unclear = scheme.startswith("sqlite") and not rest.startswith("/")  # a file's path follows a third slash
    if scheme not in _DATABASES or not rest.strip("/") or is_unclear:
        raise ValueError("must be like postgresql+psycopg://user:password@host/name or sqlite:////path/to/digest.db")
    return value


def check_broker_url(value: SecretStr) -> SecretStr:
    """Refuse a broker that is no Redis."""
    parts = urlsplit(value.get_secret_value())
    if parts.scheme not in _BROKERS or not parts.hostname:
        raise ValueError("must be like redis://:password@host:6379/0, or rediss:// for TLS")
    return value


def check_warm_up(value: tuple[int, ...], info: ValidationInfo[None]) -> tuple[int, ...]:
    """Refuse a plan of days without the first day."""
    if "warm_up_from" in info.data and info.data["warm_up_from"] is None:
        raise ValueError("needs DIGEST_WARM_UP_FROM: the first day, like 2026-11-22")
    return value


def check_folder(value: Path | None) -> Path | None:
    """Refuse a folder that is not there."""
    if value is not None and not value.is_dir():
        raise ValueError(f"{value} is not a folder that is there")
    return value
