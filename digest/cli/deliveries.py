"""How `digest send` shows what became of a mailing, or of a test copy."""

from collections.abc import Sequence
from pathlib import Path

from digest.cli.output import Json, json_time, say, show_time
from digest.cli.standing import totals_as_json
from digest.flows.sending import Sent
from digest.model.addresses import Address
from digest.model.mailings import MailingStatus
from digest.model.messages import Transmission

_SHOWN = ("sent", "refused", "withdrawn", "deferred", "queued", "in_doubt")


def show_sent(sent: Sequence[Sent], *, mailbox: Path | None) -> None:
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
        if one.delivered.held:
            say(f"  Another digest send has {one.delivered.held} of them in hand, and goes on.")
        if one.delivered.next_due_at:
            say(f"  Next due at {show_time(one.delivered.next_due_at)}: digest send --due goes on then.")
        if one.delivered.mailing.status is MailingStatus.PAUSED:
            mailing = one.delivered.mailing
            say(f"  Paused: {mailing.pause_reason or 'by hand'}. digest resume {mailing.id} lets it go on.")
        if totals.in_doubt:
            say(f"  In doubt: the relay may have taken {totals.in_doubt}. digest settle {totals.mailing_id} says how.")
    if mailbox and any(one.delivered and one.delivered.tried for one in sent):
        say(f"No DIGEST_SMTP_URL is set: the mails are in {mailbox}/new")


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
