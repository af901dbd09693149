"""The clock of many machines: one entry, at an interval. A topic's own day and hour is in the database, never here."""

from typing import TypedDict

SWEEP_EVERY_S = 15.0


class Options(TypedDict):
    """How a tick travels; `expires` is in seconds."""

    expires: float


class Entry(TypedDict):
    """One entry, in the form that Celery's beat reads; `schedule` is in seconds."""

    task: str
    schedule: float
    options: Options


SCHEDULE: dict[str, Entry] = {
    # after a night without workers, one sweep is enough: a tick that nobody took before the next one came is not run
    "sweep": {"task": "workers.tasks.sweep", "schedule": SWEEP_EVERY_S, "options": {"expires": SWEEP_EVERY_S - 1}}
}
