"""Whose visit it is, when it comes through proxies: what `X-Forwarded-For` says is believed from our own alone."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Network = IPv4Network | IPv6Network
IpAddress = IPv4Address | IPv6Address


def find_visitor(peer: str, *, forwarded: Sequence[str], trusted: Sequence[Network]) -> str:
    """Return the visitor's address: the first from the right that is not a trusted proxy's.

    `peer` is who holds the connection, `forwarded` the header's lines. What stands further left, anybody may have
    written. Where all are ours, or a hop is no address, the last good one is the answer.
    """
    found = _read_address(peer)
    hops = [hop for line in forwarded for hop in line.split(",")]
    while found is not None and hops and _is_trusted(found, trusted):
        hop = _read_address(hops.pop())
        if hop is None:
            break
        found = hop
    return str(found or "")


def _is_trusted(address: IpAddress, trusted: Sequence[Network]) -> bool:
    return any(address in network for network in trusted)


def _read_address(written: str) -> IpAddress | None:
    """Return the address in one hop: bare, or with a port, as some proxies write it (RFC 7239 6)."""
    bare = written.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif len(bare.split(":")) == 2:
        bare = bare.partition(":")[0]
    try:
        address = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
