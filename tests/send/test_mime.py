"""Messages: the standard library, as a mail program, reads exactly what the edition and the reader's values say."""

import email
import email.policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import PreflightError, UnsafeMessageError
from digest.model.messages import CompiledText, Mailbox, Message, ReaderValues, Recipient, Slot
from digest.send.gate import check_message
from digest.send.mime import build_skeleton
from tests.makers.mail import make_address, make_compiled, make_recipient, make_sender
from tests.send.texts import SAFE_CHARACTERS, broken_lines, safe_lines

bodies: st.SearchStrategy[CompiledText] = st.lists(
    st.sampled_from(Slot)
    | st.text(SAFE_CHARACTERS | st.sampled_from("\n\t =."), max_size=120)
    | st.sampled_from(["\n.\n", "\r.\r\n", "\r\n.\r\n", "From x\n", "--=_", " \n", "=\n", "é" * 90, "x" * 2000]),
    max_size=8,
).map(tuple)


def read(message: Message) -> EmailMessage:
    return email.message_from_bytes(message.content, policy=email.policy.default)


def parts(message: Message) -> tuple[str, str]:
    """The text part and the HTML part as decoded, with LF line ends."""
    text, page = read(message).iter_parts()
    return str(text.get_content()).replace("\r\n", "\n"), str(page.get_content()).replace("\r\n", "\n")


def text_of(pieces: CompiledText, recipient: Recipient) -> str:
    """What the text part must say, computed the plain way."""
    return with_lf("".join(recipient.values.of(piece) if isinstance(piece, Slot) else piece for piece in pieces))


def html_of(pieces: CompiledText, recipient: Recipient) -> str:
    """What the HTML part must say, computed the plain way."""
    return with_lf(
        "".join(piece.html(recipient.values.of(piece)) if isinstance(piece, Slot) else piece for piece in pieces)
    )


def with_lf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def test_the_fields_stand_in_their_order_and_say_what_they_must() -> None:
    sender = make_sender(name="The Daily, Inc.", reply_to=Mailbox(name="", address=make_address("desk@daily.example")))

    message = build_skeleton(make_compiled(), sender=sender).message_for(make_recipient(name="Ana Silva"))

    assert message.content.partition(b"\r\n\r\n")[0].decode().split("\r\n")[:-1] == [
        'From: "The Daily, Inc." <news@daily.example>',
        "To: Ana Silva <reader@example.com>",
        "Reply-To: desk@daily.example",
        "Subject: Syria's War: three stories",
        "Date: Sun, 22 Nov 2026 13:00:00 +0000",
        "Message-ID: <1.2.tag@mail.daily.example>",
        "MIME-Version: 1.0",
        "List-Id: Syria's War <syrias-war.lists.daily.example>",
        "List-Unsubscribe: <https://daily.example/leave/dG9rZW4>,",
        " <mailto:leave+1.tag@daily.example>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        "List-Help: <mailto:desk@daily.example?subject=help>",
        "List-Archive: <https://daily.example/editions/1>",
        "List-Owner: <mailto:desk@daily.example>",
        "List-Post: NO",
        "Feedback-ID: 2026-11-22-1300:syrias-war:digest:daily1",
        "Precedence: bulk",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
        "Content-Language: en",
        "Content-Type: multipart/alternative;",
    ]


def test_the_envelope_has_the_return_path_and_this_reader() -> None:
    message = build_skeleton(make_compiled(), sender=make_sender()).message_for(make_recipient())

    assert (message.envelope.mail_from, message.envelope.rcpt_to) == ("bounces@daily.example", "reader@example.com")


def test_a_reader_with_a_return_path_of_their_own_has_it_in_the_envelope() -> None:
    skeleton = build_skeleton(make_compiled(), sender=make_sender())

    message = skeleton.message_for(make_recipient(return_path="bounces+7.tag@daily.example"))

    assert message.envelope.mail_from == "bounces+7.tag@daily.example"


@given(bodies, bodies, safe_lines)
def test_both_parts_decode_to_exactly_what_was_compiled(
    text: CompiledText, page: CompiledText, salutation: str
) -> None:
    edition = make_compiled(text=text, html=page)
    reader = make_recipient(salutation=salutation, unsubscribe_url="https://daily.example/?a=1&b=" + "x" * 100)

    message = build_skeleton(edition, sender=make_sender()).message_for(reader)

    check_message(message)
    assert message.is_transparent
    assert b"\n." not in message.content
    text_pieces = edition.opening.text + edition.stories.text + edition.closing.text
    html_pieces = edition.opening.html + edition.stories.html + edition.closing.html
    assert parts(message) == (text_of(text_pieces, reader), html_of(html_pieces, reader))


def test_parts_come_text_first_and_say_what_they_are() -> None:
    message = read(build_skeleton(make_compiled(), sender=make_sender()).message_for(make_recipient()))

    assert message.get_content_type() == "multipart/alternative"
    assert [
        (part.get_content_type(), part.get_content_charset(), part["Content-Transfer-Encoding"])
        for part in message.iter_parts()
    ] == [("text/plain", "utf-8", "quoted-printable"), ("text/html", "utf-8", "quoted-printable")]


def test_a_part_that_ends_with_a_slot_does_not_end_with_a_soft_break() -> None:
    edition = make_compiled()
    ends_with_slot = edition.closing.__class__(text=(Slot.ADDRESS,), html=(Slot.ADDRESS,))

    skeleton = build_skeleton(
        edition.__class__(
            **{field: getattr(edition, field) for field in edition.__slots__} | {"closing": ends_with_slot}
        ),
        sender=make_sender(),
    )

    assert b"=\r\n\r\n--" not in skeleton.message_for(make_recipient()).content


def test_a_mail_of_several_editions_has_one_opening_the_stories_of_each_and_one_closing() -> None:
    war = make_compiled(text=("war\n",), html=("<p>war</p>",))
    peace = make_compiled(subject="Peace", lang="ar", text=("peace\n",), html=("<p>peace</p>",))

    message = build_skeleton(war, peace, sender=make_sender()).message_for(make_recipient())

    text, page = parts(message)
    assert text.startswith("Hello,\n\nThis week:\nwar\npeace\nSent to ")
    assert page.count("<p>war</p><p>peace</p>") == page.count("<!DOCTYPE") == 1
    assert (read(message)["Subject"], read(message)["Content-Language"]) == ("Syria's War: three stories", "en, ar")


def test_a_readers_values_stand_in_the_order_of_their_slots() -> None:
    values = make_recipient(salutation="Dear Zoë,").values

    assert ReaderValues._fields == tuple(Slot)
    assert tuple(map(values.of, Slot)) == values


def test_the_same_reader_gets_the_same_bytes_each_time() -> None:
    first, second = (build_skeleton(make_compiled(), sender=make_sender()) for _ in range(2))

    assert first.message_for(make_recipient(name="Zoë")) == second.message_for(make_recipient(name="Zoë"))


def test_a_title_that_reads_like_an_injection_is_only_a_title() -> None:
    title = "=?UTF-8?Q?=0D=0A?=Bcc: x@y"

    message = read(build_skeleton(make_compiled(subject=title), sender=make_sender()).message_for(make_recipient()))

    assert message["Subject"] == title
    assert message["Bcc"] is None


@given(broken_lines)
def test_a_line_break_in_a_readers_value_makes_no_message(broken: str) -> None:
    skeleton = build_skeleton(make_compiled(), sender=make_sender())

    for reader in (make_recipient(name=broken), make_recipient(salutation=broken), make_recipient(address=broken)):
        with pytest.raises(UnsafeMessageError):
            skeleton.message_for(reader)


@pytest.mark.parametrize(
    ("reader", "rule"),
    [
        (make_recipient(address="dörte@example.com"), "To: .*SMTPUTF8"),
        (make_recipient(address="a@b.example>\r\nBcc: x@y.example"), "a reader's value: holds a line break"),
        (make_recipient(address="a@b.example, c@d.example"), "recipient: "),
        (make_recipient(address="<a@b.example>"), "recipient: "),
        (make_recipient(address="a%b@c.example"), "recipient: "),
        (make_recipient(address="a" * 65 + "@b.example"), r"recipient: .*4\.5\.3\.1"),
        (make_recipient(address="a@" + ".".join(["b" * 60] * 5)), r"recipient: .*4\.5\.3\.1"),
        (make_recipient(return_path="<>"), "return path: "),
        (make_recipient(return_path="a" * 65 + "@b.example"), r"return path: .*4\.5\.3\.1"),
        (make_recipient(message_id="1@elsewhere.example"), r"Message-ID: is not on mail\.daily\.example"),
        (make_recipient(message_id="1>\r\nBcc: x@mail.daily.example"), "Message-ID: "),
        (make_recipient(message_id="1" * 250 + "@mail.daily.example"), "Message-ID: "),
        (make_recipient(unsubscribe_url="http://daily.example/leave"), "List-Unsubscribe: must be an https link"),
        (make_recipient(unsubscribe_url="https://daily.example/a b"), "List-Unsubscribe: "),
        (make_recipient(unsubscribe_url="https://daily.example/é"), "List-Unsubscribe: "),
        (make_recipient(unsubscribe_url="https://daily.example/a>,<https://evil.example/"), "List-Unsubscribe: "),
        (make_recipient(unsubscribe_url="javascript:alert(1)"), "List-Unsubscribe: "),
        (make_recipient(unsubscribe_url="https://daily.example/" + "x" * 999), "List-Unsubscribe: "),
        (make_recipient(unsubscribe_mailto="leave"), "List-Unsubscribe: "),
        (make_recipient(unsubscribe_mailto="leave@daily.example?subject=x"), "List-Unsubscribe: "),
    ],
)
def test_a_readers_value_that_breaks_a_rule_makes_no_message(reader: Recipient, rule: str) -> None:
    skeleton = build_skeleton(make_compiled(), sender=make_sender())

    with pytest.raises(UnsafeMessageError, match=rule):
        skeleton.message_for(reader)


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]"])
def test_a_local_trial_may_go_without_https(host: str) -> None:
    url = f"http://{host}/leave/x"

    message = build_skeleton(make_compiled(), sender=make_sender()).message_for(make_recipient(unsubscribe_url=url))

    assert f"<{url}>,".encode() in message.content


def test_an_edition_that_may_not_leave_makes_no_skeleton() -> None:
    for edition, rule in [
        (make_compiled(subject="a\nb"), "Subject: holds a line break"),
        (make_compiled(subject=""), "Subject: "),
        (make_compiled(archive_url="https://daily.example/\r\nBcc:x"), "header: "),
        (make_compiled(archive_url="http://daily.example/"), "List-Archive: must be an https link"),
        (make_compiled(lang="en\r\nBcc: x@y"), "header: "),
    ]:
        with pytest.raises(PreflightError, match=rule):
            build_skeleton(edition, sender=make_sender())


def test_a_sender_that_may_not_send_makes_no_skeleton() -> None:
    for sender, rule in [
        (make_sender(name="a\nb"), "From: holds a line break"),
        (make_sender(address="news@daily.example, x@y.example"), "From: "),
        (make_sender(return_path="<>"), "return path: "),
        (make_sender(sender_id="abc"), "Feedback-ID: "),
    ]:
        with pytest.raises(PreflightError, match=rule):
            build_skeleton(make_compiled(), sender=sender)
