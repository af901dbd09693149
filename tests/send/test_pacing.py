"""Pacing: never faster than was set, slower where a provider complains, and nobody waits for another's provider."""

import time
from contextlib import ExitStack, closing
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.limits import LocalBuckets, RedisBuckets
from digest.model.ids import DeliveryId
from digest.model.messages import Fate, Reply, Step, Transmission
from digest.send.paces import parse_paces
from digest.send.pacing import Pacer, Tokens, is_complaint
from digest.send.providers import Providers
from tests.servers.ports import free_port
from tests.servers.redis import RedisServer, redis_at

TICK_S = 0.05
THROTTLED = Reply(code=421, enhanced="4.7.28", text="too fast")


def make_pacer(tokens: Tokens | None = None, *, paces: str = "", rate_per_s: float | None = None) -> Pacer:
    return Pacer(
        tokens=tokens or LocalBuckets(), providers=Providers(), paces=parse_paces(paces), rate_per_s=rate_per_s
    )


def landed(fate: Fate = Fate.TAKEN, reply: Reply | None = None) -> Transmission:
    return Transmission(delivery_id=DeliveryId(1), fate=fate, reply=reply, step=Step.DOT)


class Line:
    """A pacer with mail waiting for some groups, up to `a_tick` messages each; time passes in ticks of 50 ms."""

    def __init__(self, pacer: Pacer, *, a_tick: int = 50) -> None:
        self.pacer = pacer
        self.a_tick = a_tick
        self.at_s = 100.0
        self.ticks = 0
        self.departures: list[float] = []
        self.on_wire: list[tuple[float, str]] = []

    def run(self, *groups: str, for_s: float, takes_s: float = 0.0, reply: Reply | None = None) -> int:
        """Let so much time pass; return how many departed. Each lands after `takes_s`, with a 4yz if one is given."""
        before = len(self.departures)
        for _ in range(round(for_s / TICK_S)):
            self.at_s += TICK_S
            self.ticks += 1
            if self.ticks % 5 == 0:
                self.pacer.refresh(at_s=self.at_s)
            for group in groups:
                self.depart(group, takes_s)
            self.land(landed(Fate.LATER, reply) if reply else landed())
        return len(self.departures) - before

    def depart(self, group: str, takes_s: float) -> None:
        for _ in range(self.a_tick):
            if self.pacer.is_limited(group) and self.pacer.may_go(group, at_s=self.at_s):
                return
            self.departures.append(self.at_s)
            self.on_wire.append((self.at_s + takes_s, group))

    def land(self, transmission: Transmission) -> None:
        for due in [one for one in self.on_wire if one[0] <= self.at_s]:
            self.on_wire.remove(due)
            self.pacer.landed(due[1], transmission, at_s=self.at_s)


def most_over(departures: list[float], rate_per_s: float) -> float:
    """Return by how many messages the busiest stretch of time was above the rate."""
    worst = lowest = 0.0
    for number, at_s in enumerate(departures):
        lowest = min(lowest, number - rate_per_s * at_s) if number else number - rate_per_s * at_s
        worst = max(worst, number + 1 - rate_per_s * at_s - lowest)
    return worst


@settings(max_examples=60)
@given(rate_per_s=st.floats(0.2, 80), stretches=st.lists(st.tuples(st.booleans(), st.floats(0.1, 4)), max_size=8))
def test_a_group_never_goes_faster_than_was_set(rate_per_s: float, stretches: list[tuple[bool, float]]) -> None:
    line = Line(make_pacer(paces=f"google={rate_per_s:.6f}/s"))

    for has_mail, for_s in stretches:
        line.run(*["google"] * has_mail, for_s=for_s)

    assert most_over(line.departures, rate_per_s) <= rate_per_s + 1 + 1e-6


@pytest.mark.parametrize("rate", [0.5, 5, 20, 300])
def test_a_group_goes_about_as_fast_as_was_set(rate: float) -> None:
    line = Line(make_pacer(paces=f"google={rate}/s"))

    departed = line.run("google", for_s=60)

    assert departed == pytest.approx(rate * 60, rel=0.1)


def test_all_mail_together_keeps_to_the_rate_of_all() -> None:
    line = Line(make_pacer(paces="google=30/s", rate_per_s=40))

    departed = line.run("google", "example.com", "example.org", for_s=20)

    assert departed == pytest.approx(40 * 20, rel=0.1)
    assert most_over(line.departures, 40) <= 41


def test_no_group_holds_up_another() -> None:
    line = Line(make_pacer(paces="google=1/s yahoo=:1"), a_tick=3)

    line.run("google", "yahoo", "example.com", for_s=5, takes_s=1.0)

    free = 5 / TICK_S * 3
    assert len(line.departures) == pytest.approx(free + 5 + 5, abs=4)


def test_no_more_are_on_the_wire_at_once_than_was_set() -> None:
    pacer = make_pacer(paces="google=:2")

    went = [pacer.may_go("google", at_s=1) == 0 for _ in range(3)]
    pacer.landed("google", landed(), at_s=1)

    assert went == [True, True, False]
    assert pacer.may_go("google", at_s=1) == 0
    assert pacer.may_go("google", at_s=1) > 0


def test_what_is_not_paced_need_not_ask() -> None:
    pacer = make_pacer(paces="google=5/s")

    assert pacer.is_limited("google")
    assert not pacer.is_limited("example.com")
    assert pacer.may_go("example.com", at_s=1) == 0
    assert pacer.wait_s("example.com", 10**6) == 0


def test_a_wait_is_told_ahead() -> None:
    pacer = make_pacer(paces="google=5/s", rate_per_s=50)

    assert pacer.wait_s("google", 100) == 20
    assert pacer.wait_s("example.com", 100) == 2


def test_a_wait_for_those_on_the_wire_is_guessed_by_what_lands_and_bounded() -> None:
    line = Line(make_pacer(paces="yahoo=:2"))
    before = line.pacer.wait_s("yahoo", 1000)
    line.run("yahoo", for_s=8, takes_s=0.5)

    assert before == 0
    assert line.pacer.wait_s("yahoo", 100) == pytest.approx(100 / 4, rel=0.2)
    assert line.pacer.wait_s("yahoo", 10**6) == 300


@pytest.mark.parametrize(
    ("fate", "code", "enhanced", "is_one"),
    [
        (Fate.LATER, 421, "", True),
        (Fate.LATER, 421, "4.4.2", True),
        (Fate.LATER, 451, "4.7.1", True),
        (Fate.NOT_SENT, 421, "4.7.28", True),
        (Fate.NOT_SENT, 421, "4.3.2", False),  # enough for one session
        (Fate.LATER, 450, "4.2.0", False),
        (Fate.NEVER, 550, "5.7.1", False),
    ],
)
def test_a_complaint_of_speed_is_told_from_others(fate: Fate, code: int, enhanced: str, is_one: bool) -> None:
    assert is_complaint(landed(fate, Reply(code=code, enhanced=enhanced, text=""))) is is_one


def test_a_provider_that_complains_gets_half_of_what_it_got() -> None:
    line = Line(make_pacer(), a_tick=5)
    line.run("example.com", for_s=10)

    line.pacer.landed("example.com", landed(Fate.LATER, THROTTLED), at_s=line.at_s)

    assert line.run("example.com", for_s=8) == pytest.approx(50 * 8, rel=0.1)
    assert line.run("example.org", for_s=8) == 100 * 8


def test_what_was_on_the_wire_when_it_complained_does_not_count_again() -> None:
    line = Line(make_pacer(), a_tick=5)
    line.run("example.com", for_s=10)

    for _ in range(50):
        line.pacer.landed("example.com", landed(Fate.LATER, THROTTLED), at_s=line.at_s)

    assert line.run("example.com", for_s=8) == pytest.approx(50 * 8, rel=0.15)


def test_a_provider_that_goes_on_complaining_gets_less_and_less_but_never_nothing() -> None:
    line = Line(make_pacer(), a_tick=5)

    line.run("example.com", for_s=60, reply=THROTTLED)

    assert 1 <= line.run("example.com", for_s=60, reply=THROTTLED) <= 20


def test_a_provider_that_complains_no_more_is_free_again() -> None:
    line = Line(make_pacer(), a_tick=1)
    line.run("example.com", for_s=10)
    line.run("example.com", for_s=1, reply=THROTTLED)
    slow = line.run("example.com", for_s=5)

    line.run("example.com", for_s=600)

    assert slow < 60
    assert not line.pacer.is_limited("example.com")
    assert line.run("example.com", for_s=5) == 100


def test_a_rate_that_was_set_is_regained_and_not_passed() -> None:
    line = Line(make_pacer(paces="google=10/s"))
    line.run("google", for_s=10)
    line.run("google", for_s=1, reply=THROTTLED)
    slow = line.run("google", for_s=10)

    line.run("google", for_s=300)

    assert slow == pytest.approx(50, rel=0.2)
    assert line.run("google", for_s=10) == pytest.approx(100, rel=0.15)


def test_a_later_that_is_no_complaint_changes_nothing() -> None:
    line = Line(make_pacer(), a_tick=2)

    line.run("example.com", for_s=3, reply=Reply(code=450, enhanced="4.2.0", text="greylisted"))

    assert not line.pacer.is_limited("example.com")


def test_two_workers_share_one_rate_through_redis(redis_server: RedisServer) -> None:
    name, went = f"{uuid4().hex}.example", 0
    with ExitStack() as stack:
        pacers = [
            make_pacer(
                stack.enter_context(closing(RedisBuckets(redis_server.url, member=f"{name}-{number}"))),
                paces=f"{name}=200/s",
            )
            for number in range(2)
        ]
        began_s = time.monotonic()
        while went < 100:
            for pacer in pacers:
                at_s = time.monotonic()
                went += pacer.may_go(name, at_s=at_s) == 0
                pacer.refresh(at_s=at_s)

    assert went <= 200 * (time.monotonic() - began_s) + 1


def test_a_redis_that_comes_and_goes_neither_stops_nor_hurries_anybody() -> None:
    port = free_port()
    with closing(RedisBuckets(f"redis://127.0.0.1:{port}/0", member="me")) as buckets:
        line = Line(make_pacer(buckets, paces="google=40/s"))
        never_met = line.run("google", for_s=10)
        with redis_at(port):
            line.at_s += 11
            line.pacer.refresh(at_s=line.at_s)
            line.run("google", for_s=0.5)
        lost = line.run("google", for_s=10)

    assert never_met == pytest.approx(40 / 8 * 10, abs=8)
    assert lost == pytest.approx(40 * 10, rel=0.1)  # the only worker that Redis knew of
