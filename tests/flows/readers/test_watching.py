"""What is normal follows the readers who confirm, slowly and up to a ceiling; who only sends forms moves nothing."""

from datetime import datetime, timedelta

from sqlalchemy import insert

from digest.clock import FixedClock
from digest.flows.readers.asking import Answer
from digest.flows.readers.forms import look_at_traffic
from digest.flows.readers.watching import SignUpWatch, find_norm
from digest.flows.services import Services
from digest.model.ids import SubscriberId
from digest.model.notices import NoticeKind, NoticeStatus
from digest.store import sign_ups
from digest.store.tables import notice
from tests.flows.readers.readership import TOPICS, take_in
from tests.flows.readers.visitors import sign

USUAL = 30
TEN_MINUTES_A_DAY = 144


def norm(services: Services) -> int:
    """Return what is normal now."""
    return find_norm(services.database, USUAL, now=services.clock.now())


def confirm_mails(services: Services, reader: SubscriberId, *, days_ago: float, of: int) -> None:
    """Let so many confirm mails have been answered that long ago."""
    used_at = services.clock.now() - timedelta(days=days_ago)
    with services.database.begin() as tx:
        tx.execute(insert(notice), [_answered(reader, used_at) for _ in range(of)])


def _answered(reader: SubscriberId, used_at: datetime) -> dict[str, object]:
    return {
        "kind": NoticeKind.CONFIRM.value,
        "subscriber_id": reader,
        "email": "",
        "lang": "en",
        "status": NoticeStatus.SENT.value,
        "made_at": used_at,
        "used_at": used_at,
        "at": used_at,
    }


def test_what_is_normal_is_five_times_what_readers_confirmed_on_most_days(services: Services) -> None:
    reader = take_in(services)

    for day in range(1, 8):
        confirm_mails(services, reader, days_ago=day + 0.5, of=12 * TEN_MINUTES_A_DAY)

    assert norm(services) == 60


def test_forms_that_nobody_confirms_make_nothing_normal(services: Services, clock: FixedClock) -> None:
    for _ in range(8 * 24):
        with services.database.begin() as tx:
            for number in range(72):
                sign_ups.add_sign_up(tx, f"stranger {number}", is_mailed=True, now=clock.now())
        clock.advance(hours=1)

    traffic = look_at_traffic(services, now=clock.now())

    assert traffic.is_normal_to == USUAL


def test_a_crowd_of_three_days_makes_nothing_normal(services: Services) -> None:
    reader = take_in(services)

    for day in range(1, 4):
        confirm_mails(services, reader, days_ago=day + 0.5, of=12 * TEN_MINUTES_A_DAY)

    assert norm(services) == USUAL


def test_what_was_confirmed_today_counts_tomorrow(services: Services, clock: FixedClock) -> None:
    reader = take_in(services)
    for day in range(4):
        confirm_mails(services, reader, days_ago=day + 0.5, of=12 * TEN_MINUTES_A_DAY)

    today = norm(services)
    clock.advance(days=1)

    assert (today, norm(services)) == (USUAL, 60)


def test_no_number_of_confirmed_sign_ups_lifts_the_ceiling(services: Services) -> None:
    reader = take_in(services)
    for day in range(1, 8):
        confirm_mails(services, reader, days_ago=day + 0.5, of=6 * TEN_MINUTES_A_DAY)

    ceiling = find_norm(services.database, 1, now=services.clock.now())

    assert ceiling == 20


def test_a_process_that_runs_for_days_learns_of_what_became_normal(services: Services, clock: FixedClock) -> None:
    reader, watch = take_in(services), SignUpWatch()
    at_first = watch.look(services.database, USUAL, now=clock.now())
    for day in range(7):
        confirm_mails(services, reader, days_ago=day + 0.5, of=12 * TEN_MINUTES_A_DAY)

    clock.advance(days=1)
    in_the_end = watch.look(services.database, USUAL, now=clock.now())

    assert (at_first.is_normal_to, in_the_end.is_normal_to) == (USUAL, 60)


def test_what_a_network_may_spend_does_not_grow_with_what_is_normal(services: Services) -> None:
    reader = take_in(services)
    for day in range(1, 8):
        confirm_mails(services, reader, days_ago=day + 0.5, of=12 * TEN_MINUTES_A_DAY)

    answers = [sign(services, f"reader{number}@d{number}.example", TOPICS[0]).answer for number in range(31)]

    assert answers == [Answer.ASKED] * 30 + [Answer.LATER]
