"""How a connection ends, and the limits within which it is kept."""

from dataclasses import dataclass
from enum import StrEnum

from digest.errors import JournalError
from digest.model.messages import Reply


class EndReason(StrEnum):
    """Why a connection is over.

    `retired`: it was asked to, or had served its time, and said QUIT. `closed by 421`: the relay ended it and said so.
    `cut`: it hung up without a word. `broken`: it said what makes no sense. `timed out`: it said nothing for too long.
    `unusable`: it takes no mail from us at all. `aborted`: we hung up, as asked or because the journal failed.
    """

    RETIRED = "retired"
    CLOSED_421 = "closed by 421"
    CUT = "cut"
    BROKEN = "broken"
    TIMED_OUT = "timed out"
    UNUSABLE = "unusable"
    ABORTED = "aborted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A connection's end: the reply that brought it about, if one did, and how many messages the relay had taken.

    `error` is why the journal could not be written, where that is why we hung up.
    """

    reason: EndReason
    served: int
    reply: Reply | None = None
    error: JournalError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """How long to wait at each step; the defaults are the least that RFC 5321 4.5.3.2 allows."""

    connect_s: float = 30
    greeting_s: float = 300
    command_s: float = 300
    data_s: float = 120
    block_s: float = 180
    final_dot_s: float = 600
    quit_s: float = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionLimits:
    """How many messages a connection carries, and for how many seconds it is kept, before it says QUIT."""

    messages: int
    seconds: float
