"""Sizes: how many octets an HTML part takes on the wire."""

from collections.abc import Iterable

from digest.model.messages import CompiledText, Slot

HTML_MAX_OCTETS = 102_400
"""Gmail shows no more of a mail's HTML than this and hides the rest, the way to unsubscribe with it, behind a link."""

SLOT_ALLOWANCE_OCTETS = {Slot.SALUTATION: 600, Slot.ADDRESS: 320, Slot.UNSUBSCRIBE_URL: 600, Slot.PREFERENCES_URL: 600}
"""What a reader's value is reckoned to take, encoded: more than the longest address or a signed link does."""

_AS_THEY_ARE = bytes(range(32, 61)) + bytes(range(62, 127))
_LINE_CHARS, _SOFT_BREAK_OCTETS = 70, 3


def transfer_encoded_octets(texts: Iterable[CompiledText]) -> int:
    """Return at most how many octets the texts take in quoted-printable (RFC 2045 6.7), slots and line ends counted.

    An upper bound, so that it holds however an encoder breaks its lines: it is reckoned with a soft break after every
    70 characters, where the rule allows 76 with the break's sign, and with dots escaped that may come to begin a line.
    """
    octets = 0
    for text in texts:
        for piece in text:
            octets += SLOT_ALLOWANCE_OCTETS[piece] if isinstance(piece, Slot) else _encoded_octets(piece.encode())
    return octets + octets // _LINE_CHARS * _SOFT_BREAK_OCTETS


def _encoded_octets(text: bytes) -> int:
    escaped = len(text.translate(None, _AS_THEY_ARE + b"\n"))
    escaped += text.count(b" \n") + text.count(b"\t\n") + text.count(b"\n.") + text.count(b"..") + text.startswith(b".")
    return len(text) + 2 * escaped + text.count(b"\n")
