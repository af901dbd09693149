"""How `digest send` shows what became of a mailing, or of a test copy."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from digest.cli.output import Json, json_time, say, show_time
from digest.cli.standing import describe_pause, totals_as_json
from digest.flows.delivering import Delivered
from digest.flows.sending import Sent
from digest.model.addresses import Address
from digest.model.mailings import MailingStatus
from digest.model.messages import Transmission

_SHOWN = ("sent", "refused", "withdrawn", "deferred", "queued", "in_doubt")


def show_sent(sent: Sequence[Sent], *, mailbox: Path | None, now: datetime) -> None:
    """Show a line for each mailing, what is left to do, and where the mails are if that is on this machine."""
    if not sent:
        say("Nothing is under way. digest send SLUG sends a topic's edition.")
    for one in sent:
        if one.delivered is None:
            say(f"Nothing to send: {one.shortfall}")
            continue
        totals = one.delivered.totals
        counts = [f"{getattr(totals, name)} {name.replace('_', ' ')}" for name in _SHOWN if getattr(totals, name)]
        was_done = "sent before, nothing left to do; " if totals.is_complete and not one.delivered.tried else ""
        say(f"{one.title}: {was_done}{totals.planned} planned: {', '.join(counts) or 'nobody may get it'}")
        for line in _what_is_left(one.delivered, now=now):
            say(f"  {line}")
    if mailbox and any(one.delivered and one.delivered.tried for one in sent):
        say(f"No DIGEST_SMTP_URL is set: the mails are in {mailbox}/new")


def _what_is_left(delivered: Delivered, *, now: datetime) -> Iterator[str]:
    """Yield a sentence for each reason why a mailing is not over, and who goes on with it."""
    mailing, totals = delivered.mailing, delivered.totals
    if delivered.held:
        yield f"Another digest send has {delivered.held} of them in hand, and goes on."
    if mailing.status is MailingStatus.PAUSED:
        yield f"It is {describe_pause(mailing)}"
    elif delivered.next_due_at and delivered.next_due_at > now:
        yield f"Next due at {show_time(delivered.next_due_at)}: digest send --due goes on then."
    elif delivered.next_due_at:
        yield "It ended with mails still due: run digest send --due. Workers, where there are any, go on by themselves."
    if totals.in_doubt:
        yield f"In doubt: the relay may have taken {totals.in_doubt}. digest settle {totals.mailing_id} says how."


def sent_as_json(one: Sent) -> dict[str, Json]:
    """Return what sending one mailing came to."""
    return {
        "title": one.title,
        "shortfall": one.shortfall or None,
        "next_due_at": json_time(one.delivered.next_due_at) if one.delivered else None,
        "tried": one.delivered.tried if one.delivered else 0,
        "held": one.delivered.held if one.delivered else 0,
        "totals": totals_as_json(one.delivered.totals) if one.delivered else None,
    }


def show_transmission(transmission: Transmission, to: Address) -> None:
    """Show what became of a test copy."""
    reply = transmission.reply
    said = f": {reply.code} {reply.enhanced} {reply.text}".replace("  ", " ") if reply else ""
    say(f"Test copy to {to}: {transmission.fate.value}{said}")


def transmission_as_json(transmission: Transmission) -> dict[str, Json]:
    """Return what became of a test copy."""
    reply = transmission.reply
    return {
        "fate": transmission.fate.value,
        "reply": {"code": reply.code, "enhanced": reply.enhanced, "text": reply.text} if reply else None,
    }
