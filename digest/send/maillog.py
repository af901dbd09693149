"""A relay's log as evidence: what a Postfix did with mails of ours, by their Message-ID.

One mail is many lines, joined by Postfix's queue id. `cleanup` names the Message-ID while the content still comes in,
so that line alone proves nothing; the relay has taken responsibility (RFC 5321 4.2.5) once `qmgr` queues the mail, or
a delivery agent tells of it. Read line by line: a log of any length takes the memory of the mails that are asked for.
"""

import gzip
import re
import zlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from digest.errors import InputError
from digest.model.messages import Reply

_MAX_LINE_OCTETS = 16 * 1024
_MAX_SAID_CHARS = 500
_LINE = re.compile(
    rb"(?P<stamp>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\d[T ][\d:.,]+(?:Z|[+-]\d\d:?\d\d)?) \S+ "
    rb"[\w./-]+/(?P<daemon>[\w-]+)\[\d+\]: (?P<queue_id>[0-9A-Za-z]+): (?P<said>.*)"
)
_MESSAGE_ID = re.compile(rb"message-id=<([^>]+)>")
_STATUS = re.compile(rb"to=<.*?, dsn=(?P<dsn>[245]\.\d{1,3}\.\d{1,3}), status=(?P<status>\w+) \((?P<words>.*)")
_EXPIRED = re.compile(rb"from=<.*?>, status=(?:force-)?expired,")
_REPLY = re.compile(r"(?:^|said: )(?P<code>[245]\d\d)[ -](?:(?P<enhanced>[245]\.\d{1,3}\.\d{1,3}) )?(?P<text>.*)")


class Taken(StrEnum):
    """What became of a mail at a relay that took it."""

    SENT = "sent"
    BOUNCED = "bounced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """What a log says of a mail that the relay took, and in whose words.

    While the relay still tries, or keeps silent, the mail is `sent`: it is the relay's to deliver or to bounce.
    """

    taken: Taken
    reply: Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class MailLog:
    """What a log says of the mails that were asked for. `first` and `last` are its times, as they are written in it."""

    logged: dict[str, Logged]
    lines: int
    first: str
    last: str


@contextmanager
def open_maillog(path: Path) -> Iterator[Iterator[bytes]]:
    """Yield the lines of a log, plain or packed by gzip; an endless line comes in pieces. Raises InputError."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            yield iter(lambda: file.readline(_MAX_LINE_OCTETS), b"")
    except (OSError, EOFError, zlib.error) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise InputError(f"the log {path} cannot be read: {why}") from error


def read_maillog(lines: Iterable[bytes], wanted: Collection[str]) -> MailLog:
    """Return what a log says of the mails with these Message-IDs (without brackets).

    The latest word counts. Queue ids are used again once their mail is removed, and a mail may have several.
    """
    search = _Search(wanted)
    for line in lines:
        search.read(line)
    return MailLog(logged=search.logged, lines=search.lines, first=search.first, last=search.last)


_TAKEN_BY_STATUS = {b"sent": Taken.SENT, b"bounced": Taken.BOUNCED}
_GIVEN_UP = Logged(
    taken=Taken.BOUNCED,
    reply=Reply(code=554, enhanced="5.4.7", text="delivery time expired, says the relay's log"),  # RFC 3463 3.5
)


class _Search:
    """The reading of one log: which queue ids are ours by now, and the latest word on each mail."""

    def __init__(self, wanted: Collection[str]) -> None:
        self._wanted = {one.encode(): one for one in wanted}
        self._ours: dict[bytes, str] = {}
        self.logged: dict[str, Logged] = {}
        self.lines = 0
        self.first = self.last = ""

    def read(self, line: bytes) -> None:
        found = _LINE.match(line)
        if found is None:
            return
        self.lines += 1
        self.last = found["stamp"].decode()
        self.first = self.first or self.last
        if found["daemon"] == b"cleanup":
            self._meet(found["queue_id"], found["said"])
        elif (ours := self._ours.get(found["queue_id"])) is not None:
            self._hear(ours, found["queue_id"], found["said"])

    def _meet(self, queue_id: bytes, said: bytes) -> None:
        named = _MESSAGE_ID.match(said)
        if named is None:
            return
        self._ours.pop(queue_id, None)
        if (ours := self._wanted.get(named[1])) is not None:
            self._ours[queue_id] = ours

    def _hear(self, message_id: str, queue_id: bytes, said: bytes) -> None:
        status = _STATUS.match(said)
        if status is not None:
            self._weigh(message_id, status)
        elif _EXPIRED.match(said):
            self.logged[message_id] = _GIVEN_UP
        elif said.endswith(b"(queue active)"):
            self.logged.setdefault(message_id, _queued(queue_id))
        elif said.strip() == b"removed":
            del self._ours[queue_id]

    def _weigh(self, message_id: str, status: re.Match[bytes]) -> None:
        taken = _TAKEN_BY_STATUS.get(status["status"])
        if taken is None:
            return  # deferred: the relay has the mail, and goes on trying
        words = status["words"].decode(errors="replace").removesuffix(")")
        reply = _read_reply(words, dsn=status["dsn"].decode())
        self.logged[message_id] = Logged(taken=taken, reply=reply)


def _queued(queue_id: bytes) -> Logged:
    reply = Reply(code=250, enhanced="2.0.0", text=f"queued as {queue_id.decode()}, says the relay's log")
    return Logged(taken=Taken.SENT, reply=reply)


def _read_reply(words: str, *, dsn: str) -> Reply:
    """Return the reply that a status line quotes; where it quotes none, one that its DSN code stands for."""
    quoted = _REPLY.search(words)
    text = (quoted["text"] if quoted else words)[:_MAX_SAID_CHARS]
    code = int(quoted["code"]) if quoted else {"2": 250, "4": 451, "5": 550}[dsn[0]]
    return Reply(code=code, enhanced=dsn, text="".join(char if char.isprintable() else "\ufffd" for char in text))
