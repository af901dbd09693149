"""Transactions with a real server that does as it is told: what goes over the wire, and what each reply means."""

import pytest

from digest.model.messages import Fate, Reply
from digest.send.mime import build_skeleton
from digest.send.session import dot_stuffed, make_reply
from tests.makers.mail import make_compiled, make_message, make_recipient, make_sender
from tests.send.sending import fates, send, to
from tests.servers.smtp import ScriptedSmtp


def test_a_personal_message_arrives_as_it_was_made(smtp: ScriptedSmtp) -> None:
    message = build_skeleton(make_compiled(), sender=make_sender()).message_for(make_recipient(name="Zoë"))

    [report] = send(smtp, message)

    [received] = smtp.inbox
    assert report.fate is Fate.TAKEN
    assert report.reply == Reply(code=250, enhanced="2.0.0", text="taken")
    assert received.raw == message.content
    assert (received.mail_from, received.rcpt_to) == ("bounces@daily.example", "reader@example.com")
    assert received["To"] == "Zoë <reader@example.com>"


def test_the_size_is_declared(smtp: ScriptedSmtp) -> None:
    message = make_message()

    send(smtp, message)

    assert smtp.inbox[0].mail_options == f"SIZE={len(message.content)}"


def test_a_message_larger_than_the_relay_takes_is_refused_before_mail(smtp: ScriptedSmtp) -> None:
    smtp.extensions = ["SIZE 100"]

    reports = send(smtp, make_message(b"x" * 101 + b"\r\n"), make_message(b"small\r\n"))

    assert fates(reports) == [Fate.NEVER, Fate.TAKEN]
    assert reports[0].reply is not None
    assert (reports[0].reply.code, reports[0].reply.enhanced) == (552, "5.3.4")


def test_an_address_that_needs_smtputf8_is_refused_with_its_reason(smtp: ScriptedSmtp) -> None:
    reports = send(smtp, *to("dörte@example.com", "plain@example.com"))

    assert fates(reports) == [Fate.NEVER, Fate.TAKEN]
    assert reports[0].reply is not None
    assert (reports[0].reply.code, reports[0].reply.enhanced) == (553, "5.6.7")


@pytest.mark.parametrize(
    ("reply", "fate"),
    [
        ("450 4.2.0 greylisted", Fate.LATER),
        ("451 4.7.1 try later", Fate.LATER),
        ("552 5.2.2 mailbox full", Fate.LATER),  # RFC 5321 4.5.3.1.10
        ("550 5.1.1 no such user", Fate.NEVER),
    ],
)
def test_a_refused_recipient_holds_up_nobody_else(smtp: ScriptedSmtp, reply: str, fate: Fate) -> None:
    smtp.reply_to("odd@example.com", reply)

    reports = send(smtp, *to("odd@example.com", "next@example.com"))

    assert fates(reports) == [fate, Fate.TAKEN]
    assert reports[0].reply == make_reply(int(reply[:3]), reply[4:].encode())
    assert [one.rcpt_to for one in smtp.inbox] == ["next@example.com"]
    assert "RSET" in smtp.commands
    assert smtp.sessions == 1


@pytest.mark.parametrize(
    ("step", "reply", "fate"),
    [
        ("MAIL", "451 4.3.0 busy", Fate.LATER),
        ("MAIL", "552 5.3.4 too big", Fate.NEVER),
        ("DATA", "451 4.3.0 busy", Fate.LATER),
        ("DATA", "554 5.5.1 no valid recipients", Fate.NEVER),
        (".", "452 4.3.1 disk full", Fate.LATER),
        (".", "554 5.7.1 looks like spam", Fate.NEVER),
        (".", "252 perhaps", Fate.TAKEN),
        (".", "354 what?", Fate.UNKNOWN),
        ("DATA", "250 2.0.0 thanks already", Fate.NOT_SENT),
    ],
)
def test_each_refusal_has_its_meaning(smtp: ScriptedSmtp, step: str, reply: str, fate: Fate) -> None:
    smtp.reply_at(step, reply)

    reports = send(smtp, make_message())

    assert fates(reports) == [fate]
    assert reports[0].reply is not None
    assert reports[0].reply.code == int(reply[:3])


@pytest.mark.parametrize(
    "body",
    [
        b"a\r\n.\r\nb\r\n",
        b".\r\n",
        b"..\r\n.\r\n",
        b"a\n.\nb\r\n",
        b"a\n.\r\nb\r\n",
        b"a\r.\r\nb\r\n",
        b"a\r\n.\rb\r\n",
        b"a\r\n.\nMAIL FROM:<x@y.example>\r\n",
        b"a\r.\rb\r\n",
        b"a\r\n\r.\r\nb\r\n",
        b"a\0\r\n.\0\r\n",
    ],
)
def test_no_body_can_end_the_message_before_its_end(smtp: ScriptedSmtp, body: bytes) -> None:
    content = b"Subject: x\r\n\r\n" + body

    reports = send(smtp, make_message(content))

    assert fates(reports) == [Fate.TAKEN]
    assert [one.raw for one in smtp.inbox] == [content]


def test_dots_are_stuffed_at_the_start_of_each_line_only() -> None:
    assert dot_stuffed(b".a\r\n..\r\na.\r\n.\r\n") == b"..a\r\n...\r\na.\r\n..\r\n"


@pytest.mark.parametrize(
    ("said", "reply"),
    [
        (b"2.0.0 Ok: queued as 4F", Reply(code=250, enhanced="2.0.0", text="Ok: queued as 4F")),
        (b"5.7.1 first\n5.7.1 second", Reply(code=250, enhanced="5.7.1", text="first second")),
        (b"fine", Reply(code=250, enhanced="", text="fine")),
        (b"", Reply(code=250, enhanced="", text="")),
        (b"2.0.0", Reply(code=250, enhanced="2.0.0", text="")),
        (b"\x1b[31mred\x07", Reply(code=250, enhanced="", text="\ufffd[31mred\ufffd")),
        (b"\xff" * 600, Reply(code=250, enhanced="", text="\ufffd" * 500)),
    ],
)
def test_a_reply_is_kept_short_and_printable(said: bytes, reply: Reply) -> None:
    assert make_reply(250, said) == reply
