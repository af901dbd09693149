"""The web server: uvicorn, told to believe no proxy, name nothing, and bound what visitors may take."""

import socket

import uvicorn

from digest.errors import SettingsError
from digest.web.app import make_app
from digest.web.duties import doing_duties
from digest.web.patience import PatientProtocol
from digest.web.site import Site

_AT_ONCE = 500
_BACKLOG = 2048
_KEEP_ALIVE_S = 5
_MAX_HEAD_OCTETS = 32 * 1024
_FAREWELL_S = 20


def open_listener(host: str, port: int) -> socket.socket:
    """Return a socket that listens there; port 0 takes any, and the host "::" hears IPv4 as well.

    Raises SettingsError where nobody can listen there, or somebody else does.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG, dualstack_ipv6=host == "::")
    except OSError as error:
        raise SettingsError([f"--host {host} --port {port}: cannot listen there: {error.strerror}"]) from error


def serve(site: Site, listener: socket.socket) -> None:
    """Serve until SIGTERM or SIGINT comes; then answer what began, see the notices on the wire through, and return."""
    with doing_duties(site.services):
        make_server(site).run(sockets=[listener])


def make_server(site: Site) -> uvicorn.Server:
    """Return the server, not yet running. It ends in good order on SIGTERM or SIGINT, or when `should_exit` is set."""
    return uvicorn.Server(
        uvicorn.Config(
            make_app(site),
            lifespan="on",
            ws="none",
            http=PatientProtocol,
            access_log=False,
            log_config=None,
            log_level="error",
            proxy_headers=False,
            server_header=False,
            limit_concurrency=_AT_ONCE,
            timeout_keep_alive=_KEEP_ALIVE_S,
            timeout_graceful_shutdown=_FAREWELL_S,
            h11_max_incomplete_event_size=_MAX_HEAD_OCTETS,
        )
    )
