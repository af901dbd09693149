"""Replies: octets from a relay in, in pieces of any size, and whole replies out (RFC 5321 4.2, RFC 3463).

No relay is trusted to keep to the grammar, or to an end. What a reply means is not decided here.
"""

import re
from typing import NamedTuple

from digest.model.messages import Reply
from digest.send.quoting import quote_reply

MAX_LINE_OCTETS = 8192
"""Far more than the 512 of RFC 5321 4.5.3.1.5, which some relays exceed when they explain a refusal."""

MAX_LINES = 100

_LINE = re.compile(rb"([2-5][0-9]{2})(?:([ -])([^\r\n]*))?\r\n")
_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?: +|$)")
_MAX_REPLY_CHARS = 500


class Said(NamedTuple):
    """A whole reply: its code, and each line's text. Code 0 stands for octets that are no reply."""

    code: int
    lines: tuple[bytes, ...]


NO_REPLY = Said(0, ())


class ReplyReader:
    """Cuts what a relay says into replies. After a senseless one there is no telling what any octet means."""

    def __init__(self) -> None:
        self._octets = b""
        self._lines: list[bytes] = []
        self._code = b""

    @property
    def is_empty(self) -> bool:
        """Whether all that was fed has been read."""
        return not self._octets and not self._lines

    def feed(self, octets: bytes) -> None:
        """Take octets as they came."""
        self._octets += octets

    def read(self) -> Said | None:
        """Return the next whole reply, or None until more is fed."""
        while found := _LINE.match(self._octets):
            code, mark, text = found.groups()
            if found.end() > MAX_LINE_OCTETS or len(self._lines) == MAX_LINES or (self._lines and code != self._code):
                return NO_REPLY
            self._octets = self._octets[found.end() :]
            if mark != b"-" and not self._lines:
                return Said(int(code), (text or b"",))
            self._lines.append(text or b"")
            self._code = code
            if mark != b"-":
                lines, self._lines = tuple(self._lines), []
                return Said(int(code), lines)
        return NO_REPLY if b"\n" in self._octets or len(self._octets) >= MAX_LINE_OCTETS else None


def make_reply(said: Said) -> Reply | None:
    """Return a reply as kept: enhanced code apart (RFC 3463), lines joined, printable, at most 500 characters.

    What is no reply is not kept.
    """
    if not said.code:
        return None
    text = said.lines[0].decode("utf-8", "replace")
    enhanced = _ENHANCED.match(text)
    text = (text[enhanced.end() :] if enhanced else text).strip()
    if len(said.lines) > 1:
        more = (line.decode("utf-8", "replace") for line in said.lines[1:])
        text = " ".join((text, *(_ENHANCED.sub("", line, count=1).strip() for line in more)))
    if not text.isprintable():
        text = "".join(char if char.isprintable() else "\ufffd" for char in text)
    return Reply(code=said.code, enhanced=enhanced[1] if enhanced else "", text=text[:_MAX_REPLY_CHARS])


def shown(said: Said) -> str:
    """Return a reply for an operator's eyes, without addresses."""
    return quote_reply(make_reply(said)) or "what came is no SMTP reply"
