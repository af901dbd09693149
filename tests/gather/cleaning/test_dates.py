"""Dates of feeds and pages: the forms that are read, and those that are not guessed at."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.gather.cleaning.dates import parse_date

MORNING = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-20T08:30:00Z",
        "2026-11-20T08:30Z",
        "2026-11-20t08:30:00.123456z",
        "2026-11-20 08:30",
        "2026-11-20 08:30:00 UTC",
        "2026-11-20T10:30:00+02:00",
        "2026-11-20T03:30:00-0500",
        "2026-11-20T10:30+02",
        "20261120T083000Z",
        "20261120083000",
        "Fri, 20 Nov 2026 08:30:00 GMT",
        "Fri, 20 Nov 2026 08:30:00 +0000 (UTC)",
        "Fri,20 Nov 2026 08:30:00 GMT",
        "Fri, 20 Nov 26 08:30 GMT",
        "20 Nov 2026 03:30:00 EST",
        "Fri, 20 Nov 2026 10:30:00 GMT+2",
        "Fri, 20 Nov 2026 08:30:00",
        "Fri, 20-Nov-2026 08:30:00 GMT",
        "Friday, 20th November 2026, 8.30 am",
        "Friday, November 20, 2026 8:30 AM",
        "Nov. 20, 2026 at 8:30 a.m.",
        "November 20th, 2026 - 08:30",
        "Fri Nov 20 08:30:00 2026",
        "Fri Nov 20 08:30:00 UTC 2026",
        "2026/11/20 08:30",
        "20.11.2026 08:30",
        "20/11/2026 08:30",
        "11/20/2026 8:30 AM",
        "1795163400",
        "1795163400000",
        "ven., 20 novembre 2026 09:30:00 +0100",
        "20 de noviembre de 2026, 08:30",
        "٢٠ نوفمبر 2026 ٠٨:٣٠",
        "  2026-11-20\n08:30  ",
    ],
)
def test_a_date_is_read_in_the_forms_people_write(written: str) -> None:
    assert parse_date(written) == MORNING


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC)),
        ("2026-11", datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026", datetime(2026, 1, 1, tzinfo=UTC)),
        ("Thu, 19 Nov 2026 24:00:00 GMT", datetime(2026, 11, 20, tzinfo=UTC)),
        ("Sat, 31 Dec 2016 23:59:60 GMT", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("12:05 AM", None),
        ("20 Nov 2026 12:05 AM", datetime(2026, 11, 20, 0, 5, tzinfo=UTC)),
        ("20 Nov 2026 12:05 pm", datetime(2026, 11, 20, 12, 5, tzinfo=UTC)),
        ("20 Nov 71", datetime(1971, 11, 20, tzinfo=UTC)),
    ],
)
def test_edges_of_a_date_are_read_as_meant(written: str, expected: datetime | None) -> None:
    assert parse_date(written) == expected


@pytest.mark.parametrize(
    "written",
    [
        "",
        "yesterday",
        "04/05/2026",
        "31 Nov 2026",
        "2026-13-01",
        "0000-00-00",
        "25:00",
        "9999-12-31T23:00-05:00",
        "1" * 200,
    ],
)
def test_what_says_no_date_or_two_is_not_guessed_at(written: str) -> None:
    assert parse_date(written) is None


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="0123456789-/:., TZtNovember+PMam", max_size=110))
def test_any_text_gives_an_aware_time_or_none(written: str) -> None:
    found = parse_date(written)

    assert found is None or found.tzinfo is UTC


@settings(max_examples=100, deadline=None)
@given(st.integers(min_value=631_152_000, max_value=4_102_444_800))
def test_what_programs_write_is_read_back(epoch_s: int) -> None:
    at = datetime.fromtimestamp(epoch_s, tz=UTC)

    assert parse_date(at.isoformat()) == at
    assert parse_date(at.strftime("%a, %d %b %Y %H:%M:%S +0000")) == at
