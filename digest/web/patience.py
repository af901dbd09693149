"""How long a connection may wait: uvicorn's protocol, hanging up on who does not ask, and on who does not read.

Uvicorn itself waits for ever for a first request, for a second one whose octets drip in ("slow loris"), and for
a visitor to read their answer; with enough of each, nobody else would be served. For a body, `digest.web.frame.bodies`
has the time.
"""

import asyncio
import socket
from collections.abc import Callable

from uvicorn.protocols.http.h11_impl import H11Protocol


class PatientProtocol(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it, where a connection gets from each stage to the next in time.

    A request's head must be whole within `head_within_s`; else the connection ends, once what was answered is gone.
    An answer must be made and gone, but for `send_buffer_octets` or so in the kernel's hands, within `answer_within_s`;
    else the connection is cut off.
    """

    head_within_s = 10.0
    answer_within_s = 60.0
    send_buffer_octets = 64 * 1024
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        super().connection_made(transport)
        wire = transport.get_extra_info("socket")
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, self.send_buffer_octets)
        self._await_head()

    def handle_events(self) -> None:
        served = self.cycle
        super().handle_events()
        if self.cycle is not served:
            self._await_answer()

    def on_response_complete(self) -> None:
        self._await_head()  # before uvicorn goes on to a request that came already
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        self._wait(self.head_within_s, self._hang_up)

    def _await_answer(self) -> None:
        self._wait(self.answer_within_s, self.transport.abort)

    def _hang_up(self) -> None:
        """End the connection once what was answered is gone, or cut it off where nobody takes that."""
        self.transport.close()
        self._await_answer()

    def _wait(self, seconds: float, then: Callable[[], None]) -> None:
        self._stop_waiting()
        self._timer = self.loop.call_later(seconds, then)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
