"""What a sending cluster stands on: a relay that logs what it took, a Redis that may be lost, and one ledger."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.servers.celery import Cluster, cluster
from tests.servers.ports import LOOPBACK, free_port
from tests.servers.redis import redis_at
from tests.servers.sink.started import Sink, sink
from tests.workers.newsroom import Newsroom, newsroom_on


class Broker:
    """A Redis on a port of its own, which may be taken away and be there again."""

    def __init__(self) -> None:
        self._port = free_port()
        self._running = ExitStack()

    @property
    def url(self) -> str:
        return f"redis://{LOOPBACK}:{self._port}/0"

    def start(self) -> None:
        """Start it, empty."""
        self._running.enter_context(redis_at(self._port))

    def stop(self) -> None:
        """Stop it; nothing of it is kept."""
        self._running.close()


@pytest.fixture
def broker() -> Iterator[Broker]:
    """A Redis that runs."""
    made = Broker()
    made.start()
    yield made
    made.stop()


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Where the relay logs."""
    return tmp_path / "relay.log"


@pytest.fixture
def relay(log: Path) -> Iterator[Sink]:
    """A relay in a process of its own."""
    with sink(log=log) as started:
        yield started


@pytest.fixture
def environ(postgres_url: str, broker: Broker, relay: Sink, tmp_path: Path) -> dict[str, str]:
    """The settings of every machine."""
    return {
        "DIGEST_HOME": str(tmp_path / "home"),
        "DIGEST_DATABASE_URL": postgres_url,
        "DIGEST_BROKER_URL": broker.url,
        "DIGEST_SMTP_URL": f"{relay.url}?connections=2",
        "DIGEST_FROM": "The Daily Example <news@example.com>",
        "DIGEST_POSTAL_ADDRESS": "1 Example Street, Exampleton",
        "DIGEST_SECRET": "the same on every machine, 32 characters",
        "DIGEST_LOG_LEVEL": "INFO",
    }


@pytest.fixture
def newsroom(environ: dict[str, str], relay: Sink, log: Path) -> Iterator[Newsroom]:
    """A newsroom without a mailing yet."""
    with newsroom_on(environ, relay, log) as opened:
        yield opened


@pytest.fixture
def machines(environ: dict[str, str], tmp_path: Path) -> Iterator[Cluster]:
    """Where workers and beats are started."""
    with cluster(environ, tmp_path / "run") as made:
        yield made


@pytest.fixture
def machines_elsewhere(environ: dict[str, str], tmp_path: Path) -> Iterator[Cluster]:
    """The same with another home: on another machine, as far as Digest can see."""
    with cluster({**environ, "DIGEST_HOME": str(tmp_path / "elsewhere")}, tmp_path / "run-elsewhere") as made:
        yield made
