"""A journal's slots: how an intent, and the outcome after it, stand in the fixed room that one message has. Pure.

A slot is 512 octets: the intent at its start, the outcome behind it. Each has a CRC-32 over all of itself, so that a
store which the process did not live to finish reads as none. An outcome names its delivery and fence again: one that
the slot's last message left is never taken for that of the next.
"""

import struct
import zlib
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from digest.model.ids import DeliveryId
from digest.model.mailings import DeliveryStatus, Doubt, Outcome
from digest.model.messages import Reply

SLOT_OCTETS = 512
OUTCOME_AT = 24

_INTENT = struct.Struct("<QQI")
"""Delivery, fence, CRC; all zero in a slot that is free."""

_KEY = struct.Struct("<QQ")
_HEAD = struct.Struct("<IH")
_BODY = struct.Struct("<QQHq")
"""Delivery, fence, reply code (0: no reply), due time in microseconds since 1970; then the words."""

FREE = bytes(OUTCOME_AT + _HEAD.size)
"""What a slot that is free begins with: no intent, and of no outcome the CRC."""

_MAX_WORDS_OCTETS = SLOT_OCTETS - OUTCOME_AT - _HEAD.size - _BODY.size
_MAX_ENHANCED_CHARS = 11  # 5.999.999, and two to spare (RFC 3463 2)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_NEVER = -(1 << 63)


class Intent(NamedTuple):
    """A delivery whose final dot was about to be written."""

    delivery_id: DeliveryId
    fence: int


class TornError(ValueError):
    """A slot whose intent was not written to its end, or is no intent."""


def pack_intent(delivery_id: DeliveryId, fence: int) -> bytes:
    """Return what stands at the start of a slot from right before a message's final dot."""
    return _INTENT.pack(delivery_id, fence, zlib.crc32(_KEY.pack(delivery_id, fence)))


def read_intent(slot: bytes) -> Intent | None:
    """Return a slot's intent, None where the slot is free. Raises TornError."""
    delivery_id, fence, crc = _INTENT.unpack_from(slot)
    if not (delivery_id or fence or crc):
        return None
    if crc != zlib.crc32(slot[: _KEY.size]):
        raise TornError
    return Intent(DeliveryId(delivery_id), fence)


def pack_outcome(outcome: Outcome) -> bytes:
    """Return what stands behind the intent once the reply was read; a long reply's text is cut to fit the slot."""
    reply = outcome.reply
    enhanced, text = (reply.enhanced[:_MAX_ENHANCED_CHARS], reply.text) if reply else ("", "")
    words = "\0".join((outcome.status, outcome.doubt or "", enhanced, text)).encode(errors="replace")
    due = _NEVER if outcome.due_at is None else (outcome.due_at - _EPOCH) // _MICROSECOND
    body = _BODY.pack(outcome.delivery_id, outcome.fence, reply.code if reply else 0, due) + words[:_MAX_WORDS_OCTETS]
    return _HEAD.pack(zlib.crc32(body), len(body)) + body


def read_outcome(slot: bytes, intent: Intent) -> Outcome | None:
    """Return the outcome of a slot's intent, None where there is none that can be read."""
    crc, octets = _HEAD.unpack_from(slot, OUTCOME_AT)
    start = OUTCOME_AT + _HEAD.size
    body = slot[start : start + octets]
    if len(body) < _BODY.size or crc != zlib.crc32(body):
        return None
    delivery_id, fence, code, due = _BODY.unpack_from(body)
    if delivery_id != intent.delivery_id or fence != intent.fence:
        return None
    status, doubt, enhanced, text = body[_BODY.size :].decode(errors="ignore").split("\0", 3)
    return Outcome(
        delivery_id=intent.delivery_id,
        fence=intent.fence,
        status=DeliveryStatus(status),
        reply=Reply(code=code, enhanced=enhanced, text=text) if code else None,
        due_at=None if due == _NEVER else _EPOCH + due * _MICROSECOND,
        doubt=Doubt(doubt) if doubt else None,
    )
