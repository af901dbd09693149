"""How `digest send` shows what became of a mailing, or of a test copy."""

from collections.abc import Sequence

from digest.cli.output import Json, json_time, say, show_time
from digest.cli.standing import totals_as_json
from digest.flows.sending import Sent
from digest.model.addresses import Address
from digest.model.messages import Transmission

_SHOWN = ("sent", "refused", "withdrawn", "deferred", "queued", "in_doubt")


def show_sent(sent: Sequence[Sent]) -> None:
    """Show a line for each mailing, and what is left to do."""
    if not sent:
        say("Nothing is under way. digest send SLUG sends a topic's edition.")
    for one in sent:
        if one.delivered is None:
            say(f"{one.title}: nothing to send. {one.shortfall}")
            continue
        totals = one.delivered.totals
        counts = [f"{getattr(totals, name)} {name.replace('_', ' ')}" for name in _SHOWN if getattr(totals, name)]
        say(f"{one.title}: {totals.planned} planned: {', '.join(counts) or 'nobody is subscribed yet'}")
        if one.delivered.next_due_at:
            say(f"  Next due at {show_time(one.delivered.next_due_at)}: digest send --due goes on then.")
        if totals.in_doubt:
            say(f"  In doubt: the relay may have taken {totals.in_doubt}; they are never sent again blindly.")


def sent_as_json(one: Sent) -> dict[str, Json]:
    """Return what sending one mailing came to."""
    return {
        "title": one.title,
        "shortfall": one.shortfall or None,
        "next_due_at": json_time(one.delivered.next_due_at) if one.delivered else None,
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
