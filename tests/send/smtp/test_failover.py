"""Several relays, and relays that refuse, cut, die and come back: who carries on, and when nobody does."""

import asyncio
import re
from contextlib import suppress

import pytest
from structlog.testing import capture_logs

from digest.errors import RelayError
from digest.model.messages import Fate
from digest.send.smtp.pool import SmtpWire
from tests.send.smtp.wires import PIPELINING, PatientOutbox, many, recipients, relay_at, send, until
from tests.servers.ports import free_port
from tests.servers.smtp import ScriptedSmtp


def test_a_relay_that_cannot_be_reached_fails_the_opening_with_its_reason() -> None:
    async def fail() -> None:
        with pytest.raises(RelayError, match="cannot be reached"):
            await SmtpWire([relay_at(free_port()), relay_at(free_port())]).open(PatientOutbox(many(1)))

    asyncio.run(fail())


@pytest.mark.parametrize("greeting", ["421 4.3.2 too many connections", "554 5.7.1 go away"])
def test_a_relay_that_does_not_greet_us_is_passed_over(greeting: str) -> None:
    with ScriptedSmtp() as sour, ScriptedSmtp() as friendly:
        sour.reply_at("GREETING", greeting)
        outbox = PatientOutbox(many(20))
        asyncio.run(send(SmtpWire([relay_at(sour.port), relay_at(friendly.port)]), outbox))

    assert outbox.fates == [Fate.TAKEN] * 20
    assert len(friendly.inbox) == 20


def test_a_relay_that_says_nothing_holds_up_nobody() -> None:
    with ScriptedSmtp() as mute, ScriptedSmtp() as friendly:
        mute.stall_at("GREETING")
        outbox = PatientOutbox(many(20))
        wire = SmtpWire([relay_at(mute.port), relay_at(friendly.port)], head_start_s=0.05)
        asyncio.run(send(wire, outbox))

    assert outbox.fates == [Fate.TAKEN] * 20


def test_two_relays_share_the_mail_by_their_weights() -> None:
    async def share(heavy: ScriptedSmtp, light: ScriptedSmtp) -> None:
        relays = [relay_at(heavy.port, weight=3, connections=9), relay_at(light.port, connections=9)]
        wire, outbox = SmtpWire(relays), PatientOutbox(many(50))
        await wire.open(outbox)
        await until(outbox, lambda: len(outbox.on_wire) >= 8, wire)
        await wire.close(within_s=0)

    with ScriptedSmtp() as heavy, ScriptedSmtp() as light:
        for relay in (heavy, light):
            relay.stall_at(".")
        asyncio.run(share(heavy, light))

        assert light.sessions >= 1
        assert heavy.sessions >= 2 * light.sessions


def test_when_a_relay_dies_the_other_carries_on_and_takes_up_again_what_was_not_sent() -> None:
    async def lose(dying: ScriptedSmtp, staying: ScriptedSmtp, outbox: PatientOutbox) -> None:
        wire = SmtpWire([relay_at(dying.port), relay_at(staying.port)])
        await wire.open(outbox)
        await until(outbox, lambda: len(outbox.landings) > 20, wire)
        await asyncio.to_thread(dying.__exit__)
        await until(outbox, lambda: outbox.is_done, wire)
        await wire.close(within_s=2)

    with ScriptedSmtp(extensions=PIPELINING) as staying:
        dying = ScriptedSmtp(extensions=PIPELINING).__enter__()
        outbox = PatientOutbox(many(1000))
        asyncio.run(lose(dying, staying, outbox))

    assert set(outbox.fates) <= {Fate.TAKEN, Fate.CUT}
    assert outbox.fates.count(Fate.CUT) <= 4
    taken = {one.delivery_id - 1 for one in outbox.landings if one.fate is Fate.TAKEN}
    assert {f"reader{number}@example.com" for number in taken} <= set(recipients(staying, dying))
    assert len(recipients(staying, dying)) == len(set(recipients(staying, dying)))


def test_a_relay_that_comes_back_is_used_again() -> None:
    async def come_back(first: ScriptedSmtp, outbox: PatientOutbox) -> int:
        port = first.port
        wire = SmtpWire([relay_at(port)])
        await wire.open(outbox)
        await until(outbox, lambda: len(outbox.landings) > 5, wire)
        await asyncio.to_thread(first.__exit__)
        await until(outbox, lambda: not outbox.on_wire, wire)
        with ScriptedSmtp(extensions=PIPELINING, port=port) as second:
            await until(outbox, lambda: outbox.is_done, wire)
            await wire.close(within_s=2)
            return len(second.inbox)

    outbox = PatientOutbox(many(1000))
    first = ScriptedSmtp(extensions=PIPELINING).__enter__()

    came_later = asyncio.run(come_back(first, outbox))

    assert came_later > 0
    assert set(outbox.fates) <= {Fate.TAKEN, Fate.CUT}


def test_a_relay_that_stays_away_is_a_fault_when_patience_ends_and_all_has_landed() -> None:
    async def wait(smtp: ScriptedSmtp, outbox: PatientOutbox) -> RelayError | None:
        wire = SmtpWire([relay_at(smtp.port)], patience_s=0.3)
        await wire.open(outbox)
        await until(outbox, lambda: len(outbox.landings) > 5, wire)
        await asyncio.to_thread(smtp.__exit__)
        await until(outbox, lambda: wire.fault is not None, wire)
        assert outbox.on_wire == {}
        await wire.close(within_s=2)
        return wire.fault

    outbox = PatientOutbox(many(1000))

    fault = asyncio.run(wait(ScriptedSmtp(extensions=PIPELINING).__enter__(), outbox))

    assert re.search("cannot be reached|has not answered|ended a session", str(fault))  # as its end caught the last try
    assert outbox.waiting


def test_a_relay_that_falls_silent_is_a_fault_when_patience_ends() -> None:
    async def fall_silent(smtp: ScriptedSmtp, outbox: PatientOutbox) -> RelayError | None:
        wire = SmtpWire([relay_at(smtp.port, connections=1, messages=5)], patience_s=0.2)
        await wire.open(outbox)
        await until(outbox, lambda: wire.fault is not None, wire)
        await wire.close(within_s=2)
        return wire.fault

    with ScriptedSmtp() as smtp:
        smtp.stall_at("GREETING", after=5)
        outbox = PatientOutbox(many(30))
        fault = asyncio.run(fall_silent(smtp, outbox))

    assert "it has not answered for too long" in str(fault)
    assert outbox.fates == [Fate.TAKEN] * 5
    assert outbox.on_wire == {}


@pytest.mark.parametrize(("step", "reply"), [("MAIL", "530 5.7.0 authenticate first"), ("MAIL", "550 5.7.1 no mail")])
def test_a_relay_that_takes_no_mail_from_us_is_a_fault_at_once(step: str, reply: str) -> None:
    with ScriptedSmtp() as smtp:
        smtp.reply_at(step, reply)
        wire, outbox = SmtpWire([relay_at(smtp.port)]), PatientOutbox(many(30))
        asyncio.run(send(wire, outbox))

    assert str(wire.fault).endswith(f"it takes no mail from us: {reply}")
    assert len(outbox.waiting) + len(outbox.landings) == 30
    assert set(outbox.fates) <= {Fate.NOT_SENT}


@pytest.mark.parametrize(
    ("step", "reply", "quoted"),
    [
        ("GREETING", "550 5.7.1 no mail for <reader@example.com>", "550 5.7.1 no mail for <(address)>"),
        ("MAIL", "550 5.7.1 <news@example.com>: not allowed", "550 5.7.1 <(address)>: not allowed"),
        ("RCPT", "530 5.7.0 log in to reach reader@example.com", "530 5.7.0 log in to reach (address)"),
        ("RCPT", "421 4.7.0 <reader@example.com>: not now", "421 4.7.0 <(address)>: not now"),
    ],
)
def test_the_fault_and_the_log_quote_the_relay_and_name_no_reader(step: str, reply: str, quoted: str) -> None:
    with ScriptedSmtp() as smtp, capture_logs() as log:
        smtp.reply_at(step, reply)
        wire = SmtpWire([relay_at(smtp.port)])
        with suppress(RelayError):
            asyncio.run(send(wire, PatientOutbox(many(3))))

    assert str(wire.fault).endswith(quoted)
    assert log
    assert "@" not in f"{wire.fault!r} {log}"


def test_the_log_says_in_a_word_how_a_session_ended() -> None:
    with ScriptedSmtp() as smtp, capture_logs() as log:
        smtp.cut_before_dot()
        asyncio.run(send(SmtpWire([relay_at(smtp.port)]), PatientOutbox(many(3))))

    reasons = [one["reason"] for one in log if one["event"] == "relay.session_ended"]
    assert {repr(one) for one in reasons} == {"'cut'"}


def test_a_relay_that_takes_no_more_mail_from_us_in_mid_send_is_a_fault() -> None:
    async def turn_away(smtp: ScriptedSmtp, outbox: PatientOutbox) -> RelayError | None:
        wire = SmtpWire([relay_at(smtp.port)])
        await wire.open(outbox)
        await until(outbox, lambda: len(outbox.landings) > 100, wire)
        smtp.reply_at("MAIL", "550 5.7.1 you have sent enough")
        await until(outbox, lambda: wire.fault is not None, wire)
        await wire.close(within_s=2)
        return wire.fault

    with ScriptedSmtp(extensions=PIPELINING) as smtp:
        outbox = PatientOutbox(many(5000))
        fault = asyncio.run(turn_away(smtp, outbox))

    assert str(fault).endswith("it takes no mail from us: 550 5.7.1 you have sent enough")
    assert outbox.on_wire == {}


def test_one_relay_that_takes_no_mail_from_us_leaves_all_to_the_other() -> None:
    with ScriptedSmtp() as closed, ScriptedSmtp() as friendly:
        closed.reply_at("MAIL", "550 5.7.1 no mail from you")
        wire, outbox = SmtpWire([relay_at(closed.port), relay_at(friendly.port)]), PatientOutbox(many(30))
        asyncio.run(send(wire, outbox))

    assert wire.fault is None
    assert outbox.fates == [Fate.TAKEN] * 30


def test_a_relay_that_ends_every_session_is_a_fault_after_three() -> None:
    with ScriptedSmtp() as smtp:
        smtp.cut_before_dot()
        wire, outbox = SmtpWire([relay_at(smtp.port)]), PatientOutbox(many(30))
        asyncio.run(send(wire, outbox))

    assert "it ended 3 sessions one after the other without taking anything" in str(wire.fault)
    assert smtp.sessions <= 3 + 3  # what was open beside the first one when it was cut
