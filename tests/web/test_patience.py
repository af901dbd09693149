"""Patience: a connection is held for who asks something, and not for who does not get round to it."""

import socket
from collections.abc import Iterator

import pytest

from digest.web.patience import PatientProtocol
from digest.web.server import make_server
from tests.servers.ports import LOOPBACK, free_port
from tests.servers.web import running
from tests.web.conftest import MakeWeb


class HastyProtocol(PatientProtocol):
    head_within_s = 0.2


@pytest.fixture
def wire(make_web: MakeWeb) -> Iterator[socket.socket]:
    """A bare connection to a server that waits for a fifth of a second."""
    server, port = make_server(make_web().site), free_port()
    server.config.http = HastyProtocol
    with running(server, port=port), socket.create_connection((LOOPBACK, port), timeout=10) as connection:
        yield connection


def test_who_says_nothing_is_hung_up_on(wire: socket.socket) -> None:
    assert wire.recv(100) == b""


def test_who_does_not_end_a_head_is_hung_up_on(wire: socket.socket) -> None:
    wire.sendall(b"GET /healthz HTTP/1.1\r\nHost: ")

    assert wire.recv(100) == b""


def test_a_second_request_is_waited_for_no_longer_than_a_first(wire: socket.socket) -> None:
    wire.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    answer = wire.recv(4096)
    wire.sendall(b"GET /he")

    assert answer.startswith(b"HTTP/1.1 200")
    assert wire.recv(4096) == b""
