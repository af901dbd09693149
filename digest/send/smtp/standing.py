"""How relays stand: what is open to each, what went wrong, and which gets the next connection. Told the time."""

import math
from collections.abc import Iterable

from digest.errors import RelayError, UnusableRelayError
from digest.model.messages import Reply
from digest.send.quoting import quote_reply
from digest.send.relay import Relay
from digest.send.smtp.endings import Ending, EndReason

_FIRST_BACKOFF_S = 0.5
_MAX_BACKOFF_S = 300.0
_MAX_FRUITLESS = 3
AS_ASKED = frozenset({EndReason.RETIRED, EndReason.ABORTED})


class Standing:
    """One relay's standing. `held` connections are open or being opened, `opened` were ever.

    `trouble` is what went wrong last, None once it is over. After trouble the relay is left alone until `retry_at_s`,
    each time for twice as long; after a session in which it took nothing, it is on trial: one connection at a time. One
    that will not have our mail at all `is_barred` for good.
    """

    def __init__(self, relay: Relay) -> None:
        self.relay = relay
        self.held = 0
        self.opened = 0
        self.trouble: RelayError | None = None
        self.retry_at_s = -math.inf
        self.is_barred = False
        self._is_opening = False
        self._unreached = 0
        self._fruitless = 0
        self._fruitless_at_s = -math.inf

    @property
    def is_on_trial(self) -> bool:
        """Return whether its last session ended without anything taken."""
        return self._fruitless > 0

    @property
    def is_hopeless(self) -> bool:
        """Return whether there is no use in waiting: it refuses us, ends every session, or was never reached."""
        never_reached = self.trouble is not None and not self.opened
        return self.is_barred or never_reached or self._fruitless >= _MAX_FRUITLESS

    def may_open(self, at_s: float) -> bool:
        """Return whether another connection may be opened: one at a time."""
        limit = 1 if self.is_on_trial else self.relay.connections
        return not (self.is_barred or self._is_opening) and self.held < limit and at_s >= self.retry_at_s

    def begin(self) -> None:
        """Hear that a connection is being opened."""
        self._is_opening = True
        self.held += 1

    def succeed(self) -> None:
        """Hear that it is open."""
        self._is_opening = False
        self._unreached = 0
        self.opened += 1
        self._get_over_trouble()

    def fail(self, error: RelayError, at_s: float) -> None:
        """Hear that it could not be opened."""
        self._is_opening = False
        self.held -= 1
        self._unreached += 1
        self.trouble = error
        self.is_barred |= isinstance(error, UnusableRelayError)
        self._back_off(self._unreached, at_s)

    def acquit(self) -> None:
        """Hear that it took a message."""
        self._fruitless = 0
        self._get_over_trouble()

    def end(self, ending: Ending, *, was_asked: bool, opened_at_s: float, at_s: float) -> None:
        """Hear how a connection ended; `was_asked` says whether it was asked to carry anything.

        Of connections that end together, one counts: the others were opened before that was known.
        """
        self.held -= 1
        if ending.reason is EndReason.UNUSABLE:
            self.is_barred = True
            self.trouble = UnusableRelayError(str(self.relay), f"it takes no mail from us{_shown(ending.reply)}")
        elif ending.served:
            self.acquit()
        elif was_asked and ending.reason not in AS_ASKED and opened_at_s > self._fruitless_at_s:
            self._fruitless += 1
            self._fruitless_at_s = at_s
            many = "a session" if self._fruitless == 1 else f"{self._fruitless} sessions one after the other"
            why = f"it ended {many} without taking anything ({ending.reason}){_shown(ending.reply)}"
            self.trouble = RelayError(str(self.relay), why)
            self._back_off(self._fruitless, at_s)

    def _get_over_trouble(self) -> None:
        if not (self.is_barred or self.is_on_trial):
            self.trouble = None

    def _back_off(self, times: int, at_s: float) -> None:
        self.retry_at_s = at_s + min(_MAX_BACKOFF_S, _FIRST_BACKOFF_S * 2.0 ** min(times - 1, 20))


def choose(standings: Iterable[Standing], at_s: float) -> Standing | None:
    """Return the relay that gets the next connection, if one may.

    That is the one that has the fewest for its weight; of several, the one that had the fewest so far.
    """
    able = (one for one in standings if one.may_open(at_s))
    return min(able, key=lambda one: (one.held / one.relay.weight, one.opened / one.relay.weight), default=None)


def _shown(reply: Reply | None) -> str:
    return f": {quote_reply(reply)}" if reply else ""
