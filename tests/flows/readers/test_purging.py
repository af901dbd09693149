"""Who never confirmed is forgotten after thirty days; who decided anything is not."""

from sqlalchemy import func, select

from digest.clock import FixedClock
from digest.flows.readers.confirming import confirm
from digest.flows.readers.leaving import leave_by_address
from digest.flows.readers.purging import purge_unconfirmed
from digest.flows.services import Services
from digest.flows.subscribing import add_pending_subscriber
from digest.model.addresses import parse_address
from digest.store.tables import consent, notice, notice_topic, sign_up, subscriber, subscription
from tests.flows.reader_lists import status_of
from tests.flows.readers.visitors import last_confirm_token, sign

ADA, BOB = "ada@example.com", "bob@example.com"
TABLES = (subscriber, subscription, consent, notice, notice_topic, sign_up)


def count_rows(services: Services) -> list[int]:
    """Return how many rows each table has that a sign-up writes to."""
    with services.database.read() as tx:
        return [tx.execute(select(func.count()).select_from(one)).scalar_one() for one in TABLES]


def press(services: Services, email: str) -> None:
    """Confirm what the last confirm mail asks."""
    confirm(services, last_confirm_token(services, email), page="", ip="")


def test_after_thirty_days_nothing_is_left_of_who_did_not_confirm(newsroom: Services, clock: FixedClock) -> None:
    sign(newsroom, ADA, "syrias-war", "night-tram")
    sign(newsroom, BOB)
    before = count_rows(newsroom)
    clock.advance(days=30)
    too_early = purge_unconfirmed(newsroom)
    clock.advance(seconds=1)

    assert before == [2, 3, 3, 2, 3, 2]
    assert (too_early, purge_unconfirmed(newsroom), purge_unconfirmed(newsroom)) == (0, 2, 0)
    assert count_rows(newsroom) == [0] * 6


def test_who_confirmed_stays_with_the_evidence_and_the_mail_it_names(newsroom: Services, clock: FixedClock) -> None:
    sign(newsroom, ADA)
    press(newsroom, ADA)
    clock.advance(days=400)

    assert purge_unconfirmed(newsroom) == 0
    assert count_rows(newsroom) == [1, 1, 2, 1, 1, 0]


def test_a_topic_that_a_reader_asked_for_besides_and_did_not_confirm_goes(
    newsroom: Services, clock: FixedClock
) -> None:
    sign(newsroom, ADA)
    press(newsroom, ADA)
    clock.advance(hours=1)
    sign(newsroom, ADA, "night-tram")
    clock.advance(days=31)

    purge_unconfirmed(newsroom)

    assert status_of(newsroom, ADA) == ("active", {"syrias-war": "subscribed"})


def test_who_was_asked_again_lately_can_still_confirm(newsroom: Services, clock: FixedClock) -> None:
    sign(newsroom, ADA)
    clock.advance(days=29)
    sign(newsroom, ADA)
    clock.advance(days=3)

    purged = purge_unconfirmed(newsroom)
    press(newsroom, ADA)

    assert purged == 0
    assert status_of(newsroom, ADA) == ("active", {"syrias-war": "subscribed"})


def test_who_left_stays_so_that_no_import_takes_them_in(newsroom: Services, clock: FixedClock) -> None:
    sign(newsroom, ADA)
    press(newsroom, ADA)
    leave_by_address(newsroom, parse_address(ADA), source="test")
    clock.advance(days=400)

    assert purge_unconfirmed(newsroom) == 0
    assert status_of(newsroom, ADA) == ("left", {"syrias-war": "left"})


def test_a_pending_reader_whom_the_newsroom_added_goes_too(newsroom: Services, clock: FixedClock) -> None:
    add_pending_subscriber(newsroom, parse_address(ADA), slugs=["syrias-war"], name="Ada")
    clock.advance(days=31)

    assert purge_unconfirmed(newsroom) == 1
