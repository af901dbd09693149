"""Previewing: the mail as it would be if the topic's period closed now, to look at or to try out. Keeps nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from digest.errors import InputError, PreflightError
from digest.flows.letters import NO_MAILING, NOBODY, recipient_for
from digest.flows.publishing import curate_topic, find_current
from digest.flows.services import Services
from digest.model.addresses import Address
from digest.model.editions import Edition, Verdict
from digest.model.ids import SubscriberId
from digest.model.messages import CompiledEdition, Mailbox, Message, Recipient, Transmission
from digest.model.topics import Topic
from digest.render.compile import RenderedMail
from digest.render.preflight import check_edition
from digest.send.mime import build_skeleton
from digest.send.single import hand_over
from digest.store import editions, subscribers, topics
from digest.store.database import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a topic's next mail would be for one reader.

    `mail` is None, with a `shortfall` that says why, where there are too few stories. `faults` are what would keep
    the edition from being sent as it is.
    """

    verdicts: tuple[Verdict, ...]
    shortfall: str = ""
    faults: tuple[str, ...] = ()
    edition: Edition | None = None
    compiled: CompiledEdition | None = None
    mail: RenderedMail | None = None
    recipient: Recipient | None = None


class _Reader(NamedTuple):
    mailbox: Mailbox
    id: SubscriberId


def preview_edition(services: Services, slug: str, *, reader: Address) -> Preview:
    """Return the topic's next mail as `reader` would get it; by name and links, if they are a subscriber.

    An edition that is built and not sent yet is the next one; else the period closes now. Raises NotFoundError.
    """
    now = services.clock.now()
    with services.database.read() as tx:
        topic = topics.find_topic(tx, slug)
        edition, verdicts, shortfall = _next_edition(tx, topic, now=now)
        found = _find_reader(tx, reader)
    if edition is None:
        return Preview(verdicts=tuple(verdicts), shortfall=shortfall)
    return _render(services, edition, verdicts, reader=found, now=now)


def preview_last_edition(services: Services, slug: str, *, reader: Address) -> Preview | None:
    """Return the mail of the topic's last edition once more, or None before the first. Raises NotFoundError."""
    with services.database.read() as tx:
        edition = editions.last_edition(tx, topics.find_topic(tx, slug).id)
        found = _find_reader(tx, reader)
    return _render(services, edition, (), reader=found, now=services.clock.now()) if edition else None


def _render(
    services: Services, edition: Edition, verdicts: Sequence[Verdict], *, reader: _Reader, now: datetime
) -> Preview:
    compiler = services.open_compiler()
    compiled = compiler.compile_edition(edition)
    recipient = recipient_for(
        services, edition, mailbox=reader.mailbox, subscriber_id=reader.id, mailing_id=NO_MAILING, now=now
    )
    return Preview(
        verdicts=tuple(verdicts),
        faults=check_edition(compiled, services.publication),
        edition=edition,
        compiled=compiled,
        mail=compiler.render_for_reader(edition, recipient.values),
        recipient=recipient,
    )


def _next_edition(tx: Transaction, topic: Topic, *, now: datetime) -> tuple[Edition | None, Sequence[Verdict], str]:
    current = find_current(tx, topic, now=now)
    if current is not None and current.id is not None:
        return current, editions.list_verdicts(tx, current.id), ""
    curated = curate_topic(tx, topic, now=now)
    return curated.edition, curated.verdicts, curated.shortfall


def _find_reader(tx: Transaction, address: Address) -> _Reader:
    found = subscribers.find_subscriber(tx, address)
    if found is None:
        return _Reader(Mailbox(name="", address=address), NOBODY)
    return _Reader(Mailbox(name=found.name, address=found.address), found.id)


def write_message(services: Services, preview: Preview) -> Message:
    """Return a preview's mail as the bytes that would be sent. Raises UnsafeMessageError."""
    if preview.compiled is None or preview.recipient is None:
        raise InputError(preview.shortfall)
    skeleton = build_skeleton(preview.compiled, sender=services.sender, signer=services.open_signer())
    return skeleton.message_for(preview.recipient)


def send_test_copy(services: Services, slug: str, *, to: Address) -> Transmission:
    """Send one copy of the topic's next mail, without a trace in the ledger; return what became of it.

    Where nothing new makes an edition, it is the last one again. Raises InputError where there was none yet either,
    PreflightError where it must not go out, RelayError.
    """
    preview = preview_edition(services, slug, reader=to)
    if preview.edition is None:
        preview = preview_last_edition(services, slug, reader=to) or preview
    if preview.faults:
        raise PreflightError(f"the next edition of {slug}", preview.faults)
    message = write_message(services, preview)
    return hand_over(message, open_wire=services.open_wire)
