"""Messages in flight: taken from an outbox and not landed yet, each of which lands exactly once."""

from digest.model.messages import Fate, Reply, Step, Transmission
from digest.send.smtp.envelopes import unsuitable
from digest.send.smtp.offers import Offers
from digest.send.smtp.replies import Said, make_reply
from digest.send.wire import Departure, Outbox


class Flight:
    """The messages of one connection that are in flight, at most `may_take` in all.

    `dotted` waits for the reply to its final dot; `offered` has said its envelope, or part of it; `ahead` is taken, and
    is offered in the very write that dots the one before it.
    """

    def __init__(self, outbox: Outbox, offers: Offers, *, may_take: int) -> None:
        self.may_take = may_take
        self.dotted: Departure | None = None
        self.offered: Departure | None = None
        self.ahead: Departure | None = None
        self._outbox = outbox
        self._offers = offers

    def take(self) -> Departure | None:
        """Return the next message that this relay can carry; those that it cannot land at once."""
        while self.may_take > 0 and (taken := self._outbox.take()) is not None:
            refusal = unsuitable(taken.message, self._offers)
            if refusal is None:
                self.may_take -= 1
                return taken
            self._land(taken, Fate.NEVER, reply=refusal)
        return None

    def leave(self, departure: Departure) -> None:
        """Announce the final dot of the offered message, which is written next. Raises JournalError: it must not be."""
        self._outbox.leaving(departure.delivery_id)
        self.dotted, self.offered, self.ahead = departure, self.ahead, None

    def land_dotted(self, fate: Fate, said: Said) -> None:
        """Land the message whose final dot a reply is about."""
        departure, self.dotted = self.dotted, None
        self._land(departure, fate, reply=make_reply(said), step=Step.DOT)

    def land_offered(self, fate: Fate, said: Said, step: Step) -> None:
        """Land the message whose envelope a reply is about, unless an earlier reply did."""
        departure, self.offered = self.offered, None
        self._land(departure, fate, reply=make_reply(said), step=step)

    def land_all(self, *, if_dotted: Fate) -> None:
        """Land what is left, and take nothing more."""
        self.may_take = 0
        dotted, offered, ahead = self.dotted, self.offered, self.ahead
        self.dotted = self.offered = self.ahead = None
        self._land(dotted, if_dotted)
        self._land(offered, Fate.NOT_SENT)
        self._land(ahead, Fate.NOT_SENT)

    def _land(
        self, departure: Departure | None, fate: Fate, *, reply: Reply | None = None, step: Step | None = None
    ) -> None:
        if departure is not None:
            self._outbox.landed(
                Transmission(delivery_id=departure.delivery_id, fate=fate, reply=reply, step=step if reply else None)
            )
