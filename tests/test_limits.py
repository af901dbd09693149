"""Token buckets: never more than they gain and hold, in one process or in many, with Redis or without."""

from collections.abc import Iterator
from contextlib import closing
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.limits import LocalBuckets, RedisBuckets
from tests.servers.ports import free_port
from tests.servers.redis import RedisServer, redis_at

STEPS = st.lists(st.tuples(st.floats(0, 5), st.integers(1, 40)), min_size=1, max_size=60)


@pytest.fixture
def shared(redis_server: RedisServer) -> Iterator[RedisBuckets]:
    with closing(RedisBuckets(redis_server.url, member="me")) as buckets:
        yield buckets


def fill(buckets: RedisBuckets, key: str, *, capacity: float) -> None:
    """Redis tells the time itself: at such a rate a bucket is full at the second look."""
    for _ in range(2):
        buckets.take(key, wanted=0, rate_per_s=1e9, capacity=capacity, at_s=0)


@given(steps=STEPS, rate_per_s=st.floats(0.1, 50), capacity=st.floats(1, 30))
def test_no_stretch_of_time_gives_more_than_the_rate_and_the_capacity(
    steps: list[tuple[float, int]], rate_per_s: float, capacity: float
) -> None:
    buckets, at_s, given_out = LocalBuckets(), 100.0, []

    for after_s, wanted in steps:
        at_s += after_s
        granted = buckets.take("key", wanted=wanted, rate_per_s=rate_per_s, capacity=capacity, at_s=at_s)
        assert 0 <= granted <= wanted
        given_out.append((at_s, granted))

    for first, (begin_s, _) in enumerate(given_out):
        for last, (end_s, _) in enumerate(given_out[first:], start=first):
            total = sum(granted for _, granted in given_out[first : last + 1])
            assert total <= rate_per_s * (end_s - begin_s) + capacity + 1e-6


def test_a_bucket_that_is_asked_often_gives_all_of_its_rate() -> None:
    buckets = LocalBuckets()

    granted = sum(buckets.take("key", wanted=9, rate_per_s=3, capacity=2, at_s=tick / 10) for tick in range(101))

    assert granted == 30


def test_a_clock_that_runs_backwards_gives_nothing() -> None:
    buckets = LocalBuckets()
    buckets.take("key", wanted=1, rate_per_s=1, capacity=5, at_s=100)
    buckets.take("key", wanted=1, rate_per_s=1, capacity=5, at_s=50)

    assert buckets.take("key", wanted=5, rate_per_s=1, capacity=5, at_s=101) == 1


def test_two_processes_share_one_bucket(redis_server: RedisServer, shared: RedisBuckets) -> None:
    key = uuid4().hex
    with closing(RedisBuckets(redis_server.url, member="another")) as other:
        fill(shared, key, capacity=100)

        granted = [each.take(key, wanted=60, rate_per_s=1e-6, capacity=100, at_s=0) for each in (shared, other, shared)]

    assert granted[0] == 60
    assert sum(granted) == 100


def test_a_bucket_in_redis_starts_empty_and_is_not_kept_for_ever(
    redis_server: RedisServer, shared: RedisBuckets
) -> None:
    key = uuid4().hex

    assert shared.take(key, wanted=5, rate_per_s=0.001, capacity=5, at_s=0) == 0
    assert 0 < shared._client.ttl(f"digest:bucket:{key}") <= 5060


def test_losing_redis_leaves_each_its_share_and_no_more() -> None:
    port = free_port()
    url = f"redis://127.0.0.1:{port}/0"
    with closing(RedisBuckets(url, member="one")) as one, closing(RedisBuckets(url, member="two")) as two:
        with redis_at(port):
            for each in (two, one):
                each.take("key", wanted=1, rate_per_s=10, capacity=5, at_s=0)

        first = one.take("key", wanted=50, rate_per_s=10, capacity=5, at_s=1)
        second = one.take("key", wanted=50, rate_per_s=10, capacity=5, at_s=1.5)
        third = one.take("key", wanted=50, rate_per_s=10, capacity=5, at_s=3)

    assert [first, second, third] == [0, 2, 2]  # half of the rate, half of the capacity


def test_redis_is_used_again_when_it_is_back() -> None:
    port = free_port()
    with closing(RedisBuckets(f"redis://127.0.0.1:{port}/0", member="me")) as buckets:
        away = buckets.take("key", wanted=5, rate_per_s=1e9, capacity=5, at_s=0)
        with redis_at(port) as server:
            too_early = buckets.take("key", wanted=5, rate_per_s=1e9, capacity=5, at_s=1)
            fresh = buckets.take("key", wanted=5, rate_per_s=1e9, capacity=5, at_s=11)
            back = buckets.take("key", wanted=5, rate_per_s=1e9, capacity=5, at_s=11)
            with closing(RedisBuckets(server.url, member="other")) as other:
                other.take("key", wanted=5, rate_per_s=1e-9, capacity=5, at_s=11)

    assert (away, too_early) == (0, 1)
    assert (fresh, back) == (0, 5)


def test_a_redis_killed_and_restarted_empty_gives_no_burst() -> None:
    port = free_port()
    with redis_at(port) as server, closing(RedisBuckets(server.url, member="me")) as buckets:
        fill(buckets, "key", capacity=5)
        before = buckets.take("key", wanted=5, rate_per_s=0.01, capacity=5, at_s=0)

    with redis_at(port):
        after = buckets.take("key", wanted=5, rate_per_s=0.01, capacity=5, at_s=0)

    assert (before, after) == (5, 0)


@given(steps=st.lists(st.floats(0, 400), min_size=1, max_size=80), capacity=st.integers(1, 12))
def test_no_stretch_of_time_spends_more_than_a_full_budget_and_what_came_back(
    steps: list[float], capacity: int
) -> None:
    buckets, at_s, spent_at = LocalBuckets(), 100.0, []

    for after_s in steps:
        at_s += after_s
        if buckets.spend("key", capacity=capacity, period_s=600, at_s=at_s) == 0:
            spent_at.append(at_s)

    for first, start_s in enumerate(spent_at):
        for last, end_s in enumerate(spent_at[first:], start=1):
            assert last <= capacity + (end_s - start_s) * capacity / 600 + 1e-6


@given(steps=st.lists(st.floats(0, 400), min_size=1, max_size=80), capacity=st.integers(1, 12))
def test_who_waits_as_long_as_a_budget_says_is_let_through(steps: list[float], capacity: int) -> None:
    buckets, at_s = LocalBuckets(), 100.0

    for after_s in steps:
        at_s += after_s
        wait_s = buckets.spend("key", capacity=capacity, period_s=600, at_s=at_s)
        if wait_s:
            at_s += wait_s
            assert buckets.spend("key", capacity=capacity, period_s=600, at_s=at_s) == 0


def test_a_budget_begins_full_and_each_key_has_its_own() -> None:
    buckets = LocalBuckets()

    of_one = [buckets.spend("one", capacity=3, period_s=60, at_s=100) for _ in range(4)]
    of_other = buckets.spend("other", capacity=3, period_s=60, at_s=100)

    assert (of_one, of_other) == ([0, 0, 0, 20], 0)


def test_a_clock_set_back_makes_nobody_wait_longer_than_a_period() -> None:
    buckets = LocalBuckets()
    buckets.spend("key", capacity=1, period_s=60, at_s=1_000_000)

    assert buckets.spend("key", capacity=1, period_s=60, at_s=100) == 60


def test_a_budget_that_is_full_again_is_not_kept() -> None:
    buckets = LocalBuckets()
    for number in range(20_000):
        buckets.spend(f"key {number}", capacity=5, period_s=50, at_s=number)

    assert len(buckets._full_at_s) <= 10_000


def test_two_processes_share_one_budget(redis_server: RedisServer, shared: RedisBuckets) -> None:
    key = uuid4().hex
    with closing(RedisBuckets(redis_server.url, member="another")) as other:
        waits = [each.spend(key, capacity=3, period_s=600, at_s=0) for each in (shared, other, shared, other)]

    assert waits[:3] == [0, 0, 0]
    assert 190 < waits[3] <= 200
    assert 0 < shared._client.ttl(f"digest:budget:{key}") <= 600


def test_losing_redis_leaves_each_its_share_of_a_budget() -> None:
    with closing(RedisBuckets(f"redis://127.0.0.1:{free_port()}/0", member="me")) as buckets:
        waits = [buckets.spend("key", capacity=16, period_s=600, at_s=number / 1000) for number in range(4)]

    assert waits[:2] == [0, 0]  # an eighth: it never met the others
    assert min(waits[2:]) > 200
