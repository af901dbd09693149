"""Signs of life, for monitors and load balancers."""

from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from digest.web.site import Site
from digest.web.visits import Visit, endpoint


def say_alive(_site: Site, _visit: Visit) -> Response:
    """Say that the process answers."""
    return PlainTextResponse("ok\n", headers={"Cache-Control": "no-store"})


ROUTES: list[BaseRoute] = [Route("/healthz", endpoint(say_alive))]
