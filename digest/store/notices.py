"""Notices: the mails around a subscription: made, claimed ahead of the wire, and written down after it.

A claim marks a few at a time, and is committed before the first octet of them is written: what a process had marked
when it died is in doubt, and not sent again. Whether a reader may still get a notice is asked at the claim.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, RowMapping, Select, and_, case, delete, func, insert, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from digest.model.addresses import Address, parse_address
from digest.model.ids import NoticeId, SubscriberId, TopicId
from digest.model.messages import Reply
from digest.model.notices import LINK_LASTS, Notice, NoticeKind, NoticeStatus
from digest.model.subscribers import SubscriberStatus, SubscriptionStatus, SuppressionReason
from digest.store.database import Transaction
from digest.store.tables import notice, notice_topic, subscriber, subscription, suppression

_MAY_BE_ASKED = (
    SubscriberStatus.PENDING.value,
    SubscriberStatus.ACTIVE.value,
    SubscriberStatus.PAUSED.value,
    SubscriberStatus.LEFT.value,
)


class NoticeOutcome(NamedTuple):
    """What became of a claimed notice; `due_at` says when it goes again, and is set for `queued` alone."""

    notice_id: NoticeId
    status: NoticeStatus
    reply: Reply | None
    due_at: datetime | None = None


class Claim(NamedTuple):
    """Notices that are marked now; `is_dry`: there were no more due than were looked at."""

    claimed: list[Notice]
    is_dry: bool


def make_notice(
    tx: Transaction,
    *,
    kind: NoticeKind,
    subscriber_id: SubscriberId,
    address: Address,
    lang: str,
    topic_ids: Sequence[TopicId],
    now: datetime,
) -> NoticeId:
    """Add a notice that is due now. It goes to `address`, which need not be the reader's own."""
    values = {
        "kind": kind.value,
        "subscriber_id": subscriber_id,
        "email": address.spelling,
        "lang": lang,
        "status": NoticeStatus.QUEUED.value,
        "made_at": now,
        "due_at": now,
        "at": now,
    }
    notice_id = NoticeId(tx.execute(insert(notice).values(values).returning(notice.c.id)).scalar_one())
    add_topics(tx, notice_id, topic_ids)
    return notice_id


def add_topics(tx: Transaction, notice_id: NoticeId, topic_ids: Sequence[TopicId]) -> None:
    """Let a notice speak of topics, those it has already among them."""
    rows = [{"notice_id": notice_id, "topic_id": topic_id} for topic_id in dict.fromkeys(topic_ids)]
    if rows:
        adding = sqlite.insert(notice_topic) if tx.dialect.name == "sqlite" else postgresql.insert(notice_topic)
        tx.execute(adding.on_conflict_do_nothing(), rows)


def find_open_question(tx: Transaction, address: Address, *, now: datetime) -> Notice | None:
    """Return the last confirm mail to the reader with this address, if it goes out or did, and its link can be pressed.

    Their address was not another one then.
    """
    asks = select(notice).join(subscriber, subscriber.c.id == notice.c.subscriber_id)
    asks = asks.where(subscriber.c.email_key == address.key, notice.c.kind == NoticeKind.CONFIRM.value)
    lost = notice.c.status.in_([NoticeStatus.WITHDRAWN.value, NoticeStatus.REFUSED.value])
    still = asks.where(~lost, notice.c.used_at.is_(None), notice.c.made_at > now - LINK_LASTS)
    row = tx.execute(still.order_by(notice.c.id.desc()).limit(1)).mappings().first()
    notice_id = NoticeId(row["id"] if row else 0)
    topics = _topics_of(tx, [notice_id])  # also where there is none: the statements tell nothing of an address
    found = _notice(row, topics.get(notice_id, ())) if row else None
    return found if found and found.address.key == address.key else None


def find_notice(tx: Transaction, notice_id: NoticeId) -> Notice | None:
    """Return a notice, or None where it was never made or is gone."""
    found = _read(tx, select(notice).where(notice.c.id == notice_id))
    return found[0] if found else None


def mark_used(tx: Transaction, notice_id: NoticeId, *, now: datetime) -> bool:
    """Write down that a notice's link was pressed; return whether it was the first time."""
    unused = update(notice).where(notice.c.id == notice_id, notice.c.used_at.is_(None))
    return tx.execute(unused.values(used_at=now)).rowcount == 1


def claim_due(tx: Transaction, *, now: datetime, limit: int, hashes_of: Callable[[Address], Sequence[str]]) -> Claim:
    """Mark up to `limit` due notices as being handed over, the longest due first, and return them.

    Of those that are due, what its reader may not get any more, or whose link is over, is withdrawn instead. What
    another process is claiming at this moment is passed over, with all else to that reader: so each claim knows what
    was claimed for them before. `hashes_of` gives the keyed hashes that suppressions know an address by.
    """
    picked = select(notice).join(subscriber, subscriber.c.id == notice.c.subscriber_id)
    may_get = and_(_may_get(), notice.c.made_at > now - LINK_LASTS)
    picked = picked.add_columns(may_get.label("may_get")).where(notice.c.due_at <= now)
    picked = picked.order_by(notice.c.due_at, notice.c.id).limit(limit).with_for_update(skip_locked=True)
    rows = tx.execute(picked).mappings().all()
    topics = _topics_of(tx, [NoticeId(row["id"]) for row in rows])
    wanted = [_notice(row, topics.get(row["id"], ())) for row in rows if row["may_get"]]
    claimed = [one for one in wanted if not _is_suppressed(tx, hashes_of(one.address))]
    going = {one.id for one in claimed}
    _move(tx, going, to=NoticeStatus.HANDING_OVER, now=now)
    _move(tx, {NoticeId(row["id"]) for row in rows} - going, to=NoticeStatus.WITHDRAWN, now=now)
    return Claim(claimed, is_dry=len(rows) < limit)


def _may_get() -> ColumnElement[bool]:
    """Return the condition that the reader of a notice may still get it, by what it says."""
    stands = subscriber.c.status
    still_gets = (
        select(literal(1))
        .join(notice_topic, notice_topic.c.topic_id == subscription.c.topic_id)
        .where(notice_topic.c.notice_id == notice.c.id, subscription.c.subscriber_id == subscriber.c.id)
        .where(subscription.c.status == SubscriptionStatus.SUBSCRIBED.value)
        .correlate(notice, subscriber)
        .exists()
    )
    is_active = stands == SubscriberStatus.ACTIVE.value
    return case(
        (notice.c.kind == NoticeKind.CONFIRM.value, stands.in_(_MAY_BE_ASKED)),
        (notice.c.kind == NoticeKind.KNOWN.value, or_(is_active, stands == SubscriberStatus.PAUSED.value)),
        (notice.c.kind == NoticeKind.WELCOME.value, and_(is_active, still_gets)),
        else_=stands != SubscriberStatus.ERASED.value,
    )


def _is_suppressed(tx: Transaction, key_hashes: Sequence[str]) -> bool:
    """Return whether an address must get no notice. Who was erased may come back, and then is asked by mail."""
    listed = select(literal(1)).where(suppression.c.key_hash.in_(key_hashes))
    return tx.execute(listed.where(suppression.c.reason != SuppressionReason.ERASED.value)).first() is not None


def _move(tx: Transaction, ids: Collection[NoticeId], *, to: NoticeStatus, now: datetime) -> None:
    if ids:
        tx.execute(update(notice).where(notice.c.id.in_(ids)).values(status=to.value, due_at=None, at=now))


def record_outcomes(tx: Transaction, outcomes: Sequence[NoticeOutcome], *, now: datetime) -> None:
    """Write down what became of claimed notices. One that is not ours any more is left as it is.

    An attempt counts where the relay said anything, or may have.
    """
    for one in outcomes:
        held = update(notice).where(notice.c.id == one.notice_id, notice.c.status == NoticeStatus.HANDING_OVER.value)
        tx.execute(held.values(status=one.status.value, due_at=one.due_at, at=now, **_tried(one)))


def _tried(outcome: NoticeOutcome) -> dict[str, ColumnElement[int] | int | str]:
    """Return what an attempt adds to a row: nothing, where no word of it can have reached the relay."""
    reply = outcome.reply
    if reply is None:
        return {"attempts": notice.c.attempts + 1} if outcome.status is NoticeStatus.IN_DOUBT else {}
    said: dict[str, ColumnElement[int] | int | str] = {"reply_code": reply.code, "reply_enhanced": reply.enhanced}
    text = case((notice.c.email != "", reply.text))  # it may quote the address of a reader who was erased meanwhile
    return said | {"reply_text": text, "attempts": notice.c.attempts + 1}


def withdraw(tx: Transaction, notice_ids: Collection[NoticeId], *, now: datetime) -> None:
    """Withdraw notices that this very transaction claimed: nothing of them can have gone anywhere."""
    _move(tx, notice_ids, to=NoticeStatus.WITHDRAWN, now=now)


def is_any_stale(tx: Transaction, *, marked_before: datetime) -> bool:
    """Return whether a notice was marked so long ago that its process must be gone."""
    return tx.execute(select(literal(1)).where(_is_stale(marked_before)).limit(1)).first() is not None


def doubt_stale(tx: Transaction, *, marked_before: datetime, now: datetime) -> int:
    """Put in doubt what was marked so long ago that its process must be gone; return how many those are."""
    stale = update(notice).where(_is_stale(marked_before))
    return tx.execute(stale.values(status=NoticeStatus.IN_DOUBT.value, at=now)).rowcount


def _is_stale(marked_before: datetime) -> ColumnElement[bool]:
    return and_(notice.c.status == NoticeStatus.HANDING_OVER.value, notice.c.at < marked_before)


def is_any_due(tx: Transaction, *, now: datetime) -> bool:
    """Return whether a notice is due."""
    return tx.execute(select(literal(1)).where(notice.c.due_at <= now).limit(1)).first() is not None


def delete_settled(tx: Transaction, *, before: datetime, links_ended: datetime, limit: int) -> int:
    """Delete up to `limit` notices that were settled before a time, the oldest first; return how many.

    `links_ended` is the time before which a notice's link is over: none that may still be pressed goes. The newest of
    all notices stays: SQLite would give its id, and with it its Message-ID, to the next.
    """
    newest = select(func.max(notice.c.id)).scalar_subquery()
    is_settled = and_(notice.c.due_at.is_(None), notice.c.status != NoticeStatus.HANDING_OVER.value)
    settled = select(notice.c.id).where(is_settled, notice.c.at < before, notice.c.made_at < links_ended)
    oldest = settled.where(notice.c.id < newest).order_by(notice.c.id).limit(limit).with_for_update(skip_locked=True)
    return tx.execute(delete(notice).where(notice.c.id.in_(oldest))).rowcount


def count_notices(tx: Transaction) -> dict[NoticeStatus, int]:
    """Return how many notices stand where; no status is left out."""
    query = select(notice.c.status, func.count()).group_by(notice.c.status)
    found = {NoticeStatus(status): count for status, count in tx.execute(query)}
    return {status: found.get(status, 0) for status in NoticeStatus}


def _read(tx: Transaction, query: Select[int]) -> list[Notice]:
    rows = tx.execute(query).mappings().all()
    topics = _topics_of(tx, [NoticeId(row["id"]) for row in rows])
    return [_notice(row, topics.get(row["id"], ())) for row in rows]


def _topics_of(tx: Transaction, notice_ids: Sequence[NoticeId]) -> dict[NoticeId, tuple[TopicId, ...]]:
    query = select(notice_topic.c.notice_id, notice_topic.c.topic_id).where(notice_topic.c.notice_id.in_(notice_ids))
    found: dict[NoticeId, tuple[TopicId, ...]] = {}
    for notice_id, topic_id in tx.execute(query.order_by(notice_topic.c.topic_id)):
        found[NoticeId(notice_id)] = (*found.get(NoticeId(notice_id), ()), TopicId(topic_id))
    return found


def _notice(row: RowMapping, topic_ids: tuple[TopicId, ...]) -> Notice:
    email = row["email"]
    return Notice(
        id=NoticeId(row["id"]),
        kind=NoticeKind(row["kind"]),
        subscriber_id=SubscriberId(row["subscriber_id"]),
        address=parse_address(email) if email else Address(spelling="", key=""),
        lang=row["lang"],
        topic_ids=topic_ids,
        status=NoticeStatus(row["status"]),
        made_at=row["made_at"],
        due_at=row["due_at"],
        attempts=row["attempts"],
        used_at=row["used_at"],
    )
