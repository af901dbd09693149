"""The sink takes what a relay would take, logs it before it says so, and misbehaves as ordered."""

import asyncio
import os
import smtplib
import socket
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.servers.sink.house import House
from tests.servers.sink.orders import Orders, is_among, parse_orders
from tests.servers.sink.session import BUFFER_OCTETS, Session
from tests.servers.sink.started import Sink, Taken, read_log, sink

ENVELOPE = b"MAIL FROM:<a@news.example>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n"
BODY = b"Message-ID: <1@news.example>\r\n\r\nA dot\r\n..\r\n. and more\n.\n\r.\r"
ANSWERED = b"250 2.1.0 sender ok\r\n250 2.1.5 recipient ok\r\n354 go ahead\r\n"
TAKEN = b"250 2.0.0 taken\r\n"
LOGGED = Taken("1@news.example", "a@news.example", "b@example.com")


class Written(asyncio.Transport):
    """A transport whose far end is a list."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.writes.append(bytes(data))

    def is_closing(self) -> bool:
        return False


def converse(session: Session, *chunks: bytes) -> None:
    for chunk in chunks:
        room = session.get_buffer(-1)
        room[: len(chunk)] = chunk
        session.buffer_updated(len(chunk))


def send(smtp: Sink, rcpt_to: str = "b@example.com") -> None:
    with smtplib.SMTP("127.0.0.1", smtp.port, timeout=10) as client:
        client.sendmail("a@news.example", [rcpt_to], BODY)


@settings(max_examples=100)
@given(st.lists(st.integers(1, 400), max_size=8))
def test_a_message_ends_at_crlf_dot_crlf_wherever_the_chunks_are_cut(cuts: list[int]) -> None:
    said = 3 * (ENVELOPE + BODY + b"\r\n.\r\n")
    borders = [0, *sorted({cut % len(said) for cut in cuts} - {0}), len(said)]
    house, written = House(chance=Random(0)), Written()
    session = Session(house)
    session.connection_made(written)

    converse(session, *(said[start:end] for start, end in pairwise(borders)))

    assert house.messages == 3
    assert b"".join(written.writes[1:]) == 3 * (ANSWERED + TAKEN)


def test_an_empty_message_ends_at_once() -> None:
    house = House(chance=Random(0))
    session = Session(house)
    session.connection_made(Written())

    converse(session, ENVELOPE, b".\r\n")

    assert house.messages == 1


def test_commands_that_come_together_are_answered_in_one_write() -> None:
    written = Written()
    session = Session(House(chance=Random(0)))
    session.connection_made(written)

    converse(session, ENVELOPE, BODY + b"\r\n.\r\n" + ENVELOPE)

    assert written.writes[1:] == [ANSWERED, TAKEN + ANSWERED]


def test_a_message_larger_than_the_buffer_is_one_message_with_its_id(tmp_path: Path) -> None:
    log = os.open(tmp_path / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    house = House(chance=Random(0), log=log)
    session = Session(house)
    session.connection_made(Written())
    large = BODY + 30_000 * b"A line of words that goes on.\r\n" + b".\r\n"

    converse(session, ENVELOPE)
    while large:
        room = len(session.get_buffer(-1))
        converse(session, large[:room])
        large = large[room:]
    os.close(log)

    assert house.octets > BUFFER_OCTETS
    assert read_log(tmp_path / "log") == [LOGGED]


def test_what_was_taken_is_logged_before_it_is_said(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with sink(log=log) as smtp, socket.create_connection(("127.0.0.1", smtp.port), timeout=10) as client:
        client.sendall(ENVELOPE)
        lines = client.makefile("rb")
        for _ in range(4):
            lines.readline()

        client.sendall(BODY + b"\r\n.\r\n")
        said = lines.readline()
        logged = read_log(log)

    assert said == TAKEN
    assert logged == [LOGGED]


def test_a_sink_says_at_its_end_what_it_took() -> None:
    with sink() as smtp:
        send(smtp)
        send(smtp)

        counts = smtp.stop()

    assert (counts.messages, counts.sessions) == (2, 2)
    assert counts.octets > 2 * len(BODY)


@pytest.mark.parametrize(
    ("orders", "taken"),
    [
        (Orders(cut_before_dot=1), 0),
        (Orders(cut_in_body=1), 0),
        (Orders(cut_after_dot=1), 1),
        (Orders(cut_in_reply=1), 1),
    ],
)
def test_a_cut_ends_the_session_and_a_message_counts_only_after_its_dot(orders: Orders, taken: int) -> None:
    with sink() as smtp, socket.create_connection(("127.0.0.1", smtp.port), timeout=10) as client:
        smtp.obey(orders)

        client.sendall(ENVELOPE + BODY + b"\r\n.\r\n")
        said = client.makefile("rb").read()

        assert TAKEN not in said
        assert smtp.stop().messages == taken


def test_a_hung_session_is_never_answered_and_a_later_one_is_where_the_order_is_lifted() -> None:
    with sink(orders=Orders(hang=1)) as smtp, socket.create_connection(("127.0.0.1", smtp.port)) as hung:
        hung.sendall(b"EHLO x\r\n")
        assert hung.recv(100).startswith(b"220")
        hung.settimeout(0.2)
        with pytest.raises(TimeoutError):
            hung.recv(100)

        smtp.obey(Orders())
        send(smtp)

        assert smtp.stop().messages == 1


def test_a_session_ends_with_421_after_its_messages() -> None:
    with (
        sink(orders=Orders(session_length=2)) as smtp,
        smtplib.SMTP("127.0.0.1", smtp.port, timeout=10) as client,
    ):
        client.sendmail("a@news.example", ["b@example.com"], BODY)
        client.sendmail("a@news.example", ["b@example.com"], BODY)

        code, _ = client.docmd("MAIL FROM:<a@news.example>")

        assert code == 421


def test_the_same_addresses_are_refused_each_time_and_more_of_them_with_a_larger_share() -> None:
    addresses = [f"reader{number}@example.com".encode() for number in range(1000)]

    few, many = ({one for one in addresses if is_among(one, share)} for share in (0.1, 0.3))

    assert few < many
    assert 50 < len(few) < 150
    with sink(orders=Orders(never=0.1)) as smtp:
        refused = min(few).decode()
        for _ in range(2):
            with pytest.raises(smtplib.SMTPRecipientsRefused):
                send(smtp, refused)
        send(smtp, max(set(addresses) - many).decode())


def test_a_refused_recipient_has_no_message() -> None:
    with sink(orders=Orders(later=1)) as smtp, smtplib.SMTP("127.0.0.1", smtp.port, timeout=10) as client:
        client.ehlo()
        client.mail("a@news.example")

        replies = [client.rcpt("b@example.com")[0], client.docmd("DATA")[0]]

        assert replies == [451, 554]


def test_answers_keep_their_order_when_the_delay_is_lifted() -> None:
    slow = Orders(slow_s=0.3)
    with sink(latency_ms=30, orders=slow) as smtp, socket.create_connection(("127.0.0.1", smtp.port)) as client:
        lines = client.makefile("rb")
        lines.readline()
        client.sendall(ENVELOPE)
        smtp.obey(Orders())
        client.sendall(BODY + b"\r\n.\r\n")

        said = b"".join(lines.readline() for _ in range(4))

    assert said == ANSWERED + TAKEN


def test_orders_survive_being_written_down() -> None:
    orders = Orders(slow_s=0.5, cut_after_dot=0.01, session_length=1000)

    assert parse_orders(str(orders)) == orders


def test_an_unknown_order_is_named() -> None:
    with pytest.raises(ValueError, match="dance"):
        parse_orders("dance=1")
