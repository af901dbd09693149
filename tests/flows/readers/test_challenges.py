"""In a rush a form comes with a challenge; only its solution, made for this form, lets a sign-up through."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import replace

import altcha
import pytest
from structlog.testing import capture_logs

from digest.clock import FixedClock
from digest.flows.readers import budgets
from digest.flows.readers.asking import Answer, Attempt, SignedUp, sign_up
from digest.flows.readers.forms import open_form
from digest.flows.readers.guarding import NO_SCRIPT
from digest.flows.services import Services
from digest.links import Links
from digest.store import sign_ups
from tests.flows.readers.visitors import fill_in, sign

ADA = "ada@example.com"
STALE, CHALLENGED = SignedUp(Answer.STALE_FORM), SignedUp(Answer.CHALLENGE)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One kind of database is enough here: what guards a form asks it for no more than a count."""
    return sqlite_url


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


def test_who_comes_to_the_reserve_in_a_rush_has_solved_a_challenge(newsroom: Services, clock: FixedClock) -> None:
    rush(newsroom)
    opened, another = open_form(newsroom), open_form(newsroom)
    clock.advance(seconds=3)
    for _ in range(150):
        budgets.spend(
            newsroom, budgets.shared_budgets("example.com", normal_in_ten_minutes=30), now=newsroom.clock.now()
        )

    unsolved = sign_up(newsroom, _with(newsroom, another.token, ""))
    solved = sign_up(newsroom, _with(newsroom, opened.token, solve(opened.challenge)))

    assert (unsolved, solved.answer) == (CHALLENGED, Answer.ASKED)


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
