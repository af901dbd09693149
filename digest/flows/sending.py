"""Sending: from a topic, or from all that is under way, to a ledger with nothing due. What `digest send` does."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import structlog

from digest.errors import InputError, PreflightError, RelayError, UnusableRelayError
from digest.flows.delivering import Delivered, Progress, Stop, deliver_mailing
from digest.flows.maintaining import name_mailing
from digest.flows.publishing import plan_edition, publish_edition
from digest.flows.services import Services
from digest.flows.sweeping import settle_ledger
from digest.model.editions import Edition, EditionStatus
from digest.model.mailings import Mailing, MailingStatus
from digest.store import control, mailings, subscribers

log = structlog.get_logger()

Bar = Callable[[str, int], AbstractContextManager[Progress]]
"""Opens a progress bar: its title, and how many deliveries it counts up to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What sending one mailing came to; without one, `shortfall` says why there is nothing to send."""

    title: str
    delivered: Delivered | None
    shortfall: str = ""


def send_topic(services: Services, slug: str, *, bar: Bar, stop: Stop) -> Sent:
    """Send a topic's edition: build and plan what is missing, then deliver what is due.

    An edition that nobody would get is built, and waits. Raises NotFoundError, SettingsError, InputError while an
    editor holds the edition, and what `deliver_mailing` raises.
    """
    services.open_wire()  # what is missing to send at all is said before a period is closed
    published = publish_edition(services, slug)
    edition = published.edition
    if edition is None:
        return Sent(title=slug, delivered=None, shortfall=published.shortfall)
    if edition.status is EditionStatus.HELD:
        raise InputError(f"edition {edition.id} of {slug} is held; digest edition approve {edition.id} lets it go")
    if _waits_for_readers(services, edition):
        return Sent(title=edition.topic.name, delivered=None, shortfall=_say_nobody(edition))
    return _deliver(services, plan_edition(services, edition), edition.topic.name, bar=bar, stop=stop)


def _waits_for_readers(services: Services, edition: Edition) -> bool:
    now = services.clock.now()
    with services.database.read() as tx:
        is_planned = edition.id is not None and mailings.find_mailing_of(tx, edition.id) is not None
        return not is_planned and not subscribers.count_readers(tx, now=now).get(edition.topic.slug)


def _say_nobody(edition: Edition) -> str:
    return (
        f"Edition {edition.id} of {edition.topic.name} waits: nobody is subscribed and confirmed yet; "
        f"digest subscriber add EMAIL --topic {edition.topic.slug} --confirmed"
    )


def send_due(services: Services, *, bar: Bar, stop: Stop) -> list[Sent]:
    """Go on with every mailing that is open, the oldest first, after settling what is in doubt and can be settled.

    Of one that is paused it is said why. One that must not go out as it is holds up no other: its error is raised once
    the others have had their turn. Raises what `deliver_mailing` raises; any other error ends the round at once.
    """
    under_way = settle_ledger(services)
    with services.database.read() as tx:
        titles = [name_mailing(tx, one) for one in under_way]
    sent: list[Sent] = []
    faults: list[PreflightError | InputError] = []
    for mailing, title in zip(under_way, titles, strict=True):
        if stop():
            break
        try:
            sent.append(_deliver(services, mailing, title, bar=bar, stop=stop))
        except (PreflightError, InputError) as error:
            faults.append(error)
    if faults:
        for other in faults[1:]:
            faults[0].add_note(str(other))
        raise faults[0]
    return sent


def deliver_due(services: Services, *, stop: Stop) -> None:
    """Go on with every open mailing until nothing is due, and say nothing: what a worker does when it is nudged."""
    send_due(services, bar=_no_bar, stop=stop)


def _no_bar(_title: str, _total: int) -> AbstractContextManager[Progress]:
    return nullcontext(lambda _count: None)


def _deliver(services: Services, mailing: Mailing, title: str, *, bar: Bar, stop: Stop) -> Sent:
    if mailing.status is MailingStatus.PAUSED:
        paused = f"{title} is paused: {mailing.pause_reason}; digest resume {mailing.id} lets it go on"
        return Sent(title=title, delivered=None, shortfall=paused)
    try:
        with bar(f"Sending {title}", mailing.planned) as progress:
            delivered = deliver_mailing(services, mailing.id, progress=progress, stop=stop)
    except UnusableRelayError as error:
        _pause(services, mailing, reason=str(error))
        error.add_note(f"{title} is paused. See to DIGEST_SMTP_URL or its relay, then: digest resume {mailing.id}")
        raise
    except RelayError as error:
        error.add_note("What was not sent stays queued. See to DIGEST_SMTP_URL or its relay, then: digest send --due")
        raise
    return Sent(title=title, delivered=delivered)


def _pause(services: Services, mailing: Mailing, *, reason: str) -> None:
    """Let nobody try a relay that refuses us again and again: it may lock the account."""
    with services.database.begin() as tx:
        if control.pause_mailing(tx, mailing.id, reason=reason):
            log.warning("mailing.paused", mailing_id=mailing.id, reason=reason)
