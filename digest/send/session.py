"""One SMTP session, from greeting to QUIT, one recipient a transaction (RFC 5321, 3207, 4954, 1870).

Commands and replies are smtplib's. The socket is ours, so that every wait has its own limit, and so that the final dot,
after which the relay may have the message, is written by itself. When to open another session is not decided here.
"""

import contextlib
import re
import smtplib
import socket
import ssl
from dataclasses import dataclass
from typing import NamedTuple

from digest.errors import RelayError
from digest.model.messages import Envelope, Fate, Message, Reply
from digest.send.relay import Relay, Tls

_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?: +|$)")
_MAX_REPLY_CHARS = 500
_ABOUT_US = frozenset({530, 535, 538})
_NEEDS_SMTPUTF8 = Reply(
    code=553, enhanced="5.6.7", text="the address needs SMTPUTF8, which is not used with this relay"
)
_TOO_LARGE = Reply(code=552, enhanced="5.3.4", text="the message is larger than this relay takes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """How long to wait at each step; the defaults are the least that RFC 5321 4.5.3.2 allows."""

    connect_s: float = 30
    greeting_s: float = 300
    command_s: float = 300
    data_s: float = 120
    block_s: float = 180
    final_dot_s: float = 600
    quit_s: float = 5


class Verdict(NamedTuple):
    """What became of a message in a session; see Transmission."""

    fate: Fate
    reply: Reply | None


class Session:
    """An open session. Once `is_over`, it must not be used again."""

    def __init__(self, relay: Relay, tls: ssl.SSLContext, timeouts: Timeouts) -> None:
        """Connect, greet, secure and log in; raise RelayError if any of it fails."""
        self.is_over = False
        self.has_served = False
        self._relay = relay
        self._timeouts = timeouts
        self._client = smtplib.SMTP(local_hostname="localhost")
        try:
            self._connect(tls)
        except OSError as error:
            self._end()
            raise RelayError(str(relay), _reason(error)) from error
        except RelayError:
            self._end()
            raise

    def hand_over(self, message: Message) -> Verdict:
        """Take one message through a transaction. Raises RelayError if the relay will not serve us at all."""
        refusal = self._unsuitable(message)
        if refusal is not None:
            return Verdict(Fate.NEVER, refusal)
        try:
            refused = self._offer(message.envelope, len(message.content))
            if refused is not None:
                return refused
            self._wait_at_most(self._timeouts.block_s)
            self._client.send(dot_stuffed(message.content))
            self._client.send(b".\r\n")
        except OSError:
            self._end()
            return Verdict(Fate.NOT_SENT, None)
        return self._settled()

    def quit(self) -> None:
        """Say goodbye if the relay still listens, and hang up."""
        if not self.is_over:
            with contextlib.suppress(OSError):
                self._command("QUIT", wait_s=self._timeouts.quit_s)
            self._end()

    def _connect(self, tls: ssl.SSLContext) -> None:
        relay = self._relay
        sock = socket.create_connection((relay.host, relay.port), self._timeouts.connect_s)
        self._client.sock = sock
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if relay.tls is Tls.IMPLICIT:
            self._secure(tls)
        self._wait_at_most(self._timeouts.greeting_s)
        self._must(self._reply(), 220, "it does not greet us")
        self._say_hello()
        if relay.tls in {Tls.REQUIRED, Tls.OPPORTUNISTIC}:
            self._start_tls(tls)
        if relay.user:
            self._log_in()

    def _start_tls(self, tls: ssl.SSLContext) -> None:
        if not self._client.has_extn("starttls"):
            if self._relay.tls is Tls.OPPORTUNISTIC:
                return
            raise RelayError(
                str(self._relay), "it offers no STARTTLS, which is required (?starttls= in DIGEST_SMTP_URL)"
            )
        self._must(self._command("STARTTLS"), 220, "it refuses STARTTLS")
        self._secure(tls)
        self._say_hello()

    def _secure(self, tls: ssl.SSLContext) -> None:
        """Put TLS on the socket; what came in clear text and was not read yet is dropped (RFC 3207 6)."""
        sock = self._socket()
        self._client.sock = tls.wrap_socket(sock, server_hostname=self._relay.host)
        self._client.file = None

    def _say_hello(self) -> None:
        """Greet with our address as a literal, which is true wherever we run (RFC 5321 4.1.3)."""
        self._wait_at_most(self._timeouts.command_s)
        ours = str(self._socket().getsockname()[0])
        code, text = self._client.ehlo(f"[IPv6:{ours}]" if ":" in ours else f"[{ours}]")
        self._must(make_reply(code, text), 250, "it refuses EHLO")

    def _log_in(self) -> None:
        if not (isinstance(self._client.sock, ssl.SSLSocket) or self._relay.is_loopback):
            raise RelayError(str(self._relay), "no password goes out in clear text; use smtps:// or starttls=required")
        try:
            self._client.login(self._relay.user, self._relay.password)
        except smtplib.SMTPAuthenticationError as error:
            raise RelayError(str(self._relay), f"it refuses the user or the password ({error.smtp_code})") from None
        except smtplib.SMTPNotSupportedError as error:
            raise RelayError(str(self._relay), "it offers no AUTH; leave the user and password out") from error

    def _unsuitable(self, message: Message) -> Reply | None:
        if not message.envelope.rcpt_to.isascii():
            return _NEEDS_SMTPUTF8
        limit = self._client.esmtp_features.get("size", "")
        if limit.isdecimal() and 0 < int(limit) < len(message.content):
            return _TOO_LARGE
        return None

    def _offer(self, envelope: Envelope, size: int) -> Verdict | None:
        """Announce a message up to the point where its bytes may follow, or return why they may not."""
        size_option = f" SIZE={size}" if self._client.has_extn("size") else ""
        said = self._command(f"MAIL FROM:<{envelope.mail_from}>{size_option}")
        if not said.is_positive:
            self._raise_if_about_us(said, frozenset(range(500, 600)) - {552})
            return self._refused(said)
        said = self._command(f"RCPT TO:<{envelope.rcpt_to}>")
        if not said.is_positive:
            self._raise_if_about_us(said, _ABOUT_US)
            return self._refused(said, later=frozenset({552}))
        said = self._command("DATA", wait_s=self._timeouts.data_s)
        return None if said.code == 354 else self._refused(said)

    def _settled(self) -> Verdict:
        """Return what the relay says after the final dot; only 2yz takes the message off our hands (RFC 5321 4.2.5)."""
        self._wait_at_most(self._timeouts.final_dot_s)
        try:
            said = self._reply()
        except OSError:
            self._end()
            return Verdict(Fate.UNKNOWN, None)
        if said.is_positive:
            self.has_served = True
            return Verdict(Fate.TAKEN, said)
        if 400 <= said.code < 600:
            return self._refused(said)
        self._end()
        return Verdict(Fate.UNKNOWN, said)

    def _refused(self, said: Reply, later: frozenset[int] = frozenset()) -> Verdict:
        """Return what a refusal means, and clear the transaction. 421 ends the session (RFC 5321 3.8)."""
        if not 400 <= said.code < 600:
            self._end()
            return Verdict(Fate.NOT_SENT, said)
        if said.code == 421:
            self._end()
        else:
            self._reset()
        return Verdict(Fate.LATER if said.is_transient or said.code in later else Fate.NEVER, said)

    def _reset(self) -> None:
        try:
            if not self._command("RSET").is_positive:
                self._end()
        except OSError:
            self._end()

    def _raise_if_about_us(self, said: Reply, codes: frozenset[int]) -> None:
        """A refusal that would meet every reader alike is no reader's fault."""
        if said.code in codes:
            self.quit()
            raise RelayError(str(self._relay), f"it takes no mail from us: {_shown(said)}")

    def _must(self, said: Reply, code: int, otherwise: str) -> None:
        if said.code != code:
            raise RelayError(str(self._relay), f"{otherwise}: {_shown(said)}")

    def _command(self, line: str, *, wait_s: float | None = None) -> Reply:
        self._wait_at_most(self._timeouts.command_s if wait_s is None else wait_s)
        self._client.putcmd(line)
        return self._reply()

    def _reply(self) -> Reply:
        return make_reply(*self._client.getreply())

    def _wait_at_most(self, seconds: float) -> None:
        self._socket().settimeout(seconds)

    def _socket(self) -> socket.socket:
        if self._client.sock is None:
            raise smtplib.SMTPServerDisconnected("the session is over")
        return self._client.sock

    def _end(self) -> None:
        self.is_over = True
        self._client.close()


def dot_stuffed(content: bytes) -> bytes:
    """Return content whose lines end with CRLF so that no line of it is the final dot (RFC 5321 4.5.2)."""
    stuffed = content.replace(b"\r\n.", b"\r\n..")
    return b"." + stuffed if stuffed.startswith(b".") else stuffed


def make_reply(code: int, text: bytes) -> Reply:
    """Return a reply as kept: enhanced code apart (RFC 3463), lines joined, printable, at most 500 characters."""
    lines = text.decode("utf-8", "replace").splitlines()
    first = _ENHANCED.match(lines[0]) if lines else None
    said = " ".join(_ENHANCED.sub("", line, count=1).strip() for line in lines)
    printable = "".join(char if char.isprintable() else "\ufffd" for char in said)
    return Reply(code=code, enhanced=first[1] if first else "", text=printable[:_MAX_REPLY_CHARS])


def _shown(said: Reply) -> str:
    return " ".join(part for part in (str(said.code), said.enhanced, said.text) if part)


def _reason(error: OSError) -> str:
    """Return what went wrong in words for an operator."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate cannot be trusted: {error.verify_message}"
    if isinstance(error, smtplib.SMTPException):
        return f"the session broke before it began: {error}"
    return f"cannot be reached: {error.strerror or error}"
