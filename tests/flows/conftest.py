"""Services over a database and a home of the test's own, sending to a real SMTP server of ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from digest.bootstrap import build_services
from digest.clock import FixedClock
from digest.config import load_settings
from digest.flows.services import Services
from tests.flows.reader_lists import open_topics, write_mixed
from tests.servers.smtp import ScriptedSmtp


@pytest.fixture
def smtp() -> Iterator[ScriptedSmtp]:
    """A relay on loopback that does as it is told."""
    with ScriptedSmtp() as server:
        yield server


@pytest.fixture
def services(database_url: str, tmp_path: Path, clock: FixedClock, smtp: ScriptedSmtp) -> Iterator[Services]:
    """Services on each kind of database in turn, with `smtp` as the relay."""
    with services_on(database_url, tmp_path, clock=clock, relay_url=smtp.url) as built:
        yield built


@pytest.fixture
def postgres_services(postgres_url: str, tmp_path: Path, clock: FixedClock, smtp: ScriptedSmtp) -> Iterator[Services]:
    """The same on PostgreSQL alone: for what happens only where several may write at once."""
    with services_on(postgres_url, tmp_path, clock=clock, relay_url=smtp.url) as built:
        yield built


@pytest.fixture
def newsroom(services: Services) -> Services:
    """Services with the topics syrias-war and night-tram."""
    return open_topics(services)


@pytest.fixture
def mixed(newsroom: Services, tmp_path: Path) -> Path:
    """A file with a row of each kind, for that newsroom, in which some readers were before."""
    return write_mixed(newsroom, tmp_path)


@contextmanager
def services_on(database_url: str, folder: Path, *, clock: FixedClock, relay_url: str) -> Iterator[Services]:
    """Build services with their home in a folder, and close them after the block."""
    environ = {
        "DIGEST_HOME": str(folder / "home"),
        "DIGEST_DATABASE_URL": database_url,
        "DIGEST_SMTP_URL": relay_url,
        "DIGEST_FROM": "The Daily Example <news@example.com>",
        "DIGEST_POSTAL_ADDRESS": "1 Example Street, Exampleton",
        "DIGEST_ALLOW_NETWORKS": "127.0.0.0/8",
    }
    built = build_services(load_settings(environ, file=folder / "digest.toml"), clock=clock)
    yield built
    built.database.close()
