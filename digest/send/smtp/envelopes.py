"""Envelopes and contents as they go over the wire, and what of them this relay cannot carry (RFC 5321 4.1.1, 4.5.2).

A message has passed the gate, and most say so by `is_transparent`. What does not is looked at here once more, for what
would make a relay see an end of message, or a command, where there is none (CVE-2023-51764 and kin).
"""

import re

from digest.model.messages import Message, Reply
from digest.send.smtp.offers import Offers

_UNSAFE = re.compile(r"[\x00-\x20\x7f<>\ud800-\udfff]")
_NEEDS_SMTPUTF8 = Reply(code=553, enhanced="5.6.7", text="the address needs SMTPUTF8, which this relay does not offer")
_NO_ADDRESS = Reply(code=553, enhanced="5.1.3", text="the address is none that SMTP can carry")
_TOO_LARGE = Reply(code=552, enhanced="5.3.4", text="the message is larger than this relay takes")
_BROKEN_LINES = Reply(code=554, enhanced="5.6.0", text="the message holds CR or LF by itself, or ends within a line")
_EIGHT_BIT = Reply(code=554, enhanced="5.6.3", text="the message is 8-bit, and this relay does not offer 8BITMIME")


def unsuitable(message: Message, offers: Offers) -> Reply | None:
    """Return why this relay cannot carry a message, in a reply's form, or None if it can."""
    addresses = message.envelope.mail_from + message.envelope.rcpt_to
    if _UNSAFE.search(addresses):
        return _NO_ADDRESS
    if not offers.smtputf8 and not addresses.isascii():
        return _NEEDS_SMTPUTF8
    if 0 < offers.max_octets < len(message.content):
        return _TOO_LARGE
    return None if message.is_transparent else _unsuitable_content(message.content, offers)


def envelope(message: Message, offers: Offers) -> bytes:
    """Return MAIL, RCPT and DATA for a message that is suitable, each with its line end."""
    mail_from, rcpt_to = message.envelope.mail_from, message.envelope.rcpt_to
    options = f" SIZE={len(message.content)}" if offers.size else ""
    if not (message.is_transparent or message.content.isascii()):
        options += " BODY=8BITMIME"
    if not (mail_from.isascii() and rcpt_to.isascii()):
        options += " SMTPUTF8"
    return f"MAIL FROM:<{mail_from}>{options}\r\nRCPT TO:<{rcpt_to}>\r\nDATA\r\n".encode()


def stuffed(message: Message) -> bytes:
    """Return the content so that no line of it is the final dot (RFC 5321 4.5.2)."""
    content = message.content
    if message.is_transparent:
        return content
    doubled = content.replace(b"\r\n.", b"\r\n..")
    return b"." + doubled if doubled.startswith(b".") else doubled


def _unsuitable_content(content: bytes, offers: Offers) -> Reply | None:
    line_ends = content.count(b"\r\n")
    if not content.count(b"\r") == content.count(b"\n") == line_ends or not content.endswith(b"\r\n"):
        return _BROKEN_LINES
    return None if offers.eight_bit or content.isascii() else _EIGHT_BIT
