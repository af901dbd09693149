"""Notices: mails to one reader about their own subscription, beside the editions. One row is one mail."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from digest.model.addresses import Address
from digest.model.ids import NoticeId, SubscriberId, TopicId

LINK_LASTS = timedelta(days=7)
"""How long the link of a notice that asks is good, from when the notice was made."""


class NoticeKind(StrEnum):
    """What a notice says.

    confirm          asks whether they asked for these topics; only its link subscribes them
    known            says to somebody who asked again that they get these topics already
    welcome          the latest edition of topics just confirmed
    address_confirm  to a new address: asks whether the subscription may move there
    address_changed  to the old address: says that it has moved
    """

    CONFIRM = "confirm"
    KNOWN = "known"
    WELCOME = "welcome"
    ADDRESS_CONFIRM = "address_confirm"
    ADDRESS_CHANGED = "address_changed"


class NoticeStatus(StrEnum):
    """Where a notice stands.

    queued        waits for `due_at`
    handing_over  marked just ahead of the wire; from here a crash leaves it in doubt
    sent          the relay took it
    refused       the relay said "never", we gave up, or no message could be made
    withdrawn     it may not go any more
    in_doubt      it was on the wire when its sender died; it is not sent again: a reader can ask once more
    """

    QUEUED = "queued"
    HANDING_OVER = "handing_over"
    SENT = "sent"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    IN_DOUBT = "in_doubt"

    def may_become(self, status: "NoticeStatus") -> bool:
        """Return whether a notice may change from this status to that."""
        return status in CHANGES[self]


CHANGES: Mapping[NoticeStatus, frozenset[NoticeStatus]] = {
    NoticeStatus.QUEUED: frozenset({NoticeStatus.HANDING_OVER, NoticeStatus.WITHDRAWN, NoticeStatus.REFUSED}),
    NoticeStatus.HANDING_OVER: frozenset(
        {NoticeStatus.QUEUED, NoticeStatus.SENT, NoticeStatus.REFUSED, NoticeStatus.IN_DOUBT}
    ),
    NoticeStatus.SENT: frozenset(),
    NoticeStatus.REFUSED: frozenset(),
    NoticeStatus.WITHDRAWN: frozenset(),
    NoticeStatus.IN_DOUBT: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice as kept. `address` is where it goes; `used_at` is when its link was first pressed."""

    id: NoticeId
    kind: NoticeKind
    subscriber_id: SubscriberId
    address: Address
    lang: str
    topic_ids: tuple[TopicId, ...]
    status: NoticeStatus
    made_at: datetime
    due_at: datetime | None
    attempts: int
    used_at: datetime | None
