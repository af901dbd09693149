"""A relay as the RFCs want it, without a socket: commands in, replies out, and a mood for each message."""

from collections.abc import Iterable
from enum import Enum

from digest.model.messages import Fate


class Mood(Enum):
    """Where a message is refused, how, and what that means."""

    TAKES = ("", "", Fate.TAKEN)
    GREYLISTS = ("RCPT", "451 4.7.1 try later", Fate.LATER)
    KNOWS_NOBODY = ("RCPT", "550-5.1.1 no such\r\n550 5.1.1 user", Fate.NEVER)
    HAS_NO_ROOM = ("RCPT", "552 5.2.2 mailbox full", Fate.LATER)
    IS_BUSY = ("MAIL", "451 4.3.0 busy", Fate.LATER)
    IS_FULL = ("DATA", "452 4.3.1 disk full", Fate.LATER)
    DISLIKES = (".", "554 5.7.1 looks like spam", Fate.NEVER)
    DISLIKES_FOR_NOW = (".", "450 4.7.1 too much of this", Fate.LATER)

    @property
    def fate(self) -> Fate:
        return self.value[2]

    def reply_at(self, step: str, usual: str) -> str:
        return self.value[1] if self.value[0] == step else usual


class ModelRelay:
    """Answers what it is told. `inbox` has the contents that it took, with stuffed dots taken off again."""

    def __init__(self, moods: Iterable[Mood]) -> None:
        self.inbox: list[bytes] = []
        self._moods = iter(moods)
        self._mood = Mood.TAKES
        self._content: list[bytes] | None = None
        self._has: set[str] = set()

    def answer(self, octets: bytes) -> bytes:
        """Return the replies to whole lines."""
        replies = (self._hear(line) for line in octets.split(b"\r\n")[:-1])
        return "".join(f"{reply}\r\n" for reply in replies if reply).encode()

    def _hear(self, line: bytes) -> str:
        if self._content is not None:
            return self._hear_content(line)
        verb = line[:4].decode()
        if verb == "RSET":
            self._has.clear()
            return "250 forgotten"
        before = {"MAIL": set(), "RCPT": {"MAIL"}, "DATA": {"MAIL", "RCPT"}}[verb]
        if self._has != before:
            return "503 out of order"
        if verb == "MAIL":
            self._mood = next(self._moods)
        reply = self._mood.reply_at(verb, "354 go" if verb == "DATA" else "250 ok")
        if reply.startswith("2"):
            self._has.add(verb)
        if reply.startswith("354"):
            self._content = []
        return reply

    def _hear_content(self, line: bytes) -> str:
        assert self._content is not None
        if line != b".":
            self._content.append(line[1:] if line.startswith(b".") else line)
            return ""
        reply = self._mood.reply_at(".", "250 2.0.0 taken")
        if reply.startswith("2"):
            self.inbox.append(b"".join(one + b"\r\n" for one in self._content))
        self._content = None
        self._has.clear()
        return reply
