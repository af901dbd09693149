"""The form is guarded: tokens that are signed, timed and good once, a trap, budgets, and a challenge in a rush."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import altcha
import pytest
from structlog.testing import capture_logs

from digest.clock import FixedClock
from digest.errors import FieldsError
from digest.flows.readers.asking import Answer, Attempt, SignedUp, sign_up
from digest.flows.readers.forms import open_form
from digest.flows.readers.guarding import NO_SCRIPT
from digest.flows.services import Services
from digest.limits import RedisBuckets
from digest.links import Links, Purpose
from digest.store import sign_ups
from tests.flows.readers.visitors import fill_in, kinds_of_notices, sign
from tests.servers.ports import free_port
from tests.servers.redis import RedisServer

ADA = "ada@example.com"
STALE, CHALLENGED = SignedUp(Answer.STALE_FORM), SignedUp(Answer.CHALLENGE)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One kind of database is enough here: what guards a form asks it for no more than a count."""
    return sqlite_url


def open_for(services: Services, seconds: float) -> str:
    """Return the token of a form that has been open for so long."""
    opened_at = services.clock.now() - timedelta(seconds=seconds)
    return services.links.timed_token(Purpose.FORM, 7, at=opened_at)


def rush(services: Services, *, of: int = 31) -> None:
    """Let so many have signed up just now, elsewhere."""
    now = services.clock.now()
    with services.database.begin() as tx:
        for _ in range(of):
            sign_ups.add_sign_up(tx, "somebody", is_mailed=False, now=now)


def solve(challenge: Mapping[str, object] | None) -> str:
    """Return what a browser sends for a challenge."""
    assert challenge is not None
    read = altcha.Challenge.from_dict(dict(challenge))
    solution = altcha.solve_challenge(read)
    assert solution is not None
    return altcha.Payload(read, solution).to_base64()


@pytest.mark.parametrize("seconds", [0, 1.9, 7200.1, -60])
def test_a_form_sent_too_fast_or_too_late_is_shown_again(newsroom: Services, seconds: float) -> None:
    attempt = replace(fill_in(newsroom, ADA), form_token=open_for(newsroom, seconds))

    assert sign_up(newsroom, attempt) == STALE
    assert kinds_of_notices(newsroom, ADA) == []


@pytest.mark.parametrize("seconds", [2, 60, 7200])
def test_a_form_sent_in_time_is_taken(newsroom: Services, seconds: float) -> None:
    attempt = replace(fill_in(newsroom, ADA), form_token=open_for(newsroom, seconds))

    assert sign_up(newsroom, attempt) == SignedUp(Answer.ASKED)


def test_a_token_that_is_missing_forged_cut_or_for_something_else_is_refused(newsroom: Services) -> None:
    at = newsroom.clock.now() - timedelta(minutes=1)
    good = newsroom.links.timed_token(Purpose.FORM, 7, at=at)
    forged = Links([b"the secret of somebody else"], base_url="").timed_token(Purpose.FORM, 7, at=at)
    other = newsroom.links.timed_token(Purpose.CONFIRM, 7, at=at)
    flipped = good[:-1] + ("0" if good[-1] != "0" else "1")

    for token in ("", forged, good[:-2], other, flipped, good + "00", "\u0661" * 80, "\x00"):
        assert sign_up(newsroom, replace(fill_in(newsroom, ADA), form_token=token)) == STALE


def test_a_token_is_good_for_one_sign_up(newsroom: Services, clock: FixedClock) -> None:
    attempt = fill_in(newsroom, ADA)
    first = sign_up(newsroom, attempt)
    clock.advance(minutes=30)

    again = sign_up(newsroom, attempt)
    another = sign_up(newsroom, replace(attempt, email="bob@example.com"))

    assert (first.answer, again, another) == (Answer.ASKED, STALE, STALE)


def test_a_form_with_a_mistake_can_be_sent_again_mended(newsroom: Services) -> None:
    attempt = fill_in(newsroom, "ada@example")
    with pytest.raises(FieldsError):
        sign_up(newsroom, attempt)

    assert sign_up(newsroom, replace(attempt, email=ADA)) == SignedUp(Answer.ASKED)


def test_the_trap_is_answered_as_everybody_and_asks_nobody(newsroom: Services) -> None:
    answer = sign_up(newsroom, replace(fill_in(newsroom, ADA), honeypot="https://spam.example"))

    assert answer == SignedUp(Answer.ASKED)
    assert kinds_of_notices(newsroom, ADA) == []


def test_a_network_has_a_budget_which_comes_back(newsroom: Services, clock: FixedClock) -> None:
    answers = [sign(newsroom, f"reader{number}@d{number}.example", ip=f"192.0.2.{number}") for number in range(30)]
    full = sign(newsroom, ADA, ip="192.0.2.200")
    elsewhere = sign(newsroom, "bob@example.com", ip="192.0.3.1")
    clock.advance(minutes=11)
    back = sign(newsroom, ADA, ip="::ffff:192.0.2.1")

    assert {one.answer for one in answers} == {Answer.ASKED}
    assert full == SignedUp(Answer.LATER, retry_after_s=120)
    assert (elsewhere.answer, back.answer) == (Answer.ASKED, Answer.ASKED)


def test_a_network_of_ipv6_is_what_one_household_has(newsroom: Services) -> None:
    for number in range(30):
        sign(newsroom, f"reader{number}@d{number}.example", ip=f"2001:db8:1:{number:x}::{number:x}")

    within, outside = (sign(newsroom, ADA, ip=ip).answer for ip in ("2001:db8:1:ff::1", "2001:db8:1:100::1"))

    assert (within, outside) == (Answer.LATER, Answer.ASKED)


def spread(services: Services, domains: Sequence[str]) -> list[Answer]:
    """Sign a reader of each of these domains up, each from a network of their own."""
    return [sign(services, f"reader@{one}", ip=f"10.0.{number}.1").answer for number, one in enumerate(domains)]


def test_a_domain_and_all_of_them_together_have_a_budget(newsroom: Services) -> None:
    calm = replace(newsroom, sign_up_rules=replace(newsroom.sign_up_rules, usual_in_ten_minutes=3))

    of_one = spread(calm, ["one.example"] * 16)
    of_many = spread(calm, [f"d{number}.example" for number in range(20)])

    assert of_one == [Answer.ASKED] * 15 + [Answer.LATER]
    assert of_many == [Answer.ASKED] * 15 + [Answer.LATER] * 5


def test_without_redis_each_has_its_share_of_a_budget_and_no_more(newsroom: Services) -> None:
    with closing(RedisBuckets(f"redis://127.0.0.1:{free_port()}/0", member="me")) as buckets:
        alone = replace(newsroom, open_buckets=lambda: buckets)

        answers = [sign(alone, f"reader{number}@d{number}.example").answer for number in range(9)]

    assert answers == [Answer.ASKED] * 3 + [Answer.LATER] * 6  # an eighth of 30: it never met the others


def test_with_redis_a_token_used_in_one_process_is_used_in_all(newsroom: Services, redis_server: RedisServer) -> None:
    attempt = replace(fill_in(newsroom, ADA), form_token=open_form(newsroom).token)
    newsroom.clock.advance(minutes=1)  # type: ignore[attr-defined]  # it is a FixedClock
    url = redis_server.url
    with closing(RedisBuckets(url, member="one")) as one, closing(RedisBuckets(url, member="two")) as two:
        first = sign_up(replace(newsroom, open_buckets=lambda: one), attempt)
        second = sign_up(replace(newsroom, open_buckets=lambda: two), attempt)

    assert (first, second) == (SignedUp(Answer.ASKED), STALE)


def test_in_a_rush_a_form_comes_with_a_challenge_and_needs_it_solved(newsroom: Services, clock: FixedClock) -> None:
    rush(newsroom)
    opened, another = open_form(newsroom), open_form(newsroom)
    clock.advance(seconds=3)

    unsolved = sign_up(newsroom, _with(newsroom, another.token, ""))
    solved = sign_up(newsroom, _with(newsroom, opened.token, solve(opened.challenge)))

    assert (unsolved, solved.answer) == (CHALLENGED, Answer.ASKED)


def test_a_form_needs_no_challenge_while_sign_ups_are_as_usual(newsroom: Services) -> None:
    rush(newsroom, of=30)

    assert open_form(newsroom).challenge is None
    assert sign(newsroom, ADA).answer is Answer.ASKED


EASIEST: dict[str, object] = {"cost": 1, "keyPrefix": ""}
FORGERIES: dict[str, Callable[[dict[str, dict[str, object]]], object]] = {
    "a challenge made easier": lambda challenge: {**challenge, "parameters": challenge["parameters"] | EASIEST},
    "a challenge that nobody signed": lambda challenge: {"parameters": challenge["parameters"] | EASIEST},
    "a challenge of a list": lambda challenge: [],
    "a challenge of a number": lambda challenge: {"parameters": 1},
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_challenge_that_is_not_ours_solves_nothing(newsroom: Services, clock: FixedClock, forgery: str) -> None:
    rush(newsroom)
    opened = open_form(newsroom)
    clock.advance(seconds=3)
    forged = FORGERIES[forgery](json.loads(json.dumps(opened.challenge)))
    easily = {"counter": 0, "derivedKey": "00" * 32}
    if isinstance(forged, dict) and isinstance(forged["parameters"], dict):
        solution = altcha.solve_challenge(altcha.Challenge.from_dict(forged))
        assert solution is not None
        easily = solution.to_dict()

    assert sign_up(newsroom, _with(newsroom, opened.token, packed(forged, easily))) == CHALLENGED


@pytest.mark.parametrize("garbage", ["x", "\x00", "[" * 3000, "A" * 10**6, "\u0661", "e30=", "W10="])
def test_what_is_no_solution_solves_nothing(newsroom: Services, clock: FixedClock, garbage: str) -> None:
    rush(newsroom)
    opened = open_form(newsroom)
    clock.advance(seconds=3)

    assert sign_up(newsroom, _with(newsroom, opened.token, garbage)) == CHALLENGED


def test_a_guess_solves_nothing(newsroom: Services, clock: FixedClock) -> None:
    rush(newsroom)
    opened = open_form(newsroom)
    clock.advance(seconds=3)

    guess = packed(opened.challenge, {"counter": 1, "derivedKey": "00" * 32})

    assert sign_up(newsroom, _with(newsroom, opened.token, guess)) == CHALLENGED


def test_a_solution_is_good_for_its_own_form_and_once(newsroom: Services, clock: FixedClock) -> None:
    rush(newsroom)
    opened, other = open_form(newsroom), open_form(newsroom)
    clock.advance(seconds=3)
    solution = solve(opened.challenge)

    borrowed = sign_up(newsroom, _with(newsroom, other.token, solution))
    own = sign_up(newsroom, _with(newsroom, opened.token, solution))
    replayed = sign_up(newsroom, _with(newsroom, opened.token, solution))

    assert (borrowed, own.answer, replayed) == (CHALLENGED, Answer.ASKED, STALE)


def test_a_form_that_is_sent_again_and_again_spends_nothing_that_is_everybodys(newsroom: Services) -> None:
    calm = replace(newsroom, sign_up_rules=replace(newsroom.sign_up_rules, usual_in_ten_minutes=3))
    attempt = fill_in(calm, ADA)

    replays = [sign_up(calm, replace(attempt, ip=f"10.1.{number}.1")).answer for number in range(100)]

    assert replays == [Answer.ASKED] + [Answer.STALE_FORM] * 99
    assert sign(calm, "bob@example.com", ip="10.2.0.1").answer is Answer.ASKED


def packed(challenge: object, solution: Mapping[str, object]) -> str:
    """Return a challenge with a solution as a browser sends them."""
    return base64.b64encode(json.dumps({"challenge": challenge, "solution": solution}).encode()).decode()


def _with(services: Services, form_token: str, solution: str) -> Attempt:
    return replace(fill_in(services, ADA), form_token=form_token, solution=solution)


def test_a_challenge_made_before_the_secret_was_changed_can_be_solved(newsroom: Services, clock: FixedClock) -> None:
    rush(newsroom)
    opened = open_form(newsroom)
    clock.advance(seconds=3)

    old = (newsroom.home / "secret").read_bytes()
    rotated = replace(newsroom, links=Links([b"a new secret of some octets", old], base_url="http://localhost"))
    answer = sign_up(rotated, _with(rotated, opened.token, solve(opened.challenge)))

    assert answer.answer is Answer.ASKED


def test_without_a_script_a_few_may_sign_up_in_a_rush(newsroom: Services) -> None:
    rush(newsroom)

    def send(number: int, ip: str) -> SignedUp:
        return sign_up(newsroom, replace(fill_in(newsroom, f"r{number}@d{number}.example", ip=ip), solution=NO_SCRIPT))

    of_one = [send(number, "192.0.2.1").answer for number in range(5)]
    of_many = [send(number, f"10.0.{number}.1") for number in range(5, 40)]

    assert of_one == [Answer.ASKED] * 3 + [Answer.LATER] * 2
    assert [one.answer for one in of_many] == [Answer.ASKED] * 27 + [Answer.LATER] * 8
    assert of_many[-1].retry_after_s == 120


def test_a_rush_is_told_once_when_it_begins_and_once_when_it_ends(newsroom: Services, clock: FixedClock) -> None:
    with capture_logs() as log:
        for sign_ups_now in (1, 40, 1, 0):
            rush(newsroom, of=sign_ups_now)
            for _ in range(3):
                open_form(newsroom)
            clock.advance(minutes=6)

    assert [one["event"] for one in log] == ["sign_up.challenge_started", "sign_up.challenge_ended"]
    assert (log[0]["in_ten_minutes"], log[0]["normal_to"], log[0]["log_level"]) == (41, 30, "warning")


def test_what_is_a_rush_follows_the_week_before(newsroom: Services, clock: FixedClock) -> None:
    for _ in range(7 * 24):  # twelve in ten minutes, so that five times as many is normal
        rush(newsroom, of=72)
        clock.advance(hours=1)

    rush(newsroom, of=60)
    at_most = open_form(newsroom).challenge
    rush(newsroom, of=1)
    clock.advance(seconds=6)

    assert at_most is None
    assert open_form(newsroom).challenge is not None


def test_who_was_turned_away_is_logged_without_address_or_token(newsroom: Services) -> None:
    attempt = fill_in(newsroom, ADA)
    with capture_logs() as log:
        sign_up(newsroom, replace(attempt, honeypot="x"))
        sign_up(newsroom, replace(attempt, form_token=""))

    assert [(one["event"], one["why"]) for one in log] == [("sign_up.refused", "honeypot"), ("sign_up.refused", "form")]
    assert ADA not in str(log)
