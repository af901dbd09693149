"""Delivering: claim, hand over, record, in that order, until a mailing has nothing left that is due.

No transaction is open while mail is on the wire. A row is marked just ahead of its message, and its outcome is
written before the next one goes: a crash leaves at most one row a connection in doubt.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog

from digest.errors import RelayError, UnsafeMessageError
from digest.flows.letters import Letters
from digest.flows.services import Services
from digest.model.ids import DeliveryId, MailingId
from digest.model.mailings import ClaimedDelivery, DeliveryStatus, MailingTotals, Outcome
from digest.model.messages import Fate, Message, Reply, Transmission
from digest.send import presence
from digest.send.retry import next_attempt
from digest.send.transport import Transport
from digest.store import deliveries, mailings

LEASE = timedelta(minutes=15)
"""Longer than the ten minutes a relay may take over the final dot (RFC 5321 4.5.3.2.6)."""

_BATCH = 100
_PRESENCE_FOLDER = "workers"

Progress = Callable[[], None]
"""Told each time a delivery was tried."""

log = structlog.get_logger()


class Delivered(NamedTuple):
    """Where a mailing stands when nothing is due any more, after `tried` deliveries of this run.

    `next_due_at` is None where nothing waits. `held` are in the hands of another worker, which goes on.
    """

    totals: MailingTotals
    next_due_at: datetime | None
    tried: int
    held: int


def deliver_mailing(services: Services, mailing_id: MailingId, *, progress: Progress) -> Delivered:
    """Send a mailing's due deliveries, and say where it stands then. Running it again, or twice at once, is safe.

    Raises RelayError when the relay cannot be used and PreflightError for an edition that must not go out; what was
    not sent stays queued.
    """
    with _worker(services) as owner, closing(services.open_transport()) as transport:
        run = _Run(services, mailing_id, owner, Letters(services), transport, progress)
        tried = sum(iter(run.deliver_batch, 0))
    with services.database.begin() as tx:
        mailings.complete_mailing(tx, mailing_id, now=services.clock.now())
        return Delivered(
            totals=mailings.count_deliveries(tx, mailing_id),
            next_due_at=deliveries.next_due_at(tx, mailing_id),
            tried=tried,
            held=deliveries.count_held(tx, mailing_id),
        )


@contextmanager
def _worker(services: Services) -> Iterator[str]:
    """Work under a name of our own: free what dead workers held before, and what we hold after."""
    folder = services.home / _PRESENCE_FOLDER
    with presence.announce(folder) as owner:
        with services.database.begin() as tx:
            dead = presence.find_dead(folder, deliveries.list_owners(tx))
            freed = deliveries.take_over(tx, dead=dead, now=services.clock.now())
        presence.forget(folder, dead)
        if freed:
            log.warning("worker.taken_over", deliveries=freed, workers=len(dead))
        try:
            yield owner
        finally:
            with services.database.begin() as tx:
                deliveries.take_over(tx, dead=[owner], now=services.clock.now())


@dataclass(frozen=True, slots=True)
class _Run:
    """One worker's work on one mailing."""

    services: Services
    mailing_id: MailingId
    owner: str
    letters: Letters
    transport: Transport
    progress: Progress

    def deliver_batch(self) -> int:
        """Claim and send one batch; return how many it had. Raises RelayError where the relay took none of them."""
        now = self.services.clock.now()
        with self.services.database.begin() as tx:
            claimed = deliveries.claim_due(
                tx, self.mailing_id, owner=self.owner, now=now, lease_until=now + LEASE, limit=_BATCH
            )
        if not claimed:
            return 0
        by_id = {one.id: one for one in claimed}
        unsent = 0
        for transmission in self.transport.transmit(self._hand_over(claimed)):
            self._record(decide_outcome(by_id[transmission.delivery_id], transmission, now=self.services.clock.now()))
            unsent += transmission.fate is Fate.NOT_SENT
        if unsent == len(claimed):
            raise RelayError("of DIGEST_SMTP_URL", "it cut every session before a message was handed over")
        return len(claimed)

    def _hand_over(self, claimed: Sequence[ClaimedDelivery]) -> Iterator[tuple[DeliveryId, Message]]:
        """Yield the messages that may go, each marked just before, as the transport is ready for it."""
        for delivery in claimed:
            now = self.services.clock.now()
            try:
                message = self.letters.write(delivery, now=now)
            except UnsafeMessageError as error:
                self._record(_refuse_unsafe(delivery, error))
                continue
            with self.services.database.begin() as tx:
                may_go = deliveries.mark_handing_over(tx, delivery, now=now)
            if may_go:
                yield delivery.id, message

    def _record(self, outcome: Outcome) -> None:
        now = self.services.clock.now()
        with self.services.database.begin() as tx:
            was_ours = deliveries.record_outcome(tx, outcome, now=now)
        event = f"delivery.{outcome.status.value}" if was_ours else "delivery.lease_lost"
        log.info(event, delivery_id=outcome.delivery_id, code=outcome.reply.code if outcome.reply else None)
        self.progress()


def decide_outcome(delivery: ClaimedDelivery, transmission: Transmission, *, now: datetime) -> Outcome:
    """Return what a transport's report means for the ledger.

    What was not sent is queued again and costs no attempt. What the relay put off is due again on the retry schedule,
    and refused where that is over.
    """
    again_at = next_attempt(now, delivery.attempts + 1) if transmission.fate is Fate.LATER else None
    status = {
        Fate.TAKEN: DeliveryStatus.SENT,
        Fate.LATER: DeliveryStatus.DEFERRED if again_at else DeliveryStatus.REFUSED,
        Fate.NEVER: DeliveryStatus.REFUSED,
        Fate.NOT_SENT: DeliveryStatus.QUEUED,
        Fate.UNKNOWN: DeliveryStatus.IN_DOUBT,
    }[transmission.fate]
    return Outcome(
        delivery_id=delivery.id, fence=delivery.fence, status=status, reply=transmission.reply, due_at=again_at
    )


def _refuse_unsafe(delivery: ClaimedDelivery, error: UnsafeMessageError) -> Outcome:
    reply = Reply(code=554, enhanced="5.6.0", text=f"not sent: {error}")
    return Outcome(delivery_id=delivery.id, fence=delivery.fence, status=DeliveryStatus.REFUSED, reply=reply)
