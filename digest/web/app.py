"""The application: which group of addresses is answered by which module, and what stands around them all."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from digest.web.frame.headers import SecurityHeaders
from digest.web.site import Site
from digest.web.views import front, health

GROUPS: tuple[list[BaseRoute], ...] = (front.ROUTES, health.ROUTES)


def make_app(site: Site) -> Starlette:
    """Return the ASGI application over a site."""
    app = Starlette(
        routes=[route for group in GROUPS for route in group],
        middleware=[Middleware(SecurityHeaders, base_url=site.services.publication.base_url)],
    )
    app.state.site = site
    return app
