"""Listening for mails: taken when what they ask is kept, put off when that fails, and bounded in every direction."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack

import pytest

from digest.errors import InputError, StoreError, TooOftenError
from digest.model.addresses import parse_address
from digest.track.inbound import MAX_MAIL_OCTETS
from digest.track.listening import MAX_CONNECTIONS, MAX_RECIPIENTS, Dialect, Door, Take, listen
from tests.servers.mail_client import PATIENCE_S, MailClient

MAILBOX = "unsubscribe@example.com"
MAIL = b"Subject: unsubscribe\r\n\r\nPlease."


class House:
    """Listens in a thread; keeps what it took, as (bytes, recipients, return path)."""

    def __init__(self, dialect: Dialect, take: Take | None) -> None:
        self.taken: list[tuple[bytes, Sequence[str], str]] = []
        self._stopping = threading.Event()
        self._ready = threading.Event()
        door = Door(host="127.0.0.1", port=0, dialect=dialect, mailbox=parse_address(MAILBOX))
        self._thread = threading.Thread(
            target=listen, args=(door, take or self._keep), kwargs={"stop": self._stopping.is_set, "ready": self._open}
        )
        self._thread.start()
        assert self._ready.wait(PATIENCE_S)

    def _keep(self, mail: bytes, recipients: Sequence[str], return_path: str) -> None:
        self.taken.append((mail, recipients, return_path))

    def _open(self, port: int) -> None:
        self.port = port
        self._ready.set()

    def tell_to_end(self) -> None:
        self._stopping.set()

    def close(self) -> None:
        self.tell_to_end()
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()

    def visit(self) -> MailClient:
        """Return a client that was greeted."""
        client = MailClient(self.port)
        assert client.hear().startswith("220 example.com")
        return client


MakeHouse = Callable[..., House]


@pytest.fixture
def make_house() -> Iterator[MakeHouse]:
    """Listen until the test ends; with no `take`, mails are kept in `taken`."""
    with ExitStack() as opened:

        def make(dialect: Dialect, take: Take | None = None) -> House:
            house = House(dialect, take)
            opened.callback(house.close)
            return house

        yield make


def test_a_mail_over_lmtp_is_answered_once_for_each_recipient(make_house: MakeHouse) -> None:
    house = make_house(Dialect.LMTP)

    with house.visit() as client:
        client.say("LHLO mail.example.com")
        replies = client.deliver(MAIL, "unsubscribe+abc@example.com", "Unsubscribe@lists.example.com")
        after = client.say("NOOP")

    assert replies == ["250 2.0.0 OK"] * 2
    assert after.startswith("250 OK")
    recipients = ("unsubscribe+abc@example.com", "Unsubscribe@lists.example.com")
    assert house.taken == [(MAIL + b"\r\n", recipients, "reader@example.org")]


def test_a_mail_over_smtp_is_answered_once(make_house: MakeHouse) -> None:
    house = make_house(Dialect.SMTP)

    with house.visit() as client:
        client.say("EHLO mail.example.com")
        client.send(
            b"MAIL FROM:<>\r\nRCPT TO:<unsubscribe@example.com>\r\nRCPT TO:<unsubscribe+a@example.com>\r\nDATA\r\n"
        )
        assert [client.hear()[:3] for _ in range(4)] == ["250", "250", "250", "354"]
        client.send(MAIL + b"\r\n.\r\nQUIT\r\n")
        assert [client.hear()[:3] for _ in range(3)] == ["250", "221", ""]

    assert house.taken[0][2] == ""


@pytest.mark.parametrize("error", [StoreError("away"), ValueError("a fault of ours")])
def test_a_mail_that_could_not_be_done_is_put_off_for_each_recipient(make_house: MakeHouse, error: Exception) -> None:
    def fail(mail: bytes, recipients: Sequence[str], return_path: str) -> None:
        raise error

    house = make_house(Dialect.LMTP, fail)

    with house.visit() as client:
        client.say("LHLO mail.example.com")
        for _ in range(2):
            replies = client.deliver(MAIL, MAILBOX, "unsubscribe+abc@example.com")
            assert [reply[:9] for reply in replies] == ["451 4.3.0"] * 2


def test_a_mail_that_came_too_often_stays_with_its_sender(make_house: MakeHouse) -> None:
    def decline(mail: bytes, recipients: Sequence[str], return_path: str) -> None:
        raise TooOftenError("lately")

    house = make_house(Dialect.LMTP, decline)

    with house.visit() as client:
        client.say("LHLO mail.example.com")
        assert client.deliver(MAIL, MAILBOX)[0].startswith("451 4.7.1 ")


def test_mail_for_others_is_not_taken(make_house: MakeHouse) -> None:
    house = make_house(Dialect.LMTP)

    with house.visit() as client:
        client.say("LHLO mail.example.com")
        client.say("MAIL FROM:<reader@example.org>")
        said = [
            client.say(f"RCPT TO:<{one}>")[:3]
            for one in (
                "news@example.com",
                "unsubscribed@example.com",
                "+unsubscribe@example.com",
                "@",
                '"unsubscribe"',
            )
        ]
        assert client.say("DATA").startswith("503")

    assert set(said) <= {"550", "553", "500"}
    assert house.taken == []


def test_a_mail_that_is_too_large_is_refused_for_each_recipient(make_house: MakeHouse) -> None:
    house = make_house(Dialect.LMTP)

    with house.visit() as client:
        client.say("LHLO mail.example.com")
        large = (b"x" * 998 + b"\r\n") * (MAX_MAIL_OCTETS // 1000 + 1)
        assert [reply[:3] for reply in client.deliver(large, MAILBOX, "unsubscribe+a@example.com")] == ["552"] * 2
        assert [reply[:3] for reply in client.deliver(MAIL, MAILBOX)] == ["250"]
        assert client.say(f"MAIL FROM:<a@example.org> SIZE={MAX_MAIL_OCTETS + 1}").startswith("552")


def test_the_hundred_and_first_recipient_is_put_off(make_house: MakeHouse) -> None:
    house = make_house(Dialect.LMTP)

    with house.visit() as client:
        client.say("LHLO mail.example.com")
        client.say("MAIL FROM:<reader@example.org>")
        said = [client.say(f"RCPT TO:<unsubscribe+{number}@example.com>") for number in range(MAX_RECIPIENTS + 1)]

    assert {reply[:3] for reply in said[:-1]} == {"250"}
    assert said[-1].startswith("452 4.5.3")


def test_a_connection_too_many_is_turned_away_and_one_that_ends_makes_room(make_house: MakeHouse) -> None:
    house = make_house(Dialect.SMTP)

    with ExitStack() as opened:
        guests = [opened.enter_context(house.visit()) for _ in range(MAX_CONNECTIONS)]
        with MailClient(house.port) as one_more:
            assert one_more.hear().startswith("421 4.3.2")
            assert one_more.hear() == ""
        assert guests[0].say("QUIT").startswith("221")
        assert guests[0].hear() == ""
        opened.enter_context(house.visit())


@pytest.mark.parametrize(
    "said",
    [
        b"\x00\xff\xfe",
        b"MAIL FROM:<\xff@\xfe>",
        b"RCPT TO:<",
        b"MAIL FROM:<@a,@b:c@d>",
        b"X" * 100_000,
        b"",
        b"VRFY \xff",
    ],
)
def test_nonsense_ends_neither_the_house_nor_the_connection(make_house: MakeHouse, said: bytes) -> None:
    house = make_house(Dialect.SMTP)

    with house.visit() as client:
        client.say("EHLO mail.example.com")
        client.send(said + b"\r\n")
        assert client.hear()[:1] in {"2", "5"}
        client.say("RSET")
        assert client.deliver(MAIL, MAILBOX) == ["250 2.0.0 OK"]


def test_a_mail_smuggled_behind_a_bare_line_feed_stays_inside_the_first(make_house: MakeHouse) -> None:
    house = make_house(Dialect.SMTP)

    with house.visit() as client:
        client.say("EHLO mail.example.com")
        inner = b"\n.\nMAIL FROM:<x@example.org>\nRCPT TO:<unsubscribe+f@example.com>\nDATA\nSubject: x"
        assert client.deliver(MAIL + inner, MAILBOX) == ["250 2.0.0 OK"]
        assert client.say("NOOP").startswith("250")

    assert [recipients for _, recipients, _ in house.taken] == [(MAILBOX,)]


def test_told_to_end_it_lets_the_mail_under_way_end_and_sends_others_off(make_house: MakeHouse) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def take_slowly(mail: bytes, recipients: Sequence[str], return_path: str) -> None:
        begun.set()
        assert may_end.wait(PATIENCE_S)

    house = make_house(Dialect.LMTP, take_slowly)

    with house.visit() as busy, house.visit() as idle:
        busy.say("LHLO mail.example.com")
        busy.say("MAIL FROM:<reader@example.org>")
        busy.say(f"RCPT TO:<{MAILBOX}>")
        busy.say("DATA")
        busy.send(MAIL + b"\r\n.\r\n")
        assert begun.wait(PATIENCE_S)
        house.tell_to_end()
        assert idle.hear().startswith("421 4.3.2")
        may_end.set()
        assert busy.hear() == "250 2.0.0 OK"


def test_a_place_where_nobody_can_listen_is_said(make_house: MakeHouse) -> None:
    house = make_house(Dialect.SMTP)
    door = Door(host="127.0.0.1", port=house.port, dialect=Dialect.SMTP, mailbox=parse_address(MAILBOX))

    with pytest.raises(InputError, match="nobody can listen on"):
        listen(door, lambda *_: None, stop=lambda: True, ready=lambda _: None)
