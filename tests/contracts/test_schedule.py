"""The schedule of many machines: each entry names a task that is there, takes nothing, and goes stale with the next."""

import inspect
from collections.abc import Callable

import pytest

from tests.contracts.modules import modules
from workers.schedule import SCHEDULE, Entry
from workers.tasks import deliver

MAX_TASK_LINES = 12
ENTRIES = pytest.mark.parametrize("entry", SCHEDULE.values(), ids=SCHEDULE.keys())


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch) -> dict[str, Callable[..., object]]:
    """The tasks that a worker offers, Celery's own left out."""
    monkeypatch.setenv("DIGEST_BROKER_URL", "redis://127.0.0.1:1/0")  # nothing is asked of it
    return {name: task.run for name, task in deliver.app.tasks.items() if name.startswith("workers.")}


@ENTRIES
def test_every_entry_names_a_task(entry: Entry, tasks: dict[str, Callable[..., object]]) -> None:
    assert entry["task"] in tasks


@ENTRIES
def test_no_entry_carries_an_argument(entry: Entry) -> None:
    assert entry.keys() == {"task", "schedule", "options"}


@ENTRIES
def test_every_entry_is_an_interval(entry: Entry) -> None:
    assert isinstance(entry["schedule"], float)  # and no crontab, which errs where clocks are set forward or back


@ENTRIES
def test_a_tick_is_worth_nothing_once_the_next_one_came(entry: Entry) -> None:
    assert 0 < entry["options"]["expires"] < entry["schedule"]


def test_tasks_take_nothing_but_ids(tasks: dict[str, Callable[..., object]]) -> None:
    taken = {name for task in tasks.values() for name in inspect.signature(task).parameters}

    assert {name for name in taken if not name.endswith("_id")} == set()


def test_tasks_are_short() -> None:
    (module,) = [module for module in modules("workers") if module.path == "workers/tasks.py"]

    lengths = {one.name: (one.end_lineno or one.lineno) - one.lineno + 1 for one in module.functions()}

    assert {name for name, lines in lengths.items() if lines > MAX_TASK_LINES} == set()
