"""Replies: what is cut out of what a relay says, and how it is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model.messages import Reply
from digest.send.smtp.replies import MAX_LINES, ReplyReader, Said, make_reply, shown


def read_all(*pieces: bytes) -> list[Said]:
    reader = ReplyReader()
    heard: list[Said] = []
    for piece in pieces:
        reader.feed(piece)
        while (said := reader.read()) is not None:
            heard.append(said)
            if not said.code:
                return heard
    return heard


@given(st.lists(st.binary(max_size=5), max_size=12))
def test_no_cut_changes_what_is_heard(pieces: list[bytes]) -> None:
    wording = b"250-a\r\n250 b\r\n354\r\n" + b"".join(pieces)

    assert read_all(wording) == read_all(*(wording[at : at + 1] for at in range(len(wording))))


@pytest.mark.parametrize(
    "octets",
    [
        b"hello\r\n",
        b"25\r\n",
        b"2500 x\r\n",
        b"150 x\r\n",
        b"650 x\r\n",
        b"250 x\n",
        b"250 a\rb\r\n",
        b"\r\n",
        b"250-a\r\n251 b\r\n",
        b"250_a\r\n",
        b"250 " + b"x" * 8192,
        b"250-x\r\n" * (MAX_LINES + 1),
    ],
)
def test_what_is_no_reply_is_told_from_one(octets: bytes) -> None:
    assert read_all(octets)[-1].code == 0


@pytest.mark.parametrize(
    ("lines", "reply"),
    [
        ((b"2.0.0 Ok: queued as 4F",), Reply(code=250, enhanced="2.0.0", text="Ok: queued as 4F")),
        ((b"5.7.1 first", b"5.7.1 second"), Reply(code=250, enhanced="5.7.1", text="first second")),
        ((b"fine",), Reply(code=250, enhanced="", text="fine")),
        ((b"",), Reply(code=250, enhanced="", text="")),
        ((b"2.0.0",), Reply(code=250, enhanced="2.0.0", text="")),
        ((b"\x1b[31mred\x07",), Reply(code=250, enhanced="", text="\ufffd[31mred\ufffd")),
        ((b"\xff" * 600,), Reply(code=250, enhanced="", text="\ufffd" * 500)),
    ],
)
def test_a_reply_is_kept_short_and_printable(lines: tuple[bytes, ...], reply: Reply) -> None:
    assert make_reply(Said(250, lines)) == reply


def test_an_operator_sees_a_reply_as_it_was_said() -> None:
    assert shown(Said(554, (b"5.7.1 no",))) == "554 5.7.1 no"
    assert shown(Said(0, ())) == "what came is no SMTP reply"
