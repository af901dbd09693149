"""Pacing: how fast mail goes to each provider, and in all. Decisions are told the time, and nothing here waits.

Three things may hold a message up: the rate an operator set (tokens that are fetched ahead, since they may come from
elsewhere), how many are on the wire at once, and a rate found by trying: halved when a provider says that it is too
fast (421, or an enhanced code 4.7.x, RFC 3463 3.8), and regained slowly.
"""

from collections.abc import Mapping
from typing import Protocol

from digest.model.messages import Fate, Transmission
from digest.send.paces import Pace
from digest.send.providers import Providers
from digest.send.rates import FetchedRate, FoundRate, Traffic

_ASK_AGAIN_S = 0.1
_SLOWEST_GUESS_PER_S = 0.1
_LONGEST_GUESS_S = 300.0


class Tokens(Protocol):
    """Token buckets that this worker may share with others; digest/limits.py has them."""

    def take(self, key: str, *, wanted: int, rate_per_s: float, capacity: float, at_s: float) -> int:
        """Return how many of the wanted tokens are given out now. May block."""
        ...


class Pacer:
    """Says which messages may go now. `rate_per_s` is for all mail, `paces` for provider groups and domains.

    All but `refresh` belongs to one thread. In any stretch of t seconds no more than rate * (t + 1) + 1 messages go,
    over all workers that share `tokens`. How many are on the wire at once is each worker's own affair.
    """

    def __init__(
        self, *, tokens: Tokens, providers: Providers, paces: Mapping[str, Pace], rate_per_s: float | None = None
    ) -> None:
        self._tokens = tokens
        self._all = FetchedRate("all", rate_per_s) if rate_per_s else None
        self._groups = {group: _Group(group, pace) for group, pace in paces.items()}
        self._fetched = [one for one in (self._all, *(group.fetched for group in self._groups.values())) if one]
        self._traffic = Traffic()
        self.group_of = providers.group_of

    @property
    def is_free(self) -> bool:
        """Whether nothing is held up at all, so that nobody must ask `may_go`."""
        return not self._groups and self._all is None

    def is_limited(self, group: str) -> bool:
        """Return whether messages to this group must ask `may_go`."""
        return group in self._groups or self._all is not None

    def hold_s(self, *, at_s: float) -> float:
        """Return in how many seconds it is worth asking again for any group at all: 0.0 is now."""
        return 0.0 if self._all is None or self._all.has_one(at_s) else _ASK_AGAIN_S

    def may_go(self, group: str, *, at_s: float) -> float:
        """Return 0.0 where a message to this group may go now, which is counted then; else when to ask again.

        That is in seconds. `at_s` is monotonic.
        """
        state = self._groups.get(group)
        wait_s = self.hold_s(at_s=at_s) or (state.wait_s(at_s) if state else 0.0)
        if wait_s:
            return wait_s
        if self._all:
            self._all.spend()
        if state:
            state.depart()
        return 0.0

    def wait_s(self, group: str, waiting: int) -> float:
        """Return about how long the last of so many messages to a group will wait, in seconds; guesses are bounded."""
        state = self._groups.get(group)
        for_all_s = waiting / self._all.rate_per_s if self._all else 0.0
        for_group_s = state.queue_s(waiting, observed_per_s=self._traffic.rate_per_s(group)) if state else 0.0
        return max(for_all_s, for_group_s)

    def landed(self, group: str, transmission: Transmission, *, at_s: float) -> None:
        """Hear what became of a message to this group, whether it had to ask or not."""
        state = self._groups.get(group)
        if state:
            state.land()
        if self._traffic.count(group, at_s):
            self._free_regained(at_s)
        if transmission.fate is not Fate.TAKEN and is_complaint(transmission):
            state = state or self._groups.setdefault(group, _Group(group, Pace()))
            state.slow_down(at_s, observed_per_s=self._traffic.rate_per_s(group))

    def refresh(self, *, at_s: float) -> None:
        """Fetch tokens for what is in demand. May block: call it in a thread, four times a second or more."""
        for fetched in self._fetched:
            if wanted := fetched.wanted(at_s):
                granted = self._tokens.take(
                    fetched.key, wanted=wanted, rate_per_s=fetched.rate_per_s, capacity=fetched.capacity, at_s=at_s
                )
                fetched.grant(granted, at_s)

    def _free_regained(self, at_s: float) -> None:
        for group, state in list(self._groups.items()):
            state.regain(at_s)
            if state.is_free:
                del self._groups[group]


def is_complaint(transmission: Transmission) -> bool:
    """Return whether a reply says that we are too fast for whoever says it: 421, or 4.7.x.

    A plain 421 that ends a session which had served (`not sent`) says only that it has served for long enough.
    """
    reply = transmission.reply
    if reply is None or transmission.fate not in {Fate.LATER, Fate.NOT_SENT}:
        return False
    is_plain_421 = reply.code == 421 and transmission.fate is Fate.LATER
    return is_plain_421 or (reply.is_transient and reply.enhanced.startswith("4.7."))


class _Group:
    """One provider group, or one domain: what it is held to."""

    def __init__(self, name: str, pace: Pace) -> None:
        self._pace = pace
        self._on_wire = 0
        self._found: FoundRate | None = None
        self.fetched = FetchedRate(f"group:{name}", pace.rate_per_s) if pace.rate_per_s else None

    @property
    def is_full(self) -> bool:
        """Return whether as many are on the wire as may be."""
        return self._pace.at_once is not None and self._on_wire >= self._pace.at_once

    @property
    def is_free(self) -> bool:
        """Return whether nothing holds it any more."""
        return self._found is None and self._pace == Pace()

    def wait_s(self, at_s: float) -> float:
        """Return 0.0 where one more may go now, else when to ask again."""
        may_go = not self.is_full and all(rate.has_one(at_s) for rate in (self._found, self.fetched) if rate)
        return 0.0 if may_go else _ASK_AGAIN_S

    def queue_s(self, waiting: int, *, observed_per_s: float) -> float:
        """Return how long the last of so many will wait: by the rate that was set, or by what holds for now."""
        slowest = [self._found.rate_per_s] if self._found else []
        if self.is_full:
            slowest.append(max(observed_per_s, _SLOWEST_GUESS_PER_S))
        guessed_s = waiting / min(slowest) if slowest else 0.0
        set_s = waiting / self._pace.rate_per_s if self._pace.rate_per_s else 0.0
        return max(set_s, min(guessed_s, _LONGEST_GUESS_S))

    def depart(self) -> None:
        """Count one that goes."""
        self._on_wire += 1
        for rate in (self._found, self.fetched):
            if rate:
                rate.spend()

    def land(self) -> None:
        """Count one that is no longer on the wire; one that went before the group was held is none of ours."""
        self._on_wire = max(0, self._on_wire - 1)

    def slow_down(self, at_s: float, *, observed_per_s: float) -> None:
        """Hear that it was too fast."""
        if self._found:
            self._found.halve(at_s, observed_per_s=observed_per_s)
        else:
            self._found = FoundRate(at_s, observed_per_s=observed_per_s, bound_per_s=self._pace.rate_per_s)

    def regain(self, at_s: float) -> None:
        """Let time heal."""
        if self._found:
            self._found.regain(at_s)
            if self._found.is_free:
                self._found = None
