"""Warming up: a new sending address may send only so much a day. Exact over any number of workers."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from digest.flows.services import Services
from digest.store.database import Transaction
from digest.store.warm_up import read_taken, return_allowance, take_allowance


def allow(tx: Transaction, services: Services, *, wanted: int, now: datetime) -> int:
    """Take as many as are wanted of what is left of today's allowance (a day is UTC's); all where there is no limit."""
    allowance = _allowance(services, now.date())
    return wanted if allowance is None else take_allowance(tx, now.date(), wanted=wanted, allowance=allowance)


def give_back(tx: Transaction, services: Services, *, taken: Mapping[date, int]) -> None:
    """Give back what was allowed and did not go, to each day as many as were taken of it."""
    for day, count in sorted(taken.items()):
        if count and _allowance(services, day) is not None:
            return_allowance(tx, day, count)


def next_allowed_at(tx: Transaction, services: Services, *, now: datetime) -> datetime:
    """Return when one more may go: now, or once the next day begins."""
    allowance = _allowance(services, now.date())
    if allowance is None or read_taken(tx, now.date()) < allowance:
        return now
    return datetime.combine(now.date() + timedelta(days=1), time(), UTC)


def _allowance(services: Services, day: date) -> int | None:
    return services.warm_up.allowance_on(day) if services.warm_up else None
