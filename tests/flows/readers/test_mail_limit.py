"""An address is written to three times a week at most, whoever types it, however, and however many at once."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import cache
from threading import Barrier

from digest.clock import FixedClock
from digest.errors import NotFoundError
from digest.flows.erasing import erase_subscriber
from digest.flows.readers.asking import Answer, Attempt, SignedUp, sign_up
from digest.flows.services import Services
from digest.flows.subscribing import add_confirmed_subscriber
from digest.limits import LocalBuckets
from digest.links import Links
from digest.model.addresses import parse_address
from tests.flows.reader_lists import open_topics
from tests.flows.readers.visitors import bomb, fill_in, kinds_of_notices, mails_to_strangers, sign

ADA = "ada@example.com"


def test_an_address_is_written_to_three_times_a_week(newsroom: Services, clock: FixedClock) -> None:
    for _ in range(9):
        sign(newsroom, ADA)
        clock.advance(hours=2)

    assert len(kinds_of_notices(newsroom, ADA)) == 3


def test_after_a_week_an_address_may_be_written_to_again(newsroom: Services, clock: FixedClock) -> None:
    for _ in range(4):
        sign(newsroom, ADA)
        clock.advance(hours=2)

    clock.advance(days=7)
    sign(newsroom, ADA)

    assert len(kinds_of_notices(newsroom, ADA)) == 4


def test_between_two_mails_ten_minutes_pass(newsroom: Services, clock: FixedClock) -> None:
    sign(newsroom, ADA)
    clock.advance(minutes=9, seconds=59)
    sign(newsroom, ADA)
    too_soon = len(kinds_of_notices(newsroom, ADA))

    clock.advance(seconds=1)
    sign(newsroom, ADA)

    assert (too_soon, len(kinds_of_notices(newsroom, ADA))) == (1, 2)


def test_who_is_told_that_they_get_it_already_counts_too(newsroom: Services, clock: FixedClock) -> None:
    add_confirmed_subscriber(newsroom, parse_address(ADA), slugs=["syrias-war"], name="")

    for _ in range(9):
        sign(newsroom, ADA)
        clock.advance(hours=2)

    assert kinds_of_notices(newsroom, ADA) == ["known"] * 3


def test_details_and_dots_are_one_mailbox_and_several_addresses(newsroom: Services, clock: FixedClock) -> None:
    spellings = [
        "ada.l@example.com",
        "adal+a@example.com",
        "a.d.a.l@example.com",
        "ADAL+b@example.com",
        "adal@example.com",
    ]

    for email in spellings:
        sign(newsroom, email)
        clock.advance(hours=1)

    assert [len(kinds_of_notices(newsroom, one)) for one in spellings] == [1, 1, 1, 0, 0]


def test_the_two_names_of_one_provider_are_one_mailbox(newsroom: Services, clock: FixedClock) -> None:
    for domain in ("gmail.com", "googlemail.com") * 3:
        sign(newsroom, f"ada@{domain}")
        clock.advance(hours=1)

    assert [len(kinds_of_notices(newsroom, f"ada@{one}")) for one in ("gmail.com", "googlemail.com")] == [2, 1]


def test_the_limit_outlives_an_erasure(newsroom: Services, clock: FixedClock) -> None:
    asked = 0
    for _ in range(6):
        sign(newsroom, ADA)
        asked += len(kinds_of_notices(newsroom, ADA))
        with suppress(NotFoundError):
            erase_subscriber(newsroom, parse_address(ADA))
        clock.advance(hours=1)

    assert asked == 3


def test_the_limit_holds_across_a_restart_and_a_new_secret(newsroom: Services, clock: FixedClock) -> None:
    for _ in range(3):
        sign(newsroom, ADA)
        clock.advance(hours=2)

    old = (newsroom.home / "secret").read_bytes()
    links = Links([b"a new secret of some octets", old], base_url="http://localhost")
    sign(replace(newsroom, links=links, open_buckets=cache(LocalBuckets)), ADA)

    assert len(kinds_of_notices(newsroom, ADA)) == 3


def test_sign_ups_at_once_do_not_all_pass_the_limit(postgres_services: Services, clock: FixedClock) -> None:
    newsroom = open_topics(postgres_services)
    attempts = [fill_in(newsroom, f"ada+{number}@example.com") for number in range(12)]
    starting = Barrier(len(attempts))

    def send(attempt: Attempt) -> SignedUp:
        starting.wait()
        return sign_up(newsroom, attempt)

    with ThreadPoolExecutor(len(attempts)) as senders:
        answers = set(senders.map(send, attempts))

    assert answers == {SignedUp(Answer.ASKED)}
    assert sum(len(kinds_of_notices(newsroom, one.email)) for one in attempts) == 1


def test_a_bomb_sends_three_mails_to_each_stranger(newsroom: Services, clock: FixedClock) -> None:
    unhindered = replace(newsroom, sign_up_rules=replace(newsroom.sign_up_rules, usual_in_ten_minutes=10**6))

    answers = bomb(unhindered, clock, sign_ups=500, strangers=5, addresses=25)

    assert answers == {Answer.ASKED: 500}
    assert mails_to_strangers(newsroom) == [3] * 5
