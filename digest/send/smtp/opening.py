"""The opening of a connection: a socket, and a dialogue on it in which one thing is said at a time."""

import asyncio
import ssl
from typing import Self

from digest.errors import RelayError, UnusableRelayError
from digest.send.relay import Relay
from digest.send.smtp.replies import ReplyReader, Said
from digest.send.smtp.stream import Stream


class Opening:
    """A stream to a relay before it is ready for mail. All that goes wrong is a RelayError."""

    def __init__(self, stream: Stream, relay: Relay, tls: ssl.SSLContext) -> None:
        self.stream = stream
        self._relay = relay
        self._tls = tls
        self._reader = ReplyReader()
        self._error: Exception | None = None
        self._heard = asyncio.Event()
        stream.listener = self

    @classmethod
    async def connect(cls, relay: Relay, tls: ssl.SSLContext, *, wait_s: float) -> Self:
        """Return the opening of a connection to a relay, with nothing said yet."""
        loop = asyncio.get_running_loop()
        stream = Stream(loop)
        opening = cls(stream, relay, tls)
        try:
            async with asyncio.timeout(wait_s):
                await loop.create_connection(lambda: stream, relay.host, relay.port)
        except OSError as error:
            raise opening.fault(error) from error
        return opening

    @property
    def our_address(self) -> str:
        """The IP address at our end."""
        return self.stream.our_address

    @property
    def is_private(self) -> bool:
        """Whether TLS is on."""
        return self.stream.is_private

    @property
    def has_unheard(self) -> bool:
        """Whether the relay has said more than was read of it."""
        return not self._reader.is_empty

    async def secure(self, *, wait_s: float) -> None:
        """Begin TLS."""
        try:
            async with asyncio.timeout(wait_s):
                await self.stream.secure(self._tls, self._relay.host)
        except OSError as error:
            raise self.fault(error) from error

    async def ask(self, command: bytes, *, wait_s: float) -> Said:
        """Say a command and return the reply to it."""
        self.stream.write(command + b"\r\n")
        return await self.reply(wait_s=wait_s)

    async def reply(self, *, wait_s: float) -> Said:
        """Return the next reply."""
        try:
            async with asyncio.timeout(wait_s):
                while (said := self._reader.read()) is None:
                    if self._error is not None:
                        raise self._error
                    self._heard.clear()
                    await self._heard.wait()
        except OSError as error:
            raise self.fault(error) from error
        return said

    def check(self) -> None:
        """Raise unless the relay is still there."""
        if self._error is not None:
            raise self.fault(self._error) from self._error

    def fault(self, error: Exception) -> RelayError:
        """Return what went wrong in words for an operator."""
        is_distrusted = isinstance(error, ssl.SSLCertVerificationError)
        return (UnusableRelayError if is_distrusted else RelayError)(str(self._relay), _reason(error))

    def receive(self, octets: bytes) -> None:
        """Keep what the relay says until `reply` asks for it."""
        self._reader.feed(octets)
        self._heard.set()

    def closed(self, error: Exception | None) -> None:
        """Keep that it is over, for whoever waits for a reply."""
        self._error = error or ConnectionResetError("it hung up")
        self._heard.set()

    def drained(self) -> None:
        """Do nothing: what is said here fits any buffer."""

    def time_out(self) -> None:
        """Do nothing: each wait here has its own limit."""


def _reason(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate cannot be trusted: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return f"TLS failed: {error.reason or error}"
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    if isinstance(error, OSError):
        return f"cannot be reached: {error.strerror or error}"
    return f"cannot be used: {error}"
