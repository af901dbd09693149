"""Token buckets: how many of something may happen, in this process alone or in Redis for all that share one.

A bucket starts empty, gains `rate_per_s` tokens a second and holds at most `capacity`, so that in any stretch of t
seconds no more than rate_per_s * t + capacity are given out, whoever restarts. What a token is good for, others know.
"""

import math
from threading import Lock
from typing import NamedTuple

import redis
import structlog
from redis.backoff import NoBackoff
from redis.retry import Retry

log = structlog.get_logger()

_PREFIX = "digest:bucket:"
_MEMBERS = "digest:bucket-members"
_TIMEOUT_S = 0.3
_RETRY_AFTER_S = 10.0
_FORGET_AFTER_S = 60.0
_MEMBER_FOR_S = 30.0
_PROBABLE_MEMBERS = 8
"""How many share the buckets, for one that never met the others."""

# One script is one step of Redis: nobody comes between the look and the taking. The time is the server's own, so that
# hosts whose clocks differ agree; a clock set back gives nothing, and takes nothing away.
_TAKE = """
local key, members = KEYS[1], KEYS[2]
local wanted, rate, capacity = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1000000
local kept = redis.call('HMGET', key, 'level', 'at')
local level, at = tonumber(kept[1] or 0), tonumber(kept[2] or now)
level = math.min(capacity, level + math.max(0, now - at) * rate)
local granted = math.min(wanted, math.floor(level))
redis.call('HSET', key, 'level', string.format('%.17g', level - granted), 'at', string.format('%.17g', now))
redis.call('EXPIRE', key, math.ceil(capacity / rate) + tonumber(ARGV[5]))
redis.call('ZADD', members, now, ARGV[4])
redis.call('ZREMRANGEBYSCORE', members, '-inf', now - tonumber(ARGV[6]))
redis.call('EXPIRE', members, math.ceil(tonumber(ARGV[6])))
return {granted, redis.call('ZCARD', members)}
"""


class Level(NamedTuple):
    """How full a bucket was at a moment of a monotonic clock."""

    tokens: float
    at_s: float

    def filled(self, *, rate_per_s: float, capacity: float, at_s: float) -> "Level":
        """Return the level at a later moment; an earlier one changes nothing."""
        if at_s <= self.at_s:
            return self
        return Level(min(capacity, self.tokens + (at_s - self.at_s) * rate_per_s), at_s)


class LocalBuckets:
    """Buckets of this process alone. Safe from several threads."""

    def __init__(self) -> None:
        self._levels: dict[str, Level] = {}
        self._lock = Lock()

    def take(self, key: str, *, wanted: int, rate_per_s: float, capacity: float, at_s: float) -> int:
        """Return how many of the wanted tokens are given out now, from none to all. `at_s` is monotonic."""
        with self._lock:
            level = self._levels.get(key, Level(0.0, at_s)).filled(rate_per_s=rate_per_s, capacity=capacity, at_s=at_s)
            granted = min(wanted, math.floor(level.tokens))
            self._levels[key] = Level(level.tokens - granted, level.at_s)
        return granted


class RedisBuckets:
    """Buckets shared with everybody who names the same Redis; `member` is this one among them.

    While Redis cannot be reached, each gives out its own share of the rate from buckets of its own, empty at first:
    slower, never more. A call blocks for about half a second at most, and during an absence once in ten.
    """

    def __init__(self, url: str, *, member: str) -> None:
        self._client = redis.Redis.from_url(
            url, socket_timeout=_TIMEOUT_S, socket_connect_timeout=_TIMEOUT_S, retry=Retry(NoBackoff(), 1)
        )
        self._script = self._client.register_script(_TAKE)
        self._member = member
        self._members = _PROBABLE_MEMBERS
        self._own = LocalBuckets()
        self._away_until_s = -math.inf
        self._is_away = False

    def take(self, key: str, *, wanted: int, rate_per_s: float, capacity: float, at_s: float) -> int:
        """Return how many of the wanted tokens are given out now, from none to all. `at_s` is monotonic."""
        if at_s >= self._away_until_s:
            try:
                granted = self._ask(key, wanted=wanted, rate_per_s=rate_per_s, capacity=capacity)
            except redis.RedisError as error:
                self._note_absence(at_s, error)
            else:
                self._note_presence()
                return granted
        return self._own.take(
            key,
            wanted=wanted,
            rate_per_s=rate_per_s / self._members,
            capacity=max(1.0, capacity / self._members),
            at_s=at_s,
        )

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def _ask(self, key: str, *, wanted: int, rate_per_s: float, capacity: float) -> int:
        said = self._script(
            keys=[_PREFIX + key, _MEMBERS],
            args=[wanted, rate_per_s, capacity, self._member, _FORGET_AFTER_S, _MEMBER_FOR_S],
        )
        granted, self._members = int(said[0]), int(said[1])
        return granted

    def _note_absence(self, at_s: float, error: redis.RedisError) -> None:
        self._away_until_s = at_s + _RETRY_AFTER_S
        if not self._is_away:
            self._is_away = True
            self._own = LocalBuckets()
            log.warning("redis.away", why=str(error), share=f"1/{self._members}")

    def _note_presence(self) -> None:
        if self._is_away:
            self._is_away = False
            log.warning("redis.back", members=self._members)
