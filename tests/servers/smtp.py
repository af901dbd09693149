"""A real SMTP server whose every reply can be scripted, on loopback, in threads of its own.

It ends a message at CRLF.CRLF and nowhere else, keeps the octets as they came, and can refuse and hang up at each step.
"""

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple, Self

from tests.servers.logins import Credentials, read_login
from tests.servers.ports import LOOPBACK
from tests.servers.received import Received

CERTIFICATE = Path(__file__).with_name("tls") / "localhost.pem"
EXTENSIONS = ("SIZE 10485760", "ENHANCEDSTATUSCODES", "8BITMIME")


class Stall(NamedTuple):
    """Where a session falls silent: once so many messages were taken. `reached` is set when one does."""

    after: int
    reached: threading.Event


class ScriptedSmtp:
    """`with ScriptedSmtp() as smtp:` listens on `smtp.host` and `smtp.port` until the block ends.

    A `port` that is given lets one be started again where another was.
    `inbox` has what was taken, `commands` each line that was said to it, `logins` who logged in and how, `sessions` how
    many were opened. Replies go out in pieces of `octets_at_once`.
    """

    host = LOOPBACK

    def __init__(
        self,
        *,
        extensions: Iterable[str] = EXTENSIONS,
        implicit_tls: bool = False,
        certificate: Path = CERTIFICATE,
        port: int = 0,
    ) -> None:
        self.extensions = list(extensions)
        self.extensions_under_tls: list[str] | None = None
        self.implicit_tls = implicit_tls
        self.certificate = certificate
        self.inbox: list[Received] = []
        self.commands: list[str] = []
        self.logins: list[Credentials] = []
        self.octets_at_once: int | None = None
        self.sessions = 0
        self.scripted: dict[str, str] = {}
        self.cuts: set[str] = set()
        self.stalls: dict[str, Stall] = {}
        self.messages_a_session: int | None = None
        self._listener = socket.create_server((self.host, port))
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def url(self) -> str:
        return f"smtp://{self.host}:{self.port}"

    def reply_to(self, address: str, reply: str) -> None:
        """Answer RCPT TO this address with the reply, e.g. "451 4.7.1 try later"."""
        self.scripted[f"RCPT TO:<{address}>"] = reply

    def reply_at(self, step: str, reply: str) -> None:
        """Answer at a step: GREETING, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, "." (the final dot) or RSET."""
        self.scripted[step] = reply

    def cut_before_dot(self) -> None:
        """Hang up when DATA comes."""
        self.cuts.add("DATA")

    def cut_during_data(self) -> None:
        """Hang up, by reset, when the first line of a message has come."""
        self.cuts.add("data")

    def cut_after_dot(self) -> None:
        """Take the message and hang up without a reply."""
        self.cuts.add(".")

    def cut_amid_reply_to_dot(self, half: str) -> None:
        """Take the message, say the beginning of a reply, and hang up."""
        self.cuts.add("reply")
        self.reply_at(".", half)

    def stall_at(self, step: str, *, after: int = 0) -> threading.Event:
        """Say nothing any more at a step of `reply_at`, once `inbox` has so many; return what is set when it is so."""
        stall = self.stalls[step] = Stall(after, threading.Event())
        return stall.reached

    def close_with_421_after(self, messages: int) -> None:
        """End each session with 421 at the MAIL that follows so many messages."""
        self.messages_a_session = messages

    def accept_everything(self) -> None:
        """Forget the script."""
        self.scripted.clear()
        self.cuts.clear()
        self.stalls.clear()
        self.messages_a_session = None

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        _shut(self._listener)
        self._threads[0].join(5)  # from here on no session begins
        for connection in list(self._open):
            _shut(connection)
        for thread in self._threads:
            thread.join(5)
        self._listener.close()

    def _start(self, target: Callable[..., None], *args: socket.socket) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.sessions += 1
            self._open.add(connection)
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else each second reply waits for 40 ms
        with contextlib.suppress(OSError, _HangUp):
            _Conversation(self, connection).run()
        self._open.discard(connection)
        connection.close()


def _shut(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)


class _HangUp(Exception):  # noqa: N818  # no error: what the script says
    """The script, or the client, ends the session here."""


class _Conversation:
    """One session, from greeting to the end."""

    def __init__(self, server: ScriptedSmtp, connection: socket.socket) -> None:
        self.server = server
        self.connection = connection
        self.taken = 0
        self.mail: tuple[str, str] = ("", "")
        self.rcpt_to = ""
        if server.implicit_tls:
            self.secure()
        self.lines = self.connection.makefile("rb")

    def run(self) -> None:
        self.say_at("GREETING", "220 scripted.example ESMTP")
        while line := self.lines.readline():
            command = line.rstrip(b"\r\n").decode("utf-8", "replace")
            self.server.commands.append(command)
            verb = command.partition(" ")[0].upper()
            if verb in self.server.cuts:
                return
            getattr(self, f"on_{verb.lower()}", self.on_unknown)(command)

    def say(self, reply: str) -> None:
        octets = reply.encode() + b"\r\n"
        size = self.server.octets_at_once or len(octets)
        for start in range(0, len(octets), size):
            self.connection.sendall(octets[start : start + size])
        if reply.startswith("421"):
            raise _HangUp

    def say_at(self, step: str, usual: str) -> bool:
        """Answer a step as scripted, or as usual; return whether the answer was of the usual kind."""
        stall = self.server.stalls.get(step)
        if stall and len(self.server.inbox) >= stall.after:
            stall.reached.set()
            self.lines.read()
            raise _HangUp
        reply = self.server.scripted.get(step, usual)
        self.say(reply)
        return reply[0] == usual[0]

    def secure(self) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.server.certificate)
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.lines = self.connection.makefile("rb")

    def on_ehlo(self, _: str) -> None:
        offered = ["scripted.example", *self.server.extensions]
        if isinstance(self.connection, ssl.SSLSocket):
            under_tls = self.server.extensions_under_tls or offered[1:]
            offered = [offered[0], *(one for one in under_tls if one != "STARTTLS")]
        self.say_at("EHLO", "\r\n".join([*(f"250-{one}" for one in offered[:-1]), f"250 {offered[-1]}"]))

    def on_starttls(self, _: str) -> None:
        if self.say_at("STARTTLS", "220 2.0.0 go ahead"):
            self.secure()

    def on_auth(self, command: str) -> None:
        credentials = read_login(command, self.challenge)
        if self.say_at("AUTH", "235 2.7.0 welcome"):
            self.server.logins.append(credentials)

    def challenge(self, text: str) -> str:
        self.say(f"334 {text}")
        return self.lines.readline().rstrip(b"\r\n").decode("ascii")

    def on_mail(self, command: str) -> None:
        if self.taken == self.server.messages_a_session:
            self.say("421 4.3.2 enough for one session")
        address, _, options = command.partition(":")[2].partition("> ")
        if self.say_at("MAIL", "250 2.1.0 sender ok"):
            self.mail = (address.strip("<>"), options)
            self.rcpt_to = ""

    def on_rcpt(self, command: str) -> None:
        step = command if command in self.server.scripted else "RCPT"
        if self.say_at(step, "250 2.1.5 recipient ok"):
            self.rcpt_to = command.partition(":")[2].strip("<>")

    def on_data(self, _: str) -> None:
        usual = "354 go ahead" if self.rcpt_to else "554 5.5.1 no valid recipients"
        if not self.say_at("DATA", usual) or not self.server.scripted.get("DATA", usual).startswith("354"):
            return
        raw = self.read_message()
        if not self.rcpt_to:
            self.say("554 5.5.1 no valid recipients")
            return
        if "." in self.server.cuts or self.server.scripted.get(".", "2").startswith("2"):
            self.server.inbox.append(
                Received(mail_from=self.mail[0], mail_options=self.mail[1], rcpt_to=self.rcpt_to, raw=raw)
            )
            self.taken += 1
        if "reply" in self.server.cuts:
            self.connection.sendall(self.server.scripted["."].encode())
        if self.server.cuts & {".", "reply"}:
            raise _HangUp
        self.rcpt_to = ""
        self.say_at(".", "250 2.0.0 taken")

    def read_message(self) -> bytes:
        """Read to CRLF.CRLF; only after CRLF does a dot begin a line (RFC 5321 2.3.8)."""
        octets = bytearray()
        begins_line = True
        while line := self.lines.readline():
            if "data" in self.server.cuts:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                raise _HangUp
            if begins_line and line == b".\r\n":
                return bytes(octets)
            octets += line[1:] if begins_line and line.startswith(b".") else line
            begins_line = line.endswith(b"\r\n")
        raise _HangUp

    def on_rset(self, _: str) -> None:
        self.say_at("RSET", "250 2.0.0 forgotten")

    def on_noop(self, _: str) -> None:
        self.say("250 2.0.0 yes")

    def on_quit(self, _: str) -> None:
        self.say("221 2.0.0 bye")
        raise _HangUp

    def on_unknown(self, _: str) -> None:
        self.say("500 5.5.1 what?")
