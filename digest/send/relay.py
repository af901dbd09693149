"""Relays: what SMTP URLs say of them. No connection is made here."""

import ipaddress
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from digest.errors import InputError

_EXAMPLE = "smtp://user:password@relay.example.com:587"
_PORTS = {"smtp": 587, "smtps": 465}
_MOST = {"connections": 1000, "messages": 1_000_000, "seconds": 86_400, "weight": 1000}
_OPTIONS = ("starttls", "auth", *_MOST)


class Tls(StrEnum):
    """How a session is kept private: from the first octet, by STARTTLS always or where offered, or not at all."""

    IMPLICIT = "implicit"
    REQUIRED = "required"
    OPPORTUNISTIC = "opportunistic"
    OFF = "off"


class Auth(StrEnum):
    """How we log in (RFC 4616, RFC 2195; LOGIN and XOAUTH2 have none). For XOAUTH2 the password is a bearer token."""

    PLAIN = "plain"
    LOGIN = "login"
    CRAM_MD5 = "cram-md5"
    XOAUTH2 = "xoauth2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """Where mail is handed over. `user` is empty when the relay asks for no login; the password is never shown.

    Without `auth`, we log in by the best of what the relay offers, but for XOAUTH2: a password is no token.
    At most so many `connections` are open at once, each for at most so many `messages` and `seconds`. Of several
    relays, each has connections in proportion to its `weight`.
    """

    host: str
    port: int
    tls: Tls
    user: str = ""
    password: str = field(default="", repr=False)
    auth: Auth | None = None
    connections: int = 8
    messages: int = 1000
    seconds: int = 300
    weight: int = 1

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Return whether the relay is this very machine."""
        return _is_loopback(self.host)


def parse_relays(urls: str) -> tuple[Relay, ...]:
    """Return the relays that URLs with spaces between them name, none for an empty text; see parse_relay."""
    return tuple(map(parse_relay, urls.split()))


def parse_relay(url: str) -> Relay:
    """Return the relay that an `smtp://` or `smtps://` URL names, or raise InputError without showing its password.

    `?starttls=` is `required` (the default), `opportunistic` or `off` (the default for a relay on loopback, where there
    is nobody to listen). `smtps://` is TLS from the first octet (RFC 8314 3.3). Ports default to 587 and 465.
    `auth=` is one of Auth. `connections=`, `messages=`, `seconds=` and `weight=` are whole numbers; see Relay.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise InputError(f"the SMTP URL has no usable host and port; write {_EXAMPLE}") from None
    if port == 0:
        raise InputError(f"the SMTP URL has no usable host and port; write {_EXAMPLE}")
    if parts.scheme not in _PORTS or not parts.hostname:
        raise InputError(f"the SMTP URL must begin with smtp:// or smtps:// and name a host; write {_EXAMPLE}")
    if parts.path.strip("/") or parts.fragment:
        raise InputError(
            f"the SMTP URL has more than a host and a port; write {_EXAMPLE}, and / or # in a password as %2F or %23"
        )
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if password and not user:
        raise InputError(f"the SMTP URL has a password but no user; write {_EXAMPLE}")
    if not (user + password).isascii():
        raise InputError("the user and password in the SMTP URL must be ASCII")
    options = _options_of(parts)
    return Relay(
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        tls=_tls_of(parts, options.get("starttls")),
        user=user,
        password=password,
        auth=_auth_of(user, options.get("auth")),
        **{name: _count(name, options[name]) for name in _MOST if name in options},
    )


def _options_of(parts: SplitResult) -> dict[str, str]:
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if unknown := options.keys() - set(_OPTIONS):
        raise InputError(f"the SMTP URL has the unknown option {min(unknown)!r}; there are {', '.join(_OPTIONS)}")
    return options


def _count(name: str, typed: str) -> int:
    if not (typed.isascii() and typed.isdecimal() and 1 <= int(typed[:9]) <= _MOST[name]):
        raise InputError(f"{name} in the SMTP URL must be a whole number from 1 to {_MOST[name]}")
    return int(typed)


def _tls_of(parts: SplitResult, asked: str | None) -> Tls:
    if parts.scheme == "smtps":
        if asked is not None:
            raise InputError(
                "an smtps:// URL has TLS from the first octet and takes no starttls; leave one of them out"
            )
        return Tls.IMPLICIT
    if asked is None:
        return Tls.OFF if _is_loopback(parts.hostname or "") else Tls.REQUIRED
    if asked not in {Tls.REQUIRED, Tls.OPPORTUNISTIC, Tls.OFF}:
        raise InputError("starttls in the SMTP URL must be required, opportunistic or off")
    return Tls(asked)


def _auth_of(user: str, asked: str | None) -> Auth | None:
    if asked is None:
        return None
    if asked not in set(Auth):
        raise InputError(f"auth in the SMTP URL must be one of {', '.join(Auth)}")
    if not user:
        raise InputError(f"the SMTP URL says how to log in (auth) but not as whom; write {_EXAMPLE}")
    return Auth(asked)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
