"""Which URLs and addresses may be asked: the guard against requests to this machine and its neighbours.

A name is resolved once; each of its answers is checked here; only a checked address is dialled (connection.py), on
every hop of a redirect. Judged is where a packet would arrive, never how the URL spells it, so decimal, octal, short
and wrapped spellings need no list of their own.

Rules: the IANA special-purpose address registries (RFC 6890), and the ways to carry IPv4 in IPv6: mapped and
compatible (RFC 4291 2.5.5), 6to4 (RFC 3056), Teredo (RFC 4380), NAT64 (RFC 6052, RFC 8215).
"""

import re
import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import httpx2

from digest.errors import FetchError, ForbiddenAddressError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolver = Callable[[str, int], Sequence[Address]]

MAX_URL_CHARACTERS = 4_000
WEB_PORTS = {"http": 80, "https": 443}

# A label of a host name as the DNS knows it (RFC 1035 2.3.4), underscores as found in the wild.
_HOST_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")

_NOT_GLOBAL = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",
        "100.64.0.0/10",  # shared by carriers; 100.100.100.200 is a metadata service
        "127.0.0.0/8",
        "168.63.129.16/32",  # a metadata service on a public number
        "169.254.0.0/16",  # link-local, with most metadata services
        "172.16.0.0/12",
        "192.0.0.0/24",  # IETF protocols; 192.0.0.192 is a metadata service
        "192.0.2.0/24",  # documentation, as 198.51.100 and 203.0.113
        "192.88.99.0/24",  # 6to4 relays (RFC 7526)
        "192.168.0.0/16",
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
# The one block of IPv6 handed out for global unicast (RFC 4291 2.4). Outside lie loopback, unique local, link-local,
# site-local, multicast and 64:ff9b:1::/48, whose IPv4 part stands at a place only its operator knows (RFC 8215).
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NOT_GLOBAL_WITHIN = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # IETF protocols: ORCHID, benchmarks
        "2001:db8::/32",  # documentation
        "3fff::/20",  # documentation (RFC 9637)
    )
)
# Where an IPv6 address carries an IPv4 one: network, distance of its last bit from the right, bits to flip.
_CARRIERS = tuple(
    (IPv6Network(network), shift, flip)
    for network, shift, flip in (
        ("::/96", 0, 0),  # IPv4-compatible
        ("::ffff:0:0/96", 0, 0),  # IPv4-mapped
        ("64:ff9b::/96", 0, 0),  # NAT64
        ("2002::/16", 80, 0),  # 6to4
        ("2001::/32", 64, 0),  # Teredo: its server
        ("2001::/32", 0, 0xFFFF_FFFF),  # Teredo: its client, inverted
    )
)


def unwrap(address: Address) -> tuple[Address, ...]:
    """Return the addresses that a packet for `address` ends up at: the IPv4 ones it carries, or else itself."""
    if isinstance(address, IPv4Address):
        return (address,)
    carried = tuple(
        IPv4Address((int(address) >> shift & 0xFFFF_FFFF) ^ flip)
        for network, shift, flip in _CARRIERS
        if address in network
    )
    return carried or (address,)


def is_listed(address: Address, allowed: Sequence[Network]) -> bool:
    """Tell whether an operator listed this address, as it stands or as what it carries."""
    return _is_within(address, allowed) or all(_is_within(one, allowed) for one in unwrap(address))


def is_permitted(address: Address, allowed: Sequence[Network]) -> bool:
    """Tell whether `address` may be dialled: it is listed, or all it stands for is global unicast."""
    return is_listed(address, allowed) or all(_is_global_unicast(one) for one in unwrap(address))


def readable_url(text: str) -> httpx2.URL:
    """Return `text` as a URL that can be asked: http(s), a plain host, no credentials, no fragment.

    The host comes out as A-labels (RFC 5891), lower case and without a trailing dot, the port only where it is not
    the scheme's own. Raises FetchError, which says what was wrong.
    """
    if len(text) > MAX_URL_CHARACTERS:
        raise FetchError(text[:100], f"the address is longer than {MAX_URL_CHARACTERS:,} characters")
    try:
        url = httpx2.URL(text)
    except (httpx2.InvalidURL, UnicodeError) as error:
        raise FetchError(text, f"{text!r} cannot be read as an address; it should look like https://...") from error
    if url.scheme not in WEB_PORTS:
        raise FetchError(text, f"{text!r} cannot be fetched; it should begin with https:// or http://")
    if url.userinfo:
        raise FetchError(text, f"the address at {url.host} carries a user name or password; leave it out")
    host = url.raw_host.decode("ascii").removesuffix(".")
    if not _is_host(host) or not 0 < port_of(url) < 65_536:
        raise FetchError(text, f"{text!r} has no host and port that can be asked")
    return url.copy_with(host=host, port=None if port_of(url) == WEB_PORTS[url.scheme] else url.port, fragment=None)


def port_of(url: httpx2.URL) -> int:
    """Return the port that `url` means, spelled out or not."""
    return WEB_PORTS[url.scheme] if url.port is None else url.port


def resolve_by_system(host: str, port: int) -> Sequence[Address]:
    """Return all addresses of `host`, as this machine resolves names. Raises socket.gaierror if there is none."""
    answers = socket.getaddrinfo(host.encode("ascii"), port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(ip_address(sockaddr[0]) for *_, sockaddr in answers))


def check_answers(url: httpx2.URL, answers: Sequence[Address], *, allowed: Sequence[Network]) -> None:
    """Raise ForbiddenAddressError unless each of `answers` (of the host of `url`) may be dialled.

    One bad answer among good ones is refused too: such a name is made to be tried until the bad one comes up.
    Ports other than 80 and 443 are for listed addresses only, so that a feed's URL cannot speak to a mail server.
    """
    port = port_of(url)
    for address in answers:
        if not is_permitted(address, allowed):
            raise ForbiddenAddressError(
                str(url),
                f"{url.host} is at {address}, which is not on the public internet; "
                "if it is yours, list its network in DIGEST_ALLOW_NETWORKS",
            )
        if port not in WEB_PORTS.values() and not is_listed(address, allowed):
            raise ForbiddenAddressError(
                str(url),
                f"port {port} of {url.host} is not asked, only 80 and 443; "
                "if it is yours, list its network in DIGEST_ALLOW_NETWORKS",
            )


def _is_within(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)


def _is_global_unicast(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return not _is_within(address, _NOT_GLOBAL)
    return address in _GLOBAL_UNICAST and not _is_within(address, _NOT_GLOBAL_WITHIN)


def _is_host(host: str) -> bool:
    if ":" not in host:
        return _HOST_NAME.fullmatch(host) is not None
    try:
        return IPv6Address(host).scope_id is None
    except ValueError:
        return False
