"""Servers that are killed in the midst of a send, and started again on what they left on the disk."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psycopg

from tests.faults.waiting import seconds_left
from tests.servers.ports import LOOPBACK, free_port
from tests.servers.postgres import SETTINGS, PostgresServer, postgres_cluster
from tests.servers.programs import Account, running
from tests.servers.redis import find_redis

RESTART_S = 60
QUICK_RECOVERY = ("recovery_init_sync_method=syncfs",)  # one call for all the files, before it recovers


class Victim:
    """A server that can be killed (SIGKILL) and started again."""

    def __init__(self, command: Sequence[str | Path], *, account: Account | None = None) -> None:
        self._command = command
        self._account = account
        self._running = ExitStack()

    def start(self) -> None:
        """Start it, and wait until it takes connections; what a killed one left behind may hold it up for a while."""
        for _ in seconds_left(RESTART_S, what=f"{self._command[0]} to start"):
            with suppress(RuntimeError):
                self._process = self._running.enter_context(running(self._command, account=self._account))
                return

    def kill(self) -> None:
        """Kill it; the children of PostgreSQL end by themselves when they notice."""
        self._process.kill()
        self.stop()

    def stop(self) -> None:
        """End it in order, if it runs."""
        self._running.close()


class PostgresVictim(Victim):
    """A PostgreSQL that syncs each commit to the disk."""

    def __init__(self, command: Sequence[str | Path], server: PostgresServer, *, account: Account | None) -> None:
        super().__init__(command, account=account)
        self.server = server

    def end_sessions(self) -> None:
        """Terminate every other session, as an operator or a fail-over does."""
        with suppress(psycopg.OperationalError), psycopg.connect(self.server.url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )


class RedisVictim(Victim):
    """A Redis that keeps nothing: each time it is started again it is empty."""

    def __init__(self, folder: Path) -> None:
        port = free_port()
        options = ["--port", str(port), "--bind", LOOPBACK, "--dir", str(folder), "--save", "", "--appendonly", "no"]
        super().__init__([find_redis(), *options])
        self.url = f"redis://{LOOPBACK}:{port}/0"


@contextmanager
def postgres_victim() -> Iterator[PostgresVictim]:
    """Give a PostgreSQL to kill, on a new cluster."""
    with postgres_cluster(settings=(*SETTINGS, *QUICK_RECOVERY)) as cluster:
        victim = PostgresVictim(cluster.command, cluster.server, account=cluster.account)
        victim.start()
        try:
            yield victim
        finally:
            victim.stop()


@contextmanager
def redis_victim() -> Iterator[RedisVictim]:
    """Give a Redis to kill."""
    with tempfile.TemporaryDirectory(prefix="digest-redis-") as folder:
        victim = RedisVictim(Path(folder))
        victim.start()
        try:
            yield victim
        finally:
            victim.stop()
