"""The web part on a real server, on loopback, in a thread of its own."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx2
import uvicorn

from digest.clock import FixedClock
from digest.flows.services import Services
from digest.web.server import make_server, open_listener
from digest.web.site import Site
from tests.servers.ports import LOOPBACK

PATIENCE_S = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """A site that answers: `client` asks it by path and follows no redirect; `url` is where a browser finds it."""

    url: str
    site: Site
    services: Services
    clock: FixedClock
    client: httpx2.Client


@contextmanager
def serving(site: Site, clock: FixedClock, *, port: int) -> Iterator[Web]:
    """Serve a site on this port until the block ends."""
    url = f"http://{LOOPBACK}:{port}"
    with (
        running(make_server(site), port=port),
        httpx2.Client(base_url=url, timeout=PATIENCE_S, trust_env=False) as client,
    ):
        yield Web(url=url, site=site, services=site.services, clock=clock, client=client)


@contextmanager
def running(server: uvicorn.Server, *, port: int) -> Iterator[None]:
    """Run a server on this port until the block ends."""
    listener = open_listener(LOOPBACK, port)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        _wait_until_started(server)
        yield
    finally:
        server.should_exit = True
        thread.join(PATIENCE_S)


def _wait_until_started(server: uvicorn.Server) -> None:
    patience = time.monotonic() + PATIENCE_S
    while not server.started:
        assert time.monotonic() < patience, "the web server does not start"
        time.sleep(0.01)
