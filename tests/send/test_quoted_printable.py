"""Quoted-printable: the standard library reads back what was written, and no line begins with a dot."""

import quopri

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.render.sizes import transfer_encoded_octets
from digest.send.quoted_printable import closed, open_ended
from tests.send.texts import SAFE_CHARACTERS

DOTTED = st.text(st.sampled_from(".=a é\t"), max_size=320)
texts = (
    st.lists(
        st.text(SAFE_CHARACTERS, max_size=90) | DOTTED | st.sampled_from(["\n", "\r\n", "\r", "\n.\n"]), max_size=9
    )
).map("".join)


def with_lf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def keeps_the_rules(written: bytes) -> bool:
    return all(
        len(line) <= 76 and not line.startswith(b".") and line == line.rstrip() for line in written.split(b"\r\n")
    )


@given(texts)
@example("." * 400)
@example("a" * 75 + ".")
@example("a" * 74 + "..")
@example("é" * 12 + "aa." * 3)
@example("=" * 24 + "é.")
def test_a_text_reads_back_as_it_was(text: str) -> None:
    written = closed(text)

    assert quopri.decodestring(written).decode().replace("\r\n", "\n") == with_lf(text)
    assert keeps_the_rules(written)


@given(texts | st.text(st.sampled_from("a."), max_size=160), texts)
@example("a" * 75 + ".", "")
@example("a" * 74 + "..", ".")
@example("a" * 150, ".")
@example("a" * 151, ".")
def test_what_follows_an_open_end_goes_on_in_the_same_line(text: str, more: str) -> None:
    written = open_ended(text) + closed(more)

    assert quopri.decodestring(written).decode().replace("\r\n", "\n") == with_lf(text) + with_lf(more)
    assert keeps_the_rules(written)


@given(texts)
@example("." * 4000)
@example(".\n" * 400)
@example(("a" * 74 + "..") * 40)
def test_no_text_takes_more_octets_than_an_edition_reckons_with(text: str) -> None:
    text = with_lf(text) + "\n"

    assert len(closed(text)) <= transfer_encoded_octets([(text,)])


def test_a_short_plain_value_is_left_as_it_is() -> None:
    assert open_ended("https://news.example/unsubscribe/abc") == b"https://news.example/unsubscribe/abc=\r\n"


def test_a_longer_plain_value_is_folded_where_the_line_is_full() -> None:
    assert open_ended("a" * 80) == b"a" * 75 + b"=\r\naaaaa=\r\n"


@pytest.mark.parametrize("text", [".", "..", ".cell { }", "\n.\n", "x" * 75 + "." * 80])
def test_a_dot_at_the_start_of_a_line_is_escaped(text: str) -> None:
    assert keeps_the_rules(open_ended(text))
    assert b"=2E" in open_ended(text)


def test_half_a_character_becomes_a_question_mark() -> None:
    assert closed("a\ud800b") == b"a?b"
