"""The short way for plain addresses: it comes to the verdict that email-validator comes to, only sooner."""

import string
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from digest.errors import InputError
from digest.model.addresses import Address, parse_address
from digest.model.addresses import _parse_any as parse_slowly
from digest.model.addresses import _parse_plain as parse_plain

LETTERS = string.ascii_letters + string.digits
ODD = "!#$%&'*+-/=?^_`{|}~.@ :;,<>()[]\\\"\t\n\0éßſKİ点。＠\u00ad\u200d\ud800"
PARTS = st.lists(
    st.one_of(
        st.text(LETTERS, max_size=6),
        st.sampled_from(
            [*ODD, "--", "..", "xn--", "xn--bcher-kva", "local", "test", "invalid", "info", "com", "a" * 63]
        ),
    ),
    max_size=8,
).map("".join)
ADDRESSES = st.one_of(
    st.tuples(PARTS, PARTS).map("@".join),
    st.tuples(PARTS, PARTS, st.sampled_from(["com", "test", "local", "c-m", "c1", "1c", "arpa"])).map(
        lambda parts: f"{parts[0]}@{parts[1]}.{parts[2]}"
    ),
    st.emails(),
)


def verdict(parse: Callable[[str], Address], typed: str) -> Address | None:
    try:
        return parse(typed)
    except InputError:
        return None


@given(ADDRESSES)
@settings(max_examples=200)
@example("reader@example.com")
@example("a@" + "b." * 125 + "com")
@example("x" * 64 + "@" + "y" * 63 + ".example.com")
@example("x" * 65 + "@example.com")
@example("a@K.com")
@example("info@example.com")
@example("Info@example.com")
@example("a@example.com\n")
def test_the_short_way_comes_to_the_same_verdict_as_email_validator(typed: str) -> None:
    assert verdict(parse_address, typed) == verdict(parse_slowly, typed.strip())


@given(st.from_regex(r"[a-z0-9_.+-]{1,20}@([a-z0-9-]{1,12}\.){1,3}[a-z]{2,6}", fullmatch=True))
@settings(max_examples=200)
def test_the_short_way_comes_to_the_same_verdict_on_usual_addresses(typed: str) -> None:
    assert verdict(parse_address, typed) == verdict(parse_slowly, typed.strip())


def test_a_usual_address_goes_the_short_way() -> None:
    assert parse_plain("o'neil+news@mail-2.Example.co.uk") == Address(
        spelling="o'neil+news@mail-2.example.co.uk", key="o'neil+news@mail-2.example.co.uk"
    )


@pytest.mark.parametrize("typed", ["x" * 1_000_000, "a@" + "b" * 1_000_000 + ".com", "@" * 1_000_000])
def test_a_text_of_a_million_characters_is_turned_away_with_a_short_sentence(typed: str) -> None:
    with pytest.raises(InputError) as refused:
        parse_address(typed)

    assert len(str(refused.value)) < 250
