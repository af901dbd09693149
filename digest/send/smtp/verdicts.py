"""Verdicts: what a reply means to what it answers (RFC 5321 4.2.1, 4.3.2). What follows from it: transactions.py."""

import math
import re
from enum import Enum

from digest.model.messages import Step
from digest.send.smtp.endings import Timeouts
from digest.send.smtp.replies import Said


class Ask(Enum):
    """What a reply is due to. A lone dot ends a message that the relay asked for though it refused its recipient."""

    RSET = "RSET"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    DOT = "the final dot"
    LONE_DOT = "a lone dot"
    QUIT = "QUIT"


class Verdict(Enum):
    """What to make of a reply: go on, try this message later or never, leave this relay, or believe nothing more."""

    GO_ON = "go on"
    LATER = "later"
    NEVER = "never"
    NOT_US = "not us"
    SENSELESS = "senseless"


ENVELOPE = (Ask.MAIL, Ask.RCPT, Ask.DATA)
STEPS = {Ask.MAIL: Step.MAIL, Ask.RCPT: Step.RCPT, Ask.DATA: Step.DATA, Ask.DOT: Step.DOT}

_YES = rb"(2[0-9]{2}) ([^\r\n]{0,500})\r\n"
_THREE_YES = rb"2[0-9]{2} [^\r\n]{0,500}\r\n2[0-9]{2} [^\r\n]{0,500}\r\n354 [^\r\n]{0,500}\r\n"
_ENVELOPE_ACCEPTED = re.compile(_THREE_YES)
_ALL_ACCEPTED = re.compile(_YES + _THREE_YES)
_ABOUT_US = frozenset({530, 535, 538})
_TOO_MUCH = 552


def judge(ask: Ask, said: Said) -> Verdict:
    """Return what a reply means. 421, which means the same everywhere, is not judged here."""
    kind = said.code // 100
    if ask is Ask.QUIT or (ask is Ask.LONE_DOT and kind in {2, 4, 5}):
        return Verdict.GO_ON
    if said.code == 354 if ask is Ask.DATA else kind == 2:
        return Verdict.GO_ON
    if kind not in {4, 5} or ask not in STEPS:
        return Verdict.SENSELESS
    if ask in {Ask.MAIL, Ask.RCPT} and _is_about_us(ask, said.code):
        return Verdict.NOT_US
    return Verdict.LATER if kind == 4 or (ask is Ask.RCPT and said.code == _TOO_MUCH) else Verdict.NEVER


def is_envelope_accepted(octets: bytes) -> bool:
    """Whether octets are the three replies, and no more, of a relay that wants the content of a message.

    As `judge` would say of each, but at a fifth of the price: this is what nearly all that comes in looks like.
    """
    return _ENVELOPE_ACCEPTED.fullmatch(octets) is not None


def all_accepted(octets: bytes) -> Said | None:
    """Return the reply that takes a message, where just the three that accept the next one's envelope follow it."""
    found = _ALL_ACCEPTED.fullmatch(octets)
    return Said(int(found[1]), (found[2],)) if found else None


def wait_s(ask: Ask | None, timeouts: Timeouts) -> float:
    """Return how long to wait for the reply to what was asked, or for ever if nothing was (RFC 5321 4.5.3.2)."""
    match ask:
        case None:
            return math.inf
        case Ask.DATA:
            return timeouts.data_s
        case Ask.DOT | Ask.LONE_DOT:
            return timeouts.final_dot_s
        case Ask.QUIT:
            return timeouts.quit_s
        case _:
            return timeouts.command_s


def _is_about_us(ask: Ask, code: int) -> bool:
    """Whether a refusal would meet every reader alike, and so is no reader's fault."""
    return code in _ABOUT_US or (ask is Ask.MAIL and code // 100 == 5 and code != _TOO_MUCH)
