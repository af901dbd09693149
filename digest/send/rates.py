"""Rates: one that is fetched in tokens, one that is found by trying, and the one that is observed. Told the time."""

import math
from collections import deque
from typing import NamedTuple

_AHEAD_S = 0.5
_LAPSE_S = 0.5
_CALM_S = 2.0
_REGAIN_EVERY_S = 10.0
_REGAIN = 1.05
_FREE_ABOVE = 1.25
_SLOWEST_PER_S = 0.1
_WINDOW_S = 2.0
_MIN_WINDOW_S = 1.0


class Grant(NamedTuple):
    """Tokens, and the moment after which they are void."""

    tokens: int
    until_s: float


class FetchedRate:
    """A rate whose tokens are fetched ahead, in another thread than spends them.

    The bucket they come from holds what the rate gives in half a second, and one token at least. A token is
    void half a second after it was fetched, lest saved-up ones go out as a burst.
    """

    def __init__(self, key: str, rate_per_s: float) -> None:
        self.key = key
        self.rate_per_s = rate_per_s
        self.capacity = max(1.0, rate_per_s * _AHEAD_S)
        self._grants: deque[Grant] = deque()  # what the threads share: one appends, the other takes
        self._left, self._until_s = 0, -math.inf
        self._spent = 0
        self._spent_before = 0
        self._is_wanting = False

    def has_one(self, at_s: float) -> bool:
        """Return whether a token is there to be spent."""
        while not self._left or at_s > self._until_s:
            if not self._grants:
                self._is_wanting = True
                return False
            self._left, self._until_s = self._grants.popleft()
        return True

    def spend(self) -> None:
        """Spend a token that is there."""
        self._left -= 1
        self._spent += 1

    def wanted(self, at_s: float) -> int:
        """Return how many tokens to fetch: twice of what was spent since it was asked last, less what is there."""
        spent, self._spent_before = self._spent - self._spent_before, self._spent
        is_wanting, self._is_wanting = self._is_wanting, False
        if not spent and not is_wanting:
            return 0
        held = self._left if at_s <= self._until_s else 0
        held += sum(grant.tokens for grant in list(self._grants) if at_s <= grant.until_s)
        return max(0, min(math.ceil(self.capacity), 2 * spent + 1) - held)

    def grant(self, tokens: int, at_s: float) -> None:
        """Add tokens that were fetched."""
        if tokens:
            self._grants.append(Grant(tokens, at_s + _LAPSE_S))


class FoundRate:
    """A rate halved at each complaint, and regained by 5 % every ten seconds.

    It is halved at most once in two seconds: what was on the wire by then says nothing of the new rate. `bound_per_s`
    is the rate that was set, if one was; without one, it is free again a quarter above where the trouble began.
    """

    def __init__(self, at_s: float, *, observed_per_s: float, bound_per_s: float | None) -> None:
        self._free_above_per_s = bound_per_s or observed_per_s * _FREE_ABOVE
        self._tokens, self._filled_at_s = 0.0, at_s
        self._halved_at_s = self._regained_at_s = at_s
        self.rate_per_s = _half(min(observed_per_s, bound_per_s or math.inf))

    @property
    def is_free(self) -> bool:
        """Return whether all is regained."""
        return self.rate_per_s >= self._free_above_per_s

    def has_one(self, at_s: float) -> bool:
        """Return whether a token is there to be spent."""
        gained = max(0.0, at_s - self._filled_at_s) * self.rate_per_s
        self._tokens = min(max(1.0, self.rate_per_s * _AHEAD_S), self._tokens + gained)
        self._filled_at_s = max(at_s, self._filled_at_s)
        return self._tokens >= 1

    def spend(self) -> None:
        """Spend a token that is there."""
        self._tokens -= 1

    def halve(self, at_s: float, *, observed_per_s: float) -> None:
        """Hear a complaint. `observed_per_s` counts where it is less than what was allowed."""
        if at_s - self._halved_at_s >= _CALM_S:
            self.rate_per_s = _half(min(self.rate_per_s, observed_per_s))
            self._halved_at_s = self._regained_at_s = at_s

    def regain(self, at_s: float) -> None:
        """Let the time since then count."""
        steps = int(max(0.0, at_s - self._regained_at_s) / _REGAIN_EVERY_S)
        self.rate_per_s = min(self._free_above_per_s, self.rate_per_s * _REGAIN**steps)
        self._regained_at_s += steps * _REGAIN_EVERY_S


def _half(rate_per_s: float) -> float:
    return max(_SLOWEST_PER_S, rate_per_s / 2)


class Traffic:
    """How many messages to each group landed lately, in windows of two seconds: this one and the one before."""

    def __init__(self) -> None:
        self._now: dict[str, int] = {}
        self._before: dict[str, int] = {}
        self._now_began_s = self._before_began_s = self._counted_at_s = -math.inf

    def count(self, group: str, at_s: float) -> bool:
        """Count one; return whether it is the first of a window."""
        is_new = at_s - self._now_began_s >= _WINDOW_S
        if is_new:
            is_next = at_s - self._now_began_s < 2 * _WINDOW_S
            self._before, self._before_began_s = (self._now, self._now_began_s) if is_next else ({}, at_s)
            self._now, self._now_began_s = {}, at_s
        self._now[group] = self._now.get(group, 0) + 1
        self._counted_at_s = at_s
        return is_new

    def rate_per_s(self, group: str) -> float:
        """Return the messages a second that landed for a group from the earlier window to the last count of any."""
        counted = self._now.get(group, 0) + self._before.get(group, 0)
        return counted / max(_MIN_WINDOW_S, self._counted_at_s - self._before_began_s) if counted else 0.0
