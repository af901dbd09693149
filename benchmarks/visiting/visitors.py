"""Visitors: a process that makes given requests over kept connections, and says how long each answer took.

`python -m benchmarks.visiting.visitors PORT CONNECTIONS FILE` makes the requests of a file (`write_requests`), each
connection one after the other, and prints `Visited` as JSON. As light as Python can: it must not be what is measured.
It ends by itself, whoever started it: with an error where a server is slower than anybody would wait for.
"""

import asyncio
import json
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, cast

import uvloop

from tests.servers.ports import LOOPBACK

HEAD_END = b"\r\n\r\n"
BETWEEN = b"\n\0\n"
LEAST_RATE = 20
START_S = 60
LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)


class Visited(NamedTuple):
    """What visits came to: how many a second, the middle and the ninety-ninth hundredth of their times, statuses."""

    rate: float
    p50_ms: float
    p99_ms: float
    statuses: dict[str, int]


def visit(port: int, requests: Sequence[bytes], *, connections: int, folder: Path) -> Visited:
    """Make these requests from a process of their own; return what they came to."""
    file = folder / "requests"
    file.write_bytes(BETWEEN.join(requests))
    command = [sys.executable, "-m", __name__, str(port), str(connections), str(file)]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return Visited(**json.loads(said.stdout))


def get(path: str) -> bytes:
    """Return a request for a page."""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Language: en\r\n\r\n".encode()


def post(path: str, body: str, *, media_type: str, ip: str = "203.0.113.7") -> bytes:
    """Return a request that does something, as it comes through a proxy from a visitor with this address."""
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: {ip}\r\n"
    return f"{head}Content-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()


class _Visitor(asyncio.BufferedProtocol):
    def __init__(self, requests: Iterator[bytes], times_s: list[float], statuses: Counter[str]) -> None:
        self._requests, self._times_s, self._statuses = requests, times_s, statuses
        self._buffer, self._received = bytearray(64 * 1024), b""
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's are no subclass
        self._ask()

    def get_buffer(self, _sizehint: int) -> bytearray:
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        self._received += self._buffer[:nbytes]
        head, end, body = self._received.partition(HEAD_END)
        found = LENGTH.search(head) if end else None
        if not end or (found and len(body) < int(found[1])):
            return
        self._times_s.append(time.perf_counter() - self._asked_at_s)
        self._statuses[head[9:12].decode()] += 1
        self._received = b""
        self._ask()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server hung up"))

    def _ask(self) -> None:
        request = next(self._requests, None)
        if request is None:
            self.done.set_result(None)
            self._transport.close()
            return
        self._asked_at_s = time.perf_counter()
        self._transport.write(request)


async def _visit_all(port: int, connections: int, requests: Sequence[bytes]) -> Visited:
    loop = asyncio.get_running_loop()
    times_s: list[float] = []
    statuses: Counter[str] = Counter()
    left = iter(requests)
    began_s = time.perf_counter()
    async with asyncio.timeout(START_S + len(requests) / LEAST_RATE):
        made = [
            await loop.create_connection(lambda: _Visitor(left, times_s, statuses), LOOPBACK, port)
            for _ in range(connections)
        ]
        await asyncio.gather(*(visitor.done for _, visitor in made))
    seconds = time.perf_counter() - began_s
    times_s.sort()
    p50_ms, p99_ms = (times_s[int(share * (len(times_s) - 1))] * 1000 for share in (0.5, 0.99))
    return Visited(len(times_s) / seconds, p50_ms, p99_ms, dict(statuses))


def main() -> None:
    """Visit, and print what it came to."""
    port, connections, file = sys.argv[1:]
    requests = Path(file).read_bytes().split(BETWEEN)
    print(json.dumps(uvloop.run(_visit_all(int(port), int(connections), requests))._asdict()))


if __name__ == "__main__":
    main()
