"""The pool, with real relays: connections grow with demand, are replaced, and end."""

import asyncio

import pytest

from digest.model.messages import Fate
from digest.send.smtp.pool import SmtpWire
from digest.send.wire import Departure
from tests.makers.mail import numbered
from tests.send.smtp.wires import AT_MOST_S, PIPELINING, PatientOutbox, many, recipients, relay_at, send, until
from tests.servers.smtp import EXTENSIONS, ScriptedSmtp


@pytest.mark.parametrize("extensions", [EXTENSIONS, PIPELINING])
def test_every_message_arrives_once_over_no_more_connections_than_allowed(extensions: tuple[str, ...]) -> None:
    with ScriptedSmtp(extensions=extensions) as smtp:
        outbox = PatientOutbox(many(300))
        asyncio.run(send(SmtpWire([relay_at(smtp.port)]), outbox))

    assert outbox.fates == [Fate.TAKEN] * 300
    assert recipients(smtp) == sorted(f"reader{number}@example.com" for number in range(300))
    assert 2 <= smtp.sessions <= 4
    assert smtp.commands.count("QUIT") == smtp.sessions


def test_one_message_takes_one_connection() -> None:
    async def send_one(smtp: ScriptedSmtp, outbox: PatientOutbox) -> None:
        wire = SmtpWire([relay_at(smtp.port)])
        await wire.open(outbox)
        async with asyncio.timeout(AT_MOST_S):
            while not outbox.is_done:
                outbox.changed.clear()
                await outbox.changed.wait()
        await wire.close(within_s=2)

    with ScriptedSmtp(extensions=PIPELINING) as smtp:
        asyncio.run(send_one(smtp, PatientOutbox(many(1))))

        assert (len(smtp.inbox), smtp.sessions) == (1, 1)


def test_connections_grow_with_demand_to_the_limit() -> None:
    async def grow(smtp: ScriptedSmtp) -> int:
        wire, outbox = SmtpWire([relay_at(smtp.port, connections=3)]), PatientOutbox(many(50))
        await wire.open(outbox)
        await until(outbox, lambda: len(outbox.on_wire) == 3, wire)
        for _ in range(10):
            wire.wake()
            await asyncio.sleep(0)
        on_wire = len(outbox.on_wire)
        await wire.close(within_s=0)
        assert outbox.on_wire == {}
        return on_wire

    with ScriptedSmtp() as smtp:
        smtp.stall_at(".")

        assert asyncio.run(grow(smtp)) == 3
        assert smtp.sessions == 3


def test_a_connection_is_replaced_when_it_has_served_its_number() -> None:
    with ScriptedSmtp(extensions=PIPELINING) as smtp:
        outbox = PatientOutbox(many(95))
        asyncio.run(send(SmtpWire([relay_at(smtp.port, connections=1, messages=10)]), outbox))

    assert outbox.fates == [Fate.TAKEN] * 95
    assert smtp.sessions == 10


def test_a_connection_that_the_relay_closes_with_421_is_replaced() -> None:
    with ScriptedSmtp(extensions=PIPELINING) as smtp:
        smtp.close_with_421_after(7)
        outbox = PatientOutbox(many(60))
        asyncio.run(send(SmtpWire([relay_at(smtp.port, connections=2)]), outbox))

    assert outbox.fates == [Fate.TAKEN] * 60
    assert len(recipients(smtp)) == 60


def test_idle_connections_are_closed() -> None:
    async def idle(smtp: ScriptedSmtp) -> None:
        wire, outbox = SmtpWire([relay_at(smtp.port)], idle_s=0.02), PatientOutbox(many(3))
        await wire.open(outbox)
        await until(outbox, lambda: outbox.is_done, wire)
        await until(outbox, lambda: "QUIT" in smtp.commands, wire)
        outbox.waiting.extend(Departure(number, message) for number, message in numbered(many(3)))
        await until(outbox, lambda: outbox.is_done, wire)
        await wire.close(within_s=2)

    with ScriptedSmtp() as smtp:
        asyncio.run(idle(smtp))

        assert len(smtp.inbox) == 6
        assert smtp.sessions >= 2


def test_closing_waits_no_longer_than_it_may_and_everything_lands() -> None:
    async def close(smtp: ScriptedSmtp, outbox: PatientOutbox) -> None:
        wire = SmtpWire([relay_at(smtp.port)])
        await wire.open(outbox)
        await until(outbox, lambda: len(outbox.on_wire) == 4, wire)
        await wire.close(within_s=0.05)

    with ScriptedSmtp() as smtp:
        stalled = smtp.stall_at(".")
        outbox = PatientOutbox(many(10), tries=0)
        asyncio.run(close(smtp, outbox))

        assert stalled.is_set()
    assert outbox.on_wire == {}
    assert set(outbox.fates) <= {Fate.NOT_SENT, Fate.UNKNOWN}
    assert len(outbox.waiting) + len(outbox.landings) == 10


def test_a_wire_that_found_no_mail_ends_politely() -> None:
    with ScriptedSmtp() as smtp:
        asyncio.run(send(SmtpWire([relay_at(smtp.port)]), PatientOutbox([])))

        assert smtp.commands[-1] == "QUIT"
