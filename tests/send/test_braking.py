"""Whose fault a refusal is, and when a mailing had better stop."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.errors import InputError
from digest.model.ids import DeliveryId
from digest.model.messages import Fate, Reply, Step, Transmission
from digest.send.braking import LEAST_SEEN, WINDOW, Brake, BrakeLimits, Verdict, classify, parse_share, weigh_complaints


def verdict_on(line: str, *, step: Step = Step.RCPT) -> Verdict:
    """Judge a reply as it stands on the wire."""
    code, _, rest = line.partition(" ")
    enhanced, _, text = rest.partition(" ")
    if enhanced.count(".") != 2:
        enhanced, text = "", rest
    fate = Fate.LATER if code.startswith("4") else Fate.NEVER
    reply = Reply(code=int(code), enhanced=enhanced, text=text)
    return classify(Transmission(delivery_id=DeliveryId(1), fate=fate, reply=reply, step=step))


@pytest.mark.parametrize(
    "line",
    [
        "550 5.1.1 The email account that you tried to reach does not exist",
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found",
        "556 5.1.10 Recipient address has null MX",
        "550 5.1.2 no such domain",
        "553 5.1.3 bad address syntax",
        "551 5.1.6 has moved",
        "550 5.7.17 mailbox owner has changed",
        "550 No such user here",
        "553 sorry, that mailbox isn't here",
    ],
)
def test_an_address_that_is_not_there_is_a_hard_bounce(line: str) -> None:
    assert verdict_on(line) is Verdict.HARD_BOUNCE


@pytest.mark.parametrize(
    "line",
    [
        "552 5.2.2 mailbox full",
        "550 5.2.1 the user is receiving mail at a rate that prevents it",
        "550 5.4.4 unable to route",
        "554 5.5.0 transaction failed",
        "550 5.1.0 address rejected",
        "550 5.7.124 sender not in allowed-senders list",
        "550 Mailbox quota exceeded",
        "550 mailbox is full",
        "550 access denied",
        "550 try again",
        "554 no such user",
    ],
)
def test_any_other_refusal_does_not_speak_of_the_address(line: str) -> None:
    assert verdict_on(line) is Verdict.REFUSED


@pytest.mark.parametrize("step", [Step.RCPT, Step.DOT])
@pytest.mark.parametrize(
    "line",
    [
        "550 5.7.1 our system has detected that this message is likely unsolicited",
        "550 5.7.26 this mail is unauthenticated",
        "550 5.7.40 DMARC policy is missing",
        "550 5.7.515 Access denied, sending domain does not meet the required authentication level",
        "554 5.7.9 Message not accepted for policy reasons",
        "554 Blocked by Spamhaus",
        "550 your host has a poor reputation",
        "554 5.0.0 looks like spam to us",
        "550 Relaying denied",
        "554 Relay access denied",
    ],
)
def test_what_is_said_of_the_sender_is_our_fault(line: str, step: Step) -> None:
    assert verdict_on(line, step=step) is Verdict.OUR_FAULT


def test_any_never_to_mail_from_is_our_fault() -> None:
    assert verdict_on("550 5.1.1 unknown", step=Step.MAIL) is Verdict.OUR_FAULT


def test_an_unknown_user_after_the_dot_needs_its_enhanced_code() -> None:
    assert verdict_on("550 5.1.1 unknown", step=Step.DOT) is Verdict.HARD_BOUNCE
    assert verdict_on("550 no", step=Step.DOT) is Verdict.REFUSED


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        ("421 4.7.23 no PTR record", Verdict.WARNED),
        ("451 4.7.26 unauthenticated", Verdict.WARNED),
        ("421 4.7.40 DMARC", Verdict.WARNED),
        ("421 4.7.28 unusual rate", Verdict.LATER),
        ("451 4.7.1 greylisted", Verdict.LATER),
        ("452 4.2.2 mailbox full", Verdict.LATER),
    ],
)
def test_a_later_is_a_warning_only_where_it_speaks_of_who_we_are(line: str, verdict: Verdict) -> None:
    assert verdict_on(line) is verdict


@pytest.mark.parametrize("fate", [Fate.NOT_SENT, Fate.CUT, Fate.UNKNOWN])
def test_a_broken_session_is_no_word_on_a_mail(fate: Fate) -> None:
    assert classify(Transmission(delivery_id=DeliveryId(1), fate=fate, reply=None)) is Verdict.UNHEARD


def test_what_no_relay_said_blames_nobody() -> None:
    reply = Reply(code=553, enhanced="5.6.7", text="needs SMTPUTF8, which the relay does not offer")

    assert classify(Transmission(delivery_id=DeliveryId(1), fate=Fate.NEVER, reply=reply)) is Verdict.REFUSED


@given(st.integers(400, 599), st.sampled_from(["", "4.7.1", "5.1.1", "5.7.1", "5.0.0", "9.9.9"]), st.text(max_size=60))
@settings(max_examples=200)
def test_only_refusals_in_the_relays_words_suppress_or_pause(code: int, enhanced: str, text: str) -> None:
    reply = Reply(code=code, enhanced=enhanced, text=text)

    verdicts = {
        fate: classify(Transmission(delivery_id=DeliveryId(1), fate=fate, reply=reply, step=Step.DOT)) for fate in Fate
    }

    final = {Verdict.HARD_BOUNCE, Verdict.OUR_FAULT, Verdict.REFUSED}
    assert {fate for fate, verdict in verdicts.items() if verdict in final} == {Fate.NEVER}


REPLY = Reply(code=550, enhanced="5.7.1", text="no")
SAID = Transmission(delivery_id=DeliveryId(1), fate=Fate.NEVER, reply=REPLY, step=Step.DOT)


def reasons(brake: Brake, *verdicts: Verdict) -> list[str]:
    return [reason for verdict in verdicts if (reason := brake.saw(verdict, SAID))]


def test_a_tenth_refused_pauses_once_a_hundred_were_seen() -> None:
    brake = Brake(BrakeLimits())

    early = reasons(brake, *[Verdict.REFUSED] * 5, *[Verdict.HARD_BOUNCE] * 5, *[Verdict.TAKEN] * (LEAST_SEEN - 11))
    (reason,) = reasons(brake, Verdict.TAKEN)

    assert early == []
    assert reason == "the relay refused 10 of the last 100 mails"


def test_refusals_long_ago_are_forgotten() -> None:
    brake = Brake(BrakeLimits())
    for _ in range(20):
        assert reasons(brake, *[Verdict.TAKEN] * 96, *[Verdict.REFUSED] * 4) == []

    assert reasons(brake, *[Verdict.REFUSED] * 29) == []
    assert reasons(brake, Verdict.REFUSED) == ["the relay refused 50 of the last 500 mails"]


def test_sessions_that_broke_are_not_counted() -> None:
    brake = Brake(BrakeLimits())

    assert reasons(brake, *[Verdict.UNHEARD] * WINDOW, *[Verdict.REFUSED] * (LEAST_SEEN - 1)) == []
    assert reasons(brake, Verdict.REFUSED) == ["the relay refused 100 of the last 100 mails"]


def test_one_refusal_for_what_we_are_pauses_at_once_in_the_relays_words() -> None:
    (reason,) = reasons(Brake(BrakeLimits(refused=None)), Verdict.OUR_FAULT)

    assert reason.endswith(": 550 5.7.1 no")


def test_the_reason_names_no_reader() -> None:
    reply = Reply(code=550, enhanced="5.7.1", text="<reader@example.com>: rejected, ask postmaster@example.com")
    said = Transmission(delivery_id=DeliveryId(1), fate=Fate.NEVER, reply=reply, step=Step.RCPT)

    reason = Brake(BrakeLimits()).saw(Verdict.OUR_FAULT, said)

    assert reason is not None
    assert reason.endswith("550 5.7.1 <(address)>: rejected, ask (address)")


def test_a_few_warnings_pause() -> None:
    brake = Brake(BrakeLimits())

    assert reasons(brake, *[Verdict.WARNED] * 4) == []
    assert len(reasons(brake, Verdict.WARNED)) == 1


def test_a_brake_that_is_off_lets_refusals_pass() -> None:
    assert reasons(Brake(BrakeLimits(refused=None)), *[Verdict.REFUSED] * WINDOW) == []


@pytest.mark.parametrize(
    ("complaints", "sent", "pauses"),
    [(4, 10, False), (5, 10, True), (5, 1_666, True), (5, 1_667, False), (300, 100_000, True), (299, 100_000, False)],
)
def test_complaints_pause_from_five_and_three_in_a_thousand(complaints: int, sent: int, pauses: bool) -> None:
    assert bool(weigh_complaints(complaints, sent, limits=BrakeLimits())) is pauses


def test_complaints_pause_nothing_where_that_is_off() -> None:
    assert weigh_complaints(500, 500, limits=BrakeLimits(complaints=None)) is None


@pytest.mark.parametrize(("typed", "share"), [("10", 0.1), ("0.3%", 0.003), ("100", 1.0), ("off", None), ("OFF", None)])
def test_a_share_is_written_in_per_cent(typed: str, share: float | None) -> None:
    assert parse_share(typed) == pytest.approx(share)


@pytest.mark.parametrize("typed", ["", "0", "-1", "101", "nan", "inf", "ten", "no"])
def test_what_is_no_share_is_named(typed: str) -> None:
    with pytest.raises(InputError, match="write per cent"):
        parse_share(typed)
