"""Names that people type for themselves or for others: one short line that can stand in a mail's header."""

import re

from digest.errors import InputError

MAX_NAME_CHARS = 200
_NOT_FOR_READING = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def parse_name(typed: str) -> str:
    """Return the name on one line, or raise InputError: too long, or with control or direction characters in it."""
    name = " ".join(typed.split())
    if len(name) > MAX_NAME_CHARS:
        raise InputError(f"the name is longer than {MAX_NAME_CHARS} characters")
    if _NOT_FOR_READING.search(name):
        shown = "".join(char if char.isprintable() else "\ufffd" for char in name)
        raise InputError(f'the name "{shown}" holds control characters; write it without them')
    return name
