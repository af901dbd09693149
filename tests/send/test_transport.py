"""Which transport a setting means, and that a server which is not of our making gets what was sent."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from digest.errors import InputError
from digest.model.messages import Fate
from digest.send.maildir import MaildirTransport
from digest.send.plain import SmtpTransport
from digest.send.transport import Transport, open_transport
from tests.makers.mail import make_message, numbered
from tests.servers.ports import LOOPBACK, free_port


class Keeping:
    """A handler of aiosmtpd that keeps what comes."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # its name
        self.envelopes.append(envelope)
        return "250 2.0.0 kept"


@pytest.fixture
def foreign_server() -> Iterator[Controller]:
    controller = Controller(Keeping(), hostname=LOOPBACK, port=free_port())
    controller.start()
    yield controller
    controller.stop()


def test_an_smtp_url_means_smtp_and_none_means_the_maildir(tmp_path: Path) -> None:
    over_smtp: Transport = open_transport("smtp://127.0.0.1:2525", maildir=tmp_path / "mail")
    stored: Transport = open_transport("", maildir=tmp_path / "mail")

    assert isinstance(over_smtp, SmtpTransport)
    assert isinstance(stored, MaildirTransport)
    assert not (tmp_path / "mail").exists()


def test_a_wrong_url_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="must begin with smtp://"):
        open_transport("relay.example", maildir=tmp_path)


def test_aiosmtpd_takes_each_body_as_one_message(foreign_server: Controller, tmp_path: Path) -> None:
    bodies = [b".\r\n", b"a\r\n..\r\nb\r\n", b"a\r.\r\nb\r\n", b"a\r\n.\rb\r\n", b"a\r\n\r.\r\nb\r\n"]
    contents = [b"Subject: x\r\n\r\n" + body for body in bodies]

    with closing(open_transport(f"smtp://{LOOPBACK}:{foreign_server.port}", maildir=tmp_path)) as transport:
        reports = list(transport.transmit(numbered(make_message(content) for content in contents)))

    assert [one.fate for one in reports] == [Fate.TAKEN] * len(bodies)
    assert [envelope.content for envelope in foreign_server.handler.envelopes] == contents
