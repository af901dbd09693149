"""Whatever a relay says, in whatever pieces: each message that was taken lands once, and as what can be known of it."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from digest.model.messages import Fate, Message
from digest.send.smtp.offers import Offers
from tests.makers.mail import make_message
from tests.send.smtp.lines import PIPELINING, STEP_BY_STEP, Wiretap

_WORDS = (
    [b"250 ok\r\n", b"250-first\r\n250 last\r\n", b"354 go\r\n", b"250 ok\r\n250 ok\r\n354 go\r\n"] * 4
    + [b"451 later\r\n", b"552 full\r\n", b"550 no\r\n", b"530 log in\r\n", b"221 bye\r\n", b"503 what\r\n"]
    + [b"421 enough\r\n", b"250 o", b"k\r\n", b"25", b"\r\n", b"\n", b"\r", b"250\n", b"\0", b"999 x\r\n", b"\xff" * 9]
    + [b"250-a\r\n354 b\r\n", b"250 " + b"x" * 9000, b"250-y\r\n" * 101]
)
_EVENTS = st.one_of(st.sampled_from(_WORDS), st.binary(max_size=12), st.sampled_from(["drain", "wake", "retire"]))
_ENDS = st.sampled_from(["closed", "timed out", "abort"])
_WHOLE_REPLY = re.compile(rb"(?m)^([2-5][0-9]{2}) [^\r\n]*\r\n")


def messages(count: int) -> list[Message]:
    return [make_message(b"X-Body: %d\r\n\r\n.\r\n" % number, to=f"{number}@example.com") for number in range(count)]


def let_happen(tap: Wiretap, event: bytes | str) -> None:
    match event:
        case "drain":
            tap.drain()
        case "wake":
            tap.transactions.go_on()
        case "retire":
            tap.transactions.retire()
        case bytes():
            tap.hear(event)


@settings(max_examples=200, deadline=None)
@given(
    events=st.lists(_EVENTS, max_size=30),
    end=_ENDS,
    offers=st.sampled_from([PIPELINING, STEP_BY_STEP]),
    most_at_once=st.sampled_from([1, 1 << 20]),
    full_at=st.sampled_from([None, 2]),
)
def test_each_message_lands_once_and_as_what_can_be_known(
    events: list[bytes | str], end: str, offers: Offers, most_at_once: int, full_at: int | None
) -> None:
    tap = Wiretap(messages(6), offers=offers, most_at_once=most_at_once, full_at=full_at)
    tap.transactions.go_on()

    heard = b""
    for event in events:
        landed_before, left_before = len(tap.landings), list(tap.left)
        heard += event if isinstance(event, bytes) else b""
        let_happen(tap, event)
        calls = sum(found[1] == b"354" for found in _WHOLE_REPLY.finditer(heard))
        taken = [one for one in tap.landings[landed_before:] if one.fate is Fate.TAKEN]
        assert sum(b"X-Body" in one for one in tap.writes) <= calls
        assert all(one.delivery_id in left_before and one.reply and one.reply.code // 100 == 2 for one in taken)
    match end:
        case "closed":
            tap.transactions.closed(None)
        case "timed out":
            tap.transactions.time_out()
        case _:
            tap.transactions.abort()

    assert sorted(one.delivery_id for one in tap.landings) == tap.taken
    assert len(tap.endings) == 1
    assert tap.is_hung_up
    assert all(one.delivery_id in tap.left for one in tap.landings if one.fate in {Fate.CUT, Fate.UNKNOWN})
    assert {Fate.NOT_SENT}.isdisjoint({tap.fates[one] for one in tap.left})
