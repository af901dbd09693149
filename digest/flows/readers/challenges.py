"""Challenges: a piece of work that a browser does by itself before it signs somebody up, while sign-ups run high.

ALTCHA's second protocol: find a counter whose PBKDF2 key begins as asked, which takes a browser's own cryptography and
no third party. Checking it costs us one such key. A challenge belongs to a form's token, ends with it, and is good once
as it is.
"""

from collections.abc import Mapping

import altcha

from digest.links import Links

_ALGORITHM = "PBKDF2/SHA-256"
_COST = 5_000
_KEY_PREFIX = "00"
"""256 keys of 5,000 rounds, on average: a second or less on a telephone; docs/measurements.md has figures."""
_MAX_SOLUTION_CHARS = 4_000


def make(links: Links, form_token: str) -> Mapping[str, object]:
    """Return the challenge that goes with a form's token, in ALTCHA's JSON."""
    made = altcha.create_challenge(
        _ALGORITHM,
        _COST,
        key_prefix=_KEY_PREFIX,
        data={"form": form_token},
        hmac_secret=links.challenge_keys()[0],
    )
    return dict(made.to_dict())


def is_solved(links: Links, form_token: str, *, solution: str) -> bool:
    """Return whether what a browser sent (ALTCHA's payload, base64) solves a challenge of ours for this token."""
    if len(solution) > _MAX_SOLUTION_CHARS:
        return False
    try:
        payload = altcha.Payload.from_base64(solution)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False
    if payload.challenge.parameters.data != {"form": form_token}:
        return False
    return any(altcha.verify_solution(payload, key).verified for key in links.challenge_keys())
