"""The postman: a mail that is asked for goes out by itself while a site is served, and nothing keeps him for good."""

import time
from collections.abc import Sequence

from structlog.testing import capture_logs

from digest.flows.services import Services
from digest.model.notices import NoticeStatus
from digest.web.postman import delivering_notices
from tests.flows.notices.keeping import READER, find, keep_notice
from tests.flows.reader_lists import open_topics
from tests.servers.smtp import ScriptedSmtp
from tests.web.conftest import MakeWeb

PATIENCE_S = 20


def wait_for(came: Sequence[object]) -> None:
    patience = time.monotonic() + PATIENCE_S
    while not came:
        assert time.monotonic() < patience, "nothing came"
        time.sleep(0.02)


def test_a_notice_goes_out_while_a_site_is_served(services: Services, smtp: ScriptedSmtp) -> None:
    notice_id = keep_notice(open_topics(services))

    with delivering_notices(services):
        wait_for(smtp.inbox)

    assert [mail.rcpt_to for mail in smtp.inbox] == [READER]
    assert find(services, notice_id).status is NoticeStatus.SENT


def test_a_postman_who_finds_no_database_ends_when_told(make_web: MakeWeb) -> None:
    services = make_web(DIGEST_DATABASE_URL="postgresql+psycopg://digest@127.0.0.1:1/digest").services

    with capture_logs() as logs, delivering_notices(services):
        wait_for(logs)

    assert [line["event"] for line in logs] == ["postman.failed"]
