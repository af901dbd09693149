"""Transactions with a real server that does as it is told: what goes over the wire, and what each reply means."""

import pytest

from digest.model.messages import Fate, Reply, Step
from digest.send.mime import build_skeleton
from digest.send.smtp.replies import Said, make_reply
from tests.makers.mail import make_compiled, make_message, make_recipient, make_sender
from tests.send.sending import send, to
from tests.servers.smtp import ScriptedSmtp


def test_a_personal_message_arrives_as_it_was_made(smtp: ScriptedSmtp) -> None:
    message = build_skeleton(make_compiled(), sender=make_sender()).message_for(make_recipient(name="Zoë"))

    [report] = send(smtp, message).landings

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
    smtp.extensions = ["SIZE 100", *smtp.extensions[1:]]

    sent = send(smtp, make_message(b"x" * 101 + b"\r\n"), make_message(b"small\r\n"))

    assert sent.fates == [Fate.NEVER, Fate.TAKEN]
    assert sent.landings[0].reply is not None
    assert (sent.landings[0].reply.code, sent.landings[0].reply.enhanced) == (552, "5.3.4")


def test_an_address_that_needs_smtputf8_is_refused_with_its_reason(smtp: ScriptedSmtp) -> None:
    sent = send(smtp, *to("dörte@example.com", "plain@example.com"))

    assert sent.fates == [Fate.NEVER, Fate.TAKEN]
    assert sent.landings[0].reply is not None
    assert (sent.landings[0].reply.code, sent.landings[0].reply.enhanced) == (553, "5.6.7")


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

    sent = send(smtp, *to("odd@example.com", "next@example.com"))

    assert sent.fates == [fate, Fate.TAKEN]
    assert sent.landings[0].reply == make_reply(Said(int(reply[:3]), (reply[4:].encode(),)))
    assert sent.landings[0].step is Step.RCPT
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
        (".", "354 what?", Fate.CUT),
        ("DATA", "250 2.0.0 thanks already", Fate.NOT_SENT),
    ],
)
def test_each_refusal_has_its_meaning(smtp: ScriptedSmtp, step: str, reply: str, fate: Fate) -> None:
    smtp.reply_at(step, reply)

    sent = send(smtp, make_message())

    assert sent.fates == [fate]
    assert sent.landings[0].reply is not None
    assert sent.landings[0].reply.code == int(reply[:3])


@pytest.mark.parametrize("body", [b"a\r\n.\r\nb\r\n", b".\r\n", b"..\r\n.\r\n", b"a\0\r\n.\0\r\n", b"\r\n.\r\n.x\r\n"])
def test_no_body_can_end_the_message_before_its_end(smtp: ScriptedSmtp, body: bytes) -> None:
    content = b"Subject: x\r\n\r\n" + body

    sent = send(smtp, make_message(content))

    assert sent.fates == [Fate.TAKEN]
    assert [one.raw for one in smtp.inbox] == [content]


@pytest.mark.parametrize(
    "body",
    [
        b"a\n.\nb\r\n",
        b"a\n.\r\nb\r\n",
        b"a\r.\r\nb\r\n",
        b"a\r\n.\rb\r\n",
        b"a\r\n.\nMAIL FROM:<x@y.example>\r\n",
        b"a\r.\rb\r\n",
        b"a\r\n\r.\r\nb\r\n",
        b"a\r\n.",
    ],
)
def test_a_line_end_that_relays_read_differently_never_leaves(smtp: ScriptedSmtp, body: bytes) -> None:
    sent = send(smtp, make_message(b"Subject: x\r\n\r\n" + body), make_message())

    assert sent.fates == [Fate.NEVER, Fate.TAKEN]
    assert [one.raw for one in smtp.inbox] == [make_message().content]


def test_a_message_far_larger_than_any_buffer_arrives_whole(smtp: ScriptedSmtp) -> None:
    content = (b"." + b"x" * 70 + b"\r\n") * 130_000

    sent = send(smtp, make_message(content), make_message())

    assert sent.fates == [Fate.TAKEN] * 2
    assert smtp.inbox[0].raw == content


def test_an_international_address_reaches_a_relay_that_takes_them(smtp: ScriptedSmtp) -> None:
    smtp.extensions.append("SMTPUTF8")

    sent = send(smtp, *to("dörte@example.com", "plain@example.com"))

    assert sent.fates == [Fate.TAKEN] * 2
    assert [one.rcpt_to for one in smtp.inbox] == ["dörte@example.com", "plain@example.com"]
    assert ["SMTPUTF8" in one.mail_options for one in smtp.inbox] == [True, False]
