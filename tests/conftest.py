"""What tests stand on: a clock that stands still, real servers, and one fresh, migrated database for each test.

A test that takes `database` or `database_url` runs twice: on SQLite and on PostgreSQL. A template of each kind is
migrated once a session; a test gets a copy of it.
"""

import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from hypothesis import settings

from digest.clock import FixedClock
from digest.store.database import Database
from digest.store.migrate import upgrade
from tests.servers.postgres import PostgresServer, postgres
from tests.servers.redis import RedisServer, redis

if TYPE_CHECKING:
    from playwright.sync_api import Browser


settings.register_profile("shared machine", deadline=None)  # a neighbour's load is no fault of an example
settings.load_profile("shared machine")


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands at 13:00 UTC on Sunday, 22 November 2026."""
    return FixedClock(datetime(2026, 11, 22, 13, tzinfo=UTC))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL; each worker of pytest-xdist has its own, so that none can disturb another."""
    with postgres() as server:
        yield server


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """A Redis; each worker of pytest-xdist has its own."""
    with redis() as server:
        yield server


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """A real browser; a test opens pages with `open_page`.

    While it runs, Playwright's loop runs in this thread, and nothing else may run one here: tests that need it stand in
    modules of their own, and have in a thread what runs a loop (`in_thread`).
    """
    from tests.servers.browser.driving import chromium

    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("template") / "digest.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> Iterator[str]:
    """The name of a migrated PostgreSQL database, to be copied."""
    name = f"template_{uuid4().hex}"
    _migrate(postgres_server.create(name))
    yield name
    postgres_server.drop(name)


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a migrated SQLite database of this test's own."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'digest.db')}"


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, postgres_template: str) -> Iterator[str]:
    """The URL of a migrated PostgreSQL database of this test's own."""
    name = f"test_{uuid4().hex}"
    yield postgres_server.create(name, template=postgres_template)
    postgres_server.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a migrated database of this test's own, of each kind in turn."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated database of this test's own, of each kind in turn, open until the test ends."""
    with closing(Database(database_url)) as opened:
        yield opened


@pytest.fixture
def empty_database(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> Iterator[Database]:
    """A second database of the same kind, without a table."""
    if database.is_sqlite:
        with closing(Database(f"sqlite:///{tmp_path / 'empty.db'}")) as opened:
            yield opened
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with closing(Database(server.create("empty"))) as opened:
        yield opened
    server.drop("empty")


def _migrate(url: str) -> None:
    with closing(Database(url)) as database:
        upgrade(database)
