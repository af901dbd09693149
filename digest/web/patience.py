"""How long a connection may wait: uvicorn's protocol, hanging up on who does not get to the end of a request's head.

Uvicorn itself waits for ever for a first request, and for a second one whose octets drip in; with enough of both,
nobody else would be served ("slow loris"). For a body, `digest.web.frame.bodies` has the time.
"""

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle


class PatientProtocol(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it, where each request's head must be whole within `head_within_s`."""

    head_within_s = 10.0
    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        super().connection_made(transport)
        self._await_head()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
        self._head_timer = self.loop.call_later(self.head_within_s, self._hang_up, self.cycle)

    def _hang_up(self, served: RequestResponseCycle | None) -> None:
        """End the connection, unless another request has come since `served`."""
        if self.cycle is served:
            self.transport.close()
