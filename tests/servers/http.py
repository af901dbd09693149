"""A scripted HTTP server on loopback: it answers as it is told, down to the bytes, and remembers what it was asked.

It exists to misbehave: to drip, to break off, to lie about lengths. Whatever http.server would not send, this does.
"""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus

from tests.servers.ports import LOOPBACK

Headers = Sequence[tuple[str, str]]
Script = Callable[[], Iterator[bytes]]

DRIP_INTERVAL_S = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request: its target, its headers by lower-case name, and the name in its TLS greeting, if any."""

    target: str
    headers: dict[str, str]
    server_name: str | None


class HttpServer:
    """Answers one request a connection, from the script of its target; 404 where there is none."""

    def __init__(self, listener: socket.socket, tls: ssl.SSLContext | None) -> None:
        self.asked: list[Asked] = []
        self.host, self.port = listener.getsockname()[:2]
        self._listener = listener
        self._tls = tls
        self._server_names: dict[ssl.SSLSocket | ssl.SSLObject, str] = {}
        self._scripts: dict[str, Script] = {}
        self._stopped = threading.Event()
        if tls:
            tls.sni_callback = self._remember_name

    def url(self, target: str = "/", *, host: str = "") -> str:
        """Return the URL of `target` here, by the name or number `host` (by default the one listened on)."""
        scheme = "https" if self._tls else "http"
        named = host or (f"[{self.host}]" if ":" in self.host else self.host)
        return f"{scheme}://{named}:{self.port}{target}"

    def answer(self, target: str, *, status: int = 200, headers: Headers = (), body: bytes = b"") -> None:
        """Answer `target` with `status`, `headers` and `body`; a Content-Length of one's own is left as it is."""
        names = {name.lower() for name, _ in headers}
        length = () if "content-length" in names else (("Content-Length", str(len(body))),)
        lines = "".join(f"{name}: {value}\r\n" for name, value in (*headers, *length))
        self.send(target, f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n{lines}\r\n".encode("latin-1") + body)

    def redirect(self, target: str, to: str, *, status: int = 302) -> None:
        """Answer `target` with a redirect."""
        self.answer(target, status=status, headers=[("Location", to)])

    def send(self, target: str, *pieces: bytes) -> None:
        """Answer `target` with these bytes exactly, then close."""
        self._scripts[target] = lambda: iter(pieces)

    def drip(self, target: str, start: bytes, piece: bytes) -> None:
        """Answer `target` with `start`, then with `piece` every now and then, for ever."""

        def pieces() -> Iterator[bytes]:
            yield start
            while not self._stopped.wait(DRIP_INTERVAL_S):
                yield piece

        self._scripts[target] = pieces

    def flood(self, target: str, start: bytes, piece: bytes) -> None:
        """Answer `target` with `start`, then with `piece` as fast as it is taken, for ever."""

        def pieces() -> Iterator[bytes]:
            yield start
            while not self._stopped.is_set():
                yield piece

        self._scripts[target] = pieces

    def serve(self) -> None:
        """Answer until `stop` is called, each connection in a thread of its own."""
        while not self._stopped.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    def stop(self) -> None:
        """End every script and stop listening."""
        self._stopped.set()
        self._listener.shutdown(socket.SHUT_RDWR)

    def _converse(self, connection: socket.socket) -> None:
        # A client that leaves early, or refuses the certificate, is what many tests are about.
        try:
            with self._secured(connection) as stream:
                for piece in self._script_for(stream)():
                    stream.sendall(piece)
        except OSError:
            connection.close()

    def _secured(self, connection: socket.socket) -> socket.socket:
        return self._tls.wrap_socket(connection, server_side=True) if self._tls else connection

    def _script_for(self, stream: socket.socket) -> Script:
        lines = _read_head(stream).decode("latin-1").split("\r\n")
        target = lines[0].split(" ")[1]
        headers = dict(line.split(": ", 1) for line in lines[1:] if line)
        name = self._server_names.get(stream) if isinstance(stream, ssl.SSLSocket) else None
        self.asked.append(
            Asked(target=target, headers={key.lower(): value for key, value in headers.items()}, server_name=name)
        )
        return self._scripts.get(target, lambda: iter([b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"]))

    def _remember_name(self, stream: ssl.SSLSocket | ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        if name:
            self._server_names[stream] = name


@contextmanager
def http_server(*, host: str = LOOPBACK, port: int = 0, tls: ssl.SSLContext | None = None) -> Iterator[HttpServer]:
    """Yield a server on `host`, on a free port unless one is given, with HTTPS where `tls` is given."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as listener:
        server = HttpServer(listener, tls)
        serving = threading.Thread(target=server.serve)
        serving.start()
        try:
            yield server
        finally:
            server.stop()
            serving.join()


def _read_head(stream: socket.socket) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head:
        received = stream.recv(4096)
        if not received:
            raise ConnectionResetError("the client left before it had asked")
        head += received
    return head
