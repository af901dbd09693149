"""Reading a mail that asks to leave: what it asks is found however it is written, and no bytes are too hostile."""

import string
from email.header import Header

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.track.inbound import MAX_MAIL_OCTETS, LeaveRequest, read_request

TOKEN = "01" + "ab" * 24
READER = "reader@example.org"


def write_mail(subject: str = "unsubscribe", *, sender: str = READER, more: str = "") -> bytes:
    return f"From: {sender}\r\nSubject: {subject}\r\n{more}\r\nHello.\r\n".encode()


def wisher(mail: bytes, *, return_path: str | None = READER) -> str | None:
    sender = read_request(mail, return_path=return_path).sender
    return sender.spelling if sender else None


@pytest.mark.parametrize("field", ["X-Original-To", "Delivered-To", "Envelope-To", "To", "Cc", "delivered-to"])
def test_a_signed_address_is_found_where_a_mail_server_or_a_reader_wrote_it(field: str) -> None:
    mail = write_mail("hello", more=f"{field}: Leave <unsubscribe+{TOKEN}@example.com>\r\n")

    assert read_request(mail).details == (TOKEN,)


def test_a_signed_address_of_the_envelope_is_found_in_capitals_too_and_once() -> None:
    mail = write_mail("hello", more=f"To: unsubscribe+{TOKEN}@example.com\r\n")

    request = read_request(mail, recipients=[f"UNSUBSCRIBE+{TOKEN.upper()}@EXAMPLE.COM"], return_path="")

    assert request == LeaveRequest(details=(TOKEN,), sender=None)


def test_a_mail_to_a_thousand_addresses_is_tried_for_sixty_four() -> None:
    places = ",\r\n ".join(f"unsubscribe+{number:050}@example.com" for number in range(1000))

    assert len(read_request(write_mail(more=f"To: {places}\r\n")).details) == 64


@pytest.mark.parametrize(
    "subject",
    [
        "unsubscribe",
        "Unsubscribe",
        "  UNSUBSCRIBE!  ",
        "Re: Unsubscribe",
        "RE: AW: please unsubscribe me.",
        "=?utf-8?q?un=73ubscribe?=",
        "=?utf-8?B?dW5zdWJzY3JpYmU=?=",
        "opt-out",
        "إلغاء الاشتراك",
        "الغاء الإشتراك",
        "إِلْغَاء الاشـــتراك",
        "\u202bإلغاء الاشتراك\u202c",
        "رد: إلغاء اشتراكي",
        Header("إلغاء الاشتراك", "utf-8").encode(),
        Header("إلغاء الاشتراك", "windows-1256").encode(),
        "ｕｎｓｕｂｓｃｒｉｂｅ",
    ],
)
def test_the_wish_to_leave_is_understood(subject: str) -> None:
    assert wisher(write_mail(subject)) == READER


@pytest.mark.parametrize(
    "subject",
    [
        "",
        "How do I unsubscribe?",
        "do not unsubscribe me",
        "Subscribe",
        "unsubscribed",
        "This week in Syria's War",
        "=?utf-8?b?not base64?=",
        "=?no-such-charset?q?unsubscribe?=",
        "=?utf-8?b?A?=",
        "الاشتراك",
    ],
)
def test_other_words_ask_for_nothing(subject: str) -> None:
    assert wisher(write_mail(subject)) is None


@pytest.mark.parametrize(
    "line",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated; owner-email=x@y.example",
        "Precedence: bulk",
        "Precedence: List",
        "Precedence: junk",
        "List-Id: <talk.example.org>",
        "Return-Path: <>",
        "Return-Path: <MAILER-DAEMON>",
        "Content-Type: multipart/report; report-type=delivery-status",
    ],
)
def test_a_program_cannot_wish_to_leave(line: str) -> None:
    mail = write_mail(more=f"{line}\r\nReturn-Path: <{READER}>\r\n")

    assert wisher(mail, return_path=None) is None


def test_a_null_return_path_of_the_envelope_is_a_program_s() -> None:
    assert wisher(write_mail(more="Return-Path: <reader@example.org>\r\n"), return_path="") is None
    assert wisher(write_mail(), return_path="<>") is None


@pytest.mark.parametrize("return_path", ["forger@example.net", "reader@example.com", "x reader@example.org", "<"])
def test_an_author_whose_return_path_is_another_is_nobody(return_path: str) -> None:
    assert wisher(write_mail(), return_path=return_path) is None
    assert wisher(write_mail(more=f"Return-Path: <{return_path}>\r\n"), return_path=None) is None


def test_an_author_without_a_return_path_is_nobody() -> None:
    assert wisher(write_mail(), return_path=None) is None


def test_a_return_path_may_be_spelt_another_way() -> None:
    assert wisher(write_mail(), return_path="Reader@EXAMPLE.org") == READER


def test_the_topmost_return_path_is_the_mail_server_s() -> None:
    mail = f"Return-Path: <forger@example.net>\r\nReturn-Path: <{READER}>\r\n".encode() + write_mail()

    assert wisher(mail, return_path=None) is None


def test_a_mail_that_our_mail_server_disowns_asks_for_nothing() -> None:
    verdict = b"Authentication-Results: mx.example.com; dmarc=fail header.from=example.org\r\n"

    assert wisher(verdict + write_mail()) is None


def test_a_mail_that_says_a_person_sent_it_counts() -> None:
    assert wisher(write_mail(more="Auto-Submitted: no\r\n"), return_path=READER) == READER


def test_a_signed_address_counts_whoever_sent_the_mail() -> None:
    mail = write_mail(more=f"Auto-Submitted: auto-generated\r\nTo: unsubscribe+{TOKEN}@example.com\r\n")

    assert read_request(mail, return_path="") == LeaveRequest(details=(TOKEN,), sender=None)


@pytest.mark.parametrize(
    "sender",
    [READER, f"<{READER}>", f"A Reader <{READER}>", f'"Reader, A" <{READER}>', f"{READER} (A Reader)", READER.upper()],
)
def test_the_author_is_read_in_every_usual_form(sender: str) -> None:
    found = read_request(write_mail(sender=sender), return_path=READER).sender

    assert found is not None
    assert found.key == READER


@pytest.mark.parametrize(
    "sender",
    [
        "",
        f"{READER}, other@example.org",
        f"<{READER}>, <other@example.org>",
        f"<{READER}> other@example.org",
        f"{READER} <other@example.org> <third@example.org>",
        f"other@example.org({READER}",
        f"other@example.org){READER}",
        '"<reader@example.org>" <other@example.org>',
        "undisclosed: ;",
        "not an address",
        "a%b@example.org",
        f"{READER}\r\nFrom: other@example.org",
    ],
)
def test_an_author_who_could_be_read_in_two_ways_is_nobody(sender: str) -> None:
    assert wisher(write_mail(sender=sender)) is None


def test_a_display_name_with_an_address_in_it_is_only_a_name() -> None:
    assert wisher(write_mail(sender=f"victim@example.org <{READER}>")) == READER


def test_the_address_of_a_reader_with_letters_beyond_ascii_is_kept() -> None:
    reader = "zoë@xn--bcher-kva.example"

    assert wisher(write_mail(sender="<zoë@bücher.example>"), return_path=reader) == reader


def test_what_stands_in_the_body_asks_for_nothing() -> None:
    mail = f"From: {READER}\r\nSubject: hello\r\n\r\nSubject: unsubscribe\r\nTo: unsubscribe+{TOKEN}@x.example".encode()

    assert read_request(mail) == LeaveRequest(details=(), sender=None)


SNIPPETS = st.sampled_from(
    [
        *(
            b"From: ",
            b"Subject: ",
            b"To: ",
            b"\r\n",
            b"\n",
            b"\r",
            b" ",
            b"\t",
            b":",
            b"<",
            b">",
            b"(",
            b")",
            b'"',
            b",",
        ),
        *(b"=?utf-8?b?", b"=?x?q?", b"?=", b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"+", b"@", b"a" * 70, b"From x\n"),
        *(b"Auto-Submitted: ", b"Content-Type: multipart/report", b"unsubscribe", "إلغاء".encode(), b"\xe2\x80\xae"),
    ]
)


@given(st.lists(SNIPPETS | st.binary(max_size=20), max_size=60).map(b"".join))
def test_no_bytes_raise(mail: bytes) -> None:
    request = read_request(mail)

    assert all(set(detail) <= set(string.ascii_lowercase + string.digits) for detail in request.details)


@pytest.mark.parametrize(
    "mail",
    [
        b"From: " + b"<" * MAX_MAIL_OCTETS,
        b"From: " + b"(" * MAX_MAIL_OCTETS,
        b"From:" + b" \r\n" * (MAX_MAIL_OCTETS // 3),
        b"Subject: " + b"=?utf-8?q?" * (MAX_MAIL_OCTETS // 10),
        b"To: " + b"+" * MAX_MAIL_OCTETS,
        b"To: " + b"+aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" * (MAX_MAIL_OCTETS // 64),
        b"a:\r\n" * (MAX_MAIL_OCTETS // 4),
        b"To: x\r\n" * (MAX_MAIL_OCTETS // 7),
        b"\x00" * MAX_MAIL_OCTETS,
        b"Subject: " + "\ufdfa".encode() * (MAX_MAIL_OCTETS // 3),
    ],
    ids=range(10),
)
def test_a_megabyte_of_malice_is_read_like_any_mail(mail: bytes) -> None:
    assert read_request(mail) == LeaveRequest(details=(), sender=None)
