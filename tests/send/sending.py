"""How the tests of this folder hand mail to a server, and what they ask of the reports."""

from contextlib import closing

from digest.model.messages import Fate, Message, Transmission
from digest.send.plain import SmtpTransport
from digest.send.relay import Relay, Tls
from tests.makers.mail import make_message, numbered
from tests.servers.smtp import ScriptedSmtp

PASSWORD = "correct horse"


def relay_at(server: ScriptedSmtp, *, tls: Tls = Tls.OFF, host: str = "127.0.0.1", login: bool = False) -> Relay:
    user, password = ("digest", PASSWORD) if login else ("", "")
    return Relay(host=host, port=server.port, tls=tls, user=user, password=password)


def transmit(transport: SmtpTransport, *messages: Message) -> list[Transmission]:
    with closing(transport):
        return list(transport.transmit(numbered(messages)))


def send(server: ScriptedSmtp, *messages: Message) -> list[Transmission]:
    return transmit(SmtpTransport(relay_at(server)), *messages)


def to(*addresses: str) -> list[Message]:
    return [make_message(to=address) for address in addresses]


def fates(transmissions: list[Transmission]) -> list[Fate]:
    return [one.fate for one in transmissions]
