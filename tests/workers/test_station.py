"""A worker process: one sender at a time, and word of its end."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from digest.bootstrap import build_services
from digest.clock import SystemClock
from digest.config import load_settings
from workers.station import Station


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Station]:
    """A process that has not begun anything."""
    settings = load_settings({"DIGEST_HOME": str(tmp_path)}, file=tmp_path / "digest.toml")
    station = Station(build_services(settings, clock=SystemClock()))
    yield station
    station.services.database.close()


def test_a_nudge_to_a_process_that_sends_is_let_pass(here: Station) -> None:
    with here.try_to_send() as first, here.try_to_send() as second:
        pass
    with here.try_to_send() as afterwards:
        pass

    assert (first, second, afterwards) == (True, False, True)


def test_a_process_has_one_sender_of_notices_beside_the_other(here: Station) -> None:
    with here.try_to_send() as editions, here.try_to_send_notices() as first, here.try_to_send_notices() as second:
        pass

    assert (editions, first, second) == (True, True, False)


def test_a_sender_that_fails_leaves_its_place(here: Station) -> None:
    with pytest.raises(RuntimeError), here.try_to_send():
        raise RuntimeError

    with here.try_to_send() as afterwards:
        assert afterwards


def test_a_process_may_be_told_to_end_more_than_once(here: Station) -> None:
    before = here.is_ending()

    here.end()
    here.end()

    assert (before, here.is_ending()) == (False, True)
