"""A site on a real server, over services on each kind of database, with a real relay."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from digest.bootstrap import build_services
from digest.clock import FixedClock
from digest.config import load_settings
from digest.flows.services import Services
from digest.web.site import open_site
from tests.servers.ports import LOOPBACK, free_port
from tests.servers.smtp import ScriptedSmtp
from tests.servers.web import Web, serving

MakeWeb = Callable[..., Web]


@pytest.fixture
def smtp() -> Iterator[ScriptedSmtp]:
    """A relay on loopback that does as it is told."""
    with ScriptedSmtp() as server:
        yield server


@pytest.fixture
def make_web(tmp_path: Path, clock: FixedClock, smtp: ScriptedSmtp, sqlite_url: str) -> Iterator[MakeWeb]:
    """Start a site with more settings, on SQLite unless they say otherwise; it is served until the test ends.

    It knows its own address, so that the links of its mails lead to it.
    """
    with ExitStack() as opened:

        def make(**environ: str) -> Web:
            port = free_port()
            given = {
                "DIGEST_BASE_URL": f"http://{LOOPBACK}:{port}",
                "DIGEST_HOME": str(tmp_path / "home"),
                "DIGEST_DATABASE_URL": sqlite_url,
                "DIGEST_SMTP_URL": smtp.url,
                "DIGEST_FROM": "The Daily Example <news@example.com>",
                "DIGEST_POSTAL_ADDRESS": "1 Example Street, Exampleton",
            }
            settings = load_settings(given | environ, file=tmp_path / "digest.toml")
            services = build_services(settings, clock=clock)
            opened.callback(services.database.close)
            return opened.enter_context(serving(open_site(services, settings), clock, port=port))

        yield make


@pytest.fixture
def web(make_web: MakeWeb, database_url: str) -> Web:
    """A site on each kind of database in turn."""
    return make_web(DIGEST_DATABASE_URL=database_url)


@pytest.fixture
def services(web: Web) -> Services:
    """The services of that site."""
    return web.services
