"""Braking: when what comes back says that a mailing had better stop, and whose fault a refusal is.

A reply about who we are or what we write (content, policy, reputation) is no reader's fault: the next ones would hear
the same, so the mailing is paused at once. Codes: RFC 3463, RFC 7293, RFC 7505, RFC 7372, and what Gmail (5.7.26 to
5.7.40) and Outlook (5.7.515) say to bulk senders.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from digest.errors import InputError
from digest.model.messages import Fate, Reply, Step, Transmission
from digest.send.quoting import quote_reply

WINDOW = 500
"""Of how many replies the refused share is taken."""

LEAST_SEEN = 100
"""Before so many replies, no share says anything."""

REFUSED_SHARE = 0.10
COMPLAINTS_SHARE = 0.003

LEAST_COMPLAINTS = 5
"""Fewer complaints pause nothing, however few mails were sent."""

_WARNINGS = 5

_HARD = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.7.17", "5.7.18"})
_HARD_WITHOUT_ENHANCED = frozenset({550, 551, 553})
_OF_THE_READER = frozenset({"5.7.12", "5.7.124", "5.7.133", "5.7.134", "5.7.135", "5.7.136", "5.7.193"})
"""Exchange's, where one mailbox or group takes mail from named senders alone."""
_SAYS_NOTHING = frozenset({"", "5.0.0"})
_WARNING = re.compile(r"4\.7\.(2[3-79]|3\d|40)")  # 4.7.28 is a rate, which pacing answers
_UNMISTAKABLE = re.compile(
    r"\b(spam(haus|cop)?|(black|block|deny)[ -]?list(ed)?|reputation|dmarc|dkim|spf|dnsbl|rbl|unsolicited|bulk mail"
    r"|rela(y|ying)( access)? (denied|not (permitted|allowed))|content (rejected|blocked|filter))\b",
    re.IGNORECASE,
)
_NOT_OF_THE_ADDRESS = re.compile(
    r"\b(polic(y|ies)|denied|block(ed|ing)?|prohibited|not (allowed|permitted|authori[sz]ed)|authenticat\w+|refused by"
    r"|quota|full|storage|over (its )?limit|too (many|much|large|big|quickly)|size|rate|temporar\w+|try)\b",
    re.IGNORECASE,
)


class Verdict(StrEnum):
    """What a reply says, and of whom.

    taken        the relay took the mail
    later        try again; nobody's fault
    hard bounce  the address does not exist, or is another person's now: never write to it again
    refused      this mail will not be taken, but the address may be fine (a full mailbox, for one)
    warned       "later", for what we are or write; one such reply may be chance
    our fault    "never", for what we are or write: the reader is not to blame, and the next ones hear the same
    unheard      the relay said nothing of the mail
    """

    TAKEN = "taken"
    LATER = "later"
    HARD_BOUNCE = "hard bounce"
    REFUSED = "refused"
    WARNED = "warned"
    OUR_FAULT = "our fault"
    UNHEARD = "unheard"


def classify(transmission: Transmission) -> Verdict:
    """Return what a relay's reply to one mail says, and of whom."""
    fate, reply = transmission.fate, transmission.reply
    if fate is Fate.TAKEN:
        return Verdict.TAKEN
    if fate is Fate.LATER:
        return Verdict.WARNED if reply and _WARNING.fullmatch(reply.enhanced) else Verdict.LATER
    if fate is not Fate.NEVER:
        return Verdict.UNHEARD
    if reply is None or transmission.step is None:
        return Verdict.REFUSED
    return _judge(reply, transmission.step)


def _judge(reply: Reply, step: Step) -> Verdict:
    """Return whose fault a 5yz is. What is said to MAIL, of the sender or the relay's terms, is ours."""
    if step is Step.MAIL or _is_ours(reply):
        return Verdict.OUR_FAULT
    if reply.enhanced in _HARD or (step is Step.RCPT and _is_plainly_unknown(reply)):
        return Verdict.HARD_BOUNCE
    return Verdict.REFUSED


def _is_ours(reply: Reply) -> bool:
    if reply.enhanced in _SAYS_NOTHING:
        return _UNMISTAKABLE.search(reply.text) is not None
    return reply.enhanced.startswith("5.7.") and reply.enhanced not in _HARD | _OF_THE_READER


def _is_plainly_unknown(reply: Reply) -> bool:
    """Return whether a reply without an enhanced code can only mean that there is no such mailbox."""
    is_unknown = not reply.enhanced and reply.code in _HARD_WITHOUT_ENHANCED
    return is_unknown and _NOT_OF_THE_ADDRESS.search(reply.text) is None


@dataclass(frozen=True, slots=True, kw_only=True)
class BrakeLimits:
    """From which share (1.0 is all) a mailing is paused; None never pauses it.

    `refused` is of the last WINDOW replies, `complaints` of the mails sent. A reply that says our fault pauses always.
    """

    refused: float | None = REFUSED_SHARE
    complaints: float | None = COMPLAINTS_SHARE


def parse_share(typed: str) -> float | None:
    """Return a share from per cent as an operator writes it, "0.3" or "10%"; None for "off". Raises InputError."""
    if typed.strip().lower() == "off":
        return None
    try:
        per_cent = float(typed.strip().removesuffix("%"))
    except ValueError:
        per_cent = 0.0
    if not 0 < per_cent <= 100:
        raise InputError(f'"{typed}" is no share; write per cent, like 10 or 0.3, or off')
    return per_cent / 100


class Brake:
    """One run's last replies. Told of each verdict; says why the mailing had better stop, once that is so."""

    def __init__(self, limits: BrakeLimits) -> None:
        self._limit = limits.refused
        self._last = bytearray(WINDOW)
        self._seen = 0
        self._refused = 0
        self._warnings = 0

    def saw(self, verdict: Verdict, transmission: Transmission) -> str | None:
        """Count the verdict on a transmission; return a reason to pause the mailing, or None."""
        if verdict is Verdict.UNHEARD:
            return None
        if verdict is Verdict.OUR_FAULT:
            return f"the relay refuses it for what it is, or whom it comes from: {quote_reply(transmission.reply)}"
        if verdict is Verdict.WARNED:
            self._warnings += 1
            if self._warnings >= _WARNINGS:
                return f"the relay puts it off for what it is, or whom it comes from: {quote_reply(transmission.reply)}"
        self._count(verdict is Verdict.HARD_BOUNCE or verdict is Verdict.REFUSED)
        return self._weigh()

    def _count(self, is_refused: bool) -> None:  # noqa: FBT001  # a value to be counted, not a switch
        place = self._seen % WINDOW
        self._refused += is_refused - self._last[place]
        self._last[place] = is_refused
        self._seen += 1

    def _weigh(self) -> str | None:
        if self._limit is None or self._seen < LEAST_SEEN or not self._refused:
            return None
        replies = min(self._seen, WINDOW)
        if self._refused < self._limit * replies:
            return None
        return f"the relay refused {self._refused} of the last {replies} mails"


def weigh_complaints(complaints: int, sent: int, *, limits: BrakeLimits) -> str | None:
    """Return a reason to pause a mailing of which so many mails were sent and complained about, or None."""
    if limits.complaints is None or complaints < LEAST_COMPLAINTS or complaints < limits.complaints * sent:
        return None
    return f"{complaints} readers complained about it"
