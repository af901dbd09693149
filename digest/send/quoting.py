"""Quoting: a relay's words as they may stand in an error, in a reason to pause and in a log.

Relays repeat the address that they speak of, and these outlive the reader. What a mail's own row keeps is not cut here.
"""

import re

from digest.model.messages import Reply

_MAX_CHARS = 200
_ADDRESS = re.compile(r"[^\s<>()]*@[^\s<>()]*")


def quote(words: str) -> str:
    """Return what a relay said, without addresses, at most 200 characters of it."""
    return _ADDRESS.sub("(address)", words)[:_MAX_CHARS]


def quote_reply(reply: Reply | None) -> str:
    """Return a reply on one line, as `quote` does; nothing for none."""
    return quote(" ".join(filter(None, (str(reply.code), reply.enhanced, reply.text)))) if reply else ""
