"""Paces as an operator writes them, and what is none."""

import pytest

from digest.errors import InputError
from digest.send.paces import Pace, parse_paces, parse_rate


@pytest.mark.parametrize(
    ("typed", "rate_per_s"), [("20", 20), ("20/s", 20), ("0.5/s", 0.5), ("600/m", 10), ("7200/h", 2), (" 3/s ", 3)]
)
def test_a_rate_is_written_with_its_unit(typed: str, rate_per_s: float) -> None:
    assert parse_rate(typed) == rate_per_s


@pytest.mark.parametrize("typed", ["", "0", "0/s", "-1/s", "1/d", "fast", "1e9/s", "٣/s", "1 /s"])
def test_what_is_no_rate_is_refused(typed: str) -> None:
    with pytest.raises(InputError, match="is no rate"):
        parse_rate(typed)


def test_paces_are_written_by_provider_or_domain() -> None:
    paces = parse_paces("google=20/s:4 Example.com=5/s  yahoo=:8")

    assert paces == {
        "google": Pace(rate_per_s=20, at_once=4),
        "example.com": Pace(rate_per_s=5),
        "yahoo": Pace(at_once=8),
    }


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ("google", "is no pace"),
        ("google=", "is no pace"),
        ("google=5/s:", "is no pace"),
        ("google=5/s:0", "is no pace"),
        ("google=fast", "is no rate"),
        ("gogle=5/s", 'did you mean "google"'),
        ("nobody=5/s", "the providers are"),
        ("google=5/s google=6/s", "two paces"),
    ],
)
def test_what_is_no_pace_is_refused(typed: str, wrong: str) -> None:
    with pytest.raises(InputError, match=wrong):
        parse_paces(typed)
