"""What a wire's report means for a notice. Pure: values and the time in, an outcome out."""

from datetime import datetime, timedelta

from digest.errors import UnsafeMessageError
from digest.model.messages import Fate, Reply, Transmission
from digest.model.notices import Notice, NoticeStatus
from digest.send.braking import Verdict, classify
from digest.send.retry import next_notice_attempt
from digest.store.notices import NoticeOutcome

_AFTER_A_LOST_SESSION = timedelta(minutes=1)
_TAKES_NO_MAIL = Reply(code=556, enhanced="5.1.10", text="not sent: its domain takes no mail (RFC 7505)")


def decide_outcome(notice: Notice, transmission: Transmission, *, now: datetime) -> NoticeOutcome:
    """Return what becomes of a notice.

    What was put off, or refused for what we are, goes again for a day. What may have been taken does not: a reader who
    misses a notice asks once more, and one who gets it twice is alarmed.
    """
    fate, reply = transmission.fate, transmission.reply
    if fate is Fate.TAKEN:
        return NoticeOutcome(notice.id, NoticeStatus.SENT, reply)
    if fate is Fate.NOT_SENT:
        return put_back(notice, due_at=now + _AFTER_A_LOST_SESSION)
    if fate is Fate.LATER or classify(transmission) is Verdict.OUR_FAULT:
        return put_off(notice, reply, now=now)
    return NoticeOutcome(notice.id, NoticeStatus.REFUSED if fate is Fate.NEVER else NoticeStatus.IN_DOUBT, reply)


def put_off(notice: Notice, reply: Reply | None, *, now: datetime) -> NoticeOutcome:
    """Return the outcome of a notice that is to go later, or is given up after a day."""
    due_at = next_notice_attempt(now, notice.attempts + 1)
    return NoticeOutcome(notice.id, NoticeStatus.QUEUED if due_at else NoticeStatus.REFUSED, reply, due_at)


def put_back(notice: Notice, *, due_at: datetime) -> NoticeOutcome:
    """Return the outcome of a notice that did not go, through no fault of its own: it costs no attempt."""
    return NoticeOutcome(notice.id, NoticeStatus.QUEUED, None, due_at)


def refuse_unsafe(notice: Notice, error: UnsafeMessageError) -> NoticeOutcome:
    """Return the outcome of a notice whose message may not leave."""
    return NoticeOutcome(notice.id, NoticeStatus.REFUSED, Reply(code=554, enhanced="5.6.0", text=f"not sent: {error}"))


def refuse_unreachable(notice: Notice) -> NoticeOutcome:
    """Return the outcome of a notice to a domain that has no mail host."""
    return NoticeOutcome(notice.id, NoticeStatus.REFUSED, _TAKES_NO_MAIL)


def put_off_unwritten(notice: Notice, error: Exception, *, now: datetime) -> NoticeOutcome:
    """Return the outcome of a notice that could not be written: a fault of the program's, to be mended."""
    said = f"not sent: it could not be written ({type(error).__name__})"
    return put_off(notice, Reply(code=451, enhanced="4.3.0", text=said), now=now)
