"""Token buckets: how many of something may happen, in this process alone or in Redis for all that share one.

A bucket to `take` from starts empty, gains `rate_per_s` tokens a second and holds at most `capacity`, so that in any
stretch of t seconds no more than rate_per_s * t + capacity are given out, whoever restarts.

A budget to `spend` from starts full, since it is for visitors that come seldom: nobody should wait who did not come
before. What is spent of it comes back over `period_s`. It is kept as one number, the time at which it is full again
(the generic cell rate algorithm), and not at all once that has come. What a token is good for, others know.
"""

import math
from threading import Lock
from typing import NamedTuple

import redis
import structlog
from redis.backoff import NoBackoff
from redis.commands.core import Script
from redis.retry import Retry

log = structlog.get_logger()

_PREFIX = "digest:bucket:"
_BUDGET_PREFIX = "digest:budget:"
_MEMBERS = "digest:bucket-members"
_TIMEOUT_S = 0.3
_RETRY_AFTER_S = 10.0
_FORGET_AFTER_S = 60.0
_MEMBER_FOR_S = 30.0
_PROBABLE_MEMBERS = 8
"""How many share the buckets, for one that never met the others."""
_SOON_S = 1e-6
"""What floating point may make of no wait at all."""
_MANY = 10_000
"""How many budgets a process keeps before it looks which of them are full again."""

# One script is one step of Redis: nobody comes between the look and the taking. The time is the server's own, so that
# hosts whose clocks differ agree; a clock set back gives nothing, and takes nothing away.
_CLOCK = """
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1000000
"""
_MEET = """
local members = KEYS[2]
redis.call('ZADD', members, now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', members, '-inf', now - tonumber(ARGV[2]))
redis.call('EXPIRE', members, math.ceil(tonumber(ARGV[2])))
"""
_TAKE = f"""{_CLOCK}{_MEET}
local key = KEYS[1]
local wanted, rate, capacity = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local kept = redis.call('HMGET', key, 'level', 'at')
local level, at = tonumber(kept[1] or 0), tonumber(kept[2] or now)
level = math.min(capacity, level + math.max(0, now - at) * rate)
local granted = math.min(wanted, math.floor(level))
redis.call('HSET', key, 'level', string.format('%.17g', level - granted), 'at', string.format('%.17g', now))
redis.call('EXPIRE', key, math.ceil(capacity / rate) + tonumber(ARGV[6]))
return {{tostring(granted), redis.call('ZCARD', members)}}
"""
_SPEND = f"""{_CLOCK}{_MEET}
local key = KEYS[1]
local capacity, period = tonumber(ARGV[3]), tonumber(ARGV[4])
local full = math.min(math.max(tonumber(redis.call('GET', key) or now), now), now + period)
local wait = full - now - period + period / capacity
if wait < 0.000001 then
  full = full + period / capacity
  redis.call('SET', key, string.format('%.17g', full), 'PX', math.ceil((full - now) * 1000))
  wait = 0
end
return {{string.format('%.17g', wait), redis.call('ZCARD', members)}}
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
        self._full_at_s: dict[str, float] = {}
        self._looked_over_at = _MANY
        self._lock = Lock()

    def take(self, key: str, *, wanted: int, rate_per_s: float, capacity: float, at_s: float) -> int:
        """Return how many of the wanted tokens are given out now, from none to all. `at_s` is monotonic."""
        with self._lock:
            level = self._levels.get(key, Level(0.0, at_s)).filled(rate_per_s=rate_per_s, capacity=capacity, at_s=at_s)
            granted = min(wanted, math.floor(level.tokens))
            self._levels[key] = Level(level.tokens - granted, level.at_s)
        return granted

    def spend(self, key: str, *, capacity: int, period_s: float, at_s: float) -> float:
        """Spend one of a budget's `capacity`, which comes back over `period_s`; return 0, or how long to wait.

        That is in seconds, and then nothing is spent. A clock that is set back makes nobody wait longer than a period.
        """
        with self._lock:
            full_at_s = min(max(self._full_at_s.get(key, at_s), at_s), at_s + period_s)
            wait_s = full_at_s - at_s - period_s + period_s / capacity
            if wait_s >= _SOON_S:
                return wait_s
            self._full_at_s[key] = full_at_s + period_s / capacity
            self._forget_full(at_s)
        return 0.0

    def _forget_full(self, at_s: float) -> None:
        """Forget budgets that are full again, each time there are twice as many as were left the last time."""
        if len(self._full_at_s) < self._looked_over_at:
            return
        self._full_at_s = {key: full_at_s for key, full_at_s in self._full_at_s.items() if full_at_s > at_s}
        self._looked_over_at = max(_MANY, 2 * len(self._full_at_s))


class RedisBuckets:
    """Buckets shared with everybody who names the same Redis; `member` is this one among them.

    While Redis cannot be reached, each gives out its own share of the rate from buckets of its own, empty at first:
    slower, never more. A call blocks for about half a second at most, and during an absence once in ten.
    """

    def __init__(self, url: str, *, member: str) -> None:
        self._client = redis.Redis.from_url(
            url, socket_timeout=_TIMEOUT_S, socket_connect_timeout=_TIMEOUT_S, retry=Retry(NoBackoff(), 1)
        )
        self._take = self._client.register_script(_TAKE)
        self._spend = self._client.register_script(_SPEND)
        self._member = member
        self._members = _PROBABLE_MEMBERS
        self._own = LocalBuckets()
        self._away_until_s = -math.inf
        self._is_away = False

    def take(self, key: str, *, wanted: int, rate_per_s: float, capacity: float, at_s: float) -> int:
        """Return how many of the wanted tokens are given out now, from none to all. `at_s` is monotonic."""
        granted = self._ask(self._take, _PREFIX + key, wanted, rate_per_s, capacity, _FORGET_AFTER_S, at_s=at_s)
        if granted is not None:
            return int(granted)
        return self._own.take(
            key,
            wanted=wanted,
            rate_per_s=rate_per_s / self._members,
            capacity=max(1.0, capacity / self._members),
            at_s=at_s,
        )

    def spend(self, key: str, *, capacity: int, period_s: float, at_s: float) -> float:
        """Spend one of a budget's `capacity`, which comes back over `period_s`; return 0, or how many seconds to wait.

        While Redis cannot be reached, each has its own share of the budget.
        """
        wait_s = self._ask(self._spend, _BUDGET_PREFIX + key, capacity, period_s, at_s=at_s)
        if wait_s is not None:
            return wait_s
        return self._own.spend(key, capacity=max(1, capacity // self._members), period_s=period_s, at_s=at_s)

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def _ask(self, script: Script, key: str, *arguments: float, at_s: float) -> float | None:
        """Return what Redis says to one of the scripts, or None while it cannot be reached."""
        if at_s < self._away_until_s:
            return None
        try:
            said, members = script(keys=[key, _MEMBERS], args=[self._member, _MEMBER_FOR_S, *arguments])
        except redis.RedisError as error:
            self._note_absence(at_s, error)
            return None
        self._note_presence()
        self._members = int(members)
        return float(said)

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
