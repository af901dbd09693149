"""What the guard promises: nothing but the public internet, however it is spelled, unless an operator lists it."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.errors import ForbiddenAddressError
from digest.gather.fetching.network import (
    Network,
    check_answers,
    is_listed,
    is_permitted,
    readable_url,
    resolve_by_system,
    unwrap,
)

PUBLIC = IPv4Address("93.184.215.14")
LOOPBACK_NETWORK = ip_network("127.0.0.0/8")

# Each is loopback, private, link-local, multicast or a metadata service, to whatever this machine resolves it.
OBFUSCATED = [
    "localhost",
    "LOCALHOST",
    "LocalHost.",
    "localhost:443",
    "127.0.0.1",
    "127.0.0.1.",
    "127.1",
    "127.0.1",
    "127.255.255.254",
    "2130706433",
    "2130706433.",
    "017700000001",
    "0x7f000001",
    "0X7F000001",
    "0x7f.1",
    "0x7f.0.1",
    "0x7f.0x0.0x0.0x1",
    "0x7f.0.0.1",
    "127.0x0.0.1",
    "127.0.0.0x1",
    "0177.1",
    "0177.0.1",
    "127.000001",
    "127。0。0。1",
    "127．0．0．1",
    "0",
    "0.0.0.0",
    "0x0",
    "00",
    "0.1",
    "10.0.0.1",
    "167772161",
    "0xa000001",
    "10.1",
    "172.16.0.1",
    "0xac100001",
    "172.31.255.255",
    "192.168.0.1",
    "192.168.1",
    "3232235521",
    "0xc0a80001",
    "169.254.169.254",
    "2852039166",
    "0xa9fea9fe",
    "169.254.43518",
    "0xa9.0xfe.0xa9.0xfe",
    "169.16689662",
    "100.100.100.200",
    "1684301000",
    "168.63.129.16",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "4294967295",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[0000:0000:0000:0000:0000:0000:0000:0001]",
    "[::]",
    "[::127.0.0.1]",
    "[::7f00:1]",
    "[::ffff:127.0.0.1]",
    "[::FFFF:7F00:1]",
    "[0:0:0:0:0:ffff:127.0.0.1]",
    "[::ffff:a9fe:a9fe]",
    "[::ffff:0:127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b::10.0.0.1]",
    "[64:ff9b:1::127.0.0.1]",
    "[64:ff9b:1::8.8.8.8]",
    "[2002:7f00:1::]",
    "[2002:a9fe:a9fe::1]",
    "[2001:0:7f00:1::f7f7:f7f7]",
    "[2001:0:808:808::80ff:fffe]",
    "[2001:db8::1]",
    "[2001:2::1]",
    "[2001:10::1]",
    "[3fff::1]",
    "[100::1]",
    "[5f00::1]",
    "[fe80::1]",
    "[fec0::1]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[ff02::1]",
    "[ff0e::1]",
    "[4000::1]",
]


@pytest.mark.parametrize("spelling", OBFUSCATED)
def test_no_spelling_of_an_inner_address_is_permitted(spelling: str) -> None:
    url = readable_url(f"http://{spelling}/feed")
    answers = resolve_by_system(url.raw_host.decode(), 80)

    with pytest.raises(ForbiddenAddressError, match="not on the public internet"):
        check_answers(url, answers, allowed=())


@pytest.mark.parametrize(
    "address",
    [
        "93.184.215.14",
        "172.32.0.1",
        "100.128.0.1",
        "168.63.129.17",
        "223.255.255.255",
        "2606:4700::1111",
        "2a00::1",
        "::ffff:1.1.1.1",
        "64:ff9b::1.1.1.1",
        "2002:101:101::1",
    ],
)
def test_the_public_internet_is_permitted(address: str) -> None:
    assert is_permitted(ip_address(address), ())


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("127.0.0.1", "127.0.0.0/8"),
        ("::1", "::1/128"),
        ("::ffff:127.0.0.1", "127.0.0.0/8"),
        ("64:ff9b::10.1.2.3", "10.0.0.0/8"),
        ("64:ff9b:1::10.1.2.3", "64:ff9b:1::/48"),
        ("fd12::1", "fd12::/16"),
        ("169.254.169.254", "169.254.169.254/32"),
    ],
)
def test_a_listed_network_is_permitted(address: str, allowed: str) -> None:
    assert is_permitted(ip_address(address), [ip_network(allowed)])


@pytest.mark.parametrize("address", ["127.0.0.2", "10.0.0.1", "::1", "2001:0:7f00:1::f5ff:fffe"])
def test_listing_one_address_opens_no_other(address: str) -> None:
    assert not is_permitted(ip_address(address), [ip_network("127.0.0.1/32")])


def test_teredo_is_judged_by_its_server_and_its_client() -> None:
    address = ip_address("2001:0:7f00:1::f5ff:fffe")

    carried = unwrap(address)

    assert carried == (IPv4Address("127.0.0.1"), IPv4Address("10.0.0.1"))


def wrapped(address: IPv4Address) -> list[IPv6Address]:
    """Return every way to carry `address` that reaches it and nothing else."""
    number = int(address)
    return [
        IPv6Address(number),
        IPv6Address(0xFFFF << 32 | number),
        IPv6Address(0x64FF9B << 96 | number),
        IPv6Address(0x2002 << 112 | number << 80 | 0x1234),
    ]


@given(st.ip_addresses(v=4))
@example(IPv4Address("127.0.0.1"))
@example(IPv4Address("8.8.8.8"))
def test_wrapping_an_address_changes_nothing(address: IPv4Address) -> None:
    outer = wrapped(address)

    assert {is_permitted(one, ()) for one in outer} == {is_permitted(address, ())}


@given(st.ip_addresses(v=4, network="0.0.0.0/0"))
@example(IPv4Address("192.168.255.255"))
def test_the_standard_library_knows_no_inner_address_that_is_permitted(address: IPv4Address) -> None:
    inner = not address.is_global or address.is_multicast or address.is_reserved

    assert not (inner and is_permitted(address, ()))


@given(st.ip_addresses(v=6))
@example(IPv6Address("4000::"))
@example(IPv6Address("1fff:ffff::"))
def test_outside_global_unicast_no_ipv6_is_permitted_for_itself(address: IPv6Address) -> None:
    is_itself = unwrap(address) == (address,)

    assert not (is_itself and address not in IPv6Network("2000::/3") and is_permitted(address, ()))


@given(st.ip_addresses())
def test_listing_everything_permits_everything(address: IPv4Address | IPv6Address) -> None:
    everything: list[Network] = [ip_network("0.0.0.0/0"), ip_network("::/0")]

    assert is_listed(address, everything)
    assert is_permitted(address, everything)


@pytest.mark.parametrize("inner", ["127.0.0.1", "10.0.0.1", "::1"])
@pytest.mark.parametrize("order", [1, -1])
def test_one_inner_answer_among_public_ones_refuses_the_name(inner: str, order: int) -> None:
    answers = [PUBLIC, ip_address(inner)][::order]

    with pytest.raises(ForbiddenAddressError, match=inner):
        check_answers(readable_url("http://split.example/"), answers, allowed=())


@pytest.mark.parametrize("port", [1, 22, 25, 81, 6379, 8080, 65_535])
def test_other_ports_are_refused_on_the_public_internet(port: int) -> None:
    url = readable_url(f"http://example.com:{port}/")

    with pytest.raises(ForbiddenAddressError, match=f"port {port} of example.com is not asked"):
        check_answers(url, [PUBLIC], allowed=[LOOPBACK_NETWORK])


@pytest.mark.parametrize(
    ("text", "answers", "allowed"),
    [
        ("http://example.com/", [PUBLIC], []),
        ("http://example.com:443/", [PUBLIC], []),
        ("https://example.com:80/", [PUBLIC], []),
        ("http://localhost:8080/", [ip_address("127.0.0.1")], [LOOPBACK_NETWORK]),
    ],
)
def test_web_ports_and_every_port_of_a_listed_address_are_asked(
    text: str, answers: Sequence[IPv4Address | IPv6Address], allowed: Sequence[Network]
) -> None:
    check_answers(readable_url(text), answers, allowed=allowed)
