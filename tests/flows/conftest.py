"""Services over a database and a home of the test's own, sending to a real SMTP server of ours."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from digest.bootstrap import build_services
from digest.clock import FixedClock
from digest.config import load_settings
from digest.flows.services import Services
from tests.servers.smtp import ScriptedSmtp


@pytest.fixture
def smtp() -> Iterator[ScriptedSmtp]:
    """A relay on loopback that does as it is told."""
    with ScriptedSmtp() as server:
        yield server


@pytest.fixture
def services(database_url: str, tmp_path: Path, clock: FixedClock, smtp: ScriptedSmtp) -> Iterator[Services]:
    """Services on each kind of database in turn, with `smtp` as the relay."""
    environ = {
        "DIGEST_HOME": str(tmp_path / "home"),
        "DIGEST_DATABASE_URL": database_url,
        "DIGEST_SMTP_URL": smtp.url,
        "DIGEST_FROM": "The Daily Example <news@example.com>",
        "DIGEST_POSTAL_ADDRESS": "1 Example Street, Exampleton",
        "DIGEST_ALLOW_NETWORKS": "127.0.0.0/8",
    }
    built = build_services(load_settings(environ, file=tmp_path / "digest.toml"), clock=clock)
    yield built
    built.database.close()
