"""Mailings and deliveries: what goes out at one slot, and to each reader once. The state machine of promise 2 to 4."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from digest.model.addresses import Address
from digest.model.ids import DeliveryId, EditionId, MailingId, SubscriberId, TopicId
from digest.model.messages import Reply


class MailingKind(StrEnum):
    """What a mailing carries."""

    EDITION = "edition"


class MailingStatus(StrEnum):
    """A mailing is open until each of its rows is settled; while it is paused, no more of it goes out."""

    OPEN = "open"
    PAUSED = "paused"
    COMPLETE = "complete"


class Doubt(StrEnum):
    """Why nobody knows whether the relay has a mail: who broke off after its final dot.

    we_ended    the worker died, or stopped waiting: the relay has it in all likelihood
    relay_cut   the relay cut the connection: it never took responsibility (RFC 5321 4.2.5, RFC 1047)
    """

    WE_ENDED = "we_ended"
    RELAY_CUT = "relay_cut"


class DoubtPolicy(StrEnum):
    """What a topic does with mails in doubt that no evidence settles.

    by_cause    resend once where the relay cut; else hold, and close as presumed sent after a day
    resend      resend once, whoever broke off
    never       resend nothing: hold, and close as presumed sent after a day
    """

    BY_CAUSE = "by_cause"
    RESEND = "resend"
    NEVER = "never"


class DeliveryStatus(StrEnum):
    """Where one delivery stands.

    queued        planned, nobody works on it
    claimed       a worker holds it under a lease; nothing is on the wire
    handing_over  its worker is at the wire; from here a crash leaves it in doubt
    sent          the relay took responsibility (250 after the final dot)
    deferred      the relay said "later" (4yz); due again at `due_at`
    refused       the relay said "never" (5yz), or we gave up, or no message could be made
    withdrawn     the reader left, paused or was suppressed before it was sent
    in_doubt      the final dot was written and no reply came
    """

    QUEUED = "queued"
    CLAIMED = "claimed"
    HANDING_OVER = "handing_over"
    SENT = "sent"
    DEFERRED = "deferred"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    IN_DOUBT = "in_doubt"

    def may_become(self, status: "DeliveryStatus") -> bool:
        """Return whether a delivery may change from this status to that."""
        return status in CHANGES[self]


WAITING = frozenset({DeliveryStatus.QUEUED, DeliveryStatus.DEFERRED})
CHANGES: Mapping[DeliveryStatus, frozenset[DeliveryStatus]] = {
    DeliveryStatus.QUEUED: frozenset({DeliveryStatus.CLAIMED, DeliveryStatus.WITHDRAWN}),
    DeliveryStatus.CLAIMED: frozenset(
        {
            DeliveryStatus.QUEUED,
            DeliveryStatus.HANDING_OVER,
            DeliveryStatus.WITHDRAWN,
            DeliveryStatus.REFUSED,
            # By evidence alone, where the database lost the mark that it had committed (a fail-over to a replica).
            DeliveryStatus.SENT,
            DeliveryStatus.DEFERRED,
            DeliveryStatus.IN_DOUBT,
        }
    ),
    DeliveryStatus.HANDING_OVER: frozenset(
        {
            DeliveryStatus.QUEUED,
            DeliveryStatus.SENT,
            DeliveryStatus.DEFERRED,
            DeliveryStatus.REFUSED,
            DeliveryStatus.IN_DOUBT,
        }
    ),
    DeliveryStatus.DEFERRED: frozenset({DeliveryStatus.CLAIMED, DeliveryStatus.WITHDRAWN, DeliveryStatus.REFUSED}),
    DeliveryStatus.IN_DOUBT: frozenset(
        {DeliveryStatus.QUEUED, DeliveryStatus.SENT, DeliveryStatus.DEFERRED, DeliveryStatus.REFUSED}
    ),
    DeliveryStatus.SENT: frozenset(),
    DeliveryStatus.REFUSED: frozenset(),
    DeliveryStatus.WITHDRAWN: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """What goes out at one slot. `planned` is the number of deliveries it was planned with.

    `topic_ids` are those of the editions it carries, each in the same place; two editions are never of one topic.
    `pause_reason` says why it is paused, and is empty while it is not.
    """

    id: MailingId
    kind: MailingKind
    slot_at: datetime
    status: MailingStatus
    planned: int
    edition_ids: tuple[EditionId, ...]
    topic_ids: tuple[TopicId, ...]
    pause_reason: str = ""
    recalled_at: datetime | None = None

    @property
    def may_go_on(self) -> bool:
        """Return whether more of it may go out now."""
        return self.status is MailingStatus.OPEN and self.recalled_at is None


class ClaimedDelivery(NamedTuple):
    """A delivery under our lease, with what its message needs. `fence` must match when the outcome is recorded."""

    id: DeliveryId
    mailing_id: MailingId
    subscriber_id: SubscriberId
    fence: int
    attempts: int
    address: Address
    name: str
    edition_ids: tuple[EditionId, ...]


class Outcome(NamedTuple):
    """What became of a claimed delivery.

    `due_at` says when to try again, for `deferred` and `queued`; `doubt` who broke off, for `in_doubt`.
    """

    delivery_id: DeliveryId
    fence: int
    status: DeliveryStatus
    reply: Reply | None
    due_at: datetime | None = None
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyCount:
    """How many of a mailing's deliveries stand where, after which reply of the relay; `text` is one of its wordings."""

    status: DeliveryStatus
    code: int
    enhanced: str
    text: str
    deliveries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MailingTotals:
    """A mailing's rows by status. `presumed_sent` are in-doubt rows closed as sent, counted apart.

    `is_pruned`: the rows are gone, and this is what they came to.
    """

    mailing_id: MailingId
    planned: int
    sent: int = 0
    presumed_sent: int = 0
    refused: int = 0
    withdrawn: int = 0
    queued: int = 0
    deferred: int = 0
    in_doubt: int = 0
    is_pruned: bool = False

    @property
    def is_balanced(self) -> bool:
        """Return whether every planned row is there, in exactly one status (promise 3)."""
        return self.planned == self.settled + self.queued + self.deferred

    @property
    def is_complete(self) -> bool:
        """Return whether every planned row is there, and none has work left."""
        return self.planned == self.settled and not (self.queued or self.deferred)

    @property
    def settled(self) -> int:
        """The rows that nothing more will be done for by itself."""
        return self.sent + self.presumed_sent + self.refused + self.withdrawn + self.in_doubt
