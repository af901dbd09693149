"""The ledger of one mailing, as its worker goes through it: turn by turn, each turn one commit. Lives in a thread.

A turn records what came back, marks what was claimed in an earlier one, and claims more where little is left. One that
fails has changed nothing here and may be taken again as it was: every statement in it is safe to repeat.
"""

import logging
from collections import Counter, deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

import structlog

from digest.flows import warming
from digest.flows.controlling import brake_on_complaints
from digest.flows.fencing import advance_epoch
from digest.flows.services import Services
from digest.model.ids import DeliveryId, EditionId, MailingId
from digest.model.mailings import ClaimedDelivery, DeliveryStatus, Mailing, Outcome
from digest.store import bounces, control, mailings
from digest.store.claims import Claim, Marked, claim_due, give_back, mark_handing_over, renew_leases
from digest.store.database import Transaction
from digest.store.records import record_outcomes

LEASE = timedelta(minutes=15)
"""Longer than the ten minutes a relay may take over the final dot (RFC 5321 4.5.3.2.6)."""

_RENEWAL = LEASE / 3
_MIN_CLAIM, _MAX_CLAIM = 100, 2000
_CLAIMED_AHEAD = 4
_WEIGH_EVERY = timedelta(seconds=5)
_COUNT_EVERY = timedelta(seconds=10)
_NO_CLAIM = Claim([], 0)
_NO_MARKS = Marked(frozenset(), frozenset())

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a turn is asked for: to record these, pause for this reason if there is one, and mark up to `room` more.

    `held` are the deliveries in our hands beside those that the ledger itself holds.
    """

    outcomes: Sequence[Outcome]
    bounced: Sequence[DeliveryId]
    reason_to_pause: str
    room: int
    held: Collection[DeliveryId]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What a turn brought. `is_dry` says that nothing more is due; `is_open` that the mailing may go on."""

    marked: Sequence[ClaimedDelivery]
    is_dry: bool
    is_open: bool


class Ledger:
    """One worker's hold on one mailing. `is_sure` is False while the answer to its last commit is missing."""

    def __init__(self, services: Services, mailing_id: MailingId, *, owner: str) -> None:
        self._services = services
        self._mailing_id = mailing_id
        self._owner = owner
        self._claimed: deque[ClaimedDelivery] = deque()
        self._taken_on: dict[DeliveryId, date] = {}
        self._renew_at = self._weigh_at = services.clock.now()
        self._count_at = self._renew_at + _COUNT_EVERY
        self.is_sure = True

    def coming_editions(self, room: int) -> set[tuple[EditionId, ...]]:
        """Return the sets of editions that the next turn marks deliveries of."""
        return {one.edition_ids for one in islice(self._claimed, room)}

    def take_turn(self, request: Request) -> Turn:
        """Go through one turn. Raises StoreError and EpochError, and then nothing counts as done."""
        now = self._services.clock.now()
        self._count_epoch(now)
        was_sure, self.is_sure = self.is_sure, False
        with self._services.database.begin() as tx:
            if not was_sure:
                self._give_back_unknown(tx, request)
            mailing = mailings.require_mailing(tx, self._mailing_id)
            self._record(tx, mailing, request, now=now)
            is_open = mailing.may_go_on and not request.reason_to_pause
            claim = self._claim(tx, mailing, request.room, now=now) if is_open else _NO_CLAIM
            group = self._allowed(tx, request.room, now=now) if is_open else []
            marked = mark_handing_over(tx, mailing, group, owner=self._owner, now=now) if group else _NO_MARKS
            warming.give_back(tx, self._services, taken={now.date(): len(group) - len(marked.may_go)})
            self._look_after(tx, mailing, now=now)
        self.is_sure = True
        self._remember_days(request, marked, now=now)
        is_used_up = len(group) < min(request.room, len(self._claimed))
        self._claimed.extend(claim.claimed)
        for _ in group:
            self._claimed.popleft()
        return Turn(
            marked=[one for one in group if one.id in marked.may_go],
            is_dry=is_used_up or not (self._claimed or claim.withdrawn),
            is_open=is_open,
        )

    def _count_epoch(self, now: datetime) -> None:
        """Count the epoch up now and then, so that no dump made in the middle of a run passes for the latest."""
        if now >= self._count_at:
            advance_epoch(self._services)
            self._count_at = now + _COUNT_EVERY

    def _give_back_unknown(self, tx: Transaction, request: Request) -> None:
        """Free what the last turn may have claimed: its commit was not answered."""
        known = {*request.held, *(one.id for one in self._claimed)}
        give_back(tx, owner=self._owner, keep=known)

    def _record(self, tx: Transaction, mailing: Mailing, request: Request, *, now: datetime) -> None:
        if request.outcomes:
            ours = record_outcomes(tx, mailing, request.outcomes, now=now)
            _log_outcomes(request.outcomes, ours)
            put_back = [one for one in request.outcomes if one.status is DeliveryStatus.QUEUED]
            days = Counter(self._taken_on[one.delivery_id] for one in put_back if one.delivery_id in ours)
            warming.give_back(tx, self._services, taken=days)
        if request.bounced:
            bounces.suppress_bounced(tx, request.bounced, now=now)
        if request.reason_to_pause:
            _pause(tx, mailing, reason=request.reason_to_pause)

    def _remember_days(self, request: Request, marked: Marked, *, now: datetime) -> None:
        """Keep of which day's allowance each delivery is that is with the wire: it may come back after midnight."""
        for one in request.outcomes:
            self._taken_on.pop(one.delivery_id, None)
        self._taken_on.update(dict.fromkeys(marked.may_go, now.date()))

    def _claim(self, tx: Transaction, mailing: Mailing, room: int, *, now: datetime) -> Claim:
        """Claim more where less is left than would fill the room twice; a slow relay leaves the rest to others."""
        if len(self._claimed) >= 2 * room:
            return _NO_CLAIM
        limit = min(max(_CLAIMED_AHEAD * room, _MIN_CLAIM), _MAX_CLAIM)
        return claim_due(tx, mailing, owner=self._owner, now=now, lease_until=now + LEASE, limit=limit)

    def _allowed(self, tx: Transaction, room: int, *, now: datetime) -> list[ClaimedDelivery]:
        """Return the deliveries to mark: no more than there is room for, and no more than a warm-up leaves today."""
        wanted = min(room, len(self._claimed))
        return list(islice(self._claimed, warming.allow(tx, self._services, wanted=wanted, now=now) if wanted else 0))

    def _look_after(self, tx: Transaction, mailing: Mailing, *, now: datetime) -> None:
        """Renew the lease, and ask whether readers complain, when it is time for each."""
        if now >= self._renew_at:
            renew_leases(tx, owner=self._owner, lease_until=now + LEASE)
            self._renew_at = now + _RENEWAL
        if now >= self._weigh_at:
            reason = brake_on_complaints(tx, mailing, limits=self._services.brake_limits)
            if reason:
                _pause(tx, mailing, reason=reason)
            self._weigh_at = now + _WEIGH_EVERY


def _pause(tx: Transaction, mailing: Mailing, *, reason: str) -> None:
    if control.pause_mailing(tx, mailing.id, reason=reason):
        log.warning("mailing.paused", mailing_id=mailing.id, reason=reason)


def _log_outcomes(outcomes: Sequence[Outcome], ours: Collection[DeliveryId]) -> None:
    if not log.is_enabled_for(logging.INFO):
        return
    for one in outcomes:
        event = f"delivery.{one.status.value}" if one.delivery_id in ours else "delivery.lease_lost"
        log.info(event, delivery_id=one.delivery_id, code=one.reply.code if one.reply else None)
