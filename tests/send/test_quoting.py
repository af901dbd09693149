"""What is quoted of a relay: its words, but no address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model.messages import Reply
from digest.send.quoting import quote, quote_reply


@pytest.mark.parametrize(
    ("said", "quoted"),
    [
        ("<reader@example.com>: no such user", "<(address)>: no such user"),
        ("RCPT TO:<leser@müller.example> (reader@example.com)", "RCPT TO:<(address)> ((address))"),
        ("no mail for reader@, ask @example.com", "no mail for (address) ask (address)"),
        ("log in first", "log in first"),
    ],
)
def test_a_relays_words_are_quoted_without_addresses(said: str, quoted: str) -> None:
    assert quote(said) == quoted


@given(st.text())
def test_no_at_sign_is_ever_quoted_and_never_more_than_a_line_holds(said: str) -> None:
    assert "@" not in quote(said)
    assert len(quote(said)) <= 200


def test_a_reply_is_quoted_with_its_codes() -> None:
    assert quote_reply(Reply(code=550, enhanced="5.7.1", text="no a@b.example")) == "550 5.7.1 no (address)"
    assert quote_reply(Reply(code=421, enhanced="", text="")) == "421"
    assert quote_reply(None) == ""
