"""Budgets: how many sign-ups may come from one network, for one domain, and in all. Each comes back by and by.

They grow with what is normal here, so that a newsroom with many readers sets one number and not four. Where somebody
may sign up in the end, only the database says (`mail_limit`).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import NamedTuple

from digest.flows.services import Services

_HOUR = timedelta(hours=1)
_TEN_MINUTES = timedelta(minutes=10)


class Budget(NamedTuple):
    """How many sign-ups of a kind may come at once; as many come back in `period`."""

    name: str
    capacity: int
    period: timedelta


def network_budget(ip: str, *, normal_in_ten_minutes: int) -> Budget:
    """Return what the visitor's network may spend on sign-ups."""
    return Budget(f"sign-up:network:{network_of(ip)}", max(30, normal_in_ten_minutes), _HOUR)


def shared_budgets(domain: str, *, normal_in_ten_minutes: int) -> list[Budget]:
    """Return what all networks share: sign-ups of addresses at one domain, and sign-ups at all."""
    return [
        Budget(f"sign-up:domain:{domain}", 5 * normal_in_ten_minutes, _TEN_MINUTES),
        Budget("sign-up:all", 10 * normal_in_ten_minutes, _TEN_MINUTES),
    ]


def scriptless_budgets(ip: str) -> list[Budget]:
    """Return what one also spends of who does not solve the challenge, for want of JavaScript."""
    return [
        Budget(f"sign-up:scriptless:{network_of(ip)}", 3, _HOUR),
        Budget("sign-up:scriptless", 30, _HOUR),
    ]


def spend(services: Services, budgets: Sequence[Budget], *, now: datetime) -> float:
    """Spend one of each budget; return 0, or the seconds until the first of them that is used up has one again."""
    buckets = services.open_buckets()
    for name, capacity, period in budgets:
        wait_s = buckets.spend(name, capacity=capacity, period_s=period.total_seconds(), at_s=now.timestamp())
        if wait_s:
            return wait_s
    return 0.0


def network_of(ip: str) -> str:
    """Return the network that one subscriber of a provider commonly has: /24 of IPv4, /56 of IPv6."""
    try:
        address = ip_address(ip)
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if isinstance(address, IPv6Address):
        return str(IPv6Network((int(address), 56), strict=False))
    return str(IPv4Network((int(address), 24), strict=False))
