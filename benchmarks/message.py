"""Measure: what a personal message of 40 KB costs, joined from a compiled edition and checked, against the plain way.

The plain way is Jinja2, premailer and the standard library's `email`, all of it for each reader, with the templates
compiled beforehand. That both make the same mail is checked first. Then the same with the links, ids and return path
made for each reader, and signed by DKIM, against what `openssl speed` signs. Run with `python -m benchmarks.message`.
"""

import email.policy
import html
import logging
import re
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart

from jinja2 import Environment, StrictUndefined
from premailer import Premailer

from digest.bootstrap import build_services
from digest.clock import SystemClock
from digest.config import load_settings
from digest.flows.letters import recipient_for
from digest.model.addresses import Address
from digest.model.ids import DeliveryId, MailingId, SubscriberId
from digest.model.messages import (
    CompiledEdition,
    CompiledPart,
    CompiledText,
    Mailbox,
    Message,
    ReaderValues,
    Recipient,
    Sender,
    Slot,
)
from digest.model.stories import Direction
from digest.send.dkim import Signer, read_ed25519_key, read_rsa_key
from digest.send.mime import MessageSkeleton, build_skeleton
from tests.makers.editions import make_edition
from tests.makers.keys import make_ed25519_key, make_rsa_key, pem_of

READERS, READERS_THE_PLAIN_WAY, ROUNDS = 4_000, 8, 5
SUBJECT = "Syria’s War: fourteen stories"
DEK = "What was said on Monday, what was found on Thursday, and what the people who live there make of both. "
TEXT = """{{ salutation }}

{% for number in range(14) %}{{ number + 1 }}. A headline of an ordinary length, as newsrooms write them
{{ dek }}
https://news.example/stories/{{ number }}

{% endfor %}Sent to {{ address }}
Leave: {{ unsubscribe_url }}
Choose topics: {{ preferences_url }}
"""
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Syria’s War</title><style>
.page { margin: 0; padding: 0; background-color: #f4f1ea; }
.page, .body, .dek, .intro { font-family: Georgia, 'Times New Roman', serif; }
.meta, .kicker, .small, .button, .choice { font-family: Helvetica, Arial, sans-serif; }
.outer, .column, .card, .cell { border-collapse: collapse; border-spacing: 0; }
.column { width: 100%; max-width: 600px; margin: 0 auto; }
.panel { background-color: #ffffff; border-top: 4px solid #8a1c1c; }
.masthead { padding: 28px 32px 12px 32px; border-bottom: 1px solid #e2ddd2; }
.nameplate { color: #1d1b18; font-size: 22px; font-weight: bold; text-decoration: none; }
.hello { margin: 8px 0 0 0; color: #6d675d; font-size: 15px; line-height: 22px; }
.heading { padding: 24px 32px 8px 32px; }
.days { margin: 0; color: #8a1c1c; font-size: 13px; letter-spacing: 0.04em; text-transform: uppercase; }
.topic { margin: 4px 0 8px 0; color: #1d1b18; font-size: 34px; line-height: 40px; }
.intro { margin: 0 0 16px 0; color: #3a3630; font-size: 17px; line-height: 26px; }
.card { width: 100%; border-bottom: 1px solid #e2ddd2; }
.cell { padding: 20px 32px 20px 32px; vertical-align: top; }
.picture { display: block; width: 100%; height: auto; border: 0; background-color: #e9e4d8; }
.kicker { margin: 12px 0 4px 0; color: #8a1c1c; font-size: 12px; font-weight: bold; line-height: 16px; }
.title { margin: 0 0 8px 0; font-size: 22px; line-height: 28px; font-weight: bold; }
.headline { color: #1d1b18; text-decoration: none; }
.dek { margin: 0 0 10px 0; color: #3a3630; font-size: 16px; line-height: 25px; }
.meta { margin: 0 0 12px 0; color: #6d675d; font-size: 13px; line-height: 18px; }
.muted { color: #6d675d; }
.source { color: #6d675d; text-decoration: underline; }
.button { display: inline-block; padding: 9px 16px; border: 1px solid #8a1c1c; border-radius: 3px; }
.button { color: #8a1c1c; font-size: 14px; font-weight: bold; text-decoration: none; }
.footer { padding: 24px 32px 40px 32px; text-align: center; }
.small { margin: 0 0 12px 0; color: #6d675d; font-size: 13px; line-height: 20px; }
.choice { color: #1d1b18; font-size: 13px; text-decoration: underline; }
</style><style data-premailer="ignore">@media (max-width: 599px) { .cell { padding: 16px 18px !important } }</style>
</head><body class="page"><table role="presentation" class="outer" width="100%"><tr><td>
<table role="presentation" class="column" align="center"><tr><td class="panel">
<table role="presentation" class="card"><tr><td class="masthead"><a class="nameplate" href="https://news.example">The
Daily Example</a><p class="hello">{{ salutation }}</p></td></tr></table>
<table role="presentation" class="card"><tr><td class="heading"><p class="days">15 to 22 November</p>
<h1 class="topic">Syria’s War</h1><p class="intro">{{ dek }}</p></td></tr></table>
{% for number in range(14) %}<table role="presentation" class="card"><tr><td class="cell">
<a class="headline" href="https://news.example/stories/{{ number }}"><img class="picture" width="536" height="302"
 src="https://news.example/pictures/{{ number }}.jpg" alt="What is to be seen"></a><p class="kicker">Report</p>
<h2 class="title"><a class="headline" href="https://news.example/stories/{{ number }}">A headline of an ordinary
length, as newsrooms write them</a></h2><p class="dek">{{ dek * 3 }}</p><p class="meta">By a reporter, Thursday. <span
 class="muted">Also reported by</span> <a class="source" href="https://other.example/{{ number }}">The Other</a></p>
<a class="button" href="https://news.example/stories/{{ number }}">Read on</a></td></tr></table>
{% endfor %}</td></tr><tr><td class="footer"><p class="small">Sent to {{ address }}</p>
<p class="small"><a class="choice" href="{{ unsubscribe_url }}">Leave</a>
<a class="choice" href="{{ preferences_url }}">Choose topics</a></p></td></tr></table></td></tr></table></body></html>
"""


def main() -> None:
    """Print both times and their ratio, and what tokens and signatures add."""
    logging.disable()
    plain = PlainWay()
    edition = compile_edition(plain)
    skeleton = build_skeleton(edition, sender=make_sender())
    readers = [make_reader(number) for number in range(READERS)]
    few = readers[:READERS_THE_PLAIN_WAY]
    for reader in few:
        check_same_mail(skeleton.message_for(reader).content, plain.write(reader))
    rounds = [
        (microseconds_each(skeleton.message_for, readers), microseconds_each(plain.write, few)) for _ in range(ROUNDS)
    ]
    joined_us, plain_us = (statistics.median(times) for times in zip(*rounds, strict=True))
    size = len(skeleton.message_for(readers[0]).content)
    print(f"a personal message of {size:,} octets, CPU time, median of {ROUNDS} rounds of each in turn")
    print(f"  joined and checked          {joined_us:10,.1f} us")
    print(f"  Jinja2, premailer, email    {plain_us:10,.1f} us")
    print(f"  ratio                       {plain_us / joined_us:10,.0f}")
    with tempfile.TemporaryDirectory() as home:
        measure_letters(edition, readers, home)


def measure_letters(edition: CompiledEdition, readers: list[Recipient], home: str) -> None:
    """Print what a letter costs with all that is one reader's own, unsigned and signed."""
    rsa = read_rsa_key(pem_of(make_rsa_key()), "rsa")
    ed25519 = read_ed25519_key(pem_of(make_ed25519_key()), "ed25519")
    print("with its greeting, links, id and return path made too")
    for name, keys in (("unsigned", ()), ("RSA-2048", (rsa,)), ("Ed25519", (ed25519,)), ("both", (rsa, ed25519))):
        signer = Signer(domain="daily.example", keys=keys) if keys else None
        write = letters(build_skeleton(edition, sender=make_sender(), signer=signer), home)
        spent_us = statistics.median(microseconds_each(write, readers) for _ in range(ROUNDS))
        print(f"  {name:28}{spent_us:10,.1f} us {1e6 / spent_us:10,.0f} a second")
    signed_us = statistics.median(microseconds_each(lambda _: rsa.sign(b"x" * 1500), readers) for _ in range(ROUNDS))
    print(f"  an RSA-2048 signature alone {signed_us:10,.1f} us {1e6 / signed_us:10,.0f} a second")
    speed = ["openssl", "speed", "-mr", "-seconds", "2", "rsa2048"]
    said = subprocess.run(speed, capture_output=True, text=True, check=True).stdout
    openssl_per_s = float(said.partition(":2048:")[2].partition(":")[0])
    print(f"  openssl speed rsa2048       {1e6 / openssl_per_s:10,.1f} us {openssl_per_s:10,.0f} a second")


def letters(skeleton: MessageSkeleton, home: str) -> Callable[[Recipient], Message]:
    """Return what makes a reader's message from nothing but their address and name."""
    settings = load_settings({"DIGEST_HOME": home, "DIGEST_BASE_URL": "https://news.example"})
    services = replace(build_services(settings, clock=SystemClock()), sender=make_sender())
    edition, bounces = make_edition(), make_address("bounces@daily.example")

    def write(reader: Recipient) -> Message:
        subscriber = SubscriberId(int(reader.message_id.partition(".")[0]))
        recipient = recipient_for(
            services,
            edition,
            mailbox=reader.mailbox,
            subscriber_id=subscriber,
            mailing_id=MailingId(7),
            now=reader.date,
            return_path=services.links.bounce_address(DeliveryId(subscriber), bounces),
        )
        return skeleton.message_for(recipient)

    return write


class PlainWay:
    """Renders, inlines and encodes everything for each reader."""

    def __init__(self) -> None:
        self._text = Environment(undefined=StrictUndefined).from_string(TEXT)
        self._page = Environment(undefined=StrictUndefined, autoescape=True).from_string(PAGE)

    def parts(self, values: dict[str, str]) -> tuple[str, str]:
        """Return the text part and the inlined HTML part."""
        page = Premailer(
            self._page.render(values, dek=DEK),
            strip_important=False,
            disable_validation=True,
            disable_basic_attributes=["width", "height"],
            allow_network=False,
            cssutils_logging_level=logging.CRITICAL,
        )
        return self._text.render(values, dek=DEK), str(page.transform())

    def write(self, reader: Recipient) -> bytes:
        """Return one reader's mail."""
        text, page = self.parts({slot.value: reader.values.of(slot) for slot in Slot})
        message = EmailMessage(policy=email.policy.SMTP)
        message["From"] = "The Daily Example <news@daily.example>"
        message["To"] = f"{reader.mailbox.name} <{reader.mailbox.address}>"
        message["Subject"] = SUBJECT
        message["Date"] = reader.date
        message["Message-ID"] = f"<{reader.message_id}>"
        message["List-Unsubscribe"] = f"<{reader.values.unsubscribe_url}>, <mailto:{reader.unsubscribe_mailto}>"
        message.set_content(text, cte="quoted-printable")
        message.add_alternative(page, subtype="html", cte="quoted-printable")
        return message.as_bytes()


def compile_edition(plain: PlainWay) -> CompiledEdition:
    """Return the same mail compiled once: rendered with marks where a reader's values go, and cut there."""
    text, page = plain.parts({slot.value: f"slot-{slot.value}-slot" for slot in Slot})
    nothing = CompiledPart(text=(), html=())
    return CompiledEdition(
        topic_slug="syrias-war",
        topic_name="Syria’s War",
        edition_name="syrias-war-2026-11-22",
        edition_key="2026-11-22-1300",
        lang="en",
        direction=Direction.LTR,
        subject=SUBJECT,
        opening=nothing,
        stories=CompiledPart(text=cut_at_slots(text), html=cut_at_slots(page)),
        closing=nothing,
        archive_url="https://news.example/editions/1",
        story_count=14,
    )


def cut_at_slots(marked: str) -> CompiledText:
    pieces = re.split(r"slot-([a-z_]+)-slot", marked)
    return tuple(Slot(piece) if place % 2 else piece for place, piece in enumerate(pieces))


def check_same_mail(joined: bytes, plain: bytes) -> None:
    """Stop unless both mails say the same to a mail program."""
    ours, theirs = (message_from_bytes(content, policy=email.policy.default) for content in (joined, plain))
    for field in ("From", "To", "Subject", "Date", "Message-ID"):
        assert str(ours[field]) == str(theirs[field]), field
    for our_part, their_part in zip(ours.iter_parts(), theirs.iter_parts(), strict=True):
        assert "".join(shown(our_part)) == "".join(shown(their_part))


def shown(part: MIMEPart) -> list[str]:
    return html.unescape(str(part.get_content())).split()


def microseconds_each(write: Callable[[Recipient], object], readers: list[Recipient]) -> float:
    """Return a reader's share of the time."""
    began = time.process_time()
    for reader in readers:
        write(reader)
    return (time.process_time() - began) / len(readers) * 1e6


def make_reader(number: int) -> Recipient:
    """Return a reader with values of their own; every other one has a name outside ASCII."""
    name = f"Zoë Müller {number}" if number % 2 else f"Ana Silva {number}"
    address = f"reader.{number}@example.com"
    token = f"{number:038x}"
    return Recipient(
        mailbox=Mailbox(name=name, address=make_address(address)),
        values=ReaderValues(
            salutation=f"Dear {name},",
            address=address,
            unsubscribe_url=f"https://news.example/leave/{token}",
            preferences_url=f"https://news.example/choose/{token}",
        ),
        message_id=f"{number}.{token}@daily.example",
        unsubscribe_mailto=f"leave+{token}@daily.example",
        date=datetime(2026, 11, 22, 13, tzinfo=UTC) + timedelta(milliseconds=number),
    )


def make_sender() -> Sender:
    return Sender(
        mailbox=Mailbox(name="The Daily Example", address=make_address("news@daily.example")),
        reply_to=None,
        return_path=make_address("bounces@daily.example"),
        message_id_domain="daily.example",
        list_domain="lists.daily.example",
        unsubscribe_mailbox=make_address("leave@daily.example"),
        sender_id="daily1",
    )


def make_address(spelling: str) -> Address:
    return Address(spelling=spelling, key=spelling)


if __name__ == "__main__":
    main()
