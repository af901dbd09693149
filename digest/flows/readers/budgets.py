"""Budgets: how many sign-ups may come from one network, for one domain, and in all. Each comes back by and by.

What a network may is the operator's to say, and no crowd changes it. What all share grows with what is normal here; and
where that is used up, who did not come today still finds a reserve, so that whoever uses it up does not shut out all
the others. Where somebody may sign up in the end, only the database says (`mail_limit`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import NamedTuple

from digest.flows.services import Services

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_TEN_MINUTES = timedelta(minutes=10)
_LEAST_OF_NETWORK = 30


class Budget(NamedTuple):
    """How many sign-ups of a kind may come at once; as many come back in `period`."""

    name: str
    capacity: int
    period: timedelta


class _Reach(NamedTuple):
    """How wide a network is, and how many times what one household's may it may spend."""

    prefix: int
    times: int


_REACHES: Mapping[int, Sequence[_Reach]] = {
    4: (_Reach(24, 1), _Reach(16, 10)),
    6: (_Reach(56, 1), _Reach(48, 2), _Reach(32, 5)),
}
"""From what one subscriber of a provider commonly has, by what anybody can have for the asking, to a provider's own."""


def network_budgets(ip: str, *, usual_in_ten_minutes: int) -> list[Budget]:
    """Return what the visitor's networks may spend on sign-ups: the household's first, then those around it."""
    capacity = max(_LEAST_OF_NETWORK, usual_in_ten_minutes)
    address = _read(ip)
    if address is None:
        return [Budget("sign-up:network:unknown", capacity, _HOUR)]
    return [
        Budget(f"sign-up:network:{_around(address, prefix)}", times * capacity, _HOUR)
        for prefix, times in _REACHES[address.version]
    ]


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


def spend_shared(services: Services, domain: str, *, ip: str, normal_in_ten_minutes: int, now: datetime) -> float:
    """Spend one of what all share, or of the reserve for a network that did not come today; return as `spend` does.

    When so much is used up there is a rush, so who comes to the reserve has solved a challenge.
    """
    has_come = spend(services, [Budget(f"sign-up:today:{network_of(ip)}", 1, _DAY)], now=now) > 0
    wait_s = spend(services, shared_budgets(domain, normal_in_ten_minutes=normal_in_ten_minutes), now=now)
    if not wait_s or has_come:
        return wait_s
    return spend(services, [Budget("sign-up:reserve", 10 * normal_in_ten_minutes, _TEN_MINUTES)], now=now)


def network_of(ip: str) -> str:
    """Return the network that one subscriber of a provider commonly has: /24 of IPv4, /56 of IPv6."""
    address = _read(ip)
    return _around(address, _REACHES[address.version][0].prefix) if address else "unknown"


def _around(address: IPv4Address | IPv6Address, prefix: int) -> str:
    return str(ip_network((address.packed, prefix), strict=False))


def _read(ip: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(ip)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
