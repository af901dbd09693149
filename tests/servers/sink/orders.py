"""What a sink does wrong, if anything: one line of words like `slow_s=0.5 cut_after_dot=0.01`; an empty line: nothing.

Chances are between 0 and 1. The kinds of trouble may be mixed; a new line replaces the old one as a whole.
"""

import zlib
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """How a sink behaves.

    slow_s          each answer comes so many seconds late; a message is taken when it is there
    hang            1: a session that says anything is never answered again, and nothing of it is taken
    cut_before_dot  chance, for each message, to hang up in place of the 354
    cut_in_body     chance to hang up when the first octets of the body are there; the message is not taken
    cut_after_dot   chance to take the message and hang up without a reply
    cut_in_reply    chance to take the message and hang up in the midst of the reply
    session_length  messages after which a session is ended with 421, at the next MAIL; 0 for no end
    later           chance of a 451 at each RCPT
    never           share of all addresses that get a 550 at RCPT; the same ones each time
    """

    slow_s: float = 0.0
    hang: float = 0.0
    cut_before_dot: float = 0.0
    cut_in_body: float = 0.0
    cut_after_dot: float = 0.0
    cut_in_reply: float = 0.0
    session_length: float = 0.0
    later: float = 0.0
    never: float = 0.0

    def __str__(self) -> str:
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        return " ".join(f"{name}={value:g}" for name, value in given.items() if value)


def parse_orders(line: str) -> Orders:
    """Return the orders that a line gives. Raises ValueError for a word that is none."""
    given = {name: float(value) for name, _, value in (word.partition("=") for word in line.split())}
    unknown = given.keys() - {field.name for field in fields(Orders)}
    if unknown:
        raise ValueError(f"no such order: {', '.join(sorted(unknown))}")
    return Orders(**given)


def is_among(address: bytes, share: float) -> bool:
    """Return whether an address is among this share of all: the same answer each time, and more with a larger share."""
    return zlib.crc32(address) < share * 2**32
