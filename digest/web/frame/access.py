"""The log of visits: which route, what status, how long. Never an address, a token or a query: those are in the URL."""

from collections.abc import Mapping
from time import perf_counter

import structlog
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digest.web.meters import Meters

log = structlog.get_logger()

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_ELSEWHERE = "elsewhere"
_GONE = 499
"""The status, in the log, of a visit whose visitor left before the answer (as nginx counts them)."""


class AccessLog:
    """Writes one event a visit, and meters it, under the route's own template."""

    def __init__(self, app: ASGIApp, *, routes: list[BaseRoute], meters: Meters) -> None:
        self._app = app
        self._templates = route_templates(routes)
        self._meters = meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began_s, status = perf_counter(), _GONE

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        finally:
            took_s = perf_counter() - began_s
            method = scope["method"] if scope["method"] in _METHODS else "other"
            route = self._templates.get(scope.get("endpoint"), _ELSEWHERE)
            self._meters.note_visit(method=method, route=route, status=status, took_s=took_s)
            log.info("web.visit", method=method, route=route, status=status, ms=round(took_s * 1000, 1))


def route_templates(routes: list[BaseRoute], *, below: str = "") -> Mapping[object, str]:
    """Return for each endpoint the template of its address: what a log may say of a URL with a token in it."""
    templates: dict[object, str] = {}
    for route in routes:
        if isinstance(route, Mount):
            templates |= {route.app: below + route.path, **route_templates(route.routes, below=below + route.path)}
        elif isinstance(route, Route):
            templates[route.endpoint] = below + route.path
    return templates
