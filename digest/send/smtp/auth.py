"""Logging in: which mechanism, and what is said by it (RFC 4954, RFC 4616, RFC 2195; LOGIN and XOAUTH2 as is usual).

Nothing here is ever logged, and no reply to a password is repeated in an error: a relay might echo it.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable

from digest.errors import RelayError, UnusableRelayError
from digest.send.quoting import quote
from digest.send.relay import Auth, Relay
from digest.send.smtp.offers import Offers
from digest.send.smtp.replies import Said

_BEST_IN_PRIVATE = (Auth.PLAIN, Auth.LOGIN, Auth.CRAM_MD5)
_BEST_IN_CLEAR = (Auth.CRAM_MD5, Auth.PLAIN, Auth.LOGIN)
_MAX_COMMAND_OCTETS = 510
"""Above this, a first answer waits until it is asked for (RFC 4954 4)."""


def choose_mechanism(relay: Relay, offers: Offers, *, is_private: bool) -> Auth:
    """Return how to log in, or raise RelayError. A clear line is allowed on loopback alone."""
    if not (is_private or relay.is_loopback):
        raise UnusableRelayError(str(relay), "no password goes out in clear text; use smtps:// or starttls=required")
    if not offers.mechanisms:
        raise UnusableRelayError(str(relay), "it offers no AUTH; leave the user and password out")
    wanted = (relay.auth,) if relay.auth else _BEST_IN_PRIVATE if is_private else _BEST_IN_CLEAR
    for one in wanted:
        if one.upper() in offers.mechanisms:
            return one
    raise UnusableRelayError(
        str(relay),
        f"it offers AUTH by {quote(', '.join(sorted(offers.mechanisms)))}, and we would use {', '.join(wanted)}"
        " (?auth= in DIGEST_SMTP_URL)",
    )


class Login:
    """The client's side of one login: a command, then an answer to each challenge."""

    def __init__(self, relay: Relay, mechanism: Auth) -> None:
        self._relay = relay
        self._mechanism = mechanism
        self._answers = _answers(relay, mechanism)

    def command(self) -> bytes:
        """Return the AUTH command, with the first answer where it may stand."""
        plain = f"AUTH {self._mechanism.upper()}".encode()
        if self._mechanism not in {Auth.PLAIN, Auth.XOAUTH2}:
            return plain
        whole = plain + b" " + base64.b64encode(self._answers[0](b""))
        if len(whole) > _MAX_COMMAND_OCTETS:
            return plain
        del self._answers[0]
        return whole

    def answer(self, said: Said) -> bytes:
        """Return the answer to a challenge (334), or raise RelayError."""
        if not self._answers:
            return b"*"
        try:
            challenge = binascii.a2b_base64(said.lines[0])
        except ValueError:
            raise RelayError(str(self._relay), "its AUTH challenge is not base64") from None
        return base64.b64encode(self._answers.pop(0)(challenge))


def _answers(relay: Relay, mechanism: Auth) -> list[Callable[[bytes], bytes]]:
    user, password = relay.user.encode(), relay.password.encode()
    match mechanism:
        case Auth.PLAIN:
            return [lambda _: b"\0" + user + b"\0" + password]
        case Auth.LOGIN:
            return [lambda _: user, lambda _: password]
        case Auth.CRAM_MD5:
            return [lambda challenge: user + b" " + hmac.new(password, challenge, hashlib.md5).hexdigest().encode()]
        case Auth.XOAUTH2:
            return [lambda _: b"user=" + user + b"\1auth=Bearer " + password + b"\1\1", lambda _: b""]
