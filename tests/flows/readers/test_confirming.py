"""Confirming: the button of a confirm mail's page subscribes, once; looking at it does not, and old mails cannot."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import select, update

from digest.clock import FixedClock
from digest.flows.erasing import erase_subscriber
from digest.flows.readers.confirming import Confirmation, ConfirmStanding, confirm, find_confirmation
from digest.flows.readers.leaving import leave_by_address
from digest.flows.services import Services
from digest.links import Links, Purpose
from digest.model.addresses import parse_address
from digest.model.ids import NoticeId
from digest.store.tables import consent, notice, subscriber, suppression, topic
from tests.flows.reader_lists import everything, open_topics, run, status_of, suppress, write
from tests.flows.readers.visitors import kinds_of_notices, last_confirm_token, sign

ADA = "ada@example.com"
PAGE = "https://news.example/confirm"


def press(services: Services, token: str) -> Confirmation:
    """Press the button of the page that a confirm mail's link opens."""
    return confirm(services, token, page=PAGE, ip="192.0.2.9")


def leave_everything(services: Services, clock: FixedClock) -> None:
    """Let Ada leave, a moment later, as its flow does it."""
    clock.advance(seconds=1)
    assert leave_by_address(services, parse_address(ADA), source="test")
    clock.advance(seconds=1)


@pytest.fixture
def asked(newsroom: Services) -> str:
    """The token of the confirm mail that asks Ada about two topics."""
    sign(newsroom, ADA, "syrias-war", "night-tram")
    return last_confirm_token(newsroom, ADA)


def test_the_page_shows_what_is_asked_and_of_whom_and_changes_nothing(newsroom: Services, asked: str) -> None:
    before = everything(newsroom)

    shown = find_confirmation(newsroom, asked)

    assert (shown.standing, shown.masked, shown.lang) == (ConfirmStanding.OPEN, "a•••@example.com", "en")
    assert {one.slug for one in shown.topics} == {"syrias-war", "night-tram"}
    assert everything(newsroom) == before


def test_the_button_subscribes(newsroom: Services, asked: str) -> None:
    confirmed = press(newsroom, asked)

    assert confirmed.standing is ConfirmStanding.DONE
    assert status_of(newsroom, ADA) == ("active", {"night-tram": "subscribed", "syrias-war": "subscribed"})


def test_the_address_that_confirmed_counts_and_not_one_that_was_typed_since(
    newsroom: Services, clock: FixedClock, asked: str
) -> None:
    clock.advance(hours=1)
    sign(newsroom, "ADA@example.com")

    press(newsroom, asked)

    with newsroom.database.read() as tx:
        assert tx.execute(select(subscriber.c.email)).scalar_one() == ADA


def test_the_evidence_names_the_mail_whose_link_was_pressed(newsroom: Services, asked: str) -> None:
    grant = newsroom.links.read_timed(Purpose.CONFIRM, asked)
    press(newsroom, asked)

    with newsroom.database.read() as tx:
        rows = tx.execute(select(consent).where(consent.c.action == "confirmed")).mappings().all()
    assert grant is not None
    assert {row["proof"] for row in rows} == {
        newsroom.links.notice_message_id(NoticeId(grant.id), made_at=grant.at, domain="example.com")
    }
    assert {(row["page"], row["ip"], row["at"]) for row in rows} == {(PAGE, "", newsroom.clock.now())}
    assert len({row["topic_id"] for row in rows}) == len(rows) == 2


def test_the_second_press_says_that_it_is_done_and_changes_nothing(newsroom: Services, asked: str) -> None:
    press(newsroom, asked)
    before = everything(newsroom)

    again = press(newsroom, asked)

    assert (again.standing, find_confirmation(newsroom, asked).standing) == (ConfirmStanding.DONE, ConfirmStanding.DONE)
    assert everything(newsroom) == before


def test_two_presses_at_once_leave_the_evidence_of_one(postgres_services: Services) -> None:
    newsroom = open_topics(postgres_services)
    sign(newsroom, ADA)
    token, starting = last_confirm_token(newsroom, ADA), Barrier(6)

    def press_at_once(_: int) -> ConfirmStanding:
        starting.wait()
        return press(newsroom, token).standing

    with ThreadPoolExecutor(6) as readers:
        standings = list(readers.map(press_at_once, range(6)))

    with newsroom.database.read() as tx:
        confirmed = tx.execute(select(consent).where(consent.c.action == "confirmed")).all()
    assert (standings, len(confirmed)) == ([ConfirmStanding.DONE] * 6, 1)


def test_the_link_is_good_for_a_week(newsroom: Services, clock: FixedClock, asked: str) -> None:
    clock.advance(days=7)
    still = find_confirmation(newsroom, asked).standing
    clock.advance(seconds=1)

    late = press(newsroom, asked).standing

    assert (still, late) == (ConfirmStanding.OPEN, ConfirmStanding.ENDED)
    assert status_of(newsroom, ADA)[0] == "pending"


def test_a_link_that_was_used_says_so_after_its_end_too(newsroom: Services, clock: FixedClock, asked: str) -> None:
    press(newsroom, asked)
    clock.advance(days=300)

    assert press(newsroom, asked).standing is ConfirmStanding.DONE


def test_a_replay_brings_no_leaver_back(newsroom: Services, clock: FixedClock, asked: str) -> None:
    press(newsroom, asked)
    leave_everything(newsroom, clock)

    assert press(newsroom, asked).standing is ConfirmStanding.LEFT_SINCE
    assert status_of(newsroom, ADA) == ("left", {"night-tram": "left", "syrias-war": "left"})


def test_an_unused_mail_from_before_brings_no_leaver_back_either(newsroom: Services, clock: FixedClock) -> None:
    sign(newsroom, ADA)
    unused = last_confirm_token(newsroom, ADA)
    clock.advance(minutes=11)
    sign(newsroom, ADA)
    press(newsroom, last_confirm_token(newsroom, ADA))
    leave_everything(newsroom, clock)

    assert press(newsroom, unused).standing is ConfirmStanding.LEFT_SINCE
    assert status_of(newsroom, ADA) == ("left", {"syrias-war": "left"})


def test_who_left_and_asks_anew_comes_back_by_confirming(newsroom: Services, clock: FixedClock, asked: str) -> None:
    press(newsroom, asked)
    leave_everything(newsroom, clock)
    clock.advance(days=1)

    sign(newsroom, ADA)
    confirmed = press(newsroom, last_confirm_token(newsroom, ADA))

    assert confirmed.standing is ConfirmStanding.DONE
    assert status_of(newsroom, ADA) == ("active", {"night-tram": "left", "syrias-war": "subscribed"})


def test_who_was_erased_comes_back_by_confirming_and_not_by_an_old_mail(
    newsroom: Services, clock: FixedClock, asked: str
) -> None:
    press(newsroom, asked)
    erase_subscriber(newsroom, parse_address(ADA))
    of_before = press(newsroom, asked).standing
    clock.advance(hours=1)

    sign(newsroom, ADA)
    confirmed = press(newsroom, last_confirm_token(newsroom, ADA))

    assert (of_before, confirmed.standing) == (ConfirmStanding.UNKNOWN, ConfirmStanding.DONE)
    with newsroom.database.read() as tx:
        assert tx.execute(select(suppression)).all() == []


def test_a_bounce_since_then_ends_the_link(newsroom: Services, asked: str) -> None:
    suppress(newsroom, ADA)

    assert press(newsroom, asked).standing is ConfirmStanding.ENDED
    assert status_of(newsroom, ADA)[0] == "pending"


def test_a_link_to_an_address_that_is_no_longer_the_readers_ends(newsroom: Services, asked: str) -> None:
    with newsroom.database.begin() as tx:
        tx.execute(update(notice).values(email="old@example.com"))

    assert press(newsroom, asked).standing is ConfirmStanding.ENDED


def test_tokens_that_are_forged_cut_of_another_purpose_or_for_another_mail_are_unknown(
    newsroom: Services, asked: str
) -> None:
    grant = newsroom.links.read_timed(Purpose.CONFIRM, asked)
    assert grant is not None
    forged = Links([b"the secret of somebody else"], base_url="").timed_token(Purpose.CONFIRM, grant.id, at=grant.at)
    other_purpose = newsroom.links.timed_token(Purpose.ADDRESS, grant.id, at=grant.at)
    earlier_row = newsroom.links.timed_token(Purpose.CONFIRM, grant.id, at=grant.at - timedelta(seconds=1))
    no_row = newsroom.links.timed_token(Purpose.CONFIRM, 999, at=grant.at)

    for token in ("", "x", "\x00", asked[:-2], asked + "00", forged, other_purpose, earlier_row, no_row):
        assert press(newsroom, token) == Confirmation(standing=ConfirmStanding.UNKNOWN)
    assert status_of(newsroom, ADA)[0] == "pending"


def test_a_token_survives_the_change_of_the_secret(newsroom: Services, asked: str) -> None:
    old = (newsroom.home / "secret").read_bytes()
    links = Links([b"a new secret of some octets", old], base_url="http://localhost")

    assert press(replace(newsroom, links=links), asked).standing is ConfirmStanding.DONE


def test_who_confirms_a_topic_with_a_welcome_gets_one(newsroom: Services, asked: str) -> None:
    with newsroom.database.begin() as tx:
        tx.execute(update(topic).where(topic.c.slug == "night-tram").values(sends_welcome=True))

    press(newsroom, asked)
    press(newsroom, asked)

    assert kinds_of_notices(newsroom, ADA) == ["confirm", "welcome"]


def test_a_pending_reader_whom_a_file_names_as_confirmed_is_done(
    newsroom: Services, asked: str, tmp_path: Path
) -> None:
    run(newsroom, write(tmp_path, f"{ADA},,syrias-war;night-tram,,,,2026-11-01T08:00:00Z,paper form"))

    assert find_confirmation(newsroom, asked).standing is ConfirmStanding.DONE
