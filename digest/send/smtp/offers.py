"""Offers: which extensions a relay said it has, in its reply to EHLO (RFC 5321 4.1.1.1)."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """What of the extensions that we use a relay offers. `max_octets` is 0 where it names no limit (RFC 1870).

    `mechanisms` are the names under AUTH, in capitals (RFC 4954).
    """

    pipelining: bool = False
    starttls: bool = False
    eight_bit: bool = False
    smtputf8: bool = False
    size: bool = False
    max_octets: int = 0
    mechanisms: frozenset[str] = frozenset()


def read_offers(lines: Sequence[bytes]) -> Offers:
    """Return what the lines of an EHLO reply offer, the first of which is the relay's name."""
    offered: dict[str, list[str]] = {}
    for line in lines[1:]:
        keyword, *values = line.decode("ascii", "replace").upper().replace("AUTH=", "AUTH ", 1).split() or [""]
        offered.setdefault(keyword, []).extend(values)
    limit = "".join(offered.get("SIZE", ())[:1])
    return Offers(
        pipelining="PIPELINING" in offered,
        starttls="STARTTLS" in offered,
        eight_bit="8BITMIME" in offered,
        smtputf8="SMTPUTF8" in offered,
        size="SIZE" in offered,
        max_octets=int(limit[:18]) if limit.isascii() and limit.isdecimal() else 0,
        mechanisms=frozenset(offered.get("AUTH", ())),
    )
