"""DKIM: signatures that say who answers for a message, and that nobody changed it on its way (RFC 6376, 8301, 8463).

What can be hashed once an edition is: the body up to its first hole. Canonical forms (`relaxed` both) are made ready
piece by piece, which comes to the same because the pieces of a body begin and end at column 0. Making keys and
publishing them is the operator's (docs/operations.md); the grammar of the field, the gate's.
"""

import base64
import hashlib
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from digest.errors import InputError
from digest.send.gate import Personal
from digest.send.pieces import Form, Piece

SIGNED = (
    "Message-ID",
    "MIME-Version",
    "List-Id",
    "List-Help",
    "List-Archive",
    "List-Owner",
    "List-Post",
    "Feedback-ID",
)
"""Fields that a signature covers where they stand."""

OVERSIGNED = tuple("From To Reply-To Subject Date List-Unsubscribe List-Unsubscribe-Post Content-Type".split())
"""Fields that a signature names once more than they stand, so that no second one can be added (RFC 6376 8.15)."""

_MIN_RSA_BITS, _MAX_RSA_BITS = 2048, 4096
_MAX_COLUMNS, _SIGNATURE_COLUMNS = 76, 72
_NAME = "DKIM-Signature:"
_SPACES = re.compile(rb"[\t ]{2,}|\t")


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """A private key and where its public half is published: under this selector (RFC 6376 3.6.2.1)."""

    selector: str
    algorithm: str
    sign: Callable[[bytes], bytes] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """A domain that answers for messages, and its keys: each message gets a signature by each."""

    domain: str
    keys: tuple[SigningKey, ...]


class Seal:
    """The signatures of one skeleton's messages; what they share is made ready once."""

    def __init__(self, signer: Signer, head: Mapping[str, Piece], body: Sequence[Piece]) -> None:
        names = [*(name for name in head if name in SIGNED + OVERSIGNED), *OVERSIGNED]
        self._head = Form(_relaxed_fields({name: head[name] for name in names if name in head}))
        relaxed = [_relaxed_text(piece) if isinstance(piece, bytes) else piece for piece in body]
        first_hole = next((place for place, piece in enumerate(relaxed) if isinstance(piece, int)), len(relaxed))
        self._hashed = hashlib.sha256(Form(relaxed[:first_hole]).fill(()))
        self._rest = Form(relaxed[first_hole:])
        self._openings = [(key, *_opening(signer.domain, key, names)) for key in signer.keys]

    def fields_for(self, personal: Personal) -> bytes:
        """Return the fields that sign the message with these values, as they stand at its beginning.

        An RSA signature takes a quarter of a millisecond, in which other threads run.
        """
        head = self._head.fill(tuple(map(_relaxed_value, personal.fields)))
        hashed = self._hashed.copy()
        hashed.update(self._rest.fill((*personal.fields, *map(_relaxed_text, personal.slots))))
        body_hash = base64.b64encode(hashed.digest())
        return b"".join(
            _field(key, opening % (personal.sent_at_s, body_hash), head + signed % (personal.sent_at_s, body_hash))
            for key, opening, signed in self._openings
        )


def read_rsa_key(pem: str, selector: str) -> SigningKey:
    """Return a key for `rsa-sha256`. Raises InputError for one that is none, or shorter than RFC 8301 3.2 asks."""
    key = _read_key(pem)
    if not isinstance(key, RSAPrivateKey) or not _MIN_RSA_BITS <= key.key_size <= _MAX_RSA_BITS:
        raise InputError(f"is not an RSA key of {_MIN_RSA_BITS} to {_MAX_RSA_BITS} bits (RFC 8301 3.2)")
    sign = partial(key.sign, padding=PKCS1v15(), algorithm=SHA256())
    return SigningKey(selector=selector, algorithm="rsa-sha256", sign=sign)


def read_ed25519_key(pem: str, selector: str) -> SigningKey:
    """Return a key for `ed25519-sha256`, which signs a hash (RFC 8463 3). Raises InputError for one that is none."""
    key = _read_key(pem)
    if not isinstance(key, Ed25519PrivateKey):
        raise InputError("is not an Ed25519 key (RFC 8463)")
    return SigningKey(
        selector=selector, algorithm="ed25519-sha256", sign=lambda signed: key.sign(hashlib.sha256(signed).digest())
    )


def _read_key(pem: str) -> PrivateKeyTypes:
    try:
        return load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise InputError("is not a private key in PEM form without a passphrase") from error


def _opening(domain: str, key: SigningKey, names: Sequence[str]) -> tuple[bytes, bytes]:
    """Return the field up to its signature, folded, and in canonical form; both with room for time and body hash."""
    tags = f"v=1; a={key.algorithm}; c=relaxed/relaxed; d={domain}; s={key.selector}; h={': '.join(names)};"
    lines = textwrap.wrap(f"{_NAME} {tags}", _MAX_COLUMNS, break_on_hyphens=False, break_long_words=False)
    opening = "\r\n ".join([*lines, "t=%d; bh=%b;", "b="]).encode("ascii")
    signed = f"{_NAME.lower()}{tags} t=%d; bh=%b; b=".encode("ascii")
    return opening, signed


def _field(key: SigningKey, opening: bytes, signed: bytes) -> bytes:
    signature = base64.b64encode(key.sign(signed))
    lines = [signature[at : at + _SIGNATURE_COLUMNS] for at in range(0, len(signature), _SIGNATURE_COLUMNS)]
    return opening + b"\r\n ".join(lines) + b"\r\n"


def _relaxed_fields(fields: Mapping[str, Piece]) -> Iterator[Piece]:
    """Yield fields in canonical form (RFC 6376 3.4.2), holes for values in that form."""
    for name, body in fields.items():
        yield name.lower().encode("ascii") + b":"
        yield _relaxed_value(body) if isinstance(body, bytes) else body
        yield b"\r\n"


def _relaxed_value(body: bytes) -> bytes:
    return b" ".join(body.split())


def _relaxed_text(lines: bytes) -> bytes:
    """Return whole lines in canonical form (RFC 6376 3.4.4); our bodies do not end with an empty line."""
    return _SPACES.sub(b" ", lines).replace(b" \r\n", b"\r\n")
