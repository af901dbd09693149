"""The form is guarded: by tokens that are signed, timed and good once, a trap, and budgets."""

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from digest.clock import FixedClock
from digest.errors import FieldsError
from digest.flows.readers import budgets
from digest.flows.readers.asking import Answer, SignedUp, sign_up
from digest.flows.readers.forms import open_form
from digest.flows.services import Services
from digest.limits import RedisBuckets
from digest.links import Links, Purpose
from tests.flows.readers.visitors import fill_in, kinds_of_notices, sign
from tests.servers.ports import free_port
from tests.servers.redis import RedisServer

ADA = "ada@example.com"
STALE = SignedUp(Answer.STALE_FORM)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One kind of database is enough here: what guards a form asks it for no more than a count."""
    return sqlite_url


def open_for(services: Services, seconds: float) -> str:
    """Return the token of a form that has been open for so long."""
    opened_at = services.clock.now() - timedelta(seconds=seconds)
    return services.links.timed_token(Purpose.FORM, 7, at=opened_at)


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


def test_while_sign_ups_are_closed_no_form_is_read(newsroom: Services) -> None:
    closed = replace(newsroom, sign_up_rules=replace(newsroom.sign_up_rules, are_open=False))

    answers = {sign(closed, email) for email in (ADA, "no address", "bob@example.com")}

    assert answers == {SignedUp(Answer.CLOSED, retry_after_s=3600)}
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


def test_all_of_an_ipv6_48_come_no_further_than_two_households(newsroom: Services) -> None:
    of_one = [sign(newsroom, f"r{number}@example.com", ip=f"2001:db8:1:{number:02x}00::1") for number in range(256)]

    stranger = sign(newsroom, ADA, ip="2001:db8:2::1")

    assert Counter(one.answer for one in of_one) == {Answer.ASKED: 60, Answer.LATER: 196}
    assert stranger.answer is Answer.ASKED


@pytest.mark.parametrize(("ip", "of_provider"), [("10.0.{}.1", 300), ("2001:db8:{}::1", 150)])
def test_all_that_a_provider_has_is_bounded_too(newsroom: Services, ip: str, of_provider: int) -> None:
    now, spent = newsroom.clock.now(), 0

    for number in range(40):
        for _ in range(30):
            of_network = budgets.network_budgets(ip.format(number), usual_in_ten_minutes=30)
            spent += not budgets.spend(newsroom, of_network, now=now)

    assert spent == of_provider


@pytest.mark.parametrize("ip", ["", "somewhere", "1.2.3.4.5", "10.0.0.1%eth0"])
def test_who_comes_from_nowhere_has_a_budget_with_all_of_those(newsroom: Services, ip: str) -> None:
    assert budgets.network_budgets(ip, usual_in_ten_minutes=30)[0].name == "sign-up:network:unknown"
    assert sign(newsroom, ADA, ip=ip).answer is Answer.ASKED


def spread(services: Services, domains: Sequence[str], *, networks: int) -> list[Answer]:
    """Sign a reader of each of these domains up, from so many networks in turn."""
    return [
        sign(services, f"reader{number}@{one}", ip=f"10.{number % networks}.0.1").answer
        for number, one in enumerate(domains)
    ]


def test_a_domain_and_all_of_them_together_have_a_budget(newsroom: Services) -> None:
    calm = replace(newsroom, sign_up_rules=replace(newsroom.sign_up_rules, usual_in_ten_minutes=3))

    of_one = spread(calm, ["one.example"] * 16, networks=2)
    of_many = spread(calm, [f"d{number}.example" for number in range(20)], networks=2)

    assert of_one == [Answer.ASKED] * 15 + [Answer.LATER]
    assert of_many == [Answer.ASKED] * 15 + [Answer.LATER] * 5


def test_who_did_not_come_today_signs_up_where_others_used_everything_up(newsroom: Services, clock: FixedClock) -> None:
    calm = replace(newsroom, sign_up_rules=replace(newsroom.sign_up_rules, usual_in_ten_minutes=3))
    spread(calm, ["example.com"] * 40, networks=2)

    first = sign(calm, ADA, ip="192.0.2.1")
    second = sign(calm, "bob@example.com", ip="192.0.2.2")
    elsewhere = sign(calm, "bob@example.com", ip="192.0.3.1")

    assert [one.answer for one in (first, second, elsewhere)] == [Answer.ASKED, Answer.LATER, Answer.ASKED]


def test_the_reserve_has_an_end_too(newsroom: Services) -> None:
    calm = replace(newsroom, sign_up_rules=replace(newsroom.sign_up_rules, usual_in_ten_minutes=3))

    answers = spread(calm, ["example.com"] * 50, networks=50)

    assert Counter(answers) == {Answer.ASKED: 15 + 30, Answer.LATER: 5}


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


def test_who_was_turned_away_is_logged_without_address_or_token(newsroom: Services) -> None:
    attempt = fill_in(newsroom, ADA)
    with capture_logs() as log:
        sign_up(newsroom, replace(attempt, honeypot="x"))
        sign_up(newsroom, replace(attempt, form_token=""))

    assert [(one["event"], one["why"]) for one in log] == [("sign_up.refused", "honeypot"), ("sign_up.refused", "form")]
    assert ADA not in str(log)
