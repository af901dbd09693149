"""How the tests of this folder hand mail to a server, and what they ask of the reports."""

import asyncio
import ssl
from typing import NamedTuple

from digest.model.messages import Fate, Message, Transmission
from digest.send.relay import Auth, Relay, Tls
from digest.send.smtp.endings import ConnectionLimits, Ending, Timeouts
from tests.makers.mail import make_message
from tests.send.smtp.outboxes import MANY, KeepingOutbox, send_over_one
from tests.servers.smtp import CERTIFICATE, ScriptedSmtp

PASSWORD = "correct horse"


class Sent(NamedTuple):
    """What a connection reported, message by message, and how it ended."""

    landings: list[Transmission]
    ending: Ending

    @property
    def fates(self) -> list[Fate]:
        return [one.fate for one in self.landings]


def relay_at(
    server: ScriptedSmtp, *, tls: Tls = Tls.OFF, host: str = "127.0.0.1", login: bool = False, auth: Auth | None = None
) -> Relay:
    user, password = ("digest", PASSWORD) if login else ("", "")
    return Relay(host=host, port=server.port, tls=tls, user=user, password=password, auth=auth)


def send_to(
    relay: Relay,
    *messages: Message,
    tls: ssl.SSLContext | None = None,
    timeouts: Timeouts | None = None,
    limits: ConnectionLimits = MANY,
) -> Sent:
    """Send over one connection, until all is sent or the connection ends."""

    async def send_all() -> Sent:
        outbox = KeepingOutbox(messages)
        ending = await send_over_one(relay, outbox, tls=tls, timeouts=timeouts, limits=limits)
        return Sent(outbox.landings, ending)

    return asyncio.run(send_all())


def send(server: ScriptedSmtp, *messages: Message) -> Sent:
    return send_to(relay_at(server), *messages)


def to(*addresses: str) -> list[Message]:
    return [make_message(to=address) for address in addresses]


def trusting_context() -> ssl.SSLContext:
    """Trust in the scripted server's own certificate."""
    return ssl.create_default_context(cafile=str(CERTIFICATE))
