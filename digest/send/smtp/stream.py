"""The stream under a connection: a socket on an asyncio loop, TLS if asked for, and one clock for all waiting."""

import asyncio
import math
import os
import socket
import ssl
from contextlib import suppress
from typing import cast

from digest.send.smtp.encryption import Encryption
from digest.send.smtp.line import Listener

_SEND_BUFFER_OCTETS = 4 << 20


class Stream(asyncio.Protocol):
    """Octets to and from one relay. Nobody is told anything after `hang_up`."""

    listener: Listener

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.most_at_once = 0
        self._loop = loop
        self._transport: asyncio.Transport
        self._descriptor = -1
        self._encryption: Encryption | None = None
        self._secured: asyncio.Future[None] | None = None
        self._is_over = False
        self._holds_octets = False
        self._unsent = 0
        self._wait_s = self._deadline = math.inf
        self._alarm: asyncio.TimerHandle | None = None

    @property
    def our_address(self) -> str:
        """The IP address at our end."""
        return str(self._transport.get_extra_info("sockname")[0])

    @property
    def is_drained(self) -> bool:
        """Whether the kernel has all that was written, and would take more."""
        return not self._holds_octets and not self._transport.is_closing()

    @property
    def is_private(self) -> bool:
        """Whether TLS is on."""
        return self._encryption is not None

    async def secure(self, context: ssl.SSLContext, host: str) -> None:
        """Begin TLS with a host of this name. Raises OSError (SSLError is one) if that fails."""
        self._secured = self._loop.create_future()
        self._encryption = Encryption(context, host)
        self._shake_hands(b"")
        await self._secured

    def write(self, octets: bytes) -> None:
        """Send octets, now or as soon as those before them are gone."""
        self._send(octets if self._encryption is None else self._encryption.seal(octets))

    def wait_at_most(self, seconds: float) -> None:
        """Tell the listener unless this is called again within so many seconds, or a slow write gets on."""
        self._wait_s = seconds
        self._deadline = self._loop.time() + seconds
        if self._alarm is None or self._deadline < self._alarm.when():
            self._set_alarm()

    def hang_up(self) -> None:
        """Close, and drop what was written but not sent."""
        self._is_over = True
        if self._alarm is not None:
            self._alarm.cancel()
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Have each message leave at once and whole: no Nagle, a large buffer in the kernel, none of our own."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by inheritance
        self._transport.set_write_buffer_limits(high=0)
        sock = transport.get_extra_info("socket")
        self._descriptor = sock.fileno()
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_OCTETS)
        self.most_at_once = sock.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) // 2

    def data_received(self, data: bytes) -> None:
        """Hand on what came, in clear text."""
        if self._encryption is None:
            self.listener.receive(data)
        elif self._secured is not None:
            self._shake_hands(data)
        else:
            self._open(data)

    def pause_writing(self) -> None:
        """Hear from asyncio that it holds octets that the kernel did not take."""
        self._holds_octets = True
        self._unsent = self._transport.get_write_buffer_size()

    def resume_writing(self) -> None:
        """Hear from asyncio that it holds none any more."""
        self._holds_octets = False
        if not self._is_over:
            self.listener.drained()

    def connection_lost(self, exc: Exception | None) -> None:
        """Hear from asyncio that it is over, by the other end's doing or by ours."""
        self._lose(exc)

    def _send(self, octets: bytes) -> None:
        """Give octets to the kernel ourselves while asyncio holds none: the interpreter is free for others meanwhile.

        What the kernel does not take, asyncio keeps; and what is wrong with the connection, it finds out.
        """
        if self.is_drained:
            with suppress(OSError):
                octets = octets[os.write(self._descriptor, octets) :]
        if octets:
            self._transport.write(octets)

    def _lose(self, error: Exception | None) -> None:
        if self._secured is not None and not self._secured.done():
            self._secured.set_exception(error or ConnectionResetError("it hung up"))
        elif not self._is_over:
            self.listener.closed(error)

    def _shake_hands(self, octets: bytes) -> None:
        assert self._encryption is not None
        assert self._secured is not None
        try:
            is_done = self._encryption.shake_hands(octets)
        except ssl.SSLError as error:
            self._lose(error)
            return
        finally:
            self._send(self._encryption.unsent())
        if is_done:
            self._secured.set_result(None)
            self._secured = None
            self._open(b"")

    def _open(self, octets: bytes) -> None:
        assert self._encryption is not None
        try:
            heard = self._encryption.open(octets)
        except ssl.SSLError as error:
            self._lose(error)
            return
        if unsent := self._encryption.unsent():
            self._send(unsent)
        if heard:
            self.listener.receive(heard)

    def _set_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        if self._deadline < math.inf:
            self._alarm = self._loop.call_at(self._deadline, self._ring)

    def _ring(self) -> None:
        """Set the alarm anew if it has been put off since; one alarm serves many messages."""
        self._alarm = None
        if self._loop.time() < self._deadline:
            self._set_alarm()
        elif self._gets_on():
            self.wait_at_most(self._wait_s)
        else:
            self.listener.time_out()

    def _gets_on(self) -> bool:
        """Whether the other end has taken octets since we last looked, so that it is slow and not gone."""
        before, self._unsent = self._unsent, 0 if self.is_drained else self._transport.get_write_buffer_size()
        return 0 < self._unsent < before
