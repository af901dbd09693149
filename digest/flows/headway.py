"""Headway: how many deliveries to mark ahead of the wire. Pure arithmetic; told the time.

Enough that the wire never waits for a commit, and no more: what is marked is what a lost host leaves in doubt, and what
a slow relay keeps from others.
"""

_AHEAD_S = 0.3
_MIN_AHEAD, _MAX_AHEAD = 32, 2048
_NEW_SHARE = 0.5


class Headway:
    """Follows the rate of one run. `at_s` is monotonic, in seconds."""

    def __init__(self, *, at_s: float) -> None:
        self._since_s = at_s
        self._landings = 0
        self._rate = 0.0

    def room(self, waiting: int, landings: int, *, at_s: float) -> int:
        """Return how many more to mark, where `waiting` are marked, and `landings` have landed in all."""
        elapsed_s = at_s - self._since_s
        if elapsed_s > 0:
            new_rate = (landings - self._landings) / elapsed_s
            self._rate += _NEW_SHARE * (new_rate - self._rate)
            self._since_s, self._landings = at_s, landings
        ahead = min(max(int(self._rate * _AHEAD_S), _MIN_AHEAD), _MAX_AHEAD)
        return max(ahead - waiting, 0)
