"""Old deliveries go, and what they came to stays; nothing that has work left ever goes."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from digest.clock import FixedClock
from digest.flows.maintaining import verify_ledger
from digest.flows.pruning import prune_deliveries
from digest.flows.services import Services
from digest.model.editions import EditionStatus
from digest.model.ids import MailingId
from digest.model.mailings import DeliveryStatus, Mailing
from digest.store import editions, mailings
from digest.store.tables import delivery
from tests.makers.ledger import NOW, keep_edition, keep_mailing, keep_reader, keep_topic
from tests.makers.rows import delivery_ids, put

YEAR = timedelta(days=365)
READERS = ["a@example.com", "b@example.com", "c@example.com"]


@pytest.fixture
def old(services: Services) -> Mailing:
    """A complete mailing at NOW: two sent, one refused."""
    with services.database.begin() as tx:
        planned = keep_mailing(tx, READERS)
        sent, also_sent, refused = delivery_ids(tx, planned)
        put(tx, sent, also_sent, status=DeliveryStatus.SENT)
        put(tx, refused, status=DeliveryStatus.REFUSED)
        mailings.complete_mailing(tx, planned.id, now=NOW)
        return planned


def keep_later_mailing(services: Services, slot_at: datetime) -> MailingId:
    """A mailing that is not sent yet, of another topic."""
    with services.database.begin() as tx:
        topic_id = keep_topic(tx, "night-tram")
        keep_reader(tx, topic_id, "d@example.com")
        edition = keep_edition(tx, topic_id, end=slot_at)
        assert edition.id is not None
        editions.move_edition(tx, edition.id, to=EditionStatus.SENDING)
        return mailings.plan_mailing(tx, edition.id, slot_at=slot_at, now=slot_at).id


def rows_of(services: Services, mailing_id: MailingId) -> int:
    with services.database.read() as tx:
        return tx.execute(select(func.count()).where(delivery.c.mailing_id == mailing_id)).scalar_one()


def wait_until(clock: FixedClock, when: datetime) -> None:
    clock.advance(seconds=(when - clock.now()).total_seconds())


LATE_ENOUGH = datetime(2027, 12, 2, tzinfo=UTC)
"""More than a year after the end of the month of NOW."""


def test_rows_go_and_their_totals_stay(services: Services, clock: FixedClock, old: Mailing) -> None:
    (before,) = verify_ledger(services, old.id)

    wait_until(clock, LATE_ENOUGH)
    pruned = prune_deliveries(services, older_than=YEAR)

    (after,) = verify_ledger(services, old.id)
    assert pruned == 1
    assert rows_of(services, old.id) == 0
    assert (before.is_pruned, after.is_pruned) == (False, True)
    assert (after.planned, after.sent, after.refused, after.is_complete) == (3, 2, 1, True)
    assert (before.planned, before.sent, before.refused) == (after.planned, after.sent, after.refused)


def test_pruning_again_finds_nothing(services: Services, clock: FixedClock, old: Mailing) -> None:
    wait_until(clock, LATE_ENOUGH)
    prune_deliveries(services, older_than=YEAR)

    assert prune_deliveries(services, older_than=YEAR) == 0


def test_what_is_young_stays(services: Services, clock: FixedClock, old: Mailing) -> None:
    wait_until(clock, NOW + YEAR)

    assert prune_deliveries(services, older_than=YEAR) == 0

    assert rows_of(services, old.id) == 3


def test_this_month_stays_however_little_is_to_be_kept(services: Services, clock: FixedClock, old: Mailing) -> None:
    wait_until(clock, datetime(2026, 11, 30, 23, 59, tzinfo=UTC))
    in_its_month = prune_deliveries(services, older_than=timedelta(days=1))
    clock.advance(days=2)
    later = prune_deliveries(services, older_than=timedelta(days=1))

    assert (in_its_month, later) == (0, 1)


def test_a_mailing_with_work_left_stays_however_old(services: Services, clock: FixedClock) -> None:
    with services.database.begin() as tx:
        planned = keep_mailing(tx, READERS)

    wait_until(clock, LATE_ENOUGH)

    assert prune_deliveries(services, older_than=YEAR) == 0

    assert rows_of(services, planned.id) == 3


def test_a_later_mailing_keeps_its_rows(services: Services, clock: FixedClock, old: Mailing) -> None:
    later = keep_later_mailing(services, NOW + timedelta(days=40))

    wait_until(clock, LATE_ENOUGH)

    assert prune_deliveries(services, older_than=YEAR) == 1

    assert rows_of(services, later) == 1


def test_on_postgresql_a_month_goes_as_a_whole_or_stays(postgres_services: Services, clock: FixedClock) -> None:
    services = postgres_services
    with services.database.begin() as tx:
        done = keep_mailing(tx, READERS)
        put(tx, *delivery_ids(tx, done), status=DeliveryStatus.SENT)
        mailings.complete_mailing(tx, done.id, now=NOW)
    not_done = keep_later_mailing(services, NOW + timedelta(days=3))

    wait_until(clock, LATE_ENOUGH)
    with_work_left = prune_deliveries(services, older_than=YEAR)
    with services.database.begin() as tx:
        put(tx, *delivery_ids(tx, mailings.require_mailing(tx, not_done)), status=DeliveryStatus.SENT)
        mailings.complete_mailing(tx, not_done, now=NOW)
    all_done = prune_deliveries(services, older_than=YEAR)

    assert (with_work_left, all_done) == (0, 2)


def test_new_mailings_are_planned_after_a_month_went(services: Services, clock: FixedClock, old: Mailing) -> None:
    wait_until(clock, LATE_ENOUGH)
    prune_deliveries(services, older_than=YEAR)

    assert rows_of(services, keep_later_mailing(services, NOW + timedelta(days=1))) == 1
