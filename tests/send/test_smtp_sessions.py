"""Sessions that end when they should not, and relays that cannot be used at all."""

from contextlib import closing

import pytest

from digest.errors import RelayError
from digest.model.messages import Fate, Reply, Transmission
from digest.send.plain import SmtpTransport
from digest.send.session import Timeouts
from tests.makers.mail import make_message, numbered
from tests.send.sending import fates, relay_at, send, to, transmit
from tests.servers.smtp import ScriptedSmtp

LARGER_THAN_ANY_BUFFER = (b"x" * 70 + b"\r\n") * 300_000


def test_many_messages_share_a_session_that_ends_with_quit(smtp: ScriptedSmtp) -> None:
    reports = send(smtp, *to("a@example.com", "b@example.com", "c@example.com"))

    assert fates(reports) == [Fate.TAKEN] * 3
    assert smtp.sessions == 1
    assert smtp.commands[-1] == "QUIT"


def test_the_greeting_names_our_address(smtp: ScriptedSmtp) -> None:
    send(smtp, make_message())

    assert smtp.commands[0] == "ehlo [127.0.0.1]"


def test_a_relay_that_forgets_to_forget_gets_a_new_session(smtp: ScriptedSmtp) -> None:
    smtp.reply_to("odd@example.com", "550 5.1.1 no such user")
    smtp.reply_at("RSET", "502 5.5.1 never heard of it")

    reports = send(smtp, *to("odd@example.com", "next@example.com"))

    assert fates(reports) == [Fate.NEVER, Fate.TAKEN]
    assert smtp.sessions == 2


def test_a_session_that_ends_with_421_is_followed_by_another(smtp: ScriptedSmtp) -> None:
    smtp.close_with_421_after(2)

    reports = send(smtp, *to("a@example.com", "b@example.com", "c@example.com", "d@example.com", "e@example.com"))

    assert fates(reports) == [Fate.TAKEN] * 5
    assert smtp.sessions == 3
    assert len(smtp.inbox) == 5


def test_421_to_a_fresh_session_means_later(smtp: ScriptedSmtp) -> None:
    smtp.close_with_421_after(0)

    reports = send(smtp, make_message())

    assert fates(reports) == [Fate.LATER]
    assert reports[0].reply == Reply(code=421, enhanced="4.3.2", text="enough for one session")


def test_a_cut_before_the_dot_means_not_sent(smtp: ScriptedSmtp) -> None:
    smtp.cut_before_dot()

    reports = send(smtp, make_message())

    assert [(one.fate, one.reply) for one in reports] == [(Fate.NOT_SENT, None)]


def test_a_cut_amid_the_message_means_not_sent(smtp: ScriptedSmtp) -> None:
    smtp.extensions = []
    smtp.cut_during_data()

    reports = send(smtp, make_message(LARGER_THAN_ANY_BUFFER))

    assert fates(reports) == [Fate.NOT_SENT]


def test_a_cut_after_the_dot_leaves_the_fate_unknown_and_is_never_sent_again(smtp: ScriptedSmtp) -> None:
    smtp.cut_after_dot()

    reports = send(smtp, make_message())

    assert [(one.fate, one.reply) for one in reports] == [(Fate.UNKNOWN, None)]
    assert len(smtp.inbox) == 1


def test_a_relay_that_ends_every_session_is_given_up_with_each_taken_message_reported(smtp: ScriptedSmtp) -> None:
    smtp.cut_before_dot()
    taken = iter(numbered(to(*(f"{number}@example.com" for number in range(100)))))
    reports: list[Transmission] = []

    with closing(SmtpTransport(relay_at(smtp))) as transport, pytest.raises(RelayError, match="ended 3 sessions"):
        reports.extend(transport.transmit(taken))

    assert fates(reports) == [Fate.NOT_SENT] * 4
    assert next(taken)[0] == 5


def test_a_message_is_taken_only_when_the_one_before_is_reported(smtp: ScriptedSmtp) -> None:
    taken = iter(numbered(to("a@example.com", "b@example.com", "c@example.com")))

    with closing(SmtpTransport(relay_at(smtp))) as transport:
        next(transport.transmit(taken))

    assert [number for number, _ in taken] == [2, 3]


def test_no_message_is_taken_when_the_relay_cannot_be_reached(smtp: ScriptedSmtp) -> None:
    smtp.reply_at("GREETING", "554 5.3.2 no service here")
    taken = iter(numbered([make_message()]))

    with pytest.raises(RelayError, match=r"does not greet us: 554 5\.3\.2 no service here"):
        next(SmtpTransport(relay_at(smtp)).transmit(taken))

    assert len(list(taken)) == 1


def test_nobody_listening_is_a_fault_of_the_relay() -> None:
    with ScriptedSmtp() as gone:
        relay = relay_at(gone)

    with pytest.raises(RelayError, match=rf"relay 127\.0\.0\.1:{relay.port}: cannot be reached"):
        transmit(SmtpTransport(relay), make_message())


def test_a_relay_that_says_nothing_is_waited_for_no_longer_than_it_may(smtp: ScriptedSmtp) -> None:
    smtp.stall_at("MAIL")
    transport = SmtpTransport(relay_at(smtp), timeouts=Timeouts(command_s=0.05))

    reports = transmit(transport, make_message())

    assert fates(reports) == [Fate.NOT_SENT]


@pytest.mark.parametrize(
    ("step", "reply"),
    [
        ("MAIL", "550 5.1.8 we do not know you"),
        ("MAIL", "530 5.7.0 log in first"),
        ("RCPT", "530 5.7.0 log in first"),
        ("EHLO", "502 5.5.1 no"),
    ],
)
def test_a_refusal_of_us_is_held_against_no_reader(smtp: ScriptedSmtp, step: str, reply: str) -> None:
    smtp.reply_at(step, reply)
    reports: list[Transmission] = []

    with closing(SmtpTransport(relay_at(smtp))) as transport, pytest.raises(RelayError, match=reply):
        reports.extend(transport.transmit(numbered([make_message()])))

    assert fates(reports) in ([], [Fate.NOT_SENT])
