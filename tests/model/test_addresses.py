"""Addresses: what is taken, and which spellings are one mailbox."""

import pytest

from digest.errors import InputError
from digest.model.addresses import MAX_ADDRESS_OCTETS, Address, mask, parse_address


@pytest.mark.parametrize(
    "typed",
    [
        "reader@example.com",
        "o'brien+news@example.co.uk",
        "dörte@example.com",
        "reader@bücher.example",
        "用户@example.com",
    ],
)
def test_real_addresses_are_taken(typed: str) -> None:
    assert parse_address(typed).spelling


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "reader",
        "reader@",
        "@example.com",
        "reader@localhost",
        "reader@[127.0.0.1]",
        '"quoted part"@example.com',
        "reader(comment)@example.com",
        "victim%example.org@example.com",
        "example.org!victim@example.com",
        "@relay.example:victim@example.com",
        "a@example.com,b@example.com",
        "a@example.com;b@example.com",
        "<reader@example.com>",
        "reader@example.com\r\nRCPT TO:<victim@example.org>",
        "reader@exa mple.com",
        "rea\x00der@example.com",
        "a..b@example.com",
        ".a@example.com",
        "a@-example.com",
        f"{'a' * 65}@example.com",
        f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.example",
    ],
)
def test_what_could_reach_somebody_else_is_refused_with_a_reason(typed: str) -> None:
    with pytest.raises(InputError, match=r"."):
        parse_address(typed)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Reader@Example.COM", "reader@example.com"),
        (" reader@example.com ", "reader@example.com"),
        ("reader@bücher.example", "reader@xn--bcher-kva.example"),
        ("reader@BÜCHER.example", "reader@bücher.example"),
        ("do\u0308rte@example.com", "dörte@example.com"),
    ],
)
def test_spellings_of_one_mailbox_share_a_key(one: str, other: str) -> None:
    assert parse_address(one).key == parse_address(other).key


def test_a_domain_goes_out_in_a_labels() -> None:
    assert parse_address("reader@bücher.example").spelling == "reader@xn--bcher-kva.example"


def test_the_local_part_keeps_the_case_it_was_typed_in() -> None:
    assert parse_address("O.Brien@Example.com").spelling == "O.Brien@example.com"


def test_an_error_shows_no_control_characters_and_is_short() -> None:
    with pytest.raises(InputError) as refused:
        parse_address("\x1b[31m" + "a" * 500)

    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 250


def test_no_address_is_longer_than_smtp_allows() -> None:
    local, label = "a" * 64, "b" * 60
    address = parse_address(f"{local}@{label}.{label}.{label}.ex")

    assert len(address.spelling) <= MAX_ADDRESS_OCTETS


@pytest.mark.parametrize(
    ("typed", "masked"),
    [
        ("reader@example.org", "r•••@example.org"),
        ("a@b.example", "a•••@b.example"),
        ("Ж.х@example.org", "Ж•••@example.org"),
    ],
)
def test_a_masked_address_shows_its_first_letter_and_its_domain(typed: str, masked: str) -> None:
    assert mask(parse_address(typed)) == masked


def test_a_mask_says_nothing_of_how_long_an_address_is() -> None:
    assert mask(parse_address("rose@example.org")) == mask(parse_address("rosalind.franklin@example.org"))


def test_the_address_of_an_erased_reader_is_masked_as_nothing() -> None:
    assert mask(Address(spelling="", key="")) == ""
