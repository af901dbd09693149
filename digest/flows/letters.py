"""Letters: the messages of one mailing, each joined from its edition's ready bytes and one reader's values."""

from datetime import datetime
from typing import NamedTuple

from digest.flows.publishing import compile_sendable
from digest.flows.services import Services
from digest.model.editions import Edition
from digest.model.ids import EditionId, MailingId, SubscriberId
from digest.model.mailings import ClaimedDelivery
from digest.model.messages import Mailbox, Message, ReaderValues, Recipient
from digest.render.words import salutation
from digest.send.mime import MessageSkeleton, build_skeleton
from digest.store import editions

NOBODY = SubscriberId(0)
"""The reader of a preview or a test copy: their links grant nothing."""

NO_MAILING = MailingId(0)


def recipient_for(
    services: Services,
    edition: Edition,
    *,
    mailbox: Mailbox,
    subscriber_id: SubscriberId,
    mailing_id: MailingId,
    now: datetime,
    return_path: str = "",
) -> Recipient:
    """Return what makes an edition's message one reader's own: their links, greeting, ids, and the date `now`."""
    links, sender = services.links, services.sender
    token = links.unsubscribe_token(subscriber_id, edition.topic_id)
    return Recipient(
        mailbox=mailbox,
        values=ReaderValues(
            salutation=salutation(mailbox.name, lang=edition.topic.lang),
            address=mailbox.address.spelling,
            unsubscribe_url=links.unsubscribe_url(token),
            preferences_url=links.preferences_url(subscriber_id),
        ),
        message_id=links.message_id(mailing_id, subscriber_id, domain=sender.message_id_domain),
        unsubscribe_mailto=links.unsubscribe_mailbox(token, sender.unsubscribe_mailbox),
        date=now,
        return_path=return_path,
    )


class _Ready(NamedTuple):
    edition: Edition
    skeleton: MessageSkeleton


class Letters:
    """Makes a mailing's messages. Each set of editions is compiled, checked and encoded once, when first met."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._compiler = services.open_compiler()
        self._signer = services.open_signer()
        self._ready: dict[tuple[EditionId, ...], _Ready] = {}

    @property
    def are_signed(self) -> bool:
        """Return whether each message is signed, which takes longer than all the rest of writing it."""
        return self._signer is not None

    def prepare(self, edition_ids: tuple[EditionId, ...]) -> None:
        """Have a set of editions ready, so that `write` need not compile it. Raises PreflightError."""
        if edition_ids not in self._ready:
            self._make_ready(edition_ids)

    def write(self, delivery: ClaimedDelivery, *, now: datetime) -> Message:
        """Return a delivery's message, dated `now`.

        Raises PreflightError for an edition that must not go out, and UnsafeMessageError where one of this reader's
        values may not leave.
        """
        edition, skeleton = self._ready.get(delivery.edition_ids) or self._make_ready(delivery.edition_ids)
        bounces = self._services.sender.bounces
        recipient = recipient_for(
            self._services,
            edition,
            mailbox=Mailbox(name=delivery.name, address=delivery.address),
            subscriber_id=delivery.subscriber_id,
            mailing_id=delivery.mailing_id,
            now=now,
            return_path=self._services.links.bounce_address(delivery.id, bounces) if bounces else "",
        )
        return skeleton.message_for(recipient)

    def _make_ready(self, edition_ids: tuple[EditionId, ...]) -> _Ready:
        with self._services.database.read() as tx:
            carried = [editions.find_edition(tx, one) for one in edition_ids]
        first, *more = [compile_sendable(self._compiler, one, self._services) for one in carried]
        ready = _Ready(carried[0], build_skeleton(first, *more, sender=self._services.sender, signer=self._signer))
        self._ready[edition_ids] = ready
        return ready
