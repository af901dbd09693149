"""One connection for one exchange: it dials only what was checked, and it ends when its time is up.

Built on httpcore2's public network backend. Its own timeouts start anew with each read, so that a server which sends
a byte now and then is never late; a `Deadline` is one moment for the whole fetch, across its redirects.
Which addresses may be dialled is decided in network.py.
"""

import ssl
from collections.abc import Iterable, Sequence
from time import monotonic

import httpcore2

from digest.gather.fetching.network import Address


class Deadline:
    """The moment by which everything must be done; a stopwatch, so it needs no clock."""

    def __init__(self, seconds: float) -> None:
        self._ends_at = monotonic() + seconds

    def left_s(self) -> float:
        """Return the seconds that are left, always more than 0. Raises TimeoutError when there are none."""
        left = self._ends_at - monotonic()
        if left <= 0:
            raise TimeoutError("the time for this fetch is up")
        return left


class PinnedBackend(httpcore2.NetworkBackend):
    """Dials the given addresses and nothing else, whatever host it is told: the first one that answers.

    Each gets `connect_s` seconds at most, all of them together what the deadline leaves.
    """

    def __init__(self, addresses: Sequence[Address], *, deadline: Deadline, connect_s: float) -> None:
        self._addresses = addresses
        self._deadline = deadline
        self._connect_s = connect_s
        self._sockets = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        failure: Exception = httpcore2.ConnectError(f"{host} has no address")
        for address in self._addresses:
            try:
                stream = self._sockets.connect_tcp(str(address), port, timeout=self._time_for_one())
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
            else:
                return TimedStream(stream, self._deadline)
        raise failure

    def _time_for_one(self) -> float:
        return min(self._connect_s, self._deadline.left_s())


class TimedStream(httpcore2.NetworkStream):
    """A stream on which nothing waits past the deadline."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, timeout=self._deadline.left_s())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout=self._deadline.left_s())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        left_s = self._deadline.left_s()
        return TimedStream(self._stream.start_tls(ssl_context, server_hostname, timeout=left_s), self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)
