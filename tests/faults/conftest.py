"""Worlds to break, on each kind of database: both sync every commit to the disk, and PostgreSQL can be killed."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from random import SystemRandom
from uuid import uuid4

import pytest

from digest.store.database import Database
from digest.store.migrate import upgrade
from tests.faults.newsroom import plan_newsroom
from tests.faults.nursery import Nursery
from tests.faults.victims import PostgresVictim, postgres_victim
from tests.faults.world import Prepare, World, open_world

SEED = "DIGEST_TEST_SEED"
OpenWorld = Callable[..., World]


@pytest.fixture
def seed() -> int:
    """What chance goes by: another one each time, shown where a test fails, unless DIGEST_TEST_SEED names it."""
    chosen = int(os.environ.get(SEED) or SystemRandom().randrange(1_000_000))
    print(f"{SEED}={chosen}")  # noqa: T201  # pytest shows it where the test fails
    return chosen


@pytest.fixture(scope="session")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """Where workers come from."""
    with Nursery(tmp_path_factory.mktemp("nursery") / "workers.log") as nursery:
        yield nursery


@pytest.fixture(scope="session")
def postgres_that_dies() -> Iterator[PostgresVictim]:
    """A PostgreSQL to kill. It runs at the end of each test that kills it."""
    with postgres_victim() as victim:
        yield victim


@pytest.fixture(scope="session")
def template_that_lasts(postgres_that_dies: PostgresVictim) -> str:
    """The name of a migrated database there, to be copied."""
    name = f"template_{uuid4().hex}"
    with closing(Database(postgres_that_dies.server.create(name))) as database:
        upgrade(database)
    return name


@pytest.fixture
def lasting_postgres_url(postgres_that_dies: PostgresVictim, template_that_lasts: str) -> Iterator[str]:
    """The URL of a migrated database of this test's own, on the PostgreSQL that can be killed."""
    name = f"test_{uuid4().hex}"
    yield postgres_that_dies.server.create(name, template=template_that_lasts)
    postgres_that_dies.server.drop(name)


@pytest.fixture
def open_on(tmp_path: Path, nursery: Nursery, seed: int, sqlite_template: Path) -> Iterator[OpenWorld]:
    """Opens a world on the database at a URL; it ends with the test."""
    with ExitStack() as opened:

        def open_one(url: str, *, readers: int, prepare: Prepare = plan_newsroom) -> World:
            world = open_world(tmp_path, url, nursery=nursery, readers=readers, seed=seed, prepare=prepare)
            return opened.enter_context(world)

        yield open_one


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a migrated SQLite database of this test's own, in the home of its workers."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    return f"sqlite:///{shutil.copy(sqlite_template, home / 'digest.db')}"


@pytest.fixture(params=["sqlite", "postgresql"])
def lasting_url(request: pytest.FixtureRequest) -> str:
    """The URL of a migrated database of this test's own, of each kind in turn, that syncs each commit."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "lasting_postgres_url")
    return url
