"""Whether a reader of an imported file is taken in, and for which topics. Pure: it is told who stands where.

What readers decided stands: who left is not brought back, who is suppressed gets nothing, and what they chose for
themselves (name, language, zone, day and hour, how often, one mail or several) is not written over.
"""

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from digest.flows.reader_rows import REFUSED, ReaderRow
from digest.model.ids import TopicId
from digest.model.subscribers import SubscriberStatus, SubscriptionStatus
from digest.store.imports import Change, Evidence, Standing
from digest.store.subscribers import NewSubscriber


class RowOutcome(StrEnum):
    """What became of a row; each row has exactly one outcome."""

    ADDED = "added"
    ALREADY_THERE = "already_there"
    HAS_UNSUBSCRIBED = "has_unsubscribed"
    SUPPRESSED = "suppressed"
    INVALID = "invalid"


class Decision(NamedTuple):
    """What becomes of a row: where its reader stands then, for which topics that is new, and why not for more."""

    outcome: RowOutcome
    standing: Standing | None
    moved: tuple[TopicId, ...] = ()
    why: str = ""


class Decisions(NamedTuple):
    """What becomes of rows, in their order, and what is to be written for it: each reader once, net of all rows."""

    decisions: Sequence[Decision]
    changes: Sequence[Change]
    evidence: Sequence[Evidence]


def decide_all(
    rows: Sequence[ReaderRow], standings: Mapping[str, Standing], *, suppressed: Collection[str]
) -> Decisions:
    """Return what becomes of rows, where each finds its reader as the rows before it left them.

    `standings` are by address in its comparison form, `suppressed` are keyed hashes.
    """
    after = dict(standings)
    new: dict[str, NewSubscriber] = {}
    decisions: list[Decision] = []
    evidence: list[Evidence] = []
    for row in rows:
        key = row.address.key
        is_suppressed = any(key_hash in suppressed for key_hash in row.key_hashes)
        decision = decide(row, after.get(key), is_suppressed=is_suppressed)
        decisions.append(decision)
        if decision.standing is not None:
            after[key] = decision.standing
        if decision.outcome is RowOutcome.ADDED:
            new[key] = _new(row)
        if row.confirmation:
            evidence += [Evidence(key, topic_id, *row.confirmation) for topic_id in decision.moved]
    changed = [(key, standing) for key, standing in after.items() if standing != standings.get(key)]
    changes = [Change(key, new.get(key), standings.get(key), standing) for key, standing in changed]
    return Decisions(decisions, changes, evidence)


def _new(row: ReaderRow) -> NewSubscriber:
    return NewSubscriber(
        address=row.address,
        key_hash=row.key_hashes[0],
        name=row.name,
        lang=row.lang,
        zone=row.zone,
        weekday=row.weekday,
        hour=row.hour,
        cadence=row.cadence,
        bundling=row.bundling,
        status=row.status,
    )


def decide(row: ReaderRow, standing: Standing | None, *, is_suppressed: bool) -> Decision:
    """Return what becomes of a row whose reader stands there (None: is not on record).

    A row of which one topic was left counts as "has unsubscribed", and its other topics are taken all the same.
    """
    statuses = {row.status, standing.status} if standing else {row.status}
    if is_suppressed or statuses & {SubscriberStatus.SUPPRESSED, SubscriberStatus.ERASED}:
        why = "suppressed after a bounce, a complaint or an erasure, and gets nothing"
        return Decision(RowOutcome.SUPPRESSED, standing, why=why)
    if statuses & REFUSED:
        return Decision(RowOutcome.HAS_UNSUBSCRIBED, standing, why="has left; only the reader can come back")
    if standing is None:
        topics = {topic.id: _wanted(row) for topic in row.topics}
        return Decision(RowOutcome.ADDED, Standing(None, row.status, topics, row.paused_until), moved=tuple(topics))
    return _join(row, standing)


def _join(row: ReaderRow, standing: Standing) -> Decision:
    left = [topic for topic in row.topics if standing.topics.get(topic.id) is SubscriptionStatus.LEFT]
    moved = tuple(topic.id for topic in row.topics if _moves(standing.topics.get(topic.id), to=_wanted(row)))
    topics: Mapping[TopicId, SubscriptionStatus] = {**standing.topics, **dict.fromkeys(moved, _wanted(row))}
    may_begin = standing.status is SubscriberStatus.PENDING and len(left) < len(row.topics)
    told: ReaderRow | Standing = row if may_begin else standing
    after = Standing(standing.id, told.status, topics, told.paused_until)
    if left:
        why = f"has left {' and '.join(topic.slug for topic in left)}; only the reader can come back"
        return Decision(RowOutcome.HAS_UNSUBSCRIBED, after, moved, why)
    return Decision(RowOutcome.ALREADY_THERE, after, moved)


def _wanted(row: ReaderRow) -> SubscriptionStatus:
    return SubscriptionStatus.SUBSCRIBED if row.confirmation else SubscriptionStatus.PENDING


def _moves(status: SubscriptionStatus | None, *, to: SubscriptionStatus) -> bool:
    """Return whether a subscription may change: one that is not there to any, a pending one to a confirmed one."""
    return status is None or (status is SubscriptionStatus.PENDING and to is SubscriptionStatus.SUBSCRIBED)
