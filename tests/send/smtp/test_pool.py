"""The pool, with real relays that are slow, cut, refuse, die and come back: connections grow, end and are replaced."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine

import pytest

from digest.errors import RelayError
from digest.model.ids import DeliveryId
from digest.model.messages import Fate, Message, Transmission
from digest.send.relay import Relay, Tls
from digest.send.smtp.pool import SmtpWire
from digest.send.wire import Departure
from tests.makers.mail import make_message, numbered
from tests.servers.ports import free_port
from tests.servers.smtp import EXTENSIONS, ScriptedSmtp

PIPELINING = (*EXTENSIONS, "PIPELINING")
AT_MOST_S = 20


class Outbox:
    """Gives messages out in order, and those that were not sent again, up to `tries` times each.

    Each landing, and each call of `take` that finds nothing, lets whoever waits look again.
    """

    def __init__(self, messages: list[Message], *, tries: int = 5) -> None:
        self.waiting = deque(Departure(number, message) for number, message in numbered(messages))
        self.on_wire: dict[DeliveryId, Departure] = {}
        self.tries = tries * len(messages)
        self.landings: list[Transmission] = []
        self.changed = asyncio.Event()

    @property
    def fates(self) -> list[Fate]:
        return [one.fate for one in sorted(self.landings, key=lambda one: one.delivery_id)]

    @property
    def is_done(self) -> bool:
        return not (self.waiting or self.on_wire)

    def take(self) -> Departure | None:
        if not self.waiting:
            return None
        departure = self.waiting.popleft()
        self.on_wire[departure.delivery_id] = departure
        self.changed.set()
        return departure

    def leaving(self, delivery_id: DeliveryId) -> None:
        assert delivery_id in self.on_wire

    def landed(self, transmission: Transmission) -> None:
        departure = self.on_wire.pop(transmission.delivery_id)
        self.changed.set()
        if transmission.fate is Fate.NOT_SENT and self.tries:
            self.tries -= 1
            self.waiting.appendleft(departure)
        else:
            self.landings.append(transmission)


async def until(outbox: Outbox, is_so: Callable[[], bool], wire: SmtpWire) -> None:
    """Wait until it is so, and wake the wire meanwhile as a worker does, a few times a second."""
    async with asyncio.timeout(AT_MOST_S):
        while not is_so():
            outbox.changed.clear()
            wire.wake()
            try:
                await asyncio.wait_for(outbox.changed.wait(), 0.05)
            except TimeoutError:
                continue


async def send(wire: SmtpWire, outbox: Outbox) -> None:
    """Send all that is in the outbox, or as much as can be."""
    await wire.open(outbox)
    await until(outbox, lambda: outbox.is_done or wire.fault is not None, wire)
    await wire.close(within_s=2)


def run(test: Coroutine[object, object, None]) -> None:
    asyncio.run(test)


def relay_at(port: int, *, connections: int = 4, messages: int = 1000, seconds: int = 300, weight: int = 1) -> Relay:
    return Relay(
        host="127.0.0.1",
        port=port,
        tls=Tls.OFF,
        connections=connections,
        messages=messages,
        seconds=seconds,
        weight=weight,
    )


def many(count: int) -> list[Message]:
    return [make_message(to=f"reader{number}@example.com") for number in range(count)]


def recipients(*servers: ScriptedSmtp) -> list[str]:
    return sorted(one.rcpt_to for server in servers for one in server.inbox)


@pytest.mark.parametrize("extensions", [EXTENSIONS, PIPELINING])
def test_every_message_arrives_once_over_no_more_connections_than_allowed(extensions: tuple[str, ...]) -> None:
    with ScriptedSmtp(extensions=extensions) as smtp:
        outbox = Outbox(many(300))
        run(send(SmtpWire([relay_at(smtp.port)]), outbox))

    assert outbox.fates == [Fate.TAKEN] * 300
    assert recipients(smtp) == sorted(f"reader{number}@example.com" for number in range(300))
    assert 2 <= smtp.sessions <= 4
    assert smtp.commands.count("QUIT") == smtp.sessions


def test_one_message_takes_one_connection() -> None:
    async def send_one(smtp: ScriptedSmtp, outbox: Outbox) -> None:
        wire = SmtpWire([relay_at(smtp.port)])
        await wire.open(outbox)
        async with asyncio.timeout(AT_MOST_S):
            while not outbox.is_done:
                outbox.changed.clear()
                await outbox.changed.wait()
        await wire.close(within_s=2)

    with ScriptedSmtp(extensions=PIPELINING) as smtp:
        run(send_one(smtp, Outbox(many(1))))

        assert (len(smtp.inbox), smtp.sessions) == (1, 1)


def test_connections_grow_with_demand_to_the_limit() -> None:
    async def grow(smtp: ScriptedSmtp) -> int:
        wire, outbox = SmtpWire([relay_at(smtp.port, connections=3)]), Outbox(many(50))
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
        outbox = Outbox(many(95))
        run(send(SmtpWire([relay_at(smtp.port, connections=1, messages=10)]), outbox))

    assert outbox.fates == [Fate.TAKEN] * 95
    assert smtp.sessions == 10


def test_a_connection_that_the_relay_closes_with_421_is_replaced() -> None:
    with ScriptedSmtp(extensions=PIPELINING) as smtp:
        smtp.close_with_421_after(7)
        outbox = Outbox(many(60))
        run(send(SmtpWire([relay_at(smtp.port, connections=2)]), outbox))

    assert outbox.fates == [Fate.TAKEN] * 60
    assert len(recipients(smtp)) == 60


def test_idle_connections_are_closed() -> None:
    async def idle(smtp: ScriptedSmtp) -> None:
        wire, outbox = SmtpWire([relay_at(smtp.port)], idle_s=0.02), Outbox(many(3))
        await wire.open(outbox)
        await until(outbox, lambda: outbox.is_done, wire)
        await until(outbox, lambda: "QUIT" in smtp.commands, wire)
        outbox.waiting.extend(Departure(number, message) for number, message in numbered(many(3)))
        await until(outbox, lambda: outbox.is_done, wire)
        await wire.close(within_s=2)

    with ScriptedSmtp() as smtp:
        run(idle(smtp))

        assert len(smtp.inbox) == 6
        assert smtp.sessions >= 2


def test_a_relay_that_cannot_be_reached_fails_the_opening_with_its_reason() -> None:
    async def fail() -> None:
        with pytest.raises(RelayError, match="cannot be reached"):
            await SmtpWire([relay_at(free_port()), relay_at(free_port())]).open(Outbox(many(1)))

    run(fail())


@pytest.mark.parametrize("greeting", ["421 4.3.2 too many connections", "554 5.7.1 go away"])
def test_a_relay_that_does_not_greet_us_is_passed_over(greeting: str) -> None:
    with ScriptedSmtp() as sour, ScriptedSmtp() as friendly:
        sour.reply_at("GREETING", greeting)
        outbox = Outbox(many(20))
        run(send(SmtpWire([relay_at(sour.port), relay_at(friendly.port)]), outbox))

    assert outbox.fates == [Fate.TAKEN] * 20
    assert len(friendly.inbox) == 20


def test_two_relays_share_the_mail_by_their_weights() -> None:
    async def share(heavy: ScriptedSmtp, light: ScriptedSmtp) -> None:
        relays = [relay_at(heavy.port, weight=3, connections=9), relay_at(light.port, connections=9)]
        wire, outbox = SmtpWire(relays), Outbox(many(50))
        await wire.open(outbox)
        await until(outbox, lambda: len(outbox.on_wire) >= 8, wire)
        await wire.close(within_s=0)

    with ScriptedSmtp() as heavy, ScriptedSmtp() as light:
        for relay in (heavy, light):
            relay.stall_at(".")
        run(share(heavy, light))

        assert light.sessions >= 1
        assert heavy.sessions >= 2 * light.sessions


def test_when_a_relay_dies_the_other_carries_on_and_takes_up_again_what_was_not_sent() -> None:
    async def lose(dying: ScriptedSmtp, staying: ScriptedSmtp, outbox: Outbox) -> None:
        wire = SmtpWire([relay_at(dying.port), relay_at(staying.port)])
        await wire.open(outbox)
        await until(outbox, lambda: len(outbox.landings) > 20, wire)
        await asyncio.to_thread(dying.__exit__)
        await until(outbox, lambda: outbox.is_done, wire)
        await wire.close(within_s=2)

    with ScriptedSmtp(extensions=PIPELINING) as staying:
        dying = ScriptedSmtp(extensions=PIPELINING).__enter__()
        outbox = Outbox(many(1000))
        run(lose(dying, staying, outbox))

    assert set(outbox.fates) <= {Fate.TAKEN, Fate.CUT}
    assert outbox.fates.count(Fate.CUT) <= 4
    taken = {one.delivery_id - 1 for one in outbox.landings if one.fate is Fate.TAKEN}
    assert {f"reader{number}@example.com" for number in taken} <= set(recipients(staying, dying))
    assert len(recipients(staying, dying)) == len(set(recipients(staying, dying)))


def test_a_relay_that_comes_back_is_used_again() -> None:
    async def come_back(first: ScriptedSmtp, outbox: Outbox) -> int:
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

    outbox = Outbox(many(1000))
    first = ScriptedSmtp(extensions=PIPELINING).__enter__()

    came_later = asyncio.run(come_back(first, outbox))

    assert came_later > 0
    assert set(outbox.fates) <= {Fate.TAKEN, Fate.CUT}


def test_a_relay_that_stays_away_is_a_fault_when_patience_ends_and_all_has_landed() -> None:
    async def wait(smtp: ScriptedSmtp, outbox: Outbox) -> RelayError | None:
        wire = SmtpWire([relay_at(smtp.port)], patience_s=0.3)
        await wire.open(outbox)
        await until(outbox, lambda: len(outbox.landings) > 5, wire)
        await asyncio.to_thread(smtp.__exit__)
        await until(outbox, lambda: wire.fault is not None, wire)
        assert outbox.on_wire == {}
        await wire.close(within_s=2)
        return wire.fault

    outbox = Outbox(many(1000))

    fault = asyncio.run(wait(ScriptedSmtp(extensions=PIPELINING).__enter__(), outbox))

    assert "cannot be reached" in str(fault)
    assert outbox.waiting


@pytest.mark.parametrize(("step", "reply"), [("MAIL", "530 5.7.0 authenticate first"), ("MAIL", "550 5.7.1 no mail")])
def test_a_relay_that_takes_no_mail_from_us_is_a_fault_at_once(step: str, reply: str) -> None:
    with ScriptedSmtp() as smtp:
        smtp.reply_at(step, reply)
        wire, outbox = SmtpWire([relay_at(smtp.port)]), Outbox(many(30))
        run(send(wire, outbox))

    assert str(wire.fault).endswith(f"it takes no mail from us: {reply}")
    assert len(outbox.waiting) + len(outbox.landings) == 30
    assert set(outbox.fates) <= {Fate.NOT_SENT}


def test_a_relay_that_takes_no_more_mail_from_us_in_mid_send_is_a_fault() -> None:
    async def turn_away(smtp: ScriptedSmtp, outbox: Outbox) -> RelayError | None:
        wire = SmtpWire([relay_at(smtp.port)])
        await wire.open(outbox)
        await until(outbox, lambda: len(outbox.landings) > 100, wire)
        smtp.reply_at("MAIL", "550 5.7.1 you have sent enough")
        await until(outbox, lambda: wire.fault is not None, wire)
        await wire.close(within_s=2)
        return wire.fault

    with ScriptedSmtp(extensions=PIPELINING) as smtp:
        outbox = Outbox(many(5000))
        fault = asyncio.run(turn_away(smtp, outbox))

    assert str(fault).endswith("it takes no mail from us: 550 5.7.1 you have sent enough")
    assert outbox.on_wire == {}


def test_one_relay_that_takes_no_mail_from_us_leaves_all_to_the_other() -> None:
    with ScriptedSmtp() as closed, ScriptedSmtp() as friendly:
        closed.reply_at("MAIL", "550 5.7.1 no mail from you")
        wire, outbox = SmtpWire([relay_at(closed.port), relay_at(friendly.port)]), Outbox(many(30))
        run(send(wire, outbox))

    assert wire.fault is None
    assert outbox.fates == [Fate.TAKEN] * 30


def test_a_relay_that_ends_every_session_is_a_fault_after_three() -> None:
    with ScriptedSmtp() as smtp:
        smtp.cut_before_dot()
        wire, outbox = SmtpWire([relay_at(smtp.port)]), Outbox(many(30))
        run(send(wire, outbox))

    assert "it ended 3 sessions one after the other without taking anything" in str(wire.fault)
    assert smtp.sessions <= 3 + 3  # what was open beside the first one when it was cut


def test_closing_waits_no_longer_than_it_may_and_everything_lands() -> None:
    async def close(smtp: ScriptedSmtp, outbox: Outbox) -> None:
        wire = SmtpWire([relay_at(smtp.port)])
        await wire.open(outbox)
        await until(outbox, lambda: len(outbox.on_wire) == 4, wire)
        await wire.close(within_s=0.05)

    with ScriptedSmtp() as smtp:
        stalled = smtp.stall_at(".")
        outbox = Outbox(many(10), tries=0)
        run(close(smtp, outbox))

        assert stalled.is_set()
    assert outbox.on_wire == {}
    assert set(outbox.fates) <= {Fate.NOT_SENT, Fate.UNKNOWN}
    assert len(outbox.waiting) + len(outbox.landings) == 10


def test_a_wire_that_found_no_mail_ends_politely() -> None:
    with ScriptedSmtp() as smtp:
        run(send(SmtpWire([relay_at(smtp.port)]), Outbox([])))

        assert smtp.commands[-1] == "QUIT"
