"""Presence: a worker is known to be alive, or gone, by a lock that the kernel holds for it."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from digest.send.presence import announce, forget, list_alive, list_dead

STAY = """
import sys
from pathlib import Path
from digest.send.presence import announce
with announce(Path(sys.argv[1])) as owner:
    print(owner, flush=True)
    sys.stdin.read()
"""


def test_a_worker_is_alive_while_it_runs_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with announce(tmp_path) as owner:
        assert list_alive(tmp_path) == [owner]
        assert list_dead(tmp_path) == []

    assert list_alive(tmp_path) == []
    assert not list(tmp_path.iterdir())


def test_a_killed_worker_is_dead_until_it_is_forgotten(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STAY, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdout
        owner = worker.stdout.readline().strip()
        assert list_alive(tmp_path) == [owner]
        worker.send_signal(signal.SIGKILL)

    assert list_dead(tmp_path) == [owner]
    assert list_alive(tmp_path) == []
    forget(tmp_path, [owner])
    assert not list(tmp_path.iterdir())


def test_a_worker_that_could_not_end_in_order_is_dead_to_others(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="database"), announce(tmp_path) as owner:
        raise OSError("the database is gone")

    assert list_dead(tmp_path) == [owner]


def test_a_worker_is_known_to_be_gone_whatever_its_host_was_called(tmp_path: Path) -> None:
    (tmp_path / "container-of-yesterday-1").touch()

    assert list_dead(tmp_path) == ["container-of-yesterday-1"]
    assert list_alive(tmp_path) == []


def test_a_folder_nobody_worked_in_has_nobody(tmp_path: Path) -> None:
    assert list_alive(tmp_path / "none") == list_dead(tmp_path / "none") == []
