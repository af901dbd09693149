"""The Celery app that `celery -A workers.app worker` and `... beat` look for, and what Celery is told.

Nothing is read or connected at import: Celery asks for the settings when it needs the first of them. Why each is as it
is stands in docs/decisions.md, "What Celery is told".
"""

import os
from typing import TypeAlias

import click
from celery import Celery, Task
from kombu import Exchange, Queue
from kombu.common import Broadcast

from digest.config import load_settings
from digest.errors import SettingsError
from workers.schedule import SCHEDULE

_SWEEPS = "sweeps"
_NOTICES = "notices"
_NUDGES = "nudges"
_NUDGES_LINGER_S = 60.0

Conf = dict[str, object]
App: TypeAlias = "Celery[Task[[], None]]"


def make_app() -> App:
    """Return the app. What it is told is read from the environment when Celery first asks."""
    app: App = Celery("digest", include=["workers.tasks"])
    app.add_defaults(read_conf)
    return app


def read_conf() -> Conf:
    """Return what Celery is told. Raises click's error, which its programs end with, where a setting is not usable."""
    try:
        url = load_settings(os.environ).broker_url.get_secret_value()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    if not url:
        raise click.ClickException(
            "DIGEST_BROKER_URL is not set: workers need the Redis that they share, like redis://localhost:6379/0"
        )
    return {"broker_url": url, **_BROKER, **_TASKS, **_WORKER, **_BEAT, **_name_queues()}


def _name_queues() -> Conf:
    """Return where tasks go: sweeps and notices to whichever worker is free, nudges to every one that listens."""
    everybody = Exchange(_NUDGES, type="fanout")
    return {
        "task_default_queue": _SWEEPS,
        "task_queues": (
            Queue(_SWEEPS),
            Queue(_NOTICES),
            Broadcast(_NUDGES, exchange=everybody, routing_key=_NUDGES, no_ack=True, expires=_NUDGES_LINGER_S),
        ),
        "task_routes": {
            "workers.tasks.deliver": {"queue": _NUDGES, "declare": [everybody]},
            "workers.tasks.notices": {"queue": _NOTICES},
        },
    }


_BROKER: Conf = {
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    "broker_transport_options": {
        "visibility_timeout": 900,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 2,
        "socket_timeout": 30,
        "socket_connect_timeout": 5,
        "socket_keepalive": True,
        "health_check_interval": 25,
        "global_keyprefix": "digest:",
    },
}
_TASKS: Conf = {
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "task_ignore_result": True,
}
_WORKER: Conf = {
    "worker_pool": "threads",
    "worker_concurrency": 3,
    "worker_prefetch_multiplier": 1,
    "worker_cancel_long_running_tasks_on_connection_loss": False,
    "worker_redirect_stdouts": False,
}
_BEAT: Conf = {
    "beat_schedule": SCHEDULE,
    "beat_scheduler": "celery.beat:Scheduler",
}

app = make_app()
