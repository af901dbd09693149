"""Pruning: deliveries of mailings long complete go, and their totals stay; old notices and IPs go, too."""

from datetime import datetime, timedelta

from digest.flows.services import Services
from digest.model.ids import MailingId
from digest.model.notices import LINK_LASTS
from digest.store import mailings, notices, retention
from digest.store.partitions import month_of

_BATCH = 5_000


def prune_notices(services: Services, *, older_than: timedelta) -> int:
    """Delete the mails around subscriptions that were settled that long ago; return how many.

    One whose link may still be pressed stays, however short that time is. What they proved stays with the reader's
    evidence.
    """
    now = services.clock.now()
    pruned = 0
    while True:
        with services.database.begin() as tx:
            deleted = notices.delete_settled(tx, before=now - older_than, links_ended=now - LINK_LASTS, limit=_BATCH)
        pruned += deleted
        if not deleted:
            return pruned


def prune_ips(services: Services) -> int:
    """Blank the network addresses that evidence has held for longer than `ip_retention`; return in how many lines.

    The lines stay, and prove what they did but for that.
    """
    before = services.clock.now() - services.ip_retention
    pruned = 0
    while True:
        with services.database.begin() as tx:
            blanked = retention.blank_ips(tx, before=before, limit=_BATCH)
        pruned += blanked
        if blanked < _BATCH:
            return pruned


def prune_deliveries(services: Services, *, older_than: timedelta) -> int:
    """Prune the mailings whose slot is that long ago and that are complete; return how many mailings.

    Totals are kept before any row goes, so that a prune which is broken off has lost nothing, and the next one goes on.
    On PostgreSQL a month goes as a whole, once it is that long over and all its mailings are complete. Nothing of this
    month goes: who wants a topic once a month had it by these rows.
    """
    now = services.clock.now()
    before = now - older_than
    if services.database.is_sqlite:
        return _prune_rows(services, min(before, month_of(now)), now=now)
    return _prune_months(services, before, now=now)


def _prune_rows(services: Services, before: datetime, *, now: datetime) -> int:
    with services.database.read() as tx:
        prunable = retention.list_prunable(tx, before=before)
    for mailing_id in prunable:
        with services.database.begin() as tx:
            retention.keep_totals(tx, mailings.count_deliveries(tx, mailing_id), now=now)
    with services.database.read() as tx:
        kept = retention.list_half_pruned(tx)
    for mailing_id in kept:
        _delete_rows(services, mailing_id)
    return len(kept)


def _delete_rows(services: Services, mailing_id: MailingId) -> None:
    deleted = _BATCH
    while deleted:
        with services.database.begin() as tx:
            deleted = retention.delete_deliveries(tx, mailing_id, limit=_BATCH)


def _prune_months(services: Services, before: datetime, *, now: datetime) -> int:
    with services.database.read() as tx:
        months = retention.list_months(tx, before=before)
    return sum(_prune_month(services, month, now=now) for month in months)


def _prune_month(services: Services, month: datetime, *, now: datetime) -> int:
    """Keep the totals of a month's mailings, and drop its rows, or do neither."""
    with services.database.begin() as tx:
        of_month = retention.lock_complete(tx, month)
        for mailing_id in of_month:
            retention.keep_totals(tx, mailings.count_deliveries(tx, mailing_id), now=now)
        if of_month:
            retention.drop_month(tx, month)
    return len(of_month)
