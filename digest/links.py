"""Signed links, addresses and ids: what a reader, or a bounce, can prove by holding a mail of ours.

A token grants one purpose to one reader (and topic). What signs it is keyed BLAKE2s (RFC 7693 2.9); keys are separated
by purpose (RFC 5869 in spirit: one HMAC step from the secret), signatures are compared in constant time, and a token
names the key that made it, so that keys can be rotated. In hexadecimal it survives what changes its case, as mail
addresses are.
"""

import hmac
import struct
from binascii import unhexlify
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import blake2s
from typing import NamedTuple

from digest.model.addresses import Address
from digest.model.ids import DeliveryId, MailingId, NoticeId, SubscriberId, TopicId

_BODY, _MESSAGE, _BOUNCE = struct.Struct(">BLL"), struct.Struct(">LL"), struct.Struct(">BQ")
_TIMED, _NOTICE = struct.Struct(">BQLQ"), struct.Struct(">6sQQ")
_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)

NO_TOPIC = TopicId(0)
"""Stands in a token that speaks of a reader or a row, whatever the topic."""


class Purpose(StrEnum):
    """What a token is good for; no token is good for two things."""

    UNSUBSCRIBE = "unsubscribe"
    PREFERENCES = "preferences"
    CONFIRM = "confirm"
    ADDRESS = "address"
    UNDO = "undo"
    FORM = "form"


_TAG_OCTETS: dict[str, int] = {**dict.fromkeys(Purpose, 16), "message-id": 16, "bounce": 11, "address": 32}
"""What is signed, each under a key of its own, and how long its signature is."""

BOUNCE_DETAIL_CHARS = 2 * (_BOUNCE.size + _TAG_OCTETS["bounce"])
"""How long the detail is that a bounce address has after its plus sign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a valid token says. `topic_id` is 0 where it speaks of the reader alone."""

    subscriber_id: SubscriberId
    topic_id: TopicId


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedGrant:
    """What a valid token with a time in it says. `id` is the row it speaks of, and `at` when that happened, aware UTC.

    How long that is good for, its reader decides.
    """

    id: int
    topic_id: TopicId
    at: datetime


class _Secret:
    """One secret's keys, each made ready once: what is hashed of a key is the same for every body."""

    def __init__(self, secret: bytes) -> None:
        self.key_id = _derive(secret, "key-id")[0]
        self.challenge_key = _derive(secret, "challenge")
        self._keyed = {
            label: blake2s(key=_derive(secret, label), digest_size=octets) for label, octets in _TAG_OCTETS.items()
        }

    def tag(self, label: str, body: bytes) -> bytes:
        """Return the signature of a body under the key of this label."""
        keyed = self._keyed[label].copy()
        keyed.update(body)
        return keyed.digest()


class _Signed(NamedTuple):
    """A token's body, and who signed it."""

    body: bytes
    by: _Secret


class Links:
    """Makes and reads tokens under a ring of secrets: the first one signs, all of them are believed."""

    def __init__(self, secrets: Sequence[bytes], *, base_url: str) -> None:
        if not secrets or any(len(secret) < 16 for secret in secrets):
            raise ValueError("links need at least one secret of 16 octets or more")
        ring = [_Secret(secret) for secret in secrets]
        self._ring = ring
        self._current = ring[0]
        self._base_url = base_url.rstrip("/")

    def unsubscribe_token(self, subscriber_id: SubscriberId, topic_id: TopicId) -> str:
        """Return the token that lets its holder take this reader off this topic (RFC 8058 3.1). It never expires."""
        return self._sign(Purpose.UNSUBSCRIBE, subscriber_id, topic_id)

    def unsubscribe_url(self, token: str) -> str:
        """Return the address that leaves on POST, one click, and asks on GET."""
        return f"{self._base_url}/unsubscribe/{token}"

    def unsubscribe_mailbox(self, token: str, mailbox: Address) -> str:
        """Return the mail address that leaves (RFC 2369 3.2): the mailbox, with the token as its detail."""
        return _with_detail(mailbox, token)

    def preferences_url(self, subscriber_id: SubscriberId) -> str:
        """Return the address where this reader chooses topics."""
        return f"{self._base_url}/preferences/{self._sign(Purpose.PREFERENCES, subscriber_id, NO_TOPIC)}"

    def read_token(self, purpose: Purpose, token: str) -> Grant | None:
        """Return what a token grants, or None for one that is cut, forged, of another purpose or of an unknown key."""
        body = self._read(purpose, token, body_octets=_BODY.size)
        if body is None:
            return None
        _, subscriber_id, topic_id = _BODY.unpack(body)
        return Grant(subscriber_id=SubscriberId(subscriber_id), topic_id=TopicId(topic_id))

    def confirm_url(self, notice_id: NoticeId, *, made_at: datetime) -> str:
        """Return the address where a reader confirms what a notice asks."""
        return f"{self._base_url}/confirm/{self.timed_token(Purpose.CONFIRM, notice_id, at=made_at)}"

    def address_url(self, notice_id: NoticeId, *, made_at: datetime) -> str:
        """Return the address where a reader confirms a new mail address."""
        return f"{self._base_url}/address/{self.timed_token(Purpose.ADDRESS, notice_id, at=made_at)}"

    def timed_token(self, purpose: Purpose, row_id: int, *, at: datetime, topic_id: TopicId = NO_TOPIC) -> str:
        """Return a token with a time in it, to the microsecond; `row_id` is what the purpose makes of it."""
        body = _TIMED.pack(self._current.key_id, row_id, topic_id, (at - _EPOCH) // _MICROSECOND)
        return (body + self._current.tag(purpose, body)).hex()

    def read_timed(self, purpose: Purpose, token: str) -> TimedGrant | None:
        """Return what such a token says, or None for one that is cut, forged, of another purpose or an unknown key."""
        body = self._read(purpose, token, body_octets=_TIMED.size)
        if body is None:
            return None
        _, row_id, topic_id, at_us = _TIMED.unpack(body)
        return TimedGrant(id=row_id, topic_id=TopicId(topic_id), at=_EPOCH + at_us * _MICROSECOND)

    def message_id(self, mailing_id: MailingId, subscriber_id: SubscriberId, *, domain: str) -> str:
        """Return the Message-ID (without brackets) of a mailing to a reader: the same on every try, telling nothing."""
        tag = self._current.tag("message-id", _MESSAGE.pack(mailing_id, subscriber_id))
        return f"{tag.hex()}@{domain}"

    def notice_message_id(self, notice_id: NoticeId, *, made_at: datetime, domain: str) -> str:
        """Return the Message-ID (without brackets) of a notice: the same on every try under one secret.

        `made_at` tells it from a notice of old, whose id was given out anew after it was deleted.
        """
        return _notice_message_id(self._current, notice_id, (made_at - _EPOCH) // _MICROSECOND, domain=domain)

    def proven_message_id(self, purpose: Purpose, token: str, *, domain: str) -> str:
        """Return the Message-ID of the notice whose link bears this token, whichever secret signed the two.

        Raises ValueError for a token that cannot be read.
        """
        signed = self._find_signed(purpose, token, body_octets=_TIMED.size)
        if signed is None:
            raise ValueError("only a token that was read proves a mail")
        _, notice_id, _, at_us = _TIMED.unpack(signed.body)
        return _notice_message_id(signed.by, notice_id, at_us, domain=domain)

    def bounce_detail(self, delivery_id: DeliveryId) -> str:
        """Return what marks one delivery's return path (VERP): 40 letters and digits that nobody else can make."""
        body = _BOUNCE.pack(self._current.key_id, delivery_id)
        return (body + self._current.tag("bounce", body)).hex()

    def bounce_address(self, delivery_id: DeliveryId, mailbox: Address) -> str:
        """Return a delivery's own return path: the mailbox for bounces, with the delivery's mark as its detail."""
        return _with_detail(mailbox, self.bounce_detail(delivery_id))

    def read_bounce_detail(self, detail: str) -> DeliveryId | None:
        """Return whose bounce this is, or None for a detail that is cut, forged or of an unknown key."""
        body = self._read("bounce", detail, body_octets=_BOUNCE.size)
        return None if body is None else DeliveryId(_BOUNCE.unpack(body)[1])

    def address_hash(self, key: str) -> str:
        """Return the keyed hash of an address's comparison form: what suppressions know it by."""
        return self._current.tag("address", key.encode()).hex()

    def address_hashes(self, key: str) -> tuple[str, ...]:
        """Return that hash under each secret of the ring, the current one first.

        A suppression made before the secret was changed is known by an older one, and holds for ever.
        """
        return tuple(secret.tag("address", key.encode()).hex() for secret in self._ring)

    def challenge_keys(self) -> tuple[bytes, ...]:
        """Return what challenges of the sign-up form are signed with, under each secret, the current one first."""
        return tuple(secret.challenge_key for secret in self._ring)

    def _sign(self, purpose: Purpose, subscriber_id: SubscriberId, topic_id: TopicId) -> str:
        body = _BODY.pack(self._current.key_id, subscriber_id, topic_id)
        return (body + self._current.tag(purpose, body)).hex()

    def _read(self, label: str, token: str, *, body_octets: int) -> bytes | None:
        """Return the body of a token that one of our secrets signed under this label."""
        signed = self._find_signed(label, token, body_octets=body_octets)
        return signed.body if signed else None

    def _find_signed(self, label: str, token: str, *, body_octets: int) -> "_Signed | None":
        """Return that body, and the secret that signed it.

        Its first octet says which, but for one secret in 256 that shares its octet with another: each is tried.
        """
        try:
            signed = unhexlify(token)
        except ValueError:
            return None
        body, tag = signed[:body_octets], signed[body_octets:]
        if not tag:
            return None
        named = [secret for secret in self._ring if secret.key_id == body[0]]
        signers = (secret for secret in named if hmac.compare_digest(tag, secret.tag(label, body)))
        return next((_Signed(body, secret) for secret in signers), None)


def _notice_message_id(secret: _Secret, notice_id: int, made_at_us: int, *, domain: str) -> str:
    return f"{secret.tag('message-id', _NOTICE.pack(b'notice', notice_id, made_at_us)).hex()}@{domain}"


def _derive(secret: bytes, label: str) -> bytes:
    return hmac.digest(secret, b"digest.v1." + label.encode(), "sha256")


def _with_detail(mailbox: Address, detail: str) -> str:
    local, _, domain = mailbox.spelling.partition("@")
    return f"{local}+{detail}@{domain}"
