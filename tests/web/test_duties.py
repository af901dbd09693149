"""Duties beside serving: mail that is asked for goes out by itself, who never confirmed is forgotten, and all ends."""

import time
from collections.abc import Callable
from datetime import timedelta

from structlog.testing import capture_logs

from digest.flows.services import Services
from digest.model.notices import NoticeStatus
from digest.store.sign_ups import add_sign_up, count_sign_ups
from digest.web.duties import doing_duties
from tests.flows.notices.keeping import READER, find, keep_notice
from tests.flows.reader_lists import open_topics
from tests.servers.smtp import ScriptedSmtp
from tests.web.conftest import MakeWeb

PATIENCE_S = 20
LONG_AGO = timedelta(days=31)


def wait_until(it_is_so: Callable[[], object]) -> None:
    patience = time.monotonic() + PATIENCE_S
    while not it_is_so():
        assert time.monotonic() < patience, "it does not come to be so"
        time.sleep(0.02)


def test_a_notice_goes_out_while_a_site_is_served(services: Services, smtp: ScriptedSmtp) -> None:
    notice_id = keep_notice(open_topics(services))

    with doing_duties(services):
        wait_until(lambda: smtp.inbox)

    assert [mail.rcpt_to for mail in smtp.inbox] == [READER]
    assert find(services, notice_id).status is NoticeStatus.SENT


def test_sign_ups_that_came_to_nothing_are_forgotten_while_a_site_is_served(services: Services) -> None:
    now = services.clock.now()
    with services.database.begin() as tx:
        add_sign_up(tx, "0" * 64, is_mailed=True, now=now - LONG_AGO)

    def are_forgotten() -> bool:
        with services.database.read() as tx:
            return count_sign_ups(tx, since=now - 2 * LONG_AGO, until=now) == 0

    with doing_duties(services):
        wait_until(are_forgotten)


def test_a_duty_that_finds_no_database_says_so_and_ends_when_told(make_web: MakeWeb) -> None:
    services = make_web(DIGEST_DATABASE_URL="postgresql+psycopg://digest@127.0.0.1:1/digest").services

    with capture_logs() as logs, doing_duties(services):
        wait_until(lambda: len(logs) == 2)

    assert {(line["event"], line["duty"]) for line in logs} == {
        ("duty.failed", "deliver_notices"),
        ("duty.failed", "purge_unconfirmed"),
    }
