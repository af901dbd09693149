"""Promises 3 and 4 through the real command: after `kill -9`, and with two senders at once, nothing lost or doubled."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from digest.bootstrap import build_services
from digest.clock import FixedClock
from digest.config import load_settings
from digest.flows.services import Services
from tests.flows.newsroom import SLUG, open_newsroom
from tests.journeys.conftest import DigestCommand
from tests.servers.smtp import ScriptedSmtp

READERS = 60
WAIT_S = 60
KILLS = (("GREETING", 0), ("DATA", 0), (".", 1), ("MAIL", 8), (".", 20), ("DATA", 31))
"""Where each sender in turn is killed: at which step, with how many messages taken."""


@pytest.fixture
def services(environ: dict[str, str], tmp_path: Path, clock: FixedClock) -> Iterator[Services]:
    """The command's services in this process, to fill the database with."""
    built = build_services(load_settings(environ, file=tmp_path / "digest.toml"), clock=clock)
    with closing(built.database):
        yield built


def addresses(count: int) -> list[str]:
    return [f"reader{number}@example.com" for number in range(count)]


def send(services: Services) -> tuple[str, ...]:
    return ("send", SLUG, "--at", services.clock.now().isoformat())


def received(smtp: ScriptedSmtp) -> Counter[str]:
    return Counter(one.rcpt_to for one in smtp.inbox)


def test_a_killed_sender_leaves_nobody_out_and_sends_to_nobody_twice(
    digest: DigestCommand, services: Services, smtp: ScriptedSmtp
) -> None:
    open_newsroom(services, *addresses(READERS))

    for step, after in KILLS:
        reached = smtp.stall_at(step, after=after)
        with digest.start(*send(services)) as process:
            assert reached.wait(WAIT_S), (step, after)
            process.kill()
        smtp.accept_everything()
    said = digest.run(*send(services))
    (totals,) = digest.ask("verify")

    assert "In doubt" in said
    assert totals["balanced"]
    assert totals["sent"] + totals["in_doubt"] == totals["planned"] == READERS
    assert totals["in_doubt"] <= len(KILLS)
    assert set(received(smtp).values()) == {1}
    assert totals["sent"] <= len(smtp.inbox) <= totals["sent"] + totals["in_doubt"]
    assert received(smtp).keys() <= set(addresses(READERS))


def test_a_sender_killed_before_any_message_leaves_no_doubt(
    digest: DigestCommand, services: Services, smtp: ScriptedSmtp
) -> None:
    open_newsroom(services, *addresses(3))
    reached = smtp.stall_at("GREETING")
    with digest.start(*send(services)) as process:
        assert reached.wait(WAIT_S)
        process.kill()
    smtp.accept_everything()

    digest.run(*send(services))

    (totals,) = digest.ask("verify")
    assert (totals["sent"], totals["in_doubt"]) == (3, 0)
    assert received(smtp) == Counter(addresses(3))


def test_two_senders_at_once_send_each_reader_one_mail(
    digest: DigestCommand, services: Services, smtp: ScriptedSmtp
) -> None:
    everybody = addresses(130)  # more than one sender claims at a time
    open_newsroom(services, *everybody)

    with digest.start(*send(services)) as one, digest.start(*send(services)) as other:
        said = [process.communicate() for process in (one, other)]

    (totals,) = digest.ask("verify")
    assert (one.returncode, other.returncode) == (0, 0), said
    assert (totals["planned"], totals["sent"]) == (130, 130)
    assert received(smtp) == Counter(everybody)
