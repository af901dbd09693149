"""Sending: from a topic, or from all that is under way, to a ledger with nothing due. What `digest send` does."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from digest.errors import InputError
from digest.flows.delivering import Delivered, Progress, deliver_mailing
from digest.flows.publishing import plan_edition, publish_edition
from digest.flows.services import Services
from digest.model.editions import EditionStatus
from digest.model.mailings import Mailing, MailingStatus
from digest.store import mailings

Bar = Callable[[str, int], AbstractContextManager[Progress]]
"""Opens a progress bar: its title, and how many deliveries it counts up to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What sending one mailing came to; without one, `shortfall` says why there is nothing to send."""

    title: str
    delivered: Delivered | None
    shortfall: str = ""


def send_topic(services: Services, slug: str, *, bar: Bar) -> Sent:
    """Send a topic's edition: build and plan what is missing, then deliver what is due.

    Raises NotFoundError, PreflightError, RelayError, and InputError while an editor holds the edition.
    """
    published = publish_edition(services, slug)
    if published.edition is None:
        return Sent(title=slug, delivered=None, shortfall=published.shortfall)
    if published.edition.status is EditionStatus.HELD:
        raise InputError(f"edition {published.edition.id} of {slug} is held; digest edition approve lets it go")
    mailing = plan_edition(services, published.edition)
    return _deliver(services, mailing, published.edition.topic.name, bar=bar)


def send_due(services: Services, *, bar: Bar) -> list[Sent]:
    """Go on with every mailing that is not complete, the oldest first."""
    with services.database.read() as tx:
        ids = reversed(mailings.list_mailing_ids(tx, status=MailingStatus.OPEN))
        waiting = [mailings.require_mailing(tx, one) for one in ids]
    return [_deliver(services, one, f"mailing {one.id}", bar=bar) for one in waiting]


def _deliver(services: Services, mailing: Mailing, title: str, *, bar: Bar) -> Sent:
    with bar(f"Sending {title}", mailing.planned) as progress:
        delivered = deliver_mailing(services, mailing.id, progress=progress)
    return Sent(title=title, delivered=delivered)
