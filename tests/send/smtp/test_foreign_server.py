"""A server that is not of our making gets what was sent."""

from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from digest.model.messages import Fate
from digest.send.relay import Relay, Tls
from tests.makers.mail import make_message
from tests.send.sending import send_to
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


def test_aiosmtpd_takes_each_body_as_one_message(foreign_server: Controller) -> None:
    bodies = [b".\r\n", b"a\r\n..\r\nb\r\n", b"a\r\n.\r\nb\r\n", b"\r\n.\r\n"]
    contents = [b"Subject: x\r\n\r\n" + body for body in bodies]
    relay = Relay(host=LOOPBACK, port=foreign_server.port, tls=Tls.OFF)

    sent = send_to(relay, *map(make_message, contents))

    assert sent.fates == [Fate.TAKEN] * len(bodies)
    assert [envelope.content for envelope in foreign_server.handler.envelopes] == contents
