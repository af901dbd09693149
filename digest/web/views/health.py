"""Signs of life, for monitors and load balancers."""

import hmac
from http import HTTPStatus

import structlog
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from digest.flows.counting import count_everything
from digest.flows.examining import examine_readiness
from digest.web.pages import PRIVATE
from digest.web.site import Site
from digest.web.visits import Visit, endpoint

log = structlog.get_logger()


async def say_alive(_request: Request) -> Response:
    """Say that the process answers: on the loop, since threads may all wait for a database that is slow or away."""
    return PlainTextResponse("ok\n", headers=PRIVATE)


def say_ready(site: Site, _visit: Visit) -> Response:
    """Say whether readers can be served. A hold on sending is told, but sends nobody away: readers may still leave."""
    findings = examine_readiness(site.services)
    for finding in findings:
        if finding.fault:
            log.warning("web.not_well", what=finding.what, why=finding.fault)
    lines = [f"{finding.what}: {'not well' if finding.fault else 'ok'}\n" for finding in findings]
    is_ready = not any(finding.fault for finding in findings if finding.what == "database")
    status = HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE
    return PlainTextResponse("".join(lines), status, headers=PRIVATE)


def show_meters(site: Site, visit: Visit) -> Response:
    """Answer a monitor that knows the token; to anybody else there is nothing here."""
    known = site.settings.metrics_token
    if not known or not hmac.compare_digest(visit.bearer.encode(), known.encode()):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    metered = site.meters.read(count_everything(site.services))
    return Response(metered, media_type=CONTENT_TYPE_LATEST, headers=PRIVATE)


ROUTES: list[BaseRoute] = [
    Route("/healthz", say_alive),
    Route("/readyz", endpoint(say_ready)),
    Route("/metrics", endpoint(show_meters)),
]
