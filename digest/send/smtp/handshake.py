"""The handshake: from the greeting to where mail may be sent: EHLO, STARTTLS, EHLO again, AUTH (RFC 5321, 3207, 4954).

No sockets here: a dialogue carries what is said.
"""

from typing import Protocol

from digest.errors import RelayError, UnusableRelayError
from digest.send.relay import Relay, Tls
from digest.send.smtp.auth import Login, choose_mechanism
from digest.send.smtp.endings import Timeouts
from digest.send.smtp.offers import Offers, read_offers
from digest.send.smtp.replies import Said, shown

_MAX_CHALLENGES = 3


class Dialogue(Protocol):
    """A connection on which one thing is said at a time."""

    @property
    def our_address(self) -> str:
        """The IP address at our end."""
        ...

    @property
    def is_private(self) -> bool:
        """Whether TLS is on."""
        ...

    @property
    def has_unheard(self) -> bool:
        """Whether the relay has said more than was read of it."""
        ...

    async def secure(self, *, wait_s: float) -> None:
        """Begin TLS. Raises RelayError if it fails or the certificate is not trusted."""
        ...

    async def reply(self, *, wait_s: float) -> Said:
        """Return the next reply. Raises RelayError if there is none in time."""
        ...

    async def ask(self, command: bytes, *, wait_s: float) -> Said:
        """Say a command and return the reply to it. Raises RelayError as `reply` does."""
        ...


async def shake_hands(dialogue: Dialogue, relay: Relay, *, timeouts: Timeouts) -> Offers:
    """Return what the relay offers once it is ready for our mail, or raise RelayError."""
    if relay.tls is Tls.IMPLICIT:
        await dialogue.secure(wait_s=timeouts.command_s)
    said = await dialogue.reply(wait_s=timeouts.greeting_s)
    if said.code != 220:
        raise RelayError(str(relay), f"it does not greet us: {shown(said)}")
    offers = await _say_hello(dialogue, relay, timeouts)
    if relay.tls in {Tls.REQUIRED, Tls.OPPORTUNISTIC} and _must_secure(relay, offers):
        await _start_tls(dialogue, relay, timeouts)
        offers = await _say_hello(dialogue, relay, timeouts)
    if relay.user:
        await _log_in(dialogue, relay, offers=offers, timeouts=timeouts)
    if dialogue.has_unheard:
        raise RelayError(str(relay), "it says more than it was asked")
    return offers


async def _say_hello(dialogue: Dialogue, relay: Relay, timeouts: Timeouts) -> Offers:
    """Greet with our address as a literal, which is true wherever we run (RFC 5321 4.1.3)."""
    ours = dialogue.our_address.partition("%")[0]
    literal = f"[IPv6:{ours}]" if ":" in ours else f"[{ours}]"
    said = await dialogue.ask(f"EHLO {literal}".encode(), wait_s=timeouts.command_s)
    if said.code != 250:
        raise RelayError(str(relay), f"it refuses EHLO: {shown(said)}")
    return read_offers(said.lines)


def _must_secure(relay: Relay, offers: Offers) -> bool:
    if relay.tls is Tls.REQUIRED and not offers.starttls:
        raise UnusableRelayError(str(relay), "it offers no STARTTLS, which is required (?starttls= in DIGEST_SMTP_URL)")
    return offers.starttls


async def _start_tls(dialogue: Dialogue, relay: Relay, timeouts: Timeouts) -> None:
    """Begin TLS, with nothing left unread that anybody could have put there before it (CVE-2011-0411)."""
    said = await dialogue.ask(b"STARTTLS", wait_s=timeouts.command_s)
    if said.code != 220:
        raise RelayError(str(relay), f"it refuses STARTTLS: {shown(said)}")
    if dialogue.has_unheard:
        raise RelayError(str(relay), "more was said in clear text after STARTTLS; somebody may be meddling")
    await dialogue.secure(wait_s=timeouts.command_s)


async def _log_in(dialogue: Dialogue, relay: Relay, *, offers: Offers, timeouts: Timeouts) -> None:
    login = Login(relay, choose_mechanism(relay, offers, is_private=dialogue.is_private))
    said = await dialogue.ask(login.command(), wait_s=timeouts.command_s)
    for _ in range(_MAX_CHALLENGES):
        if said.code != 334:
            break
        said = await dialogue.ask(login.answer(said), wait_s=timeouts.command_s)
    if said.code == 535:
        raise UnusableRelayError(str(relay), "it refuses the user or the password (535)")
    if said.code != 235:
        raise RelayError(str(relay), f"it does not let us log in ({said.code})")
