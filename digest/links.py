"""Signed links, addresses and ids: what a reader, or a bounce, can prove by holding a mail of ours.

A token grants one purpose to one reader (and topic); keys are separated by purpose (RFC 5869 in spirit: one HMAC
step from the secret), compared in constant time, and name the key that made them, so that keys can be rotated.
Written in base32 (RFC 4648 6), a token survives what changes its case, as mail addresses are.
"""

import base64
import hashlib
import hmac
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from digest.model.addresses import Address
from digest.model.ids import DeliveryId, MailingId, SubscriberId, TopicId

_TAG_OCTETS, _BOUNCE_TAG_OCTETS = 16, 11
_BODY, _MESSAGE, _BOUNCE = struct.Struct(">BLL"), struct.Struct(">xL4xxL4x"), struct.Struct(">BQ")
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
"""What ten bits are in base32: each mail has three tokens, and this takes half the standard library's time."""

MAX_DETAIL_CHARS = 32
"""The longest detail that a bounce address has after its plus sign."""


class Purpose(StrEnum):
    """What a token is good for; no token is good for two things."""

    UNSUBSCRIBE = "unsubscribe"
    PREFERENCES = "preferences"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a valid token says. `topic_id` is 0 where it speaks of the reader alone."""

    subscriber_id: SubscriberId
    topic_id: TopicId


class _Secret:
    """One secret's keys, each made ready once: what is hashed of a key is the same for every body."""

    def __init__(self, secret: bytes) -> None:
        self.key_id = _derive(secret, "key-id")[0]
        self._keyed = {
            label: hmac.new(_derive(secret, label), digestmod=hashlib.sha256)
            for label in (*Purpose, "message-id", "bounce", "address")
        }

    def tag(self, label: str, body: bytes) -> bytes:
        """Return the HMAC-SHA256 of a body under the key of this label."""
        keyed = self._keyed[label].copy()
        keyed.update(body)
        return keyed.digest()


class Links:
    """Makes and reads tokens under a ring of secrets: the first one signs, all of them are believed."""

    def __init__(self, secrets: Sequence[bytes], *, base_url: str) -> None:
        if not secrets or any(len(secret) < 16 for secret in secrets):
            raise ValueError("links need at least one secret of 16 octets or more")
        ring = [_Secret(secret) for secret in secrets]
        self._ring = {secret.key_id: secret for secret in reversed(ring)}
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
        return f"{self._base_url}/preferences/{self._sign(Purpose.PREFERENCES, subscriber_id, TopicId(0))}"

    def read_token(self, purpose: Purpose, token: str) -> Grant | None:
        """Return what a token grants, or None for one that is cut, forged, of another purpose or of an unknown key."""
        body = self._read(purpose, token, body_octets=_BODY.size, tag_octets=_TAG_OCTETS)
        if body is None:
            return None
        _, subscriber_id, topic_id = _BODY.unpack(body)
        return Grant(subscriber_id=SubscriberId(subscriber_id), topic_id=TopicId(topic_id))

    def message_id(self, mailing_id: MailingId, subscriber_id: SubscriberId, *, domain: str) -> str:
        """Return the Message-ID (without brackets) of a mailing to a reader: the same on every try, telling nothing."""
        tag = self._current.tag("message-id", _MESSAGE.pack(mailing_id, subscriber_id))
        return f"{tag[:_TAG_OCTETS].hex()}@{domain}"

    def bounce_detail(self, delivery_id: DeliveryId) -> str:
        """Return what marks one delivery's return path (VERP): 32 letters and digits that nobody else can make."""
        body = _BOUNCE.pack(self._current.key_id, delivery_id)
        return _base32(body + self._current.tag("bounce", body)[:_BOUNCE_TAG_OCTETS])

    def bounce_address(self, delivery_id: DeliveryId, mailbox: Address) -> str:
        """Return a delivery's own return path: the mailbox for bounces, with the delivery's mark as its detail."""
        return _with_detail(mailbox, self.bounce_detail(delivery_id))

    def read_bounce_detail(self, detail: str) -> DeliveryId | None:
        """Return whose bounce this is, or None for a detail that is cut, forged or of an unknown key."""
        body = self._read("bounce", detail, body_octets=_BOUNCE.size, tag_octets=_BOUNCE_TAG_OCTETS)
        return None if body is None else DeliveryId(_BOUNCE.unpack(body)[1])

    def address_hash(self, key: str) -> str:
        """Return the keyed hash of an address's comparison form: what suppressions know it by."""
        return self._current.tag("address", key.encode()).hex()

    def _sign(self, purpose: Purpose, subscriber_id: SubscriberId, topic_id: TopicId) -> str:
        body = _BODY.pack(self._current.key_id, subscriber_id, topic_id)
        return _base32(body + self._current.tag(purpose, body)[:_TAG_OCTETS])

    def _read(self, label: str, token: str, *, body_octets: int, tag_octets: int) -> bytes | None:
        """Return the body of a token that one of our secrets signed under this label; its first octet says which."""
        try:
            signed = base64.b32decode(token, casefold=True)
        except ValueError:
            return None
        if len(signed) != body_octets + tag_octets:
            return None
        body, tag = signed[:body_octets], signed[body_octets:]
        secret = self._ring.get(body[0])
        if secret is None or not hmac.compare_digest(tag, secret.tag(label, body)[:tag_octets]):
            return None
        return body


def _derive(secret: bytes, label: str) -> bytes:
    return hmac.digest(secret, b"digest.v1." + label.encode(), hashlib.sha256)


def _base32(octets: bytes) -> str:
    """Return some multiple of five octets in base32, in small letters."""
    bits = int.from_bytes(octets, "big")
    return "".join([_PAIRS[bits >> shift & 1023] for shift in range(8 * len(octets) - 10, -1, -10)])


def _with_detail(mailbox: Address, detail: str) -> str:
    local, _, domain = mailbox.spelling.partition("@")
    return f"{local}+{detail}@{domain}"
