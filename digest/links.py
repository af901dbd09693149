"""Signed links and ids: what a reader can prove by holding a mail of ours.

A token grants one purpose to one reader (and topic); keys are separated by purpose (RFC 5869 in spirit: one HMAC
step from the secret), compared in constant time, and name the key that made them, so that keys can be rotated.
Written in base32, a token survives what changes its case, as mail addresses are.
"""

import base64
import hashlib
import hmac
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from digest.model.addresses import Address
from digest.model.ids import MailingId, SubscriberId, TopicId

_TAG_OCTETS = 16
_BODY = struct.Struct(">BLL")


class Purpose(StrEnum):
    """What a token is good for; no token is good for two things."""

    UNSUBSCRIBE = "unsubscribe"
    PREFERENCES = "preferences"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a valid token says. `topic_id` is 0 where it speaks of the reader alone."""

    subscriber_id: SubscriberId
    topic_id: TopicId


class Links:
    """Makes and reads tokens under a ring of secrets: the first one signs, all of them are believed."""

    def __init__(self, secrets: Sequence[bytes], *, base_url: str) -> None:
        if not secrets or any(len(secret) < 16 for secret in secrets):
            raise ValueError("links need at least one secret of 16 octets or more")
        self._secrets = {_key_id(secret): secret for secret in reversed(secrets)}
        self._current = secrets[0]
        self._base_url = base_url.rstrip("/")

    def unsubscribe_token(self, subscriber_id: SubscriberId, topic_id: TopicId) -> str:
        """Return the token that lets its holder take this reader off this topic (RFC 8058 3.1). It never expires."""
        return self._sign(Purpose.UNSUBSCRIBE, subscriber_id, topic_id)

    def unsubscribe_url(self, token: str) -> str:
        """Return the address that leaves on POST, one click, and asks on GET."""
        return f"{self._base_url}/unsubscribe/{token}"

    def unsubscribe_mailbox(self, token: str, mailbox: Address) -> str:
        """Return the mail address that leaves (RFC 2369 3.2): the mailbox, with the token as its detail."""
        local, _, domain = mailbox.spelling.partition("@")
        return f"{local}+{token}@{domain}"

    def preferences_url(self, subscriber_id: SubscriberId) -> str:
        """Return the address where this reader chooses topics."""
        return f"{self._base_url}/preferences/{self._sign(Purpose.PREFERENCES, subscriber_id, TopicId(0))}"

    def read_token(self, purpose: Purpose, token: str) -> Grant | None:
        """Return what a token grants, or None for one that is cut, forged, of another purpose or of an unknown key."""
        try:
            raw = base64.b32decode(token.encode() + b"=" * (-len(token) % 8), casefold=True)
        except ValueError:
            return None
        if len(raw) != _BODY.size + _TAG_OCTETS:
            return None
        body, tag = raw[: _BODY.size], raw[_BODY.size :]
        key_id, subscriber_id, topic_id = _BODY.unpack(body)
        secret = self._secrets.get(key_id)
        if secret is None or not hmac.compare_digest(tag, _tag(secret, purpose.value, body)):
            return None
        return Grant(subscriber_id=SubscriberId(subscriber_id), topic_id=TopicId(topic_id))

    def message_id(self, mailing_id: MailingId, subscriber_id: SubscriberId, *, domain: str) -> str:
        """Return the Message-ID (without brackets) of a mailing to a reader: the same on every try, telling nothing."""
        tag = _tag(self._current, "message-id", _BODY.pack(0, mailing_id, 0) + _BODY.pack(0, subscriber_id, 0))
        return f"{tag.hex()}@{domain}"

    def address_hash(self, key: str) -> str:
        """Return the keyed hash of an address's comparison form: what suppressions know it by."""
        return hmac.digest(_derive(self._current, "address"), key.encode(), hashlib.sha256).hex()

    def _sign(self, purpose: Purpose, subscriber_id: SubscriberId, topic_id: TopicId) -> str:
        body = _BODY.pack(_key_id(self._current), subscriber_id, topic_id)
        tag = _tag(self._current, purpose.value, body)
        return base64.b32encode(body + tag).rstrip(b"=").decode().lower()


def _derive(secret: bytes, label: str) -> bytes:
    return hmac.digest(secret, b"digest.v1." + label.encode(), hashlib.sha256)


def _tag(secret: bytes, label: str, body: bytes) -> bytes:
    return hmac.digest(_derive(secret, label), body, hashlib.sha256)[:_TAG_OCTETS]


def _key_id(secret: bytes) -> int:
    return _derive(secret, "key-id")[0]
