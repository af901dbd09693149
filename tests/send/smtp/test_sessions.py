"""Sessions that end when they should not, and relays that cannot be used at all."""

import asyncio
import ssl

import pytest

from digest.errors import RelayError
from digest.model.messages import Fate, Reply
from digest.send.relay import Tls
from digest.send.smtp.connection import Connection
from digest.send.smtp.endings import ConnectionLimits, Ending, EndReason, Timeouts
from tests.makers.mail import make_message
from tests.send.sending import relay_at, send, send_to, to
from tests.send.smtp.outboxes import MANY, KeepingOutbox, send_over_one
from tests.servers.smtp import EXTENSIONS, ScriptedSmtp

LARGER_THAN_ANY_BUFFER = (b"x" * 70 + b"\r\n") * 300_000


def test_many_messages_share_a_session_that_ends_with_quit(smtp: ScriptedSmtp) -> None:
    sent = send(smtp, *to("a@example.com", "b@example.com", "c@example.com"))

    assert sent.fates == [Fate.TAKEN] * 3
    assert [one.rcpt_to for one in smtp.inbox] == ["a@example.com", "b@example.com", "c@example.com"]
    assert smtp.commands[-1] == "QUIT"
    assert sent.ending == Ending(reason=EndReason.RETIRED, served=3)


def test_replies_that_come_octet_by_octet_are_the_same_replies(smtp: ScriptedSmtp) -> None:
    smtp.octets_at_once = 1
    smtp.reply_to("b@example.com", "550-5.1.1 no such\r\n550 5.1.1 user")

    sent = send(smtp, *to("a@example.com", "b@example.com", "c@example.com"))

    assert sent.fates == [Fate.TAKEN, Fate.NEVER, Fate.TAKEN]


def test_the_greeting_names_our_address(smtp: ScriptedSmtp) -> None:
    send(smtp, make_message())

    assert smtp.commands[0] == "EHLO [127.0.0.1]"


def test_a_relay_that_forgets_to_forget_gets_no_more_on_this_session(smtp: ScriptedSmtp) -> None:
    smtp.reply_to("odd@example.com", "550 5.1.1 no such user")
    smtp.reply_at("RSET", "502 5.5.1 never heard of it")

    sent = send(smtp, *to("odd@example.com", "next@example.com"))

    assert sent.fates == [Fate.NEVER, Fate.NOT_SENT]
    assert sent.ending.reason is EndReason.BROKEN


def test_421_after_good_service_leaves_the_next_message_unsent(smtp: ScriptedSmtp) -> None:
    smtp.close_with_421_after(2)

    sent = send(smtp, *to("a@example.com", "b@example.com", "c@example.com"))

    assert sent.fates == [Fate.TAKEN, Fate.TAKEN, Fate.NOT_SENT]
    assert (sent.ending.reason, sent.ending.served) == (EndReason.CLOSED_421, 2)


def test_421_to_a_fresh_session_means_later(smtp: ScriptedSmtp) -> None:
    smtp.close_with_421_after(0)

    sent = send(smtp, make_message())

    assert sent.fates == [Fate.LATER]
    assert sent.landings[0].reply == Reply(code=421, enhanced="4.3.2", text="enough for one session")


def test_a_cut_before_the_dot_means_not_sent(smtp: ScriptedSmtp) -> None:
    smtp.cut_before_dot()

    sent = send(smtp, make_message())

    assert [(one.fate, one.reply) for one in sent.landings] == [(Fate.NOT_SENT, None)]
    assert sent.ending.reason is EndReason.CUT


def test_a_cut_amid_the_message_means_not_sent(smtp: ScriptedSmtp) -> None:
    smtp.extensions = [one for one in smtp.extensions if not one.startswith("SIZE")]
    smtp.cut_during_data()

    sent = send(smtp, make_message(LARGER_THAN_ANY_BUFFER))

    assert sent.fates == [Fate.NOT_SENT]


def test_a_cut_after_the_dot_is_told_from_not_sent(smtp: ScriptedSmtp) -> None:
    smtp.cut_after_dot()

    sent = send(smtp, make_message(), make_message())

    assert (sent.landings[0].fate, sent.landings[0].reply) == (Fate.CUT, None)
    assert sent.fates[1:] in ([], [Fate.NOT_SENT])
    assert len(smtp.inbox) == 1


def test_half_a_reply_to_the_dot_is_a_cut(smtp: ScriptedSmtp) -> None:
    smtp.cut_amid_reply_to_dot("250 2.0.")

    sent = send(smtp, make_message())

    assert sent.fates == [Fate.CUT]


@pytest.mark.parametrize("reply", ["250 " + "x" * 9000, "250-x\r\n" * 101 + "250 x", "hello", "250-a\r\n550 b"])
def test_an_endless_or_senseless_reply_ends_the_session(smtp: ScriptedSmtp, reply: str) -> None:
    smtp.reply_at(".", reply)

    sent = send(smtp, make_message())

    assert sent.fates == [Fate.CUT]
    assert sent.ending.reason is EndReason.BROKEN


def test_silence_after_the_dot_leaves_the_fate_unknown(smtp: ScriptedSmtp) -> None:
    smtp.stall_at(".", after=1)

    sent = send_to(relay_at(smtp), make_message(), timeouts=Timeouts(final_dot_s=0.05))

    assert sent.fates == [Fate.UNKNOWN]
    assert sent.ending.reason is EndReason.TIMED_OUT


def test_a_relay_that_says_nothing_is_waited_for_no_longer_than_it_may(smtp: ScriptedSmtp) -> None:
    smtp.stall_at("MAIL")

    sent = send_to(relay_at(smtp), make_message(), timeouts=Timeouts(command_s=0.05))

    assert sent.fates == [Fate.NOT_SENT]


def test_a_relay_that_does_not_say_goodbye_is_left_anyhow(smtp: ScriptedSmtp) -> None:
    smtp.stall_at("MAIL", after=1)

    sent = send_to(relay_at(smtp), make_message(), timeouts=Timeouts(quit_s=0.05))

    assert sent.fates == [Fate.TAKEN]
    assert sent.ending.reason is EndReason.RETIRED


def test_a_connection_carries_no_more_than_its_share(smtp: ScriptedSmtp) -> None:
    sent = send_to(
        relay_at(smtp),
        *to("a@x.example", "b@x.example", "c@x.example"),
        limits=ConnectionLimits(messages=2, seconds=60),
    )

    assert sent.fates == [Fate.TAKEN] * 2
    assert smtp.commands[-1] == "QUIT"


def test_a_connection_is_left_after_its_time(smtp: ScriptedSmtp) -> None:
    outbox = KeepingOutbox([])

    async def wait_for_the_end() -> Ending:
        ended: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()
        await Connection.open(
            relay_at(smtp),
            outbox=outbox,
            tls=ssl.create_default_context(),
            timeouts=Timeouts(),
            limits=ConnectionLimits(messages=10, seconds=0.05),
            on_end=lambda _, ending: ended.set_result(ending),
        )
        return await ended

    assert asyncio.run(wait_for_the_end()).reason is EndReason.RETIRED
    assert smtp.commands[-1] == "QUIT"


def test_an_aborted_connection_lands_what_is_on_the_wire(smtp: ScriptedSmtp) -> None:
    outbox = KeepingOutbox([make_message(), make_message()])
    reached = smtp.stall_at(".", after=1)

    async def abort_after_the_dot() -> Ending:
        ended: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()
        connection = await Connection.open(
            relay_at(smtp),
            outbox=outbox,
            tls=ssl.create_default_context(),
            timeouts=Timeouts(),
            limits=MANY,
            on_end=lambda _, ending: ended.set_result(ending),
        )
        connection.wake()
        await asyncio.to_thread(reached.wait)
        connection.abort()
        return await ended

    assert asyncio.run(abort_after_the_dot()).reason is EndReason.ABORTED
    assert outbox.fates[0] is Fate.UNKNOWN
    assert len(outbox.landings) == len(outbox.taken)


def test_a_full_journal_keeps_the_dot_from_the_wire(smtp: ScriptedSmtp) -> None:
    outbox = KeepingOutbox(to("a@x.example", "b@x.example"), full_at=2)

    ending = asyncio.run(send_over_one(relay_at(smtp), outbox))

    assert outbox.fates == [Fate.TAKEN, Fate.NOT_SENT]
    assert [one.rcpt_to for one in smtp.inbox] == ["a@x.example"]
    assert str(ending.error) == "no space left"


@pytest.mark.parametrize(
    ("step", "reply"),
    [
        ("MAIL", "550 5.1.8 we do not know you"),
        ("MAIL", "530 5.7.0 log in first"),
        ("RCPT", "530 5.7.0 log in first"),
    ],
)
def test_a_refusal_of_us_is_held_against_no_reader(smtp: ScriptedSmtp, step: str, reply: str) -> None:
    smtp.reply_at(step, reply)

    sent = send(smtp, make_message())

    assert sent.fates == [Fate.NOT_SENT]
    assert sent.ending.reason is EndReason.UNUSABLE


@pytest.mark.parametrize(
    ("step", "reply", "why"),
    [
        ("GREETING", "554 5.3.2 no service here", r"does not greet us: 554 5\.3\.2 no service here"),
        ("GREETING", "hello", "does not greet us: what came is no SMTP reply"),
        ("EHLO", "502 5.5.1 no", r"refuses EHLO: 502 5\.5\.1 no"),
        ("EHLO", "421 4.3.2 not now", r"refuses EHLO: 421 4\.3\.2 not now"),
    ],
)
def test_no_message_is_taken_from_a_relay_that_is_not_ready(
    smtp: ScriptedSmtp, step: str, reply: str, why: str
) -> None:
    smtp.reply_at(step, reply)

    with pytest.raises(RelayError, match=why):
        send(smtp, make_message())


def test_nobody_listening_is_a_fault_of_the_relay() -> None:
    with ScriptedSmtp() as gone:
        relay = relay_at(gone)

    with pytest.raises(RelayError, match=rf"relay 127\.0\.0\.1:{relay.port}: cannot be reached"):
        send_to(relay, make_message())


def test_a_relay_that_never_greets_is_given_up(smtp: ScriptedSmtp) -> None:
    smtp.stall_at("GREETING")

    with pytest.raises(RelayError, match="did not answer in time"):
        send_to(relay_at(smtp), make_message(), timeouts=Timeouts(greeting_s=0.05))


def test_a_relay_that_greets_and_goes_is_given_up() -> None:
    with ScriptedSmtp(extensions=EXTENSIONS) as smtp:
        smtp.cuts.add("EHLO")

        with pytest.raises(RelayError, match="cannot be reached: "):
            send_to(relay_at(smtp, tls=Tls.OFF), make_message())
