"""Turns: what the database is told of notices that landed, and which ones it marks to go next. Blocks; in a thread."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import NamedTuple

import structlog

from digest.errors import RenderError, UnsafeMessageError
from digest.flows.notices.letters import Draft, NoticeLetters
from digest.flows.notices.outcomes import (
    decide_outcome,
    put_back,
    put_off_unwritten,
    refuse_unreachable,
    refuse_unsafe,
)
from digest.flows.services import Services
from digest.model.addresses import Address
from digest.model.messages import Message, Transmission
from digest.model.notices import Notice, NoticeKind
from digest.send.braking import Verdict, classify
from digest.store import bounces, notices
from digest.store.notices import NoticeOutcome

_TO_STRANGERS = frozenset({NoticeKind.CONFIRM, NoticeKind.ADDRESS_CONFIRM})

Landed = tuple[Notice, Transmission]


class Marked(NamedTuple):
    """Notices that may go now, with their messages; `is_dry`: there were no more due."""

    messages: list[tuple[Notice, Message]]
    is_dry: bool


log = structlog.get_logger()


class Turns:
    """The database's side of delivering notices. Each transaction is safe to repeat, and any number may go at once."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._letters = NoticeLetters(services)

    def record(self, landed: Sequence[Landed], *, left: Sequence[Notice] = ()) -> None:
        """Write down what became of notices; those that are `left` did not go, and wait again."""
        now = self._services.clock.now()
        outcomes = [decide_outcome(notice, transmission, now=now) for notice, transmission in landed]
        self._record([*outcomes, *(put_back(one, due_at=now) for one in left)], now=now)
        bounced = [one.id for one, transmission in landed if classify(transmission) is Verdict.HARD_BOUNCE]
        if bounced:
            with self._services.database.begin() as tx:
                bounces.suppress_bounced_notices(tx, bounced, now=now)

    def mark_next(self, *, room: int) -> Marked:
        """Mark up to `room` due notices and commit; then return their messages. What makes none is settled at once."""
        now = self._services.clock.now()
        with self._services.database.begin() as tx:
            due = notices.claim_due(tx, now=now, limit=room, hashes_of=self._hashes_of)
            drafts = [(one, self._letters.draft(tx, one)) for one in due.claimed]
            notices.withdraw(tx, [one.id for one, draft in drafts if draft is None], now=now)
        messages = self._write([draft for _, draft in drafts if draft is not None], now=now)
        return Marked(messages, is_dry=due.is_dry)

    def _write(self, drafts: Sequence[Draft], *, now: datetime) -> list[tuple[Notice, Message]]:
        reachable = self._reachable([one.notice for one in drafts])
        messages: list[tuple[Notice, Message]] = []
        settled: list[NoticeOutcome] = []
        for draft in drafts:
            if draft.notice.address.domain not in reachable:
                settled.append(refuse_unreachable(draft.notice))
                continue
            try:
                messages.append((draft.notice, self._letters.write(draft, now=now)))
            except UnsafeMessageError as error:
                settled.append(refuse_unsafe(draft.notice, error))
            except RenderError as error:
                log.error("notice.unwritten", notice_id=draft.notice.id, kind=draft.notice.kind, why=str(error))  # noqa: TRY400
                settled.append(put_off_unwritten(draft.notice, error, now=now))
        self._record(settled, now=now)
        return messages

    def _reachable(self, wanted: Sequence[Notice]) -> frozenset[str]:
        """Return the domains that mail may go to; where it is asked, those of strangers are looked up, all at once."""
        domains = frozenset(one.address.domain for one in wanted)
        if not self._services.sign_up_rules.checks_mx:
            return domains
        strange = sorted({one.address.domain for one in wanted if one.kind in _TO_STRANGERS})
        with ThreadPoolExecutor(max(len(strange), 1), "dns") as pool:
            answers = list(pool.map(self._services.takes_mail, strange))
        return domains - {domain for domain, is_taken in zip(strange, answers, strict=True) if not is_taken}

    def _record(self, outcomes: Sequence[NoticeOutcome], *, now: datetime) -> None:
        if not outcomes:
            return
        with self._services.database.begin() as tx:
            notices.record_outcomes(tx, outcomes, now=now)
        for one in outcomes:
            code = one.reply.code if one.reply else None
            log.info("notice.settled", notice_id=one.notice_id, status=one.status.value, code=code)

    def _hashes_of(self, address: Address) -> Sequence[str]:
        return self._services.links.address_hashes(address.key)
