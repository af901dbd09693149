"""The gate: each rule, broken on its own in a message that is otherwise good, keeps the message in."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.errors import UnsafeMessageError
from digest.model.messages import Envelope, Message, Slot
from digest.send.gate import Personal, check_message, check_personal
from digest.send.grammar import PERSONAL_FIELDS
from digest.send.mime import build_skeleton, personal_values
from tests.makers.mail import make_compiled, make_recipient, make_sender

SKELETON = build_skeleton(make_compiled(subject="Syria’s War"), sender=make_sender())
GOOD = SKELETON.message_for(make_recipient(name="Zoë"))
BOUNDARY = GOOD.content.partition(b'boundary="')[2].partition(b'"')[0]


SIGNATURE = (
    b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=a.example; s=x;\r\n h=From: To; t=1; bh=eA==; b=eA==\r\n"
)


def refused(content: bytes) -> str:
    """Why the gate keeps these bytes in; the empty string if it does not."""
    try:
        check_message(Message(envelope=GOOD.envelope, content=content))
    except UnsafeMessageError as error:
        return str(error)
    return ""


def swapped(old: bytes, new: bytes) -> bytes:
    assert old in GOOD.content
    return GOOD.content.replace(old, new, 1)


def test_a_good_message_passes() -> None:
    assert refused(GOOD.content) == refused(SIGNATURE * 2 + GOOD.content) == ""


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b"From: ", b"Bcc: x@y.example\r\nFrom: ", "RFC 5322 3.6"),
        (b"Date: ", b"Date: Sun, 22 Nov 2026 13:00:00 +0000\r\nDate: ", "RFC 5322 3.6"),
        (b"From: ", b"DKIM-Signature: v=1; a=rsa-sha1; b=x\r\nFrom: ", "RFC 5322 3.6"),
        (b"From: ", SIGNATURE * 3 + b"From: ", "RFC 5322 3.6"),
        (b"To: ", SIGNATURE + b"To: ", "RFC 5322 3.6"),
        (b"To: ", b"Cc: ", "RFC 5322 3.6"),
        (b"Precedence: bulk\r\n", b"", "RFC 5322 3.6"),
        (b"Precedence: bulk\r\n", b"no field\r\n", "RFC 5322 3.6"),
        (b"List-Post: NO", b"list-post: NO", "RFC 5322 3.6"),
        (b"MIME-Version: 1.0", b"MIME-Version: 1.0\r\n\r\n", "RFC 5322 3.6"),
        (b"reader@example.com>", b"reader@example.com>, x@y.example", "To: "),
        (b"reader@example.com>", b"reader@example.com> (comment)", "To: "),
        (b"=?utf-8?q?Zo=C3=AB?= ", b'"=?utf-8?q?Zo=C3=AB?=" ', "To: "),
        (b"=?utf-8?q?Zo=C3=AB?= ", b'"Dear =?utf-8?q?Zo=C3=AB?= M" ', "To: "),
        (b"=?utf-8?q?Zo=C3=AB?= ", b"x=?utf-8?q?Zo=C3=AB?= ", "To: an encoded word stands where none may"),
        (b"=?utf-8?q?Zo=C3=AB?= ", b"=?utf-8?q?=0D=0ABcc=3A_x?= ", "To: an encoded word is too long, or hides"),
        (b"=?utf-8?q?Zo=C3=AB?= ", b"=?utf-8?q?=C2=85?= ", "To: an encoded word is too long, or hides"),
        (b"=?utf-8?q?Zo=C3=AB?= ", b"=?utf-8?b?4oCo?= ", "To: an encoded word is too long, or hides"),
        (b"=?utf-8?q?Zo=C3=AB?= ", b"=?utf-8?q?Zo=C3?= ", "To: an encoded word does not decode by itself"),
        (b"=?utf-8?q?Zo=C3=AB?= ", b"=?utf-8?b?4?= ", "To: an encoded word does not decode by itself"),
        (b"=?utf-8?q?Zo=C3=AB?= ", b"=?utf-8?q?" + b"x" * 64 + b"?=\r\n ", "To: an encoded word is too long"),
        (b"=?utf-8?q?Zo=C3=AB?= ", b"a " * 60, "To: a line is not folded"),
        (b"=?utf-8?q?Zo=C3=AB?= ", b"a\r\n \r\n ", "To: "),
        (b"Subject: ", b"Subject: a\x0bb ", "Subject: "),
        (b"Subject: ", b"Subject: a\tb ", "Subject: "),
        (b"+0000", b"+0100", "Date: "),
        (b"<1.2.tag@", b"<=?utf-8?q?x?=@", "Message-ID: an encoded word stands where none may"),
        (b"<1.2.tag@", b"<1..2@", "Message-ID: "),
        (b"List-Unsubscribe: <https:", b"List-Unsubscribe: <http:", "List-Unsubscribe: "),
        (b">,\r\n <mailto:", b">, <mailto:", "List-Unsubscribe: "),
        (b">,\r\n <mailto:leave+1.tag@daily.example>", b">", "List-Unsubscribe: "),
        (b"One-Click", b"One-Click, Two", "List-Unsubscribe-Post: "),
        (b"Syria's War <syrias-war.", b"<syrias..war.", "List-Id: "),
        (b"Syria's War <", b"x" * 240 + b" <", "List-Id: "),
        (b"daily1", b"d", "Feedback-ID: "),
        (b":daily1", b":x:daily1", "Feedback-ID: "),
        (b"quoted-printable", b"8bit", "text part: does not begin"),
        (b"text/plain", b"text/html", "text part: does not begin"),
        (b"Three stories.", b"x" * 77, "text part: a line is not quoted-printable"),
        (b"Three stories.", b"a=b", "text part: a line is not quoted-printable"),
        (b"Three stories.", b"a ", "text part: a line is not quoted-printable"),
        (b"Three stories.", b"\x0c", "text part: a line is not quoted-printable"),
        (b"Three stories.", b"=FF", "text part: is not UTF-8"),
        (b"Three stories.", b"--" + BOUNDARY, "body: is not two parts"),
        (b"Three stories.", b"\xc3\xa9", "not ASCII"),
        (b"Three stories.", b"\0", "NUL"),
        (b"Three stories.", b".", "a line begins with a dot"),
        (b"Three stories.", b"\n.\n", "CR or LF stands alone"),
        (b"Three stories.", b"\r.\r\n", "CR or LF stands alone"),
        (b"Three stories.", b"x" * 999, "longer than 998"),
        (b"--\r\n", b"--\r\nmore\r\n", "body: is not two parts"),
        (b"--\r\n", b"--", "does not end with a line end"),
    ],
)
def test_a_message_that_breaks_a_rule_stays_in(old: bytes, new: bytes, why: str) -> None:
    assert why in refused(swapped(old, new))


def test_an_empty_part_stays_in() -> None:
    head, delimiter, rest = GOOD.content.partition(b"quoted-printable\r\n\r\n")
    tail = rest.partition(b"\r\n--" + BOUNDARY)

    assert refused(head + delimiter + b" =\r\n" + tail[1] + tail[2]).startswith("text part: is empty")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "a@",
        "@b",
        "a@b\r\nRCPT TO:<c@d>",
        "a b@c",
        "a@b c",
        "é@b",
        "a@é",
        '"a"@b',
        "a..b@c",
        "a@[1.2.3.4]",
        "a@-b",
    ],
)
def test_an_envelope_address_that_smtp_cannot_carry_stays_in(address: str) -> None:
    for envelope in (
        Envelope(mail_from=address, rcpt_to="a@b.example"),
        Envelope(mail_from="a@b.example", rcpt_to=address),
    ):
        with pytest.raises(UnsafeMessageError):
            check_message(Message(envelope=envelope, content=GOOD.content))


GOOD_PERSONAL = personal_values(make_recipient(name="Zoë", salutation="Dear Zoë,"), make_sender())
FRAGMENTS = (
    *(b"\r\n", b"\n", b"\r", b"\0", b"\t", b"\x0b", b"\x7f", b"\xff", b" ", b"  ", b"x "),
    *(b" " * 80, b"x" * 80, b"x" * 1000, b"\r\nBcc: x@y", b"\r\n\r\n", b"\r\n ", b"\r\n \r\n "),
    *(b"=?", b"?=", b"=?utf-8?q?=0D?=", b" =?utf-8?b?4oCo?= ", b"=", b"=FF", b"=\r\n", b"=\r\n.", b"=0", b"=_"),
    *(b"@", b"<", b">", b",", b'"', b"\\", b".", b"%", b"--" + BOUNDARY, b"\r\n--" + BOUNDARY),
)
values = st.sampled_from(
    [*GOOD_PERSONAL.fields, *GOOD_PERSONAL.slots, *FRAGMENTS, b"", b"a@b.example", b"https://d.example/"]
)


@st.composite
def hostile(draw: st.DrawFn, good: bytes) -> bytes:
    """A good value, or one with fragments set into it, or something else altogether."""
    value = draw(st.just(good) | values | st.binary(max_size=20)) if draw(st.booleans()) else good
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(value)))
        value = value[:at] + draw(st.sampled_from(FRAGMENTS) | st.binary(max_size=4)) + value[at:]
    return value


@st.composite
def hostile_personals(draw: st.DrawFn) -> Personal:
    return Personal(
        mail_from=draw(hostile(b"b+tag@b.example")).decode("latin-1"),
        sent_at_s=0,
        rcpt_to=draw(hostile(b"a@b.example")).decode("latin-1"),
        fields=tuple(draw(hostile(value)) for value in GOOD_PERSONAL.fields),
        slots=tuple(draw(hostile(value)) for value in GOOD_PERSONAL.slots),
    )


@st.composite
def barely_hostile_personals(draw: st.DrawFn) -> Personal:
    """Good but for one value."""
    bad = draw(st.integers(0, len(PERSONAL_FIELDS) + 2 * len(Slot) - 1))
    every = [
        draw(hostile(value)) if place == bad else value
        for place, value in enumerate(GOOD_PERSONAL.fields + GOOD_PERSONAL.slots)
    ]
    fields, slots = every[: len(PERSONAL_FIELDS)], every[len(PERSONAL_FIELDS) :]
    return GOOD_PERSONAL._replace(fields=tuple(fields), slots=tuple(slots))


@settings(max_examples=400)
@given(hostile_personals() | barely_hostile_personals())
def test_what_the_whole_gate_keeps_in_the_readers_gate_keeps_in(personal: Personal) -> None:
    try:
        check_personal(personal)
    except UnsafeMessageError:
        return

    check_message(SKELETON.join(personal))


@settings(max_examples=200)
@given(hostile_personals() | barely_hostile_personals())
def test_the_readers_gate_judges_values_together_as_it_would_one_by_one(personal: Personal) -> None:
    assert passes(personal) == all(map(passes, each_alone(personal)))


def passes(personal: Personal) -> bool:
    try:
        check_personal(personal)
    except UnsafeMessageError:
        return False
    return True


def each_alone(personal: Personal) -> Iterator[Personal]:
    """Each value among others that are good."""
    yield GOOD_PERSONAL._replace(mail_from=personal.mail_from)
    yield GOOD_PERSONAL._replace(rcpt_to=personal.rcpt_to)
    for place, value in enumerate(personal.fields):
        fields = (*GOOD_PERSONAL.fields[:place], value, *GOOD_PERSONAL.fields[place + 1 :])
        yield GOOD_PERSONAL._replace(fields=fields)
    for piece in personal.slots:
        yield GOOD_PERSONAL._replace(slots=(piece, *GOOD_PERSONAL.slots[1:]))


def test_addresses_may_be_as_long_as_smtp_allows() -> None:
    longest = f"{'a' * 64}@{'.'.join('b' * 62 for _ in range(3))}"

    check_personal(
        GOOD_PERSONAL._replace(mail_from=longest, rcpt_to=longest, fields=(longest.encode(), *GOOD_PERSONAL.fields[1:]))
    )


@pytest.mark.parametrize("halves", [(b"=C3=\r\n", b"=AB=\r\n"), (b"=C3", b"=AB=\r\n")])
def test_halves_of_a_character_are_no_whole_one(halves: tuple[bytes, bytes]) -> None:
    assert not passes(GOOD_PERSONAL._replace(slots=halves + GOOD_PERSONAL.slots[2:]))
