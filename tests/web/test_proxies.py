"""Whose visit it is: nobody can write themselves another address, whatever they put in the header."""

from collections.abc import Sequence
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.web.proxies import find_visitor

OURS = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]
PROXIES = st.integers(1, 200).map(lambda number: f"10.0.0.{number}") | st.integers(1, 200).map(lambda n: f"fd00::{n:x}")
STRANGERS = st.ip_addresses().filter(lambda address: not any(address in network for network in OURS))
JUNK = st.text(alphabet=st.characters(codec="latin-1", exclude_characters=","), max_size=20)


def spelling(address: str) -> str:
    """Return an address as `find_visitor` gives it."""
    return find_visitor(address, forwarded=[], trusted=[])


def test_the_header_of_a_stranger_is_not_read() -> None:
    assert find_visitor("192.0.2.7", forwarded=["198.51.100.1"], trusted=OURS) == "192.0.2.7"


def test_without_the_setting_no_header_is_read() -> None:
    assert find_visitor("10.0.0.1", forwarded=["198.51.100.1"], trusted=[]) == "10.0.0.1"


@given(peer=PROXIES, visitor=STRANGERS, between=st.lists(PROXIES, max_size=3), written=st.lists(JUNK, max_size=4))
def test_a_visitor_is_who_our_outermost_proxy_met_whatever_they_wrote(
    peer: str, visitor: object, between: Sequence[str], written: Sequence[str]
) -> None:
    line = ", ".join([*written, str(visitor), *between])

    assert find_visitor(peer, forwarded=[line], trusted=OURS) == spelling(str(visitor))


@given(peer=STRANGERS, lines=st.lists(st.text(), max_size=4))
def test_who_comes_without_a_proxy_is_themselves_whatever_they_wrote(peer: object, lines: Sequence[str]) -> None:
    assert find_visitor(str(peer), forwarded=lines, trusted=OURS) == spelling(str(peer))


@given(lines=st.lists(st.text(), max_size=4))
def test_no_header_breaks_it(lines: Sequence[str]) -> None:
    assert find_visitor("10.0.0.1", forwarded=lines, trusted=OURS)


def test_several_lines_of_the_header_are_one() -> None:
    lines = ["203.0.113.9, 198.51.100.1", "10.0.0.2"]

    assert find_visitor("10.0.0.1", forwarded=lines, trusted=OURS) == "198.51.100.1"


@pytest.mark.parametrize(
    ("hop", "address"),
    [
        ("192.0.2.1:4711", "192.0.2.1"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:DB8:0::1", "2001:db8::1"),
    ],
)
def test_a_hop_is_read_with_a_port_or_without(hop: str, address: str) -> None:
    assert find_visitor("10.0.0.1", forwarded=[hop], trusted=OURS) == address


@pytest.mark.parametrize("hop", ["unknown", "_hidden", "", "10.0.0.300", "localhost"])
def test_a_hop_that_is_no_address_ends_the_search(hop: str) -> None:
    assert find_visitor("10.0.0.1", forwarded=[f"198.51.100.1, {hop}, 10.0.0.2"], trusted=OURS) == "10.0.0.2"


def test_where_all_are_ours_it_is_the_first_of_them() -> None:
    assert find_visitor("10.0.0.1", forwarded=["10.0.0.3, 10.0.0.2"], trusted=OURS) == "10.0.0.3"


def test_our_proxy_is_known_by_its_ipv4_address_on_a_socket_for_both() -> None:
    assert find_visitor("::ffff:10.0.0.1", forwarded=["198.51.100.1"], trusted=OURS) == "198.51.100.1"
