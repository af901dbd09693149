"""The application: which group of addresses is answered by which module, and what stands around them all."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio.to_thread import current_default_thread_limiter
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount

from digest.errors import InputError, StoreError
from digest.web.api.application import PATH, make_api
from digest.web.frame.access import AccessLog
from digest.web.frame.bodies import BoundedBodies
from digest.web.frame.faults import Faults, answer_fault
from digest.web.frame.headers import SecurityHeaders
from digest.web.site import Site
from digest.web.views import address, archive, confirm, embed, feeds, front, health, leaving, preferences, sign_up

GROUPS: tuple[list[BaseRoute], ...] = (
    front.ROUTES,
    health.ROUTES,
    feeds.ROUTES,
    archive.ROUTES,
    sign_up.ROUTES,
    embed.ROUTES,
    confirm.ROUTES,
    address.ROUTES,
    leaving.ROUTES,
    preferences.ROUTES,
)


_VIEWS_AT_ONCE = 8
"""Fewer than a database's connections (`MAX_CONNECTIONS`), some of which duties take; more would only wait in turn."""


def make_app(site: Site) -> Starlette:
    """Return the ASGI application over a site."""
    routes = [*(route for group in GROUPS for route in group), Mount(PATH, make_api(site))]
    app = Starlette(
        routes=routes,
        lifespan=_with_few_threads,
        middleware=[
            Middleware(AccessLog, routes=routes, meters=site.meters),
            Middleware(SecurityHeaders, base_url=site.services.publication.base_url),
            Middleware(Faults, site=site),
            Middleware(BoundedBodies),
        ],
        exception_handlers={HTTPException: answer_fault, InputError: answer_fault, StoreError: answer_fault},
    )
    app.router.redirect_slashes = False  # such a redirect would lead where the Host header says
    app.state.site = site
    return app


@asynccontextmanager
async def _with_few_threads(_app: Starlette) -> AsyncIterator[None]:
    current_default_thread_limiter().total_tokens = _VIEWS_AT_ONCE
    yield
