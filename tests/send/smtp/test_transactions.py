"""Transactions with a relay that keeps to the rules, in every mood and every cut of its replies; no sockets."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.model.messages import Fate, Step
from digest.send.smtp.endings import EndReason, Timeouts
from digest.send.smtp.offers import Offers
from tests.makers.mail import make_message
from tests.send.smtp.lines import FULL_ENVELOPE, PIPELINING, STEP_BY_STEP, Wiretap
from tests.send.smtp.modelrelay import ModelRelay, Mood

ENVELOPE = b"MAIL FROM:<bounces@daily.example> SIZE=26\r\nRCPT TO:<reader@example.com>\r\nDATA\r\n"
CONTENT = b"Subject: Hello\r\n\r\nHello.\r\n"


def tapped(count: int, *, offers: Offers = PIPELINING, full_at: int | None = None, limit: int = 1000) -> Wiretap:
    tap = Wiretap([make_message()] * count, offers=offers, full_at=full_at, limit=limit)
    tap.transactions.go_on()
    return tap


def in_pieces(octets: bytes, sizes: Iterator[int]) -> Iterator[bytes]:
    while octets:
        size = next(sizes)
        yield octets[:size]
        octets = octets[size:]


@settings(max_examples=150, deadline=None)
@given(
    moods=st.lists(st.sampled_from(list(Mood)), max_size=8),
    sizes=st.lists(st.integers(1, 120), min_size=1, max_size=20),
    offers=st.sampled_from([PIPELINING, STEP_BY_STEP]),
    most_at_once=st.sampled_from([1, 1 << 20]),
)
def test_each_message_lands_as_the_relay_says_however_its_replies_are_cut(
    moods: list[Mood], sizes: list[int], offers: Offers, most_at_once: int
) -> None:
    messages = [make_message(b"%d\r\n.\r\n..x\r\n" % number) for number in range(len(moods))]
    tap = Wiretap(messages, offers=offers, most_at_once=most_at_once)
    relay = ModelRelay(moods)
    endless = iter(lambda: sizes[len(tap.landings) % len(sizes)], None)

    tap.transactions.go_on()
    heard = 0
    while not (tap.transactions.is_idle and heard == len(tap.said)):
        tap.drain()
        heard, octets = len(tap.said), tap.said[heard:]
        tap.hear(*in_pieces(relay.answer(octets), endless))

    assert [tap.fates[number] for number in tap.taken] == [mood.fate for mood in moods]
    assert relay.inbox == [
        message.content for message, mood in zip(messages, moods, strict=True) if mood.fate is Fate.TAKEN
    ]
    assert not tap.endings


def test_content_dot_and_next_envelope_go_out_in_one_write() -> None:
    tap = tapped(2)

    tap.hear(FULL_ENVELOPE)

    assert tap.writes == [ENVELOPE, CONTENT + b".\r\n" + ENVELOPE]


def test_without_pipelining_each_command_waits_for_the_reply_before() -> None:
    tap = tapped(2, offers=STEP_BY_STEP)

    tap.hear(b"250 sender\r\n", b"250 recipient\r\n", b"354 go\r\n", b"250 taken\r\n")

    mail, rcpt, data = ENVELOPE.splitlines(keepends=True)
    assert tap.writes == [mail, rcpt, data, CONTENT + b".\r\n", mail]


def test_the_journal_hears_of_a_message_before_its_dot_is_written() -> None:
    tap = tapped(1, full_at=1)

    tap.hear(FULL_ENVELOPE)

    assert tap.writes == [ENVELOPE]
    assert tap.fates == {1: Fate.NOT_SENT}
    assert tap.endings[0].reason is EndReason.ABORTED
    assert str(tap.endings[0].error) == "no space left"


def test_a_full_journal_holds_back_the_next_envelope_too() -> None:
    tap = tapped(3, full_at=2)

    tap.hear(FULL_ENVELOPE, b"250 taken\r\n" + FULL_ENVELOPE)

    assert len(tap.writes) == 2
    assert tap.fates == {1: Fate.TAKEN, 2: Fate.NOT_SENT, 3: Fate.NOT_SENT}


def test_a_content_too_large_for_the_kernel_is_gone_before_its_dot_is_written() -> None:
    tap = Wiretap([make_message()] * 2, most_at_once=10)
    tap.transactions.go_on()
    tap.drain()

    tap.hear(FULL_ENVELOPE)
    left_before = list(tap.left)
    tap.drain()

    assert left_before == []
    assert tap.left == [1]
    assert tap.writes[1:] == [CONTENT, b".\r\n" + ENVELOPE]


@pytest.mark.parametrize(("said", "fate"), [(b"550 5.7.1 spam\r\n", Fate.NEVER), (b"451 later\r\n", Fate.LATER)])
def test_a_verdict_before_the_dot_is_heeded_and_the_dot_is_never_written(said: bytes, fate: Fate) -> None:
    tap = Wiretap([make_message()], most_at_once=10)
    tap.transactions.go_on()
    tap.drain()

    tap.hear(FULL_ENVELOPE, said)

    assert tap.fates == {1: fate}
    assert tap.left == []
    assert tap.is_hung_up


def test_a_reply_that_begins_before_the_dot_is_no_reply_to_it() -> None:
    tap = Wiretap([make_message()], most_at_once=10)
    tap.transactions.go_on()
    tap.drain()

    tap.hear(FULL_ENVELOPE, b"25")
    tap.drain()
    tap.hear(b"0 taken\r\n")

    assert tap.fates == {1: Fate.NOT_SENT}
    assert tap.left == []


@pytest.mark.parametrize("said", [b"250 taken\r\n", b"25", b"hello\r\n"])
def test_thanks_before_the_dot_are_not_believed(said: bytes) -> None:
    tap = tapped(1)

    tap.hear(FULL_ENVELOPE + said)

    assert tap.fates == {1: Fate.NOT_SENT}
    assert tap.left == []
    assert tap.endings[0].reason is EndReason.BROKEN


def test_a_refused_recipient_costs_a_reset_that_shares_a_write_with_the_next_envelope() -> None:
    tap = tapped(2)

    tap.hear(b"250 sender\r\n550 5.1.1 nobody\r\n503 no recipient\r\n")

    assert tap.writes[1] == b"RSET\r\n" + ENVELOPE
    assert [(one.fate, one.step) for one in tap.landings] == [(Fate.NEVER, Step.RCPT)]


def test_a_relay_that_wants_the_content_of_a_refused_message_gets_a_lone_dot() -> None:
    tap = tapped(2)

    tap.hear(b"250 sender\r\n550 nobody\r\n354 go\r\n")
    tap.hear(b"554 no valid recipients\r\n")

    assert tap.writes[1:] == [b".\r\n", b"RSET\r\n" + ENVELOPE]
    assert tap.left == []


def test_no_lone_dot_goes_to_a_relay_that_might_deliver_it() -> None:
    tap = tapped(1)

    tap.hear(b"451 later\r\n250 recipient\r\n354 go\r\n")

    assert len(tap.writes) == 1
    assert tap.fates == {1: Fate.LATER}
    assert tap.endings[0].reason is EndReason.BROKEN


@pytest.mark.parametrize(
    ("said", "fates"),
    [
        (b"421 bye\r\n", {1: Fate.LATER}),
        (FULL_ENVELOPE + b"421 bye\r\n", {1: Fate.LATER}),
        (b"250 a\r\n250 b\r\n421 bye\r\n", {1: Fate.LATER}),
    ],
)
def test_421_to_a_session_that_served_nobody_means_later(said: bytes, fates: dict[int, Fate]) -> None:
    tap = tapped(1)

    tap.hear(said)

    assert tap.fates == fates
    assert tap.endings[0].reason is EndReason.CLOSED_421


def test_421_after_good_service_says_nothing_of_the_next_message() -> None:
    tap = tapped(3)

    tap.hear(FULL_ENVELOPE, b"250 taken\r\n421 4.3.2 enough\r\n")

    assert tap.fates == {1: Fate.TAKEN, 2: Fate.NOT_SENT}
    assert tap.endings[0].served == 1
    assert tap.endings[0].reply is not None
    assert tap.endings[0].reply.enhanced == "4.3.2"


def test_421_to_an_idle_connection_ends_it() -> None:
    tap = tapped(0)

    tap.hear(b"421 4.4.2 idle for too long\r\n")

    assert tap.endings[0].reason is EndReason.CLOSED_421


@pytest.mark.parametrize("said", [b"250 taken\r\n250 and more\r\n", b"250 taken\r\ngarbage\r\n"])
def test_more_replies_than_were_asked_for_end_the_session(said: bytes) -> None:
    tap = tapped(1)

    tap.hear(FULL_ENVELOPE, said)

    assert tap.fates == {1: Fate.TAKEN}
    assert tap.endings[0].reason is EndReason.BROKEN


@pytest.mark.parametrize("said", [b"354 what?\r\n", b"hello\r\n", b"250" + b" " * 9000, b"250-x\r\n" * 101])
def test_a_senseless_reply_to_the_dot_takes_nothing_off_our_hands(said: bytes) -> None:
    tap = tapped(2)

    tap.hear(FULL_ENVELOPE, said)

    assert tap.fates == {1: Fate.CUT, 2: Fate.NOT_SENT}
    assert tap.endings[0].reason is EndReason.BROKEN


def test_half_a_reply_and_then_the_end_is_a_cut() -> None:
    tap = tapped(2)

    tap.hear(FULL_ENVELOPE, b"250 2.0.0 ta")
    tap.transactions.closed(None)

    assert tap.fates == {1: Fate.CUT, 2: Fate.NOT_SENT}
    assert tap.endings[0].reason is EndReason.CUT


def test_silence_after_the_dot_leaves_the_fate_unknown() -> None:
    tap = tapped(2)

    tap.hear(FULL_ENVELOPE)
    tap.transactions.time_out()

    assert tap.fates == {1: Fate.UNKNOWN, 2: Fate.NOT_SENT}
    assert tap.endings[0].reason is EndReason.TIMED_OUT


def test_each_wait_is_as_long_as_its_step_may_take() -> None:
    tap = tapped(2)
    times = Timeouts()
    waits = [tap.wait_s]

    for said in (b"250 sender\r\n250 recipient\r\n", b"354 go\r\n", b"250 taken\r\n"):
        tap.hear(said)
        waits.append(tap.wait_s)

    assert waits == [times.command_s, times.data_s, times.final_dot_s, times.command_s]


@pytest.mark.parametrize("said", [b"550 we do not know you\r\n", b"250 a\r\n530 log in first\r\n"])
def test_a_refusal_of_us_is_held_against_no_reader(said: bytes) -> None:
    tap = tapped(1)

    tap.hear(said)

    assert tap.fates == {1: Fate.NOT_SENT}
    assert tap.endings[0].reason is EndReason.UNUSABLE


def test_a_connection_that_carried_its_share_says_quit() -> None:
    tap = tapped(3, limit=2)

    tap.hear(FULL_ENVELOPE, b"250 taken\r\n" + FULL_ENVELOPE, b"250 taken\r\n")
    said_last = tap.writes[-1]
    tap.hear(b"221 bye\r\n")

    assert said_last == b"QUIT\r\n"
    assert tap.fates == {1: Fate.TAKEN, 2: Fate.TAKEN}
    assert tap.endings[0].reason is EndReason.RETIRED


def test_a_retired_connection_lands_what_is_on_the_wire_first() -> None:
    tap = tapped(3)
    tap.hear(FULL_ENVELOPE)

    tap.transactions.retire()
    tap.hear(b"250 taken\r\n" + FULL_ENVELOPE, b"250 taken\r\n")

    assert tap.fates == {1: Fate.TAKEN, 2: Fate.TAKEN}
    assert tap.writes[-1] == b"QUIT\r\n"
