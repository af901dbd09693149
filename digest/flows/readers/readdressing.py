"""A new address: asked for by a link from a mail, confirmed at the new one, told to the old one.

What stands at the new address is told to nobody: whether it is free, has a reader, or must get nothing, the answer is
the same. Where it has a reader, the two become one there, and the links in old mails find them.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from digest.errors import FieldsError, InputError
from digest.flows.readers import mail_limit
from digest.flows.readers.moving import Press, move_reader
from digest.flows.readers.refusals import why_refused
from digest.flows.services import Services
from digest.links import Purpose
from digest.model.addresses import Address, mask, parse_address
from digest.model.ids import NoticeId
from digest.model.notices import LINK_LASTS, Notice, NoticeKind
from digest.model.subscribers import Subscriber, SubscriberStatus
from digest.store import address_changes, notices, sign_ups, subscribers
from digest.store.database import Transaction

ADDRESSES_A_WEEK = 3


class ChangeStanding(StrEnum):
    """Where a link to a new address stands.

    open     it can be pressed
    done     it was pressed, and the subscription is at that address
    ended    it is older than a week, another one was asked for since, or that address must get nothing
    unknown  cut, forged, or the reader left or was erased since
    """

    OPEN = "open"
    DONE = "done"
    ENDED = "ended"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressChange:
    """What the page of such a link shows; only the standing where it is unknown. `masked` is the new address."""

    standing: ChangeStanding
    masked: str = ""
    lang: str = ""


class _Move(NamedTuple):
    """A reader who would move to the address of a notice."""

    reader: Subscriber
    notice: Notice


def ask_for_address(services: Services, token: str, typed: str) -> bool:
    """Ask at a new address whether the reader of a preferences token may move there; False for an unknown token.

    The answer is the same whatever stands at that address. Raises FieldsError ("address") for what is none, or none
    that the operator takes.
    """
    grant = services.links.read_token(Purpose.PREFERENCES, token)
    if grant is None:
        return False
    address = _read_address(services, typed)
    now = services.clock.now()
    with services.database.begin() as tx:
        mail_limit.lock_mailboxes(tx, address)
        reader = subscribers.lock_reader(tx, grant.subscriber_id)
        if reader is None or reader.status is SubscriberStatus.ERASED:
            return False
        if reader.status.gets_mail and reader.address.key != address.key:
            _ask(tx, services, reader, address, now=now)
    return True


def _read_address(services: Services, typed: str) -> Address:
    try:
        address = parse_address(typed)
    except InputError as error:
        raise FieldsError({"address": str(error)}) from error
    if why := why_refused(services.sign_up_rules, address):
        raise FieldsError({"address": why})
    return address


def _ask(tx: Transaction, services: Services, reader: Subscriber, address: Address, *, now: datetime) -> None:
    """Write to the address, unless too much was: to it by anybody, or to whatever address by this reader."""
    asked = address_changes.count_asked(tx, reader.id, since=now - LINK_LASTS)
    if asked >= ADDRESSES_A_WEEK:
        return
    is_mailed = mail_limit.may_mail(tx, services, address, now=now)
    with sign_ups.attempt(tx, is_kept=is_mailed):
        notices.make_notice(
            tx,
            kind=NoticeKind.ADDRESS_CONFIRM,
            subscriber_id=reader.id,
            address=address,
            lang=reader.lang,
            topic_ids=(),
            now=now,
        )


def find_address_change(services: Services, token: str) -> AddressChange:
    """Return what the page of a link to a new address shows. Reads only."""
    with services.database.read() as tx:
        return _describe(tx, services, _find_move(tx, services, token), now=services.clock.now())


def confirm_address(services: Services, token: str, *, page: str, ip: str) -> AddressChange:
    """Move the reader to the new address. Where that has a reader already, the topics move to that one.

    Pressing it again says `done` and changes nothing. `page` and `ip` go into the evidence, `ip` only where the
    operator keeps it.
    """
    now, links = services.clock.now(), services.links
    with services.database.begin() as tx:
        move = _lock_move(tx, services, token)
        if move and _stand(tx, services, move, now=now) is ChangeStanding.OPEN:
            notices.mark_used(tx, move.notice.id, now=now)
            press = Press(
                page=page,
                ip=ip if services.sign_up_rules.keeps_ips else "",
                proof=links.proven_message_id(Purpose.ADDRESS, token, domain=services.sender.message_id_domain),
                at=now,
            )
            move_reader(tx, links, move.reader, move.notice.address, press=press)
            move = _find_move(tx, services, token)
        return _describe(tx, services, move, now=now)


def _lock_move(tx: Transaction, services: Services, token: str) -> _Move | None:
    """Return who would move where, with both mailboxes locked, and then the rows of both readers."""
    if seen := _find_move(tx, services, token):
        old, new = seen.reader, seen.notice.address
        mail_limit.lock_mailboxes(tx, old.address, new)
        there = subscribers.find_subscriber(tx, new)
        subscribers.lock_readers(tx, [old.id, there.id] if there else [old.id])
    return _find_move(tx, services, token)


def _find_move(tx: Transaction, services: Services, token: str) -> _Move | None:
    """Return who would move where, or None where nothing is left of that: an erased reader's mails have no address."""
    grant = services.links.read_timed(Purpose.ADDRESS, token)
    notice = notices.find_notice(tx, NoticeId(grant.id)) if grant else None
    if grant is None or notice is None or not notice.address.spelling:
        return None
    if (notice.kind, notice.made_at) != (NoticeKind.ADDRESS_CONFIRM, grant.at):
        return None
    reader = subscribers.follow_reader(tx, notice.subscriber_id)
    return _Move(reader, notice) if reader and reader.status.gets_mail else None


def _stand(tx: Transaction, services: Services, move: _Move, *, now: datetime) -> ChangeStanding:
    to = move.notice.address
    if move.reader.address.key == to.key:
        return ChangeStanding.DONE
    is_late = now - move.notice.made_at > LINK_LASTS
    if (
        move.reader.id != move.notice.subscriber_id
        or is_late
        or move.notice.used_at
        or address_changes.is_superseded(tx, move.notice)
    ):
        return ChangeStanding.ENDED
    there = subscribers.find_subscriber(tx, to)
    is_suppressed = there is not None and there.status is SubscriberStatus.SUPPRESSED
    is_barred = is_suppressed or sign_ups.is_barred(tx, services.links.address_hashes(to.key))
    return ChangeStanding.ENDED if is_barred else ChangeStanding.OPEN


def _describe(tx: Transaction, services: Services, move: _Move | None, *, now: datetime) -> AddressChange:
    if move is None:
        return AddressChange(standing=ChangeStanding.UNKNOWN)
    standing = _stand(tx, services, move, now=now)
    return AddressChange(standing=standing, masked=mask(move.notice.address), lang=move.notice.lang)
