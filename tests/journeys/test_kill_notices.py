"""Mails around subscriptions through the real command: after `kill -9`, none is doubled, and few are in doubt."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from digest.bootstrap import build_services
from digest.clock import FixedClock
from digest.config import load_settings
from digest.flows.services import Services
from tests.flows.newsroom import open_topic
from tests.flows.notices.keeping import keep_notice
from tests.journeys.conftest import DigestCommand
from tests.servers.smtp import ScriptedSmtp

READERS = [f"reader{number}@example.com" for number in range(60)]
WAIT_S = 60
KILLS = (("GREETING", 0), ("DATA", 0), (".", 1), ("MAIL", 8), (".", 20), ("DATA", 31))
"""Where each sender in turn is killed: at which step, with how many messages taken."""

CONNECTIONS = 8


@pytest.fixture
def services(environ: dict[str, str], tmp_path: Path, clock: FixedClock) -> Iterator[Services]:
    """The command's services in this process, to fill the database with."""
    built = build_services(load_settings(environ, file=tmp_path / "digest.toml"), clock=clock)
    with closing(built.database):
        yield built


def test_killed_senders_of_notices_send_none_twice_and_leave_one_in_doubt_a_connection(
    digest: DigestCommand, services: Services, smtp: ScriptedSmtp
) -> None:
    open_topic(services)
    for reader in READERS:
        keep_notice(services, reader=reader)

    for step, after in KILLS:
        reached = smtp.stall_at(step, after=after)
        with digest.start("send", "--due", "--at", services.clock.now().isoformat()) as process:
            assert reached.wait(WAIT_S), (step, after)
            process.kill()
        smtp.accept_everything()
    later = services.clock.now() + timedelta(minutes=16)
    digest.run("send", "--due", "--at", later.isoformat())
    counts = digest.ask("status")["notices"]

    received = Counter(one.rcpt_to for one in smtp.inbox)
    assert set(received.values()) == {1}
    assert counts["queued"] == counts["handing_over"] == counts["refused"] == 0
    assert counts["sent"] + counts["in_doubt"] == len(READERS)
    assert counts["sent"] <= len(smtp.inbox) <= counts["sent"] + counts["in_doubt"]
    assert counts["in_doubt"] <= CONNECTIONS * len(KILLS)
