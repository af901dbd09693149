"""A newsroom whose clock stands still until a test moves it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from digest.clock import FixedClock
from digest.demo.newsroom import Newsroom
from digest.demo.stories import Stories

NOW = datetime(2026, 3, 29, 9, 30, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def newsroom(clock: FixedClock) -> Iterator[Newsroom]:
    with Newsroom(clock, anchored_at=NOW) as newsroom:
        yield newsroom


@pytest.fixture
def stories(newsroom: Newsroom) -> Stories:
    return newsroom.stories
