"""Patience: a connection is held for who asks something and reads the answer, and not for who does not get round to."""

import socket
from collections.abc import Iterator

import pytest

from digest.web.patience import PatientProtocol
from digest.web.server import make_server
from tests.servers.ports import LOOPBACK, free_port
from tests.servers.web import running
from tests.web.conftest import MakeWeb

LONG = b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: localhost\r\n"
SHORT = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


class HastyProtocol(PatientProtocol):
    head_within_s = 0.2
    answer_within_s = 0.2
    send_buffer_octets = 2048


@pytest.fixture
def wire(make_web: MakeWeb) -> Iterator[socket.socket]:
    """A bare connection, with little room for answers, to a server that waits for a fifth of a second."""
    server, port = make_server(make_web().site), free_port()
    server.config.http = HastyProtocol
    with running(server, port=port), socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        connection.settimeout(10)
        connection.connect((LOOPBACK, port))
        yield connection


def ask_until_cut_off(wire: socket.socket, request: bytes) -> None:
    """Send without reading: as long as the server holds the connection, and after that until the wire says so."""
    while True:
        wire.sendall(request)


def test_who_says_nothing_is_hung_up_on(wire: socket.socket) -> None:
    assert wire.recv(100) == b""


def test_who_does_not_end_a_head_is_hung_up_on(wire: socket.socket) -> None:
    wire.sendall(b"GET /healthz HTTP/1.1\r\nHost: ")

    assert wire.recv(100) == b""


def test_a_second_request_is_waited_for_no_longer_than_a_first(wire: socket.socket) -> None:
    wire.sendall(SHORT)
    answer = wire.recv(4096)
    wire.sendall(b"GET /he")

    assert answer.startswith(b"HTTP/1.1 200")
    assert wire.recv(4096) == b""


def test_who_asks_on_and_on_and_reads_nothing_is_cut_off(wire: socket.socket) -> None:
    with pytest.raises(ConnectionError):
        ask_until_cut_off(wire, (LONG + b"\r\n") * 100)


def test_who_does_not_read_a_last_answer_is_cut_off(wire: socket.socket) -> None:
    wire.sendall(LONG + b"Connection: close\r\n\r\n")

    with pytest.raises(ConnectionError):
        ask_until_cut_off(wire, SHORT * 1000)


def test_who_reads_gets_each_answer_whole(wire: socket.socket) -> None:
    wire.sendall((LONG + b"\r\n") * 3)

    read = b"".join(iter(lambda: wire.recv(1 << 16), b""))

    assert read.count(b"HTTP/1.1 200") == 3
    assert read.endswith(b"}")
