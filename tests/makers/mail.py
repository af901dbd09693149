"""Mail to test with: a compiled edition, its sender and its readers; only what matters to a test needs a name."""

from collections.abc import Iterable
from datetime import UTC, datetime

from digest.model.addresses import Address
from digest.model.ids import DeliveryId
from digest.model.messages import (
    CompiledEdition,
    CompiledPart,
    CompiledText,
    Envelope,
    Mailbox,
    Message,
    ReaderValues,
    Recipient,
    Sender,
    Slot,
)
from digest.model.stories import Direction


def make_address(spelling: str = "reader@example.com") -> Address:
    """An address as given, checked by nobody."""
    return Address(spelling=spelling, key=spelling.casefold())


def make_sender(
    *,
    name: str = "The Daily Example",
    address: str = "news@daily.example",
    reply_to: Mailbox | None = None,
    return_path: str = "bounces@daily.example",
    sender_id: str = "daily1",
) -> Sender:
    return Sender(
        mailbox=Mailbox(name=name, address=make_address(address)),
        reply_to=reply_to,
        return_path=make_address(return_path),
        message_id_domain="mail.daily.example",
        list_domain="lists.daily.example",
        unsubscribe_mailbox=make_address("leave@daily.example"),
        sender_id=sender_id,
    )


def make_compiled(
    *,
    subject: str = "Syria's War: three stories",
    topic_name: str = "Syria's War",
    lang: str = "en",
    text: CompiledText = ("Three stories.\n",),
    html: CompiledText = ("<p>Three stories.</p>\n",),
    archive_url: str = "https://daily.example/editions/1",
) -> CompiledEdition:
    """An edition whose parts hold every slot; `text` and `html` are its stories."""
    return CompiledEdition(
        topic_slug="syrias-war",
        topic_name=topic_name,
        edition_name="syrias-war 2026-11-22",
        edition_key="2026-11-22-1300",
        lang=lang,
        direction=Direction.LTR,
        subject=subject,
        opening=CompiledPart(
            text=(Slot.SALUTATION, "\n\nThis week:\n"),
            html=('<!DOCTYPE html><html lang="en"><body><p>', Slot.SALUTATION, "</p>"),
        ),
        stories=CompiledPart(text=text, html=html),
        closing=CompiledPart(
            text=(
                "Sent to ",
                Slot.ADDRESS,
                "\nLeave: ",
                Slot.UNSUBSCRIBE_URL,
                "\nChoose: ",
                Slot.PREFERENCES_URL,
                "\n",
            ),
            html=(
                "<p>Sent to ",
                Slot.ADDRESS,
                '</p><a href="',
                Slot.UNSUBSCRIBE_URL,
                '">Leave</a> <a href="',
                Slot.PREFERENCES_URL,
                '">Choose</a></body></html>\n',
            ),
        ),
        archive_url=archive_url,
        story_count=3,
    )


def make_recipient(
    *,
    name: str = "",
    address: str = "reader@example.com",
    salutation: str = "Hello,",
    unsubscribe_url: str = "https://daily.example/leave/dG9rZW4",
    preferences_url: str = "https://daily.example/choose/dG9rZW4",
    message_id: str = "1.2.tag@mail.daily.example",
    unsubscribe_mailto: str = "leave+1.tag@daily.example",
    return_path: str = "",
) -> Recipient:
    return Recipient(
        mailbox=Mailbox(name=name, address=make_address(address)),
        values=ReaderValues(
            salutation=salutation,
            address=address,
            unsubscribe_url=unsubscribe_url,
            preferences_url=preferences_url,
        ),
        message_id=message_id,
        unsubscribe_mailto=unsubscribe_mailto,
        date=datetime(2026, 11, 22, 13, 0, 0, tzinfo=UTC),
        return_path=return_path,
    )


def make_message(content: bytes = b"Subject: Hello\r\n\r\nHello.\r\n", *, to: str = "reader@example.com") -> Message:
    """A message of any bytes, checked by nobody."""
    return Message(envelope=Envelope(mail_from="bounces@daily.example", rcpt_to=to), content=content)


def numbered(messages: Iterable[Message]) -> list[tuple[DeliveryId, Message]]:
    """The messages with delivery ids from 1."""
    return [(DeliveryId(number), message) for number, message in enumerate(messages, start=1)]
