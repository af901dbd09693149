"""Pausing, and reading less: nothing comes until a day the reader chose, and then everything comes again."""

from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from digest.clock import FixedClock
from digest.errors import FieldsError
from digest.flows.delivering import Progress, deliver_mailing
from digest.flows.erasing import erase_subscriber
from digest.flows.maintaining import describe_standing
from digest.flows.publishing import plan_edition, publish_edition
from digest.flows.readers.choosing import find_choices
from digest.flows.readers.leaving import find_leaving, leave_everything
from digest.flows.readers.pausing import pause_reader, pause_until, read_less, resume
from digest.flows.sending import send_topic
from digest.flows.services import Services
from digest.flows.subscribing import find_subscriber
from digest.model.ids import SubscriberId
from digest.model.subscribers import Cadence, SubscriberStatus
from digest.store import choices
from digest.store.tables import subscriber
from tests.flows.newsroom import SLUG, open_newsroom, publish_stories
from tests.flows.readers.readership import READER, leave_token, preferences_token, status_of, take_in
from tests.servers.smtp import ScriptedSmtp


def test_a_reader_is_paused_for_weeks(services: Services, clock: FixedClock) -> None:
    reader = take_in(services)

    eased = pause_reader(services, leave_token(services, reader), weeks=2)

    assert eased is not None
    assert (eased.leaving.standing, eased.leaving.paused_until) == (
        SubscriberStatus.PAUSED,
        clock.now() + timedelta(weeks=2),
    )
    assert eased.undo_token


@pytest.mark.parametrize("weeks", [-1, 0, 53, 10**12])
def test_a_pause_lasts_a_week_at_least_and_a_year_at_most(services: Services, weeks: int) -> None:
    token = leave_token(services, take_in(services))

    with pytest.raises(FieldsError) as wrong:
        pause_reader(services, token, weeks=weeks)

    assert set(wrong.value.problems) == {"weeks"}
    assert status_of(services) is SubscriberStatus.ACTIVE


def test_a_pause_until_a_day_ends_when_that_day_begins_where_the_reader_is(services: Services) -> None:
    reader = take_in(services)
    with services.database.begin() as tx:
        tx.execute(update(subscriber).values(zone="America/New_York"))

    assert pause_until(services, preferences_token(services, reader), date(2026, 12, 24))

    after = find_subscriber(services, READER)
    assert after.status is SubscriberStatus.PAUSED
    assert after.paused_until == datetime(2026, 12, 24, 5, tzinfo=UTC)


@pytest.mark.parametrize("day", [date.min, date(2026, 11, 21), date(2026, 11, 22), date(2027, 11, 25), date.max])
def test_a_pause_ends_on_a_day_ahead_within_a_year(services: Services, day: date) -> None:
    token = preferences_token(services, take_in(services))

    with pytest.raises(FieldsError) as wrong:
        pause_until(services, token, day)

    assert set(wrong.value.problems) == {"pause"}
    assert status_of(services) is SubscriberStatus.ACTIVE


def test_a_pause_is_ended_by_its_reader(services: Services) -> None:
    token = preferences_token(services, take_in(services))
    pause_until(services, token, date(2026, 12, 24))

    assert resume(services, token)
    assert resume(services, token)

    after = find_subscriber(services, READER)
    assert (after.status, after.paused_until) == (SubscriberStatus.ACTIVE, None)


def test_who_left_is_neither_paused_nor_brought_back_by_it(services: Services) -> None:
    reader = take_in(services)
    token = leave_token(services, reader)
    leave_everything(services, token, source="page")

    eased = pause_reader(services, token, weeks=2)
    resume(services, preferences_token(services, reader))

    assert eased is not None
    assert eased.undo_token == ""
    assert status_of(services) is SubscriberStatus.LEFT


def test_who_was_erased_is_not_paused(services: Services) -> None:
    reader = take_in(services)
    erase_subscriber(services, READER)

    eased = pause_reader(services, leave_token(services, reader), weeks=2)

    assert eased is not None
    assert (eased.leaving.masked, eased.leaving.standing) == ("", SubscriberStatus.ERASED)
    assert not pause_until(services, preferences_token(services, reader), date(2026, 12, 24))
    assert not resume(services, preferences_token(services, reader))


def test_links_of_other_kinds_pause_nobody(services: Services) -> None:
    reader = take_in(services)

    assert pause_reader(services, preferences_token(services, reader), weeks=2) is None
    assert read_less(services, preferences_token(services, reader)) is None
    assert not pause_until(services, leave_token(services, reader), date(2026, 12, 24))
    assert not resume(services, leave_token(services, reader))
    assert status_of(services) is SubscriberStatus.ACTIVE


def test_reading_less_goes_from_daily_to_weekly_to_monthly(services: Services) -> None:
    reader = take_in(services)
    token = leave_token(services, reader)
    with services.database.begin() as tx:
        choices.set_cadence(tx, reader, cadence=Cadence.DAILY, was=Cadence.WEEKLY)

    seen = [read_less(services, token) for _ in range(3)]

    assert [one.leaving.cadence for one in seen if one] == [Cadence.WEEKLY, Cadence.MONTHLY, Cadence.MONTHLY]
    assert [bool(one.undo_token) for one in seen if one] == [True, True, False]


def test_reading_less_is_answered_for_a_reader_who_is_not_kept(services: Services) -> None:
    take_in(services)

    eased = read_less(services, leave_token(services, SubscriberId(999)))

    assert eased is not None
    assert (eased.leaving.standing, eased.undo_token) == (SubscriberStatus.ERASED, "")


def no_bar(_title: str, _total: int) -> AbstractContextManager[Progress]:
    return nullcontext(lambda _count: None)


def open_paused(services: Services) -> SubscriberId:
    """A topic with stories and two readers, of whom one is paused for two weeks."""
    open_newsroom(services, "other@example.com", READER.spelling)
    reader = find_subscriber(services, READER).id
    pause_reader(services, leave_token(services, reader, SLUG), weeks=2)
    return reader


def test_who_is_paused_gets_nothing(services: Services, smtp: ScriptedSmtp) -> None:
    open_paused(services)

    send_topic(services, SLUG, bar=no_bar, stop=lambda: False)

    assert [one.rcpt_to for one in smtp.inbox] == ["other@example.com"]


def test_who_pauses_after_a_mailing_was_planned_has_it_withdrawn(services: Services, smtp: ScriptedSmtp) -> None:
    open_newsroom(services, "other@example.com", READER.spelling)
    edition = publish_edition(services, SLUG).edition
    assert edition is not None
    mailing = plan_edition(services, edition)
    pause_reader(services, leave_token(services, find_subscriber(services, READER).id, SLUG), weeks=2)

    delivered = deliver_mailing(services, mailing.id, progress=lambda _count: None, stop=lambda: False)

    assert (delivered.totals.sent, delivered.totals.withdrawn) == (1, 1)
    assert [one.rcpt_to for one in smtp.inbox] == ["other@example.com"]


def test_a_pause_that_is_over_ends_by_itself(services: Services, smtp: ScriptedSmtp, clock: FixedClock) -> None:
    open_paused(services)
    clock.advance(weeks=2)
    publish_stories(services, ["Ferry runs again"])

    send_topic(services, SLUG, bar=no_bar, stop=lambda: False)

    assert {one.rcpt_to for one in smtp.inbox} == {"other@example.com", "reader@example.com"}
    after = find_subscriber(services, READER)
    assert (after.status, after.paused_until) == (SubscriberStatus.ACTIVE, None)


def test_who_left_while_paused_stays_away_when_the_pause_is_over(
    services: Services, smtp: ScriptedSmtp, clock: FixedClock
) -> None:
    reader = open_paused(services)
    leave_everything(services, leave_token(services, reader, SLUG), source="page")
    clock.advance(weeks=2)
    publish_stories(services, ["Ferry runs again"])

    send_topic(services, SLUG, bar=no_bar, stop=lambda: False)

    assert [one.rcpt_to for one in smtp.inbox] == ["other@example.com"]
    assert status_of(services) is SubscriberStatus.LEFT


def test_an_edition_goes_out_where_everybody_was_paused_until_now(
    services: Services, smtp: ScriptedSmtp, clock: FixedClock
) -> None:
    open_newsroom(services, READER.spelling)
    pause_reader(services, leave_token(services, find_subscriber(services, READER).id, SLUG), weeks=2)
    clock.advance(weeks=2)
    publish_stories(services, ["Ferry runs again"])

    send_topic(services, SLUG, bar=no_bar, stop=lambda: False)

    assert [one.rcpt_to for one in smtp.inbox] == ["reader@example.com"]


def test_a_pause_that_is_over_is_shown_as_none_before_it_is_written_down(services: Services, clock: FixedClock) -> None:
    reader = take_in(services)
    pause_reader(services, leave_token(services, reader), weeks=2)
    paused = describe_standing(services)
    clock.advance(weeks=2)
    page = find_leaving(services, leave_token(services, reader))
    chosen = find_choices(services, preferences_token(services, reader))
    standing = describe_standing(services)

    assert (paused.subscribers[SubscriberStatus.PAUSED], paused.readers["harbour"]) == (1, 0)
    assert (standing.subscribers[SubscriberStatus.ACTIVE], standing.readers["harbour"]) == (1, 1)
    assert page is not None
    assert chosen is not None
    assert page.standing is chosen.standing is SubscriberStatus.ACTIVE
