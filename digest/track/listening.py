"""Listening for mails over SMTP (RFC 5321) or LMTP (RFC 2033): from the newsroom's own mail server, for one mailbox.

A mail is answered 250 only when what it asks has been done and kept, 451 when that failed, so that its sender keeps it.
Nothing is passed on and no mail is ever answered with another. What a mail asks is read in inbound.py.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import AnyStr, ClassVar

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from digest.errors import InputError, TooOftenError
from digest.model.addresses import Address
from digest.track.inbound import MAX_MAIL_OCTETS

log = structlog.get_logger()

MAX_CONNECTIONS = 50
MAX_RECIPIENTS = 100
"""As many as a server must at least take (RFC 5321 4.5.3.1.8), and no more."""

_TIMEOUT_S = 60.0
_MAX_COMMANDS = 1000
_LOOK_S, _FAREWELL_S = 0.1, 10.0
_TOO_MANY_CONNECTIONS = b"421 4.3.2 Too many connections\r\n"
_CLOSING = b"421 4.3.2 Going down\r\n"

Take = Callable[[bytes, Sequence[str], str], None]
"""Does what a mail asks, given its bytes, its recipients and its return path. Blocks; returns once that is kept."""


class Dialect(StrEnum):
    """What is spoken. LMTP answers each recipient after the final dot."""

    SMTP = "smtp"
    LMTP = "lmtp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Where to listen, and for which mailbox: its address, with or without a detail after a plus sign."""

    host: str
    port: int
    dialect: Dialect
    mailbox: Address


def listen(door: Door, take: Take, *, stop: Callable[[], bool], ready: Callable[[int], None]) -> None:
    """Take mails in until `stop` says so; then end what is under way, for ten seconds at most.

    `ready` is told the port, which the system chooses where the door's is 0. Raises InputError where nobody can
    listen there.
    """
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # aiosmtpd logs what clients say, addresses and all
    asyncio.run(_listen(door, take, stop=stop, ready=ready))


async def _listen(door: Door, take: Take, *, stop: Callable[[], bool], ready: Callable[[int], None]) -> None:
    house = _House(door.mailbox, take)
    loop = asyncio.get_running_loop()
    make_session = house.lmtp_session if door.dialect is Dialect.LMTP else house.smtp_session
    try:
        server = await loop.create_server(make_session, door.host, door.port)
    except OSError as error:
        raise InputError(f"nobody can listen on {door.host}:{door.port}: {error.strerror or error}") from error
    ready(server.sockets[0].getsockname()[1])
    while not stop():  # noqa: ASYNC110  # a signal's handler sets it, which no event of the loop follows
        await asyncio.sleep(_LOOK_S)
    server.close()
    await house.close()


class _Session(SMTP):
    line_length_limit = 64 * 1024  # a mail with longer lines than RFC 5322 2.1.1 wants may ask to leave, too

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.event_handler.sessions.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.event_handler.sessions.discard(self)
        super().connection_lost(error)


class _LmtpSession(_Session, LMTP):
    """After the final dot it says once for each recipient what became of the mail (RFC 2033 4.2)."""

    _answers = 1

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802  # aiosmtpd's name
        try:
            await super().smtp_DATA(arg)
        finally:
            self._answers = 1

    async def push(self, status: AnyStr) -> None:
        for _ in range(self._answers):
            await super().push(status)
        if status[:3] == "354" and self.envelope:
            self._answers = len(self.envelope.rcpt_tos)


class _TurnedAway(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(_TOO_MANY_CONNECTIONS)
        transport.close()


class _House:
    """What all sessions share: who is here, whose mail is being done, and how commands are answered."""

    _LIMITS: ClassVar[dict[str, int]] = {"*": _MAX_COMMANDS}

    def __init__(self, mailbox: Address, take: Take) -> None:
        self._mailbox = mailbox
        self._take = take
        self.sessions: set[_Session] = set()
        self._busy: set[_Session] = set()

    def smtp_session(self) -> asyncio.BaseProtocol:
        return self._admit(_Session)

    def lmtp_session(self) -> asyncio.BaseProtocol:
        return self._admit(_LmtpSession)

    def _admit(self, kind: type[_Session]) -> asyncio.BaseProtocol:
        if len(self.sessions) >= MAX_CONNECTIONS:
            return _TurnedAway()
        session: asyncio.BaseProtocol = kind(
            self,
            hostname=self._mailbox.domain,
            ident="Digest",
            data_size_limit=MAX_MAIL_OCTETS,
            enable_SMTPUTF8=True,
            timeout=_TIMEOUT_S,
            command_call_limit=self._LIMITS,
            loop=asyncio.get_running_loop(),
        )
        return session

    async def handle_EHLO(  # noqa: N802  # aiosmtpd's name
        self, server: _Session, session: Session, envelope: Envelope, hostname: str, said: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*said[:-1], "250-PIPELINING", said[-1]]

    async def handle_RCPT(  # noqa: N802
        self, server: _Session, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not self._is_ours(address):
            return "550 5.1.1 No such mailbox here"
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: _Session, session: Session, envelope: Envelope) -> str:  # noqa: N802
        mail, return_path = envelope.original_content or b"", (envelope.mail_from or "").strip("<>")
        self._busy.add(server)
        try:
            await asyncio.to_thread(self._take, mail, tuple(envelope.rcpt_tos), return_path)
        except TooOftenError:
            return "451 4.7.1 Too much of this lately; try again later"
        except Exception as error:  # noqa: BLE001  # whatever it is, the sender must keep the mail
            log.error("inbound.failed", error=type(error).__name__)  # noqa: TRY400  # a traceback may tell an address
            return "451 4.3.0 That did not work here; try again later"
        finally:
            self._busy.discard(server)
        return "250 2.0.0 OK"

    async def handle_exception(self, error: Exception) -> str:
        log.warning("inbound.not_understood", error=type(error).__name__)
        return "500 5.5.0 Not understood"

    async def close(self) -> None:
        """Say goodbye to who waits, and let the others' mails end."""
        for session in self.sessions - self._busy:
            _dismiss(session)
        loop = asyncio.get_running_loop()
        ends_at_s = loop.time() + _FAREWELL_S
        while self._busy and loop.time() < ends_at_s:  # noqa: ASYNC110  # once, at the end
            await asyncio.sleep(_LOOK_S)
        for session in set(self.sessions):
            _dismiss(session)

    def _is_ours(self, address: str) -> bool:
        """Return whether mail for an address is ours; whatever the domain, which a mail server may have rewritten."""
        own = self._mailbox.key.rpartition("@")[0]
        return address.rpartition("@")[0].partition("+")[0].casefold() == own


def _dismiss(session: _Session) -> None:
    if isinstance(session.transport, asyncio.Transport):
        session.transport.write(_CLOSING)
        session.transport.close()
