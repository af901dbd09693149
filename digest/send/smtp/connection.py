"""A connection to a relay: opened, kept for a set number of messages and seconds, ended once."""

import asyncio
import ssl
from collections.abc import Callable

from digest.send.relay import Relay
from digest.send.smtp.endings import ConnectionLimits, Ending, Timeouts
from digest.send.smtp.handshake import shake_hands
from digest.send.smtp.offers import Offers
from digest.send.smtp.opening import Opening
from digest.send.smtp.stream import Stream
from digest.send.smtp.transactions import Transactions
from digest.send.wire import Outbox


class Connection:
    """An open connection. Once woken it takes message after message from the outbox, and reports each to it."""

    def __init__(
        self,
        stream: Stream,
        offers: Offers,
        *,
        outbox: Outbox,
        timeouts: Timeouts,
        limits: ConnectionLimits,
        on_end: Callable[["Connection", Ending], None],
    ) -> None:
        self._on_end = on_end
        self._retirement = asyncio.get_running_loop().call_later(limits.seconds, self.retire)
        self._transactions = Transactions(
            stream, outbox=outbox, offers=offers, timeouts=timeouts, limits=limits, on_end=self._end
        )
        stream.listener = self._transactions

    @classmethod
    async def open(
        cls,
        relay: Relay,
        *,
        outbox: Outbox,
        tls: ssl.SSLContext,
        timeouts: Timeouts,
        limits: ConnectionLimits,
        on_end: Callable[["Connection", Ending], None],
    ) -> "Connection":
        """Return a connection that is ready for mail, and idle until it is woken. Raises RelayError.

        `tls` judges the relay's certificate and name. `on_end` hears of the end once, after all that was taken has
        landed; the connection is of no use then.
        """
        opening = await Opening.connect(relay, tls, wait_s=timeouts.connect_s)
        try:
            offers = await shake_hands(opening, relay, timeouts=timeouts)
            opening.check()
        except BaseException:
            opening.stream.hang_up()
            raise
        return cls(opening.stream, offers, outbox=outbox, timeouts=timeouts, limits=limits, on_end=on_end)

    @property
    def is_idle(self) -> bool:
        """Whether it is open and nothing is on the wire."""
        return self._transactions.is_idle

    def wake(self) -> None:
        """If idle, take from the outbox."""
        self._transactions.go_on()

    def retire(self) -> None:
        """Take nothing more; say QUIT when what is on the wire has landed."""
        self._transactions.retire()

    def abort(self) -> None:
        """Hang up now; what is on the wire lands as `not sent`, or `unknown` where its final dot was written."""
        self._transactions.abort()

    def _end(self, ending: Ending) -> None:
        self._retirement.cancel()
        self._on_end(self, ending)
