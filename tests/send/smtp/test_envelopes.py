"""Envelopes: what a relay cannot carry, and which extensions a message makes use of."""

import pytest

from digest.model.messages import Fate, Message
from digest.send.smtp.offers import Offers
from tests.makers.mail import make_message
from tests.send.smtp.lines import FULL_ENVELOPE, PIPELINING, Wiretap


@pytest.mark.parametrize(
    ("message", "offers", "code"),
    [
        (make_message(to="dörte@example.com"), PIPELINING, "553 5.6.7"),
        (make_message(to="a@example.com>\r\nRCPT TO:<b@example.com"), PIPELINING, "553 5.1.3"),
        (make_message(b"x" * 99 + b"\r\n"), Offers(size=True, max_octets=100), "552 5.3.4"),
        (make_message(b"a\n.\r\nb\r\n"), PIPELINING, "554 5.6.0"),
        (make_message(b"a\r\n.\rb\r\n"), PIPELINING, "554 5.6.0"),
        (make_message(b"a\r\nb"), PIPELINING, "554 5.6.0"),
        (make_message("é\r\n".encode()), PIPELINING, "554 5.6.3"),
    ],
)
def test_what_the_relay_cannot_carry_never_leaves_and_holds_up_nobody(
    message: Message, offers: Offers, code: str
) -> None:
    tap = Wiretap([message, make_message()], offers=offers)

    tap.transactions.go_on()

    [landing] = tap.landings
    assert landing.reply is not None
    assert f"{landing.reply.code} {landing.reply.enhanced}" == code
    assert (landing.fate, landing.step) == (Fate.NEVER, None)
    assert tap.said.startswith(b"MAIL FROM:<bounces@daily.example> SIZE=26\r\n")


def test_extensions_are_used_where_a_message_needs_them() -> None:
    offers = Offers(pipelining=True, smtputf8=True, eight_bit=True)
    tap = Wiretap([make_message("é\r\n".encode(), to="dörte@example.com"), make_message()], offers=offers)

    tap.transactions.go_on()
    tap.hear(FULL_ENVELOPE)

    assert "MAIL FROM:<bounces@daily.example> BODY=8BITMIME SMTPUTF8\r\nRCPT TO:<dörte@".encode() in tap.said
    assert b"MAIL FROM:<bounces@daily.example>\r\nRCPT TO:<reader@" in tap.said
