"""When a source is asked again."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.gather.fetching.backoff import (
    MAX_BACKOFF_S,
    MAX_RETRY_AFTER_S,
    POLL_INTERVAL_S,
    next_poll_at,
    parse_retry_after,
)

NOW = datetime(2026, 11, 22, 13, tzinfo=UTC)
WEEK_S = 7 * 24 * 3600
SOURCE = "https://feeds.example/rss"

failures = st.integers(min_value=0, max_value=10**6)
retries = st.none() | st.floats(min_value=0, max_value=MAX_RETRY_AFTER_S)


@pytest.mark.parametrize(
    ("failures", "minutes"),
    [(0, 15), (1, 15), (2, 30), (3, 60), (4, 120), (7, 960), (8, 1440), (9, 1440), (10**9, 1440)],
)
def test_each_failure_doubles_the_wait_up_to_a_day(failures: int, minutes: int) -> None:
    wait = next_poll_at(NOW, source=SOURCE, failures=failures) - NOW

    assert timedelta(minutes=minutes) <= wait < timedelta(minutes=minutes * 1.1)


@given(st.text(max_size=40), failures, retries)
def test_a_server_is_never_asked_before_the_time_it_named(
    source: str, failures: int, retry_after_s: float | None
) -> None:
    at = next_poll_at(NOW, source=source, failures=failures, retry_after_s=retry_after_s)

    assert at >= NOW + timedelta(seconds=max(POLL_INTERVAL_S, retry_after_s or 0))


@given(st.text(max_size=40), failures)
def test_a_source_is_moved_by_the_same_part_every_time(source: str, failures: int) -> None:
    first, second = (next_poll_at(NOW, source=source, failures=count) - NOW for count in (0, failures))

    assert second / first == pytest.approx(min(2 ** max(min(failures, 30) - 1, 0), 96), rel=1e-6)


def test_sources_asked_together_part_ways() -> None:
    sources = [f"https://{number}.example/feed" for number in range(100)]

    times = {next_poll_at(NOW, source=source, failures=0) for source in sources}

    assert len(times) == 100


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        (" 120 ", 120),
        ("9" * 5_000, WEEK_S),
        ("604801", WEEK_S),
        ("Sun, 22 Nov 2026 13:02:00 GMT", 120),
        ("Sunday, 22-Nov-26 13:02:00 GMT", 120),
        ("Sun Nov 22 13:02:00 2026", 120),
        ("Sun, 22 Nov 2026 12:00:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", WEEK_S),
    ],
)
def test_both_forms_of_retry_after_are_read(value: str, seconds: float) -> None:
    assert parse_retry_after(value, now=NOW) == seconds


@pytest.mark.parametrize("value", ["", "soon", "-1", "1.5", "1e9", "+5", "٣", "Sun, 99 Nov 2026", "\x00"])
def test_a_retry_after_that_says_nothing_asks_for_nothing(value: str) -> None:
    assert parse_retry_after(value, now=NOW) is None


@given(st.text(max_size=60) | st.datetimes().map(format_datetime))
def test_any_retry_after_is_within_a_week_or_none(value: str) -> None:
    asked = parse_retry_after(value, now=NOW)

    assert asked is None or 0 <= asked <= WEEK_S


def test_backoff_and_retry_after_have_their_documented_bounds() -> None:
    assert (MAX_BACKOFF_S, MAX_RETRY_AFTER_S) == (24 * 3600, WEEK_S)
