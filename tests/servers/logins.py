"""The server's side of SMTP AUTH: what a client says of itself, by each of four mechanisms (RFC 4954)."""

import base64
from collections.abc import Callable
from typing import NamedTuple

CRAM_CHALLENGE = b"<1896.697170952@scripted.example>"


class Credentials(NamedTuple):
    """How a client logged in, and what it said, decoded, in order."""

    mechanism: str
    said: tuple[bytes, ...]


def read_login(command: str, challenge: Callable[[str], str]) -> Credentials:
    """Return what a client says after AUTH; `challenge` says a 334 with a text, and returns the answer."""
    _, mechanism, *initial = command.split(" ")
    match mechanism:
        case "LOGIN":
            answers = [challenge("VXNlcm5hbWU6"), challenge("UGFzc3dvcmQ6")]
        case "CRAM-MD5":
            answers = [challenge(base64.b64encode(CRAM_CHALLENGE).decode())]
        case _:
            answers = initial or [challenge("")]
    return Credentials(mechanism, tuple(base64.b64decode(answer) for answer in answers))
