"""What a wire's report means for the ledger. Pure: values and the time in, an outcome out."""

from datetime import datetime

from digest.errors import UnsafeMessageError
from digest.model.mailings import ClaimedDelivery, DeliveryStatus, Doubt, Outcome
from digest.model.messages import Fate, Reply, Transmission
from digest.send.retry import next_attempt

_STATUS = {
    Fate.TAKEN: DeliveryStatus.SENT,
    Fate.LATER: DeliveryStatus.DEFERRED,
    Fate.NEVER: DeliveryStatus.REFUSED,
    Fate.NOT_SENT: DeliveryStatus.QUEUED,
    Fate.CUT: DeliveryStatus.IN_DOUBT,
    Fate.UNKNOWN: DeliveryStatus.IN_DOUBT,
}
_DOUBT = {Fate.CUT: Doubt.RELAY_CUT, Fate.UNKNOWN: Doubt.WE_ENDED}


def sent(delivery: ClaimedDelivery, reply: Reply | None) -> Outcome:
    """Return the outcome of a delivery that the relay took."""
    return Outcome(delivery.id, delivery.fence, DeliveryStatus.SENT, reply)


def decide_outcome(delivery: ClaimedDelivery, transmission: Transmission, *, now: datetime) -> Outcome:
    """Return what becomes of a delivery.

    What was not sent is queued again and costs no attempt. What the relay put off is due again on the retry schedule,
    and refused where that is over.
    """
    status, due_at = _STATUS[transmission.fate], None
    if status is DeliveryStatus.DEFERRED:
        due_at = next_attempt(now, delivery.attempts + 1)
        status = DeliveryStatus.DEFERRED if due_at else DeliveryStatus.REFUSED
    return Outcome(
        delivery_id=delivery.id,
        fence=delivery.fence,
        status=status,
        reply=transmission.reply,
        due_at=due_at,
        doubt=_DOUBT.get(transmission.fate),
    )


def put_off(delivery: ClaimedDelivery, reply: Reply | None, *, now: datetime) -> Outcome:
    """Return the outcome of a delivery that was refused for a fault of ours: it waits, and nobody has bounced."""
    due_at = next_attempt(now, min(delivery.attempts + 1, 15))
    return Outcome(
        delivery_id=delivery.id, fence=delivery.fence, status=DeliveryStatus.DEFERRED, reply=reply, due_at=due_at
    )


def refuse_unsafe(delivery: ClaimedDelivery, error: UnsafeMessageError) -> Outcome:
    """Return the outcome of a delivery whose message may not leave."""
    reply = Reply(code=554, enhanced="5.6.0", text=f"not sent: {error}")
    return Outcome(delivery_id=delivery.id, fence=delivery.fence, status=DeliveryStatus.REFUSED, reply=reply)


def put_off_unwritten(delivery: ClaimedDelivery, error: Exception, *, now: datetime) -> Outcome:
    """Return the outcome of a delivery whose message could not be written: a fault of the program's, to be mended."""
    said = f"not sent: its message could not be written ({type(error).__name__})"
    return put_off(delivery, Reply(code=451, enhanced="4.3.0", text=said), now=now)


def put_back(delivery: ClaimedDelivery, *, due_at: datetime | None = None) -> Outcome:
    """Return the outcome of a delivery that did not go; it is due as before, or at `due_at`."""
    return Outcome(
        delivery_id=delivery.id, fence=delivery.fence, status=DeliveryStatus.QUEUED, reply=None, due_at=due_at
    )
